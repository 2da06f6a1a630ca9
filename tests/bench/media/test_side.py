"""A side is read as it was written; what our kiosk leaves becomes one."""

import json
from pathlib import Path

import numpy as np

from tests.bench.media import kiosk_side, side
from tests.bench.media.side import Shown, Side
from tests.bench.media.timeline import Recording


def test_written_and_read(tmp_path: Path) -> None:
    one = Side(
        shown=[Shown(1.5, 7, 640, 360), Shown(1.6, None, 640, 360)],
        camera=[(3, 1.0)],
        heard=Recording(0.5, np.arange(960, dtype=np.int16)),
        said=[(0.25, 0.25), (9.0, 0.3)],
        kept=[(7, "kept-000.npy")],
        clicked_s=1.25,
        stats=[{"at": 1.0}],
        problems=["odd"],
    )
    one.write(tmp_path)
    other = side.read(tmp_path)
    assert other.heard is not None
    assert np.array_equal(other.heard.samples, np.arange(960))
    assert {**vars(other), "heard": None} == {**vars(one), "heard": None}


def test_a_rehearsal_becomes_a_side(tmp_path: Path) -> None:
    told = {
        "ok": False, "failure": "cut", "frames": [[12.5, 8, 320, 180]], "camera": [[4, 11.0]], "series": [{"sent_bps": 3}],
        "sound": {"loudspeaker_first_sample_unix": 10.0, "microphone_first_sample_unix": 10.01},
        "documents": {"asked_bytes": 5, "held_bytes": 5},
        "moments": [{"moment": "documents_begun", "monotonic": 3.0}, {"moment": "documents_done", "monotonic": 4.5}],
    }  # fmt: skip
    (tmp_path / "rehearsal.json").write_text(json.dumps(told))
    side.write_wav(tmp_path / "loudspeaker.wav", np.full(480, 5, np.int16))
    (tmp_path / "frames").mkdir()
    for name in ("00000299-2000.npy", "00000002-4000.npy", "unread-3000.npy"):
        np.save(tmp_path / "frames" / name, np.full((270, 320), int(name[7:8] or 0) if name[0] == "0" else 0, np.uint8))
    found = kiosk_side.side(
        tmp_path / "rehearsal.json", tmp_path / "loudspeaker.wav", tmp_path / "frames", tmp_path / "k"
    )
    assert found.shown == [Shown(12.5, 8, 320, 180)]
    assert found.said == [(10.01, 10.01)]
    assert [number for number, _ in found.kept] == [299, 2]
    assert np.load(tmp_path / "k" / found.kept[0][1]).shape == (180, 320)
    assert found.problems == ["cut"]
    assert kiosk_side.documents(tmp_path / "rehearsal.json")["seconds"] == 1.5
    assert side.read(tmp_path / "k").shown == found.shown
