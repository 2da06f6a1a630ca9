"""Consent to go on sending is asked for more than once."""

from typing import Any

import aioice.ice
import pytest

from kiosk.media.hardening import ice


async def test_consent_is_asked_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Protocol:
        async def request(self, message: Any, addr: Any, **options: Any) -> str:
            asked.append(options)
            return "answer"

    monkeypatch.setattr(aioice.ice, "StunProtocol", Protocol)
    ice.patient_consent()
    ice.patient_consent()
    assert await Protocol().request(None, None, integrity_key=b"k", retransmissions=0) == "answer"
    await Protocol().request(None, None, integrity_key=b"k")
    assert asked == [{"integrity_key": b"k", "retransmissions": 2}, {"integrity_key": b"k"}]


def test_upstream_still_asks_for_consent_without_retransmission() -> None:
    """If this fails, aioice retransmits by itself: `patient_consent` may go."""
    import inspect

    assert "retransmissions=0" in inspect.getsource(aioice.ice.Connection.query_consent)
