"""Emptying the directory of a session: everything goes, links are not followed."""

from pathlib import Path

from kiosk.erasure import empty_directory


def test_a_link_in_the_directory_is_removed_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    run = tmp_path / "run"
    run.mkdir()
    (run / "link").symlink_to(kept)
    empty_directory(run)
    assert list(run.iterdir()) == []
    assert (kept / "file").read_text() == "kept"


def test_directories_within_go_too_and_what_is_made_is_private(tmp_path: Path) -> None:
    run = tmp_path / "run"
    empty_directory(run)
    assert run.stat().st_mode & 0o777 == 0o700
    (run / "a" / "b").mkdir(parents=True)
    (run / "a" / "b" / "page.jpg").write_bytes(b"page")
    empty_directory(run)
    assert list(run.iterdir()) == []
