"""Asking the printer itself how it is, by IPP, past the print service.

CUPS learns of a printer's state only while a job runs: an idle queue says "ready" for a printer without a cable, and
"no paper" for ever after a job that was cancelled while paper was missing.
"""

import http
import http.client
import io
import ssl
import urllib.parse
from dataclasses import dataclass
from typing import Any

import cups

_DEFAULT_PORT = 631
_MAX_ANSWER_BYTES = 1 << 20


@dataclass(frozen=True)
class Answer:
    """`reasons` are IPP keywords; None for a printer that cannot be reached."""

    reasons: list[str] | None


def ask_printer(uri: str, timeout_s: float) -> Answer | None:
    """The printer at `uri`, or None when it does not speak IPP at a known address (USB, DNS-SD: ask CUPS)."""
    wanted = [(cups.IPP_TAG_KEYWORD, "requested-attributes", ["printer-state", "printer-state-reasons"])]
    try:
        found = _ask(uri, cups.IPP_OP_GET_PRINTER_ATTRIBUTES, wanted, timeout_s)
    except (OSError, http.client.HTTPException):
        return Answer(None)
    if found is None or "printer-state-reasons" not in found:
        return None
    return Answer([str(reason) for reason in found["printer-state-reasons"]])


def last_job_state(uri: str, title: str, timeout_s: float) -> int | None:
    """job-state of the job that the printer ended last; None when that is not `title`, or it does not tell.

    CUPS may call "completed" a job that the printer gave up at once.
    """
    wanted = [
        (cups.IPP_TAG_KEYWORD, "which-jobs", "completed"),
        (cups.IPP_TAG_INTEGER, "limit", 1),
        (cups.IPP_TAG_KEYWORD, "requested-attributes", ["job-name", "job-state"]),
    ]
    try:
        found = _ask(uri, cups.IPP_OP_GET_JOBS, wanted, timeout_s)
    except (OSError, http.client.HTTPException):
        return None
    if found is None or [str(name) for name in found.get("job-name", [])] != [title]:
        return None
    states = found.get("job-state", [])
    return int(states[0]) if states else None


def _ask(uri: str, operation: int, wanted: list[tuple[int, str, Any]], timeout_s: float) -> dict[str, list[Any]] | None:
    """Attributes of the answer; None when there is nobody to ask in this way. Raises OSError, HTTPException."""
    parts = urllib.parse.urlsplit(uri)
    if parts.scheme not in ("ipp", "ipps", "http", "https") or parts.hostname is None:
        return None
    port = parts.port or _DEFAULT_PORT
    connection: http.client.HTTPConnection
    if parts.scheme in ("ipps", "https"):
        # Printers sign their own certificates; CUPS trusts them in the same way.
        context = ssl._create_unverified_context()  # noqa: S323
        connection = http.client.HTTPSConnection(parts.hostname, port, timeout=timeout_s, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=timeout_s)
    try:
        question = _question(uri, operation, wanted)
        connection.request("POST", parts.path or "/", question, {"Content-Type": "application/ipp"})
        response = connection.getresponse()
        body = response.read(_MAX_ANSWER_BYTES)
    finally:
        connection.close()
    return _attributes_in(body) if response.status == http.HTTPStatus.OK else None


def _question(uri: str, operation: int, wanted: list[tuple[int, str, Any]]) -> bytes:
    """The bytes of a request (RFC 8010)."""
    request = cups.IPPRequest(operation)
    for tag, name, value in (
        (cups.IPP_TAG_CHARSET, "attributes-charset", "utf-8"),
        (cups.IPP_TAG_LANGUAGE, "attributes-natural-language", "en"),
        (cups.IPP_TAG_URI, "printer-uri", uri),
        *wanted,
    ):
        request.add(cups.IPPAttribute(cups.IPP_TAG_OPERATION, tag, name, value))
    out = io.BytesIO()
    request.writeIO(out.write)
    return out.getvalue()


def _attributes_in(body: bytes) -> dict[str, list[Any]] | None:
    message: Any = cups.IPPRequest()
    stream = io.BytesIO(body)
    if message.readIO(stream.read) != cups.IPP_STATE_DATA:
        return None
    return {attribute.name: list(attribute.values) for attribute in message.attributes if attribute.name}
