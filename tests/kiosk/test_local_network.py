"""The addresses of interfaces that work, read from the kernel."""

import subprocess
import sys

import pytest

from kiosk.local_network import usable_addresses

IN_A_NAMESPACE = """
import subprocess, time
from kiosk.local_network import usable_addresses

def ip(words):
    subprocess.run(["ip", *words.split()], check=True)

def comes_to(expected):
    "The kernel takes up to a second to say that a cable was pulled or put in."
    until_s = time.monotonic() + 5
    while ("192.0.2.7" in usable_addresses()) != expected and time.monotonic() < until_s:
        time.sleep(0.02)
    return ("192.0.2.7" in usable_addresses()) == expected

ip("link set lo up")
print(sorted(usable_addresses()))
ip("link add one type veth peer name two")
ip("addr add 192.0.2.7/24 dev one")
print(comes_to(False))
ip("link set one up")
print(comes_to(False))
ip("link set two up")
print(comes_to(True))
ip("link set two down")
print(comes_to(False))
ip("link set two up")
ip("addr del 192.0.2.7/24 dev one")
print(comes_to(False))
"""


def test_only_interfaces_that_are_up_with_a_cable_count() -> None:
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-W", "error", "-c", IN_A_NAMESPACE],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("network namespaces need root")
    assert done.stdout.split("\n") == ["[]", "True", "True", "True", "True", "True", ""], done.stderr


def test_the_loopback_is_not_among_them() -> None:
    assert not {"127.0.0.1", "::1"} & usable_addresses()
