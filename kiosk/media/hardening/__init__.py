"""Every touch on private names of aiortc 1.16.0 and aioice 0.13.0, in one place: nobody else may.

Each function of each file says what is wrong upstream and which change there would remove it. `check_names`
(called before the first connection, and by a test) fails loudly when a name has moved.
"""

from kiosk.media.hardening import (
    clock,
    encoders,
    ice,
    protected_pictures,
    receiving_pictures,
    receiving_sound,
    sender_reports,
    sending,
    transport,
)

PARTS = (
    clock,
    encoders,
    ice,
    sending,
    receiving_sound,
    receiving_pictures,
    protected_pictures,
    sender_reports,
    transport,
)


def set_up() -> None:
    """Apply what concerns the whole process, and check the names. Safe to call again."""
    check_names()
    ice.patient_consent()
    sending.keep_more_packets()
    transport.offer_transport_feedback()
    protected_pictures.take_protection()
    clock.steady()


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    for part in PARTS:
        part.check_names()
