"""What the process costs: each thread by its name, also after its end."""

import threading
import time

from kiosk.own_cost import OwnCost, peak_memory_bytes


def work(spent_s: float) -> None:
    until = time.thread_time() + spent_s
    while time.thread_time() < until:
        sum(range(500))


def test_the_time_of_a_thread_is_kept_after_its_end() -> None:
    cost = OwnCost()
    worked, looked = threading.Event(), threading.Event()

    def run() -> None:
        work(0.05)
        worked.set()
        looked.wait(10)

    threads = [threading.Thread(target=run, name=f"digging_{number}") for number in range(2)]
    for thread in threads:
        thread.start()
        assert worked.wait(10)
        worked.clear()
    cost.look()
    looked.set()
    for thread in threads:
        thread.join()
    cost.look()
    by_name = cost.by_thread_s()
    assert 0.1 <= by_name["digging"] < 5
    assert by_name["MainThread"] > 0
    assert set(by_name) >= {"digging", "MainThread"}


def test_memory_is_known_here() -> None:
    peak = peak_memory_bytes()
    assert peak is not None
    assert peak > 10_000_000
