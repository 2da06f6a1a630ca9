"""A worker that has been taken over by the file it opened: run in the sandbox, it tries to get out and says how far
it came. Not a test double of the renderer: it is started by the same sandbox, in its place."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from kiosk.devices import documents_worker
from kiosk.devices.worker_side import WorkerSide


def managed(action: Callable[[], object]) -> bool:
    try:
        return bool(action())
    except OSError:
        return False


def main() -> None:
    documents_worker.limit_resources()
    side = WorkerSide()
    request, _ = side.request()

    def connect() -> bool:
        with socket.create_connection(("127.0.0.1", request["port"]), timeout=2):
            return True

    def unix() -> bool:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2)
            door.connect(request["unix_socket"])
            return True

    def write(path: str) -> bool:
        return bool(Path(path).write_text("here"))

    side.say(
        {
            "event": "told",
            "alive": True,
            "connect": managed(connect),
            "unix": managed(unix),
            "secret": managed(lambda: Path(request["secret"]).read_text()),
            "home": managed(lambda: list(Path(request["home"]).iterdir())),
            "root": sorted(path.name for path in Path("/").iterdir()),
            "passwd": managed(lambda: Path("/etc/passwd").read_text()),
            "write_code": managed(lambda: write("/code/kiosk/taken.py")),
            "write_tmp": managed(lambda: write(request["write"])),
            "environment": sorted(os.environ),
            "processes": managed(lambda: list(Path("/proc").iterdir())),
            "parent": os.getppid(),
            "video": managed(
                lambda: [path for path in Path("/dev").iterdir() if path.name.startswith(("video", "snd", "bus"))]
            ),
        }
    )
    side.leave()


if __name__ == "__main__":
    main()
