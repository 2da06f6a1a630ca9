"""A job in a worker process: one last word whatever the process does, and nothing of it left behind."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.devices.frames import Frame
from kiosk.devices.worker_job import Launch, WorkerEnd, WorkerJob, ask_worker, bare_environment
from kiosk.errors import GarbledStream

HEAD = """
import sys, time, os, subprocess
from kiosk.devices.worker_side import WorkerSide
side = WorkerSide()
request, blobs = side.request()
"""


def worker(body: str) -> Launch:
    return Launch((sys.executable, "-c", HEAD + body), bare_environment())


def job_of(
    launch: Launch, *blobs: bytes, timeout_s: float = 20.0, grace_s: float = 1.0
) -> WorkerJob[Frame | WorkerEnd]:
    def translate(frame: Frame) -> Frame | None:
        if frame.event == "strange":
            raise GarbledStream("strange")
        return frame if frame.event != "aside" else None

    return WorkerJob[Frame | WorkerEnd](
        launch,
        {"word": "hello"},
        *blobs,
        translate=translate,
        is_last=lambda event: isinstance(event, WorkerEnd) or event.event == "last",
        ended=lambda end: end,
        timeout_s=timeout_s,
        restarts_clock=lambda event: isinstance(event, Frame) and event.event == "restart",
        cancel_grace_s=grace_s,
    )


async def words(job: WorkerJob[Frame | WorkerEnd]) -> list[str]:
    return [event.value if isinstance(event, WorkerEnd) else event.event async for event in job.events()]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("side.say({'event': 'one'}); side.say({'event': 'aside'}); side.say({'event': 'last'})", ["one", "last"]),
        ("side.say({'event': 'one'}); sys.exit(3)", ["one", "died"]),
        ("raise RuntimeError", ["died"]),
        ("os.kill(os.getpid(), 9)", ["died"]),
        ("side.say({'event': 'strange'}); time.sleep(60)", ["garbled"]),
        ("side._out.write(b'noise\\n'); side._out.flush(); time.sleep(60)", ["garbled"]),
        # What a driver prints is not mistaken for a frame.
        ("print('hello'); os.write(1, b'driver says'); side.say({'event': 'last'})", ["last"]),
    ],
)
async def test_words_and_ends(body: str, expected: list[str]) -> None:
    assert await words(job_of(worker(body))) == expected


async def test_a_job_whose_time_is_over_while_its_worker_is_started_ends_with_all_it_started() -> None:
    """Asyncio, told to give up a process whose pipes it has not opened yet, kills that one alone and then waits for the
    pipes, which a grandchild may keep."""
    launch = Launch(("/bin/sh", "-c", "sleep 60 & wait"), bare_environment())

    async def be_busy() -> None:
        while True:
            time.sleep(0.02)
            await asyncio.sleep(0)

    busy = asyncio.create_task(be_busy())
    for timeout_s in (0.02, 0.04):
        assert await words(job_of(launch, timeout_s=timeout_s)) == ["timed_out"]
    busy.cancel()


async def test_the_request_and_its_bytes_arrive() -> None:
    body = "side.say({'event': 'last', 'got': request['word']}, *reversed(blobs))"
    job = job_of(worker(body), b"a" * 300_000, b"b")
    (last,) = [event async for event in job.events()]
    assert isinstance(last, Frame)
    assert last.head["got"] == "hello"
    assert last.blobs == (b"b", b"a" * 300_000)


async def test_silence_ends_the_job_and_what_moves_goes_on() -> None:
    started = time.monotonic()
    assert await words(job_of(worker("time.sleep(60)"), timeout_s=0.5)) == ["timed_out"]
    assert time.monotonic() - started < 15
    moving = "[(side.say({'event': 'restart'}), time.sleep(0.5)) for _ in range(5)]; side.say({'event': 'last'})"
    assert await words(job_of(worker(moving), timeout_s=2.0)) == ["restart"] * 5 + ["last"]


async def test_cancel_is_heard_by_the_worker() -> None:
    body = "import threading; e = threading.Event(); side.on_cancel(e.set); e.wait(); side.say({'event': 'last'})"
    job = job_of(worker(body), grace_s=20)
    cancel = asyncio.create_task(job.cancel())
    assert await words(job) == ["last"]
    await cancel


async def test_a_deaf_worker_is_killed_with_what_it_started() -> None:
    body = "p = subprocess.Popen(['sleep', '600']); side.say({'event': 'one', 'pid': p.pid}); time.sleep(600)"
    job = job_of(worker(body), grace_s=0.2)
    events = job.events()
    first = await anext(events)
    assert isinstance(first, Frame)
    grandchild = Path(f"/proc/{first.head['pid']}")
    assert grandchild.exists()
    await job.cancel()
    assert [event async for event in events] == [WorkerEnd.CANCELLED]
    await asyncio.sleep(0.1)
    assert not grandchild.exists() or "(zombie)" in (grandchild / "status").read_text()


async def test_nothing_but_what_is_needed_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SECRET", "canary")
    frame = await ask_worker(worker("side.say({'env': sorted(os.environ)})"), {}, timeout_s=20)
    assert frame is not None
    assert set(frame.head["env"]) <= {"PATH", "PYTHONPATH", "TZ", "LANG", "LC_CTYPE"}


async def test_a_question_without_answer_is_none() -> None:
    assert await ask_worker(worker("time.sleep(60)"), {}, timeout_s=0.5) is None
    assert await ask_worker(worker("sys.exit()"), {}, timeout_s=20) is None
    assert await ask_worker(Launch(("/nowhere",), {}), {}, timeout_s=1) is None


def test_a_worker_dies_with_the_kiosk() -> None:
    """Killed outright, the kiosk can clean nothing: the kernel must."""
    inner = HEAD + "side.say({'pid': os.getpid()}); time.sleep(600)"
    outer = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', {inner!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "p.stdin.write(b'{}\\n'); p.stdin.flush(); p.stdout.readline(); print(p.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE) as kiosk:
        assert kiosk.stdout is not None
        child = Path(f"/proc/{int(kiosk.stdout.readline())}")
        assert child.exists()
        kiosk.kill()
    limit_s = time.monotonic() + 10
    while child.exists() and "(zombie)" not in (child / "status").read_text():
        assert time.monotonic() < limit_s
        time.sleep(0.02)
