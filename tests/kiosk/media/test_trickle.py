"""Hidden candidates are never asked for, and no description says that there are no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.trickle import first_mid, is_hidden, open_ended

SHOWN = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host"
HIDDEN = "candidate:1 1 udp 2113937151 3f1c2b40-4b5c-4d5e-8f60-708192a3b4c5.local 50000 typ host generation 0"


@pytest.mark.parametrize("text", [HIDDEN, HIDDEN.removeprefix("candidate:"), HIDDEN.replace(".local", ".LOCAL.")])
def test_a_hidden_candidate_is_seen(text: str) -> None:
    assert is_hidden(text)


@pytest.mark.parametrize("text", [SHOWN, "", "candidate:", "local", SHOWN + " raddr x.local rport 9"])
def test_others_are_not(text: str) -> None:
    assert not is_hidden(text)


def test_a_description_keeps_all_but_these_lines() -> None:
    sdp = "\r\n".join(["v=0", f"a={SHOWN}", f"a={HIDDEN}", "a=mid:0", "a=end-of-candidates", "a=mid:1", ""])
    assert open_ended(sdp) == "\r\n".join(["v=0", f"a={SHOWN}", "a=mid:0", "a=mid:1", ""])
    assert first_mid(sdp) == "0"


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert "a=end-of-candidates" not in open_ended(text).split("\r\n")
    assert open_ended(open_ended(text)) == open_ended(text)
    assert isinstance(is_hidden(text), bool)
    first_mid(text)
