"""What is mended in aioice 0.13.0: consent to go on sending."""

from typing import Any

from aioice import ice as aioice_ice

from kiosk.media.hardening.names import require

CONSENT_RETRANSMISSIONS = 2
"""Consent requests sent again after 0.5 s and 1 s; answers are taken for 3.5 s."""


def patient_consent() -> None:
    """Send consent requests (RFC 7675) again instead of counting each silence of 0.5 s as a failure.

    Upstream sends each request once with a time-out of 0.5 s: a link with a longer round trip is closed
    after 33 s. Only consent asks for `retransmissions=0`. Removed by: aioice issue 58 (retransmission of
    consent requests). Applying it twice changes nothing.
    """
    require(aioice_ice, "StunProtocol", "CONSENT_FAILURES")
    protocol = aioice_ice.StunProtocol
    require(protocol, "request")
    if getattr(protocol.request, "patient", False):
        return
    original = protocol.request

    async def request(self: Any, message: Any, addr: Any, **options: Any) -> Any:
        if options.get("retransmissions") == 0:
            options["retransmissions"] = CONSENT_RETRANSMISSIONS
        return await original(self, message, addr, **options)

    request.patient = True  # type: ignore[attr-defined]
    protocol.request = request


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aioice_ice, "StunProtocol", "CONSENT_FAILURES")
    require(aioice_ice.StunProtocol, "request")
