"""Rate and loss are those of the last two seconds, whatever came again."""

import pytest

from kiosk.media.reception import Reception


def test_nothing_is_known_of_what_never_came() -> None:
    assert Reception().loss(5.0) is None
    assert Reception().bps(5.0) == 0


def test_rate_and_loss_of_a_steady_stream() -> None:
    reception = Reception()
    lost = recovered = 0
    for at in range(1_000):  # ten seconds of 100 packets a second; each tenth is lost, half of those come again
        if at % 10 == 9:
            lost += 1
            if lost % 2:
                continue
            recovered += 1
        reception.add(125, lost, recovered, at / 100)
    assert reception.bps(10.0) == pytest.approx(95_000, rel=0.05)
    assert reception.loss(10.0) == pytest.approx(0.1, abs=0.02)
    assert reception.bps(13.0) == 0
    assert reception.loss(13.0) is None
