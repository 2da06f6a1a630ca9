"""The command: a mistake in the settings is told with its line, before anything is started."""

from pathlib import Path

import pytest

from kiosk.__main__ import EXIT_PROBLEM, main


def test_wrong_settings_stop_the_start_and_say_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[scanner]\ndpi = "high"\n[camra]\n')
    assert main(["--config", str(file)]) == EXIT_PROBLEM
    told = capsys.readouterr().err
    assert f"{file}:2" in told
    assert "75 to 600" in told
    assert "camra" in told


def test_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(tmp_path / "absent.toml")]) == EXIT_PROBLEM
    assert "cannot be read" in capsys.readouterr().err


def test_the_settings_file_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
    assert "--config" in capsys.readouterr().err
