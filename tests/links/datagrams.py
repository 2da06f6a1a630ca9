"""What the tests of the link send through it: `python -m tests.links.datagrams ROLE HOST PORT ...`, at one of its ends.

`echo` sends each datagram back to where it came from; `ask` sends some, one after the other, and prints their round trips
as JSON; `flood` sends at a rate and says nothing, `listen` prints how long each took; `connect` opens a TCP connection and
prints how it went; `pour` sends as much as TCP can, `drain` prints how much that was.
"""

import json
import socket
import struct
import sys
import time


def echo(host: str, port: int) -> None:
    """Until it is ended."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.bind((host, port))
        print("ready", flush=True)
        while True:
            data, sender = ours.recvfrom(65536)
            ours.sendto(data, sender)


def ask(host: str, port: int, count: int, pause_s: float, size: int) -> list[float]:
    """One round trip in seconds for each datagram, each from a port of its own; -1: nothing came back within a second."""
    trips = []
    for _ in range(count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
            ours.settimeout(1.0)
            asked_at = time.monotonic()
            try:
                ours.connect((host, port))
                ours.send(bytes(size))
                ours.recv(65536)
                trips.append(time.monotonic() - asked_at)
            except OSError:
                trips.append(-1.0)
        time.sleep(pause_s)
    return trips


def flood(host: str, port: int, rate_bps: float, for_s: float, size: int) -> None:
    """Datagrams whose IP packets are of `size` bytes, evenly, at `rate_bps`; each begins with when it was sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        started_at = due = time.monotonic()
        while due < started_at + for_s:
            time.sleep(max(0.0, due - time.monotonic()))
            ours.sendto(struct.pack("d", time.monotonic()).ljust(size - 28), (host, port))
            due += size * 8 / rate_bps


def listen(host: str, port: int, for_s: float) -> list[float]:
    """Seconds that each datagram of `flood` took to come here, from the first one on."""
    trips = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        ours.bind((host, port))
        print("ready", flush=True)
        data = ours.recv(65536)
        over_at = time.monotonic() + for_s
        ours.settimeout(0.5)
        while time.monotonic() < over_at:
            trips.append(time.monotonic() - struct.unpack_from("d", data)[0])
            try:
                data = ours.recv(65536)
            except TimeoutError:
                break
    return trips


def pour(host: str, port: int, for_s: float) -> None:
    """As much as TCP can carry."""
    block = bytes(1 << 16)
    with socket.create_connection((host, port)) as ours:
        over_at = time.monotonic() + for_s
        while time.monotonic() < over_at:
            ours.sendall(block)


def drain(host: str, port: int) -> float:
    """Bits a second that one `pour` brought here."""
    with socket.create_server((host, port)) as server:
        print("ready", flush=True)
        theirs, _ = server.accept()
        with theirs:
            started_at = time.monotonic()
            count = 0
            while got := len(theirs.recv(1 << 18)):
                count += got
            return count * 8 / (time.monotonic() - started_at)


def connect(host: str, port: int) -> dict[str, object]:
    """Whether a TCP connection could be opened, and within how many seconds this was known."""
    asked_at = time.monotonic()
    try:
        socket.create_connection((host, port), timeout=3.0).close()
        how = "open"
    except ConnectionRefusedError:
        how = "refused"
    except TimeoutError:
        how = "no answer"
    return {"how": how, "after_s": time.monotonic() - asked_at}


def main(role: str, host: str, port: str, *numbers: str) -> None:
    """Play one role."""
    if role == "echo":
        echo(host, int(port))
    elif role == "ask":
        print(json.dumps(ask(host, int(port), int(numbers[0]), float(numbers[1]), int(numbers[2]))))
    elif role == "flood":
        flood(host, int(port), float(numbers[0]), float(numbers[1]), int(numbers[2]))
    elif role == "listen":
        print(json.dumps(listen(host, int(port), float(numbers[0]))))
    elif role == "pour":
        pour(host, int(port), float(numbers[0]))
    elif role == "drain":
        print(json.dumps(drain(host, int(port))))
    elif role == "connect":
        print(json.dumps(connect(host, int(port))))
    else:
        raise SystemExit(f"no such role: {role}")


if __name__ == "__main__":
    main(*sys.argv[1:])
