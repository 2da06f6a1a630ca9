"""An emulated link for a test; where namespaces are impossible, the tests that need one are skipped and say why."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.links.emulator import EmulatedLink, NoNamespacesError
from tests.links.profiles import Profile

LinkMaker = Callable[..., EmulatedLink]


@pytest.fixture
def make_link(tmp_path: Path) -> Iterator[LinkMaker]:
    """A function that makes a link of a profile, taken down at the end of the test."""
    with ExitStack() as stack:

        def make(profile: Profile | None = None, **options: int) -> EmulatedLink:
            try:
                return stack.enter_context(EmulatedLink(tmp_path / "link", profile, **options))
            except NoNamespacesError as error:
                pytest.skip(f"no network namespaces here: {error}")

        yield make
