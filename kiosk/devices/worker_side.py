"""What each worker process does first. Imported by workers only: nothing heavy here, they start for each job."""

import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from kiosk.devices.frames import write_frame

_PR_SET_PDEATHSIG = 1


class WorkerSide:
    """Standard output kept for frames, standard input for requests; the process dies with the kiosk.

    Drivers are C code that may print: descriptor 1 is pointed at standard error, and frames go to a private copy.
    """

    def __init__(self) -> None:
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        self._out: BinaryIO = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def request(self) -> tuple[dict[str, Any], list[bytes]]:
        """The first frame: what to do, and the bytes to do it with. Raises ValueError when it is not a frame."""
        request = json.loads(sys.stdin.buffer.readline())
        if not isinstance(request, dict):
            raise ValueError("the request is not an object")
        return request, [sys.stdin.buffer.read(size) for size in request.pop("blobs", [])]

    def say(self, head: Mapping[str, Any], *blobs: bytes) -> None:
        """Send a frame; when nobody listens any more, end at once."""
        with self._lock:
            try:
                write_frame(self._out, head, *blobs)
            except OSError:
                os._exit(1)

    def on_cancel(self, cancel: Callable[[], None]) -> None:
        """Call `cancel` once, in a thread, at the first further line on standard input or when it closes."""

        def wait() -> None:
            sys.stdin.buffer.readline()
            cancel()

        threading.Thread(target=wait, daemon=True).start()

    def leave(self) -> None:
        """End without running exit handlers: drivers are known to crash or hang in theirs."""
        with self._lock:
            self._out.flush()
            os._exit(0)
