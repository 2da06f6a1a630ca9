"""What the tests of the link send through it: `python -m tests.links.datagrams ROLE HOST PORT ...`, at one of its ends.

`echo` sends each datagram back to where it came from; `ask` sends some, one after the other, and prints their round trips
as JSON; `flood` sends at a rate and says nothing; `connect` opens a TCP connection and prints how it went.
"""

import json
import socket
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
    """Datagrams whose IP packets are of `size` bytes, evenly, at `rate_bps`."""
    payload = bytes(size - 28)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        started_at = due = time.monotonic()
        while due < started_at + for_s:
            time.sleep(max(0.0, due - time.monotonic()))
            ours.sendto(payload, (host, port))
            due += size * 8 / rate_bps


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
    elif role == "connect":
        print(json.dumps(connect(host, int(port))))
    else:
        raise SystemExit(f"no such role: {role}")


if __name__ == "__main__":
    main(*sys.argv[1:])
