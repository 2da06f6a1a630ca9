"""What the tests of the whole system share: the calls over emulated links."""

import pytest

from tests.repository.tree import ROOT
from tests.system.link_calls import LinkCalls


@pytest.fixture(scope="session")
def link_calls() -> LinkCalls:
    return LinkCalls(ROOT / "build" / "bad-links")
