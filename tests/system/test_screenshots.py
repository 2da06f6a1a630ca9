"""The chosen pictures are those of the story, and none is forgotten."""

from pathlib import Path

import pytest

from tests.system.screenshots import CHOSEN, keep


def test_pictures_are_kept_under_their_names(tmp_path: Path) -> None:
    story = tmp_path / "story"
    story.mkdir()
    for number, stem in enumerate(CHOSEN.values()):
        (story / f"{number:02}-{stem}.png").write_bytes(stem.encode())
    assert keep(story, tmp_path / "kept") == [f"{name}.png" for name in CHOSEN]
    assert (tmp_path / "kept" / "kiosk-end.png").read_bytes() == CHOSEN["kiosk-end"].encode()


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no picture"):
        keep(tmp_path, tmp_path / "kept")
