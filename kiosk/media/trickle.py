"""Candidates that come after the descriptions (RFC 8838), and those that are not for us. Pure."""

import re

_HIDDEN = re.compile(r"\S+( \S+){3} \S+\.local\.? ", re.IGNORECASE)
_LINE_END = "\r\n"


def is_hidden(candidate: str) -> bool:
    """Whether the text of a candidate names a host by mDNS instead of an address.

    Asking for it would send packets to the whole local network. The browser that hides its address checks ours anyway, and
    is found by its checks (peer-reflexive, RFC 8445 section 7.3.1.3).
    """
    return _HIDDEN.match(candidate.removeprefix("candidate:")) is not None


def open_ended(sdp: str) -> str:
    """A description without hidden candidates, and that does not say that it has them all: others may follow.

    Told that there are no more, aioice gives up by itself; here only `liveness` decides when an attempt is over.
    """
    lines = sdp.replace("\r\n", "\n").split("\n")
    kept = [
        line
        for line in lines
        if line != "a=end-of-candidates" and not (line.startswith("a=candidate:") and is_hidden(line[len("a=") :]))
    ]
    return _LINE_END.join(kept)


def first_mid(sdp: str) -> str | None:
    """The media section that carries all the others (RFC 9143): a candidate is told for it."""
    return next((line[len("a=mid:") :] for line in sdp.splitlines() if line.startswith("a=mid:")), None)
