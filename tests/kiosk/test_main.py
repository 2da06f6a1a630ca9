"""The command: a mistake in the settings is told with its line, before anything is started."""

import re
from pathlib import Path

import pytest

from kiosk.__main__ import EXIT_PROBLEM, EXIT_USAGE, main, parser


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


@pytest.mark.parametrize(
    "wrong", [["--seconds", "-1"], ["--patience", "x"], ["--send-bytes", "-5"], ["--seconds", "1e9"]]
)
def test_a_rehearsal_with_impossible_numbers_is_wrong_usage(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--config", "kiosk.toml", "--rehearse", "caf", *wrong])
    assert stopped.value.code == EXIT_USAGE


def test_options_of_a_rehearsal_need_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--config", "kiosk.toml", "--out", "mesures.json"])
    assert stopped.value.code == EXIT_USAGE
    assert "--rehearse" in capsys.readouterr().err


@pytest.mark.parametrize("which", ["camera", "microphone"])
def test_a_rehearsal_with_a_bad_file_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], which: str) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[paths]\nruntime_dir = "{tmp_path / "run"}"\n')
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"nothing of the kind")
    assert main(["--config", str(config), "--rehearse", "caf", f"--{which}", str(bad)]) == EXIT_PROBLEM
    told = capsys.readouterr().err
    assert str(bad) in told
    assert "ne peut pas servir" in told


def test_every_option_stands_in_the_technicians_guide() -> None:
    guide = (Path(__file__).parents[2] / "provisioning" / "README.md").read_text("utf-8")
    section = guide[guide.index("## 5. L'appel d'essai") : guide.index("## Tous les réglages")]
    offered = {name for action in parser()._actions for name in action.option_strings if name.startswith("--")}
    explained = set(re.findall(r"^\| `(--[a-z-]+)", section, flags=re.MULTILINE))
    assert explained == offered - {"--help", "--config"}
