"""Pictures are taken as they come, at the rate wanted and no faster."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.picture_pace import PicturePace

PHASES = st.floats(min_value=0.0, max_value=1.0)


def taken(pace: PicturePace, arrivals: list[float], frames_per_s: float) -> list[tuple[float, float]]:
    """(came at, taken at) of each picture taken, by somebody who always takes the newest as soon as he may."""
    found: list[tuple[float, float]] = []
    for came_s, next_s in zip(arrivals, [*arrivals[1:], float("inf")], strict=True):
        at_s = max(came_s, pace.from_s)
        if at_s < next_s:
            pace.taken(at_s, frames_per_s)
            found.append((came_s, at_s))
    return found


@given(PHASES, st.sampled_from([15.0, 24.0, 25.0, 30.0]))
def test_a_camera_of_the_wanted_rate_never_waits(phase: float, frames_per_s: float) -> None:
    pace = PicturePace()
    pace.taken(10.0, frames_per_s)
    arrivals = [10.0 + (phase + number) / frames_per_s + 0.002 * (number % 3) for number in range(1, 200)]
    found = taken(pace, arrivals, frames_per_s)
    assert len(found) == len(arrivals)
    assert max(at_s - came_s for came_s, at_s in found[1:]) < 0.003


@given(PHASES, st.sampled_from([15.0, 24.0, 25.0]), st.sampled_from([30.0, 60.0]))
def test_a_faster_camera_is_held_to_the_wanted_rate_and_its_pictures_are_fresh(
    phase: float, wanted: float, camera: float
) -> None:
    pace = PicturePace()
    found = taken(pace, [5.0 + (phase + number) / camera for number in range(int(20 * camera))], wanted)
    assert 0.97 * wanted <= len(found) / 20 <= 1.03 * wanted
    assert all(at_s - came_s < 1.001 / camera for came_s, at_s in found)


@given(st.floats(min_value=0.1, max_value=30.0))
def test_a_pause_is_not_made_up_for(pause_s: float) -> None:
    pace = PicturePace()
    pace.taken(1.0, 30.0)
    again_s = 1.0 + pause_s
    pace.taken(again_s, 30.0)
    count = 0
    while pace.from_s < again_s + 1.0:
        pace.taken(max(again_s, pace.from_s), 30.0)
        count += 1
    assert count <= 32
