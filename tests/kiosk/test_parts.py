"""The sink that says when the agent is first seen."""

from kiosk.core.ports import CameraFrame
from kiosk.parts import SeenSink
from tests.fakes.kiosk_parts import KeptFrames


def test_the_first_picture_of_each_connection_is_told() -> None:
    seen: list[int] = []
    sink = SeenSink(KeptFrames(), lambda: seen.append(1))
    frame = CameraFrame(None, 2, 2, 0.0, 1)
    sink.show(frame)
    sink.show(frame)
    assert len(seen) == 1
    sink.clear()
    sink.show(frame)
    assert len(seen) == 2
