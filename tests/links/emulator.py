"""A kiosk at one end, the hub, the TURN server and the agent's browser at the other, and a bad link between them.

    with EmulatedLink(folder, PROFILES["L2"]) as link:
        hub = Child("hub", link.command("net", ["visio-hub", ...]), ...)      # listens on addresses.HUB
        kiosk = Child("kiosk", link.command("kiosk", ["visio-kiosk", ...]), ...)
        link.start_clock()          # time 0 of the profile; until then its first settings hold, without events
        ...
        packets = link.packets()    # also written to folder/packets.csv at the end, time 0 at `start_clock`

Each end is a network namespace with its own loopback. Every packet that leaves the kiosk is seen and noted, also those to
addresses that nobody has (`Dropped.NOWHERE`). Addresses: `tests.links.addresses`; names are not resolved, IPv6 is off.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.fakes.child import Child
from tests.links.addresses import NET_ADDRESSES, STATION
from tests.links.bridge import interface_words
from tests.links.filters import Filter
from tests.links.impairment import Impairment
from tests.links.packet_log import Packet, Way, read_packets, write_csv
from tests.links.profiles import PROFILES, Profile
from tests.repository.tree import ROOT

End = Literal["kiosk", "net"]
START_S = 10.0
ANSWER_S = 10.0


class NoNamespacesError(Exception):
    """An emulated link needs root, /dev/net/tun and the programs ip and nsenter."""


class EmulatedLink:
    """Both ends and the bridge between them, from the moment it is made to `close`."""

    def __init__(self, folder: Path, profile: Profile | None = None, *, seed: int = 1) -> None:
        """Make the link with the profile's first settings and its filters; CLEAN when none is named.

        Raises:
            NoNamespacesError: not allowed here, or a program or /dev/net/tun is missing. Anything else that goes wrong is
                a defect, and raised as it is.
        """
        self.profile = PROFILES["CLEAN"] if profile is None else profile
        self.clock_started_at = time.monotonic()
        self._folder = folder
        self._lock = threading.Lock()
        self._orders: Connection[Any, Any] | None = None
        self._log = folder / "packets.bin"
        folder.mkdir(parents=True, exist_ok=True)
        # A socket's path is at most 107 characters long, which a test's folder may exceed.
        private = tempfile.mkdtemp(prefix="visio-link-")
        address = f"{private}/orders"
        self._bridge = Child(
            "bridge",
            [sys.executable, "-m", "tests.links.bridge", address, self._log, str(seed)],
            log=folder / "bridge.log",
            cwd=ROOT,
        )
        try:
            self._bridge.wait_for_log("listening", within_s=START_S)
            self._orders = Client(address, family="AF_UNIX")
            made = self._orders.recv()
            shutil.rmtree(private)
            if isinstance(made, OSError):
                raise made
            self._namespaces: dict[str, str] = dict(zip(("kiosk", "net"), made["namespaces"], strict=True))
            self.priority: str = made["priority"]
            self._configure()
            self.block(*self.profile.blocked)
            self.apply(up=self.profile.up[0][1], down=self.profile.down[0][1])
        except (PermissionError, FileNotFoundError) as error:
            self._end()
            raise NoNamespacesError(str(error)) from error
        except BaseException:
            self._end()
            raise

    def command(self, end: End, words: Sequence[str | Path]) -> list[str]:
        """`words`, to be run at one end."""
        return ["nsenter", f"--net={self._namespaces[end]}", *(str(word) for word in words)]

    def start_clock(self) -> float:
        """Make this moment time 0 of the profile; it, in seconds of `time.monotonic`."""
        self.clock_started_at = self._order("start", self.profile)
        return self.clock_started_at

    def apply(self, *, up: Impairment | None = None, down: Impairment | None = None) -> None:
        """Another link at once; what the profile still held for these directions is forgotten."""
        changes = {way: each for way, each in ((Way.UP, up), (Way.DOWN, down)) if each is not None}
        self._order("apply", changes)

    def cut(self, for_s: float) -> None:
        """Let nothing through either way for so long, from now on."""
        self._order("cut", for_s)

    def switch(self, after_s: float = 1.0) -> None:
        """Take the kiosk's interface and address away at once; the other one comes up `after_s` later."""
        self._order("switch", after_s)

    def block(self, *filters: Filter) -> None:
        """Put these filters, and no others, in the way."""
        self._order("block", filters)

    def unblock(self) -> None:
        self.block()

    def packets(self) -> list[Packet]:
        """What became of the packets until now; those on their way are not among them."""
        if self._orders is not None:
            self._order("flush")
        return read_packets(self._log.read_bytes())

    def unseen_drops(self) -> int:
        """Packets that an interface dropped before the bridge could read them: above 0, the figures are not to be used."""
        return sum(
            interface["stats64"]["tx"]["dropped"]
            for end in ("kiosk", "net")
            for interface in json.loads(self._run(end, ["ip", "-json", "-stats", "link"]))
            if interface["ifname"] != "lo"
        )

    def bridge_cpu_s(self) -> float:
        """Processor time that the bridge has used until now."""
        return int(Path(f"/proc/{self._bridge.pid}/schedstat").read_text().split()[0]) / 1e9

    def close(self) -> None:
        """Take the link down, and write its packets as CSV. Programs at its ends must have been ended."""
        if self._orders is None:
            return
        self._end()
        write_csv(self.packets(), self._folder / "packets.csv", zero_at=self.clock_started_at)

    def _configure(self) -> None:
        self._ip("kiosk", "link set lo up", *interface_words(0))
        others = [address for address in NET_ADDRESSES if address != STATION]
        self._ip(
            "net",
            "link set lo up",
            *(f"addr add {address}/32 dev lo" for address in others),
            "link set eth0 up txqueuelen 4000",
            f"addr add {STATION}/32 dev eth0",
            f"route add default dev eth0 src {STATION}",
        )

    def _ip(self, end: End, *lines: str) -> None:
        self._run(end, ["ip", "-batch", "-"], "\n".join(lines) + "\n")

    def _run(self, end: End, words: Sequence[str], text: str | None = None) -> str:
        command = self.command(end, words)
        return subprocess.run(command, input=text, check=True, capture_output=True, text=True, timeout=10).stdout

    def _order(self, order: str, *arguments: object) -> float:
        with self._lock:
            assert self._orders is not None, "the link is down"
            self._orders.send((order, *arguments))
            if not self._orders.poll(ANSWER_S):
                raise AssertionError(f"the bridge does not answer: {self._bridge.read_log()}")
            try:
                at: float = self._orders.recv()
            except EOFError:
                raise AssertionError(f"the bridge is gone: {self._bridge.read_log()}") from None
        return at

    def _end(self) -> None:
        if self._orders is not None:
            self._orders.close()
            self._orders = None
        # It ends by itself when its orders do, after writing what it still holds.
        try:
            self._bridge.wait(within_s=ANSWER_S)
        finally:
            self._bridge.end(within_s=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
