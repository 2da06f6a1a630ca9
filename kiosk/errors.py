"""Errors of the kiosk that a caller may want to catch. Messages never carry content of a session."""


class KioskError(Exception):
    """Base of everything the kiosk raises on purpose."""


class GarbledStream(KioskError):
    """A worker process said something that is not a frame: it is killed, nothing of it is trusted."""


class SandboxMissing(KioskError):
    """bubblewrap cannot run here: documents are refused rather than opened without it."""
