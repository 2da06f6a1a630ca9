"""What SANE says, in the kiosk's closed words. SANE only hands English texts over, one per status code.

The texts are those of `sane_strstatus` (SANE standard 1.06, §4.2.7); the words are values of `DeviceStatus`, as
plain strings because the worker that uses this table must start fast.
"""

CANCELLED = "cancelled"
"""Not a device status: the job was stopped on purpose."""

OUT_OF_DOCUMENTS = "Document feeder out of documents"

_WORDS = {
    "Operation was cancelled": CANCELLED,
    "Device busy": "busy",
    OUT_OF_DOCUMENTS: "no_paper",
    "Document feeder jammed": "jammed",
    "Scanner cover is open": "cover_open",
    "Error during device I/O": "unplugged",
    "Operation not supported": "failed",
    "Invalid argument": "failed",
    "End of file reached": "failed",
    "Out of memory": "failed",
    "Access to resource has been denied": "failed",
}

_OPENING_WORDS = {
    # `sane_open` of a name that no backend knows (any more) is an invalid argument.
    "Invalid argument": "unplugged",
}


def status_of(text: str, *, opening: bool = False) -> str:
    """The word for an error text; `failed` for a text that is not in the standard."""
    if opening and text in _OPENING_WORDS:
        return _OPENING_WORDS[text]
    return _WORDS.get(text, "failed")
