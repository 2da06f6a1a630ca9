"""Files of a rehearsal: they take the place of devices, and what cannot serve is told before anything starts."""

import json
from pathlib import Path

import numpy as np
import pytest

from kiosk.config import KioskConfig
from kiosk.rehearsal_files import Files, with_files, write_report
from kiosk.wiring import StartFailed
from tests.fakes.melody import write_wav


def test_files_take_the_place_of_devices(tmp_path: Path) -> None:
    write_wav(tmp_path / "speech.wav", np.zeros(4800, dtype=np.int16))
    files = Files(microphone=tmp_path / "speech.wav", out=tmp_path / "new" / "out.json")
    made = with_files(KioskConfig(), files)
    assert made.camera == KioskConfig().camera
    assert made.sound.driver == "simulated"
    assert made.sound.simulated_loudspeaker_file == ""
    assert made.sound.volume == KioskConfig().sound.volume
    assert with_files(KioskConfig(), Files()) == KioskConfig()


@pytest.mark.parametrize("which", ["camera", "out", "frames", "loudspeaker"])
def test_a_file_that_cannot_serve_is_told_before_anything_starts(tmp_path: Path, which: str) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("neither a picture nor a folder")
    path = blocked if which == "camera" else blocked / "below"
    with pytest.raises(StartFailed, match="file"):
        with_files(KioskConfig(), Files(**{which: path}))  # type: ignore[arg-type]


def test_measures_are_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_text("of another day, and much longer than what comes now")
    write_report(out, {"ok": True})
    assert json.loads(out.read_text("utf-8")) == {"ok": True}
    assert list(tmp_path.iterdir()) == [out]
