"""What the doors of the hub write in the log. Never an address, a name, a password or a body."""

from enum import StrEnum


class AccessEvent(StrEnum):
    """Closed list; the value is the sentence."""

    SIGNED_IN = "an agent signed in"
    SIGN_IN_REFUSED = "a sign-in was refused"
    SIGN_IN_LIMITED = "too many attempts to sign in"
    SIGNED_OUT = "an agent signed out"
    KIOSK_ENROLLED = "a kiosk was enrolled"
    ENROLMENT_REFUSED = "an enrolment code was refused"
    ENROLMENT_LIMITED = "too many attempts to enrol"
    FOREIGN_ORIGIN = "a request from another site's page was refused"
    REQUEST_FAILED = "a request failed inside the hub"
