"""What /proc says of programs that we started."""

import os
import subprocess
import sys

from tests.bench.processes import Cost, cost, family, memory_mb, share_of_a_core, with_argument

NAP = "import sys; print('up', flush=True); sys.stdin.read()"


def test_family_is_the_process_and_what_it_started() -> None:
    child = subprocess.Popen([sys.executable, "-c", NAP], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in family(os.getpid())
        assert family(child.pid) == [child.pid]
        assert 1 < memory_mb([child.pid]) < 200
    finally:
        child.communicate()


def test_process_is_found_by_an_argument() -> None:
    word = f"a-word-of-its-own-{os.getpid()}"
    child = subprocess.Popen([sys.executable, "-c", NAP, word], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        assert with_argument(word) == child.pid
    finally:
        child.communicate()
    assert with_argument(word) is None


def test_work_costs() -> None:
    before = cost([os.getpid()])
    while cost([os.getpid()]).total_s < before.total_s + 0.05:
        sum(range(10_000))
    after = cost([os.getpid()])
    assert share_of_a_core(before, after) > 0


def test_share_is_of_one_core_and_of_threads() -> None:
    before = Cost(1.0, {"painter-0": 0.5, "main": 0.5}, 10.0)
    after = Cost(3.0, {"painter-0": 1.0, "painter-1": 0.5, "main": 1.0}, 14.0)
    assert share_of_a_core(before, after) == 50.0
    assert share_of_a_core(before, after, "painter") == 25.0


def test_process_that_is_gone_costs_nothing() -> None:
    assert cost([2**22 + 1]).total_s == 0
    assert memory_mb([2**22 + 1]) == 0
