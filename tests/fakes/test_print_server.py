"""A CUPS that dies in the middle of a job leaves its backend running; the print service does not."""

import os
import subprocess
import time
from pathlib import Path

from tests.fakes.form_pdf import write_form
from tests.fakes.print_server import PrintServer

_LIMIT_S = 20.0


def backends(server: PrintServer) -> set[int]:
    """Process ids of the backends that carry a job of this server to its printer."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            is_backend = (folder / "exe").readlink().parent.name == "backend"
        except OSError:
            continue
        if is_backend and f"CUPS_SERVERROOT={server.root}".encode() in environment.split(b"\0"):
            found.add(int(folder.name))
    return found


def begin_a_job(server: PrintServer, form: Path) -> set[int]:
    """A job that waits for paper, and the backends that serve it."""
    server.set_state("+media-empty-error")
    environment = {**os.environ, "CUPS_SERVER": server.address}
    before = server.jobs_started()
    subprocess.run(["lp", "-d", server.queue, form], env=environment, check=True, capture_output=True)
    until = time.monotonic() + _LIMIT_S
    while server.jobs_started() == before:
        assert time.monotonic() < until, "the job never reached the printer"
        time.sleep(0.05)
    return backends(server)


def test_backends_of_a_cups_that_died_end_with_the_next_reset_or_with_the_service(tmp_path: Path) -> None:
    form = tmp_path / "form.pdf"
    write_form(form, title="Essai", pages=1)
    with PrintServer.start() as server:
        assert begin_a_job(server, form)
        server.stop("cupsd")
        assert backends(server), "a crash leaves them"
        server.reset()
        assert backends(server) == set()
        assert begin_a_job(server, form)
        server.stop("cupsd")
        assert backends(server)
    assert backends(server) == set()
