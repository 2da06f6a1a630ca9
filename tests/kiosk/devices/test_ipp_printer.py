"""Asking a printer directly: a real one, and what may listen in its place."""

import socket
import threading

import cups
import pytest

from kiosk.devices.ipp_printer import Answer, ask_printer, last_job_state
from tests.fakes.print_server import PrintServer


def uri_of(server: PrintServer) -> str:
    queue = cups.Connection(server.address).getPrinterAttributes(server.queue, requested_attributes=["device-uri"])
    return str(queue["device-uri"])


def test_a_content_printer(print_server: PrintServer) -> None:
    assert ask_printer(uri_of(print_server), 5.0) == Answer(["none"])
    assert last_job_state(uri_of(print_server), "visio-relais", 5.0) is None


def test_a_printer_that_is_gone(print_server: PrintServer) -> None:
    uri = uri_of(print_server)
    print_server.stop("printer")
    assert ask_printer(uri, 2.0) == Answer(None)
    assert last_job_state(uri, "visio-relais", 2.0) is None


@pytest.mark.parametrize("uri", ["usb://Maker/Model", "dnssd://Borne._ipp._tcp.local/", "", "file:///dev/null"])
def test_printers_that_only_cups_can_reach(uri: str) -> None:
    assert ask_printer(uri, 1.0) is None


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"", Answer(None)),
        (b"garbage\r\n\r\n", Answer(None)),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n\x01\x01\x00\x00\x00\x00\x00\x01", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n" + b"\xff" * 40, None),
    ],
)
def test_what_is_no_printer_breaks_nothing(said: bytes, answer: Answer | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            visitor, _ = server.accept()
            with visitor:
                visitor.recv(65536)
                visitor.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        assert ask_printer(f"ipp://127.0.0.1:{server.getsockname()[1]}/ipp/print", 5.0) == answer
        thread.join()
