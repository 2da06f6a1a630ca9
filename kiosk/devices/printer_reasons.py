"""What CUPS and IPP say, in the kiosk's closed words.

`printer-state-reasons` are keywords of RFC 8011 §5.4.12 and PWG 5100.9, often with a severity at the end. Words are
values of `DeviceStatus`, as plain strings: the worker that uses this table must start fast.
"""

from collections.abc import Iterable, Mapping

PENDING, HELD, PROCESSING, JOB_STOPPED, CANCELED, ABORTED, COMPLETED = 3, 4, 5, 6, 7, 8, 9
"""job-state (RFC 8011 §5.3.7)."""

PRINTER_STOPPED = 5
"""printer-state (RFC 8011 §5.4.11)."""

CONNECTING = "connecting-to-device"
OFFLINE = "offline"
OF_THE_QUEUE = ("paused", "moving-to-paused", "cups-missing-filter")
"""Reasons that are CUPS's own, not the printer's."""

_SEVERITIES = ("-report", "-warning", "-error")

_WORDS = {
    "media-empty": "no_paper",
    "media-needed": "no_paper",
    "input-tray-missing": "no_paper",
    "media-jam": "jammed",
    "fuser-over-temp": "failed",
    "output-area-full": "jammed",
    "output-tray-missing": "cover_open",
    "cover-open": "cover_open",
    "door-open": "cover_open",
    "interlock-open": "cover_open",
    "offline": "unplugged",
    "shutdown": "unplugged",
    "timed-out": "unplugged",
    "stopped-partly": "failed",
    "paused": "failed",
    "moving-to-paused": "failed",
    "marker-supply-empty": "failed",
    "toner-empty": "failed",
    "developer-empty": "failed",
    "opc-life-over": "failed",
    "cups-missing-filter": "failed",
}

_WORST_FIRST = ("unplugged", "jammed", "cover_open", "no_paper", "failed")


def bare(reason: str) -> str:
    """A reason without its severity."""
    for severity in _SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason


def status_of(reasons: Iterable[str]) -> str:
    """The word for a printer's reasons: what a person must see to first; `ready` when nothing needs one.

    A mere report asks nothing of anybody, and unknown reasons are noise more often than faults.
    """
    words = {_WORDS.get(bare(reason), "ready") for reason in reasons if not reason.endswith("-report")}
    return next((word for word in _WORST_FIRST if word in words), "ready")


def as_list(value: object) -> list[str]:
    """pycups gives one value as a string and several as a list."""
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def pages_out(job: Mapping[str, object]) -> int:
    """Sheets (one-sided here) that the printer says have come out."""
    counts = (job.get("job-media-sheets-completed"), job.get("job-impressions-completed"))
    return max((count for count in counts if isinstance(count, int)), default=0)
