"""A whole private print service: D-Bus, Avahi, an IPP Everywhere printer and a CUPS server, nothing shared.

    with PrintServer.start() as server:
        PrinterOptions(queue=server.queue, server=server.address)
        server.set_state("+media-empty-error")    # the printer stops and says so, as soon as a job needs it
        server.set_state("-media-empty-error")    # somebody put paper in: the job goes on
        server.received_files()                   # what came out, oldest first

`ippeveprinter` will not start without DNS-SD, so Avahi runs too, in a network namespace of its own where nothing
can be heard. Needs the Debian packages cups-daemon, cups-client, cups-ipp-utils, cups-filters, avahi-daemon, dbus
and bubblewrap, and to be root (as CI is) or to own the directories.
"""

import contextlib
import getpass
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

QUEUE = "borne"
_START_LIMIT_S = 20.0
_END_LIMIT_S = 5.0

_CUPSD_CONF = """
Listen {socket}
Browsing No
BrowseLocalProtocols none
DefaultAuthType Basic
WebInterface No
IdleExitTimeout 0
LogLevel info
PreserveJobHistory Yes
PreserveJobFiles Yes
JobRetryInterval 2
# Jobs are known on disk at once: what a crash leaves in the spool can be found and purged.
DirtyCleanInterval 0
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

_CUPS_FILES_CONF = """
ServerRoot {root}
RequestRoot {root}/spool
CacheDir {root}/cache
StateDir {root}/state
TempDir {root}/tmp
DataDir /usr/share/cups
ServerBin /usr/lib/cups
AccessLog {root}/access_log
ErrorLog {root}/error_log
PageLog {root}/page_log
User {user}
Group {group}
SystemGroup root lpadmin
FileDevice No
ConfigFilePerm 0644
LogFilePerm 0644
"""

_DBUS_CONF = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={bus}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_destination="*"/><allow send_type="method_call"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""

_AVAHI_CONF = """[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
disallow-other-stacks=no
[wide-area]
enable-wide-area=no
[publish]
disable-publishing=no
"""

# What ippeveprinter runs for each job: the document's file name is its argument, states go to standard error.
# It obeys the state file until the printer is content, page by page as a real one, then keeps the document.
_COMMAND = """#!{python}
import os, shutil, subprocess, sys, time
root = {root!r}
said = set()
def wanted():
    try:
        with open(root + "/states") as file:
            return set(file.read().split())
    except OSError:
        return set()
def say():
    global said
    now = wanted()
    for state in sorted(now - said):
        print("STATE: +" + state, file=sys.stderr, flush=True)
    for state in sorted(said - now):
        print("STATE: -" + state, file=sys.stderr, flush=True)
    said = now
    return any(state.endswith("-error") for state in now)
def cancelled():
    # ippeveprinter lets its command run on after a Cancel-Job; a printer stops.
    uri, _, number = os.environ["IPP_JOB_URI"].rpartition("/")
    look = ["ipptool", "-tv", "-d", "job=" + number, uri, root + "/look.test"]
    seen = subprocess.run(look, capture_output=True, text=True).stdout
    return "processing-to-stop-point" in seen or "job-state (enum) = canceled" in seen
import atexit
mark = root + "/running/%d" % os.getpid()
open(mark, "w").close()
atexit.register(os.unlink, mark)
with open(root + "/started", "a") as file:
    file.write("job\\n")
time.sleep(0.05)
while say() or os.path.exists(root + "/slow"):
    time.sleep(0.1)
    if cancelled():
        sys.exit(0)
if os.path.exists(root + "/refuse"):
    sys.exit(1)
number = len(os.listdir(root + "/received")) + 1
target = root + "/received/%04d" % number
shutil.copy(sys.argv[-1], target + ".part")
os.rename(target + ".part", target + {suffix!r})
"""


_LOOK_TEST = """{
  OPERATION Get-Job-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR language attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR integer job-id $job
  ATTR name requesting-user-name borne
  ATTR keyword requested-attributes job-state,job-state-reasons
}
"""


class PrintServerError(Exception):
    """A part of the print service did not start; the text names its log."""


class PrintServer:
    """See the module. Use `PrintServer.start()`."""

    def __init__(self, root: Path, document_format: str = "application/pdf") -> None:
        self.root = root
        self.queue = QUEUE
        self.address = str(root / "cups.sock")
        """What `cups.setServer` and `CUPS_SERVER` take."""
        self._format = document_format
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._orphans: list[int] = []
        """Process descriptors of what a crash left running."""
        self._logs: list[IO[bytes]] = []
        self._printer_port = 0

    @classmethod
    @contextlib.contextmanager
    def start(cls) -> Iterator["PrintServer"]:
        """A running service in a new directory; everything ends and is removed afterwards."""
        # Not under tmp_path, which only its owner may enter: CUPS runs its filters as another user.
        root = Path(tempfile.mkdtemp(prefix="visio-print-"))
        root.chmod(0o755)
        server = cls(root)
        try:
            server._start_all()
            yield server
        finally:
            server._stop_all()
            shutil.rmtree(root, ignore_errors=True)

    # ---- what tests do with it ----------------------------------------------------------------------------

    def set_state(self, change: str) -> None:
        """`+keyword` raises a printer state reason, `-keyword` clears it; the job in progress waits while one ends
        in `-error`. Seen by a job that is being printed, within 0.1 s."""
        states = set(self._states_file.read_text().split()) if self._states_file.exists() else set()
        sign, word = change[0], change[1:]
        states = states | {word} if sign == "+" else states - {word}
        _write_whole(self._states_file, " ".join(sorted(states)))

    def set_slow(self, slow: bool) -> None:
        """Jobs are taken but do not end."""
        _switch(self.root / "slow", slow)

    def set_refusing(self, refusing: bool) -> None:
        """Jobs end in an error."""
        _switch(self.root / "refuse", refusing)

    def received_files(self) -> list[Path]:
        """Documents that the printer has put out, oldest first."""
        return sorted(path for path in (self.root / "received").iterdir() if path.suffix != ".part")

    def jobs_started(self) -> int:
        """How many documents reached the printer, whatever became of them."""
        started = self.root / "started"
        return len(started.read_text().splitlines()) if started.exists() else 0

    def spooled_files(self) -> list[Path]:
        """Document and control files that CUPS still holds."""
        return [path for path in (self.root / "spool").iterdir() if path.is_file()]

    def reset(self) -> None:
        """Between two tests: content printer, no job, nothing received."""
        for name in ("states", "slow", "refuse", "started"):
            (self.root / name).unlink(missing_ok=True)
        self._start("cupsd")
        self._run("cancel", "-a", self.queue, check=False)
        # A printer keeps its last state until the next job; a new one has none.
        self.stop("printer")
        self._end_orphans()
        for mark in (self.root / "running").iterdir():
            mark.unlink()
        self._start("printer")
        self._wait("the printer to be idle", self._idle)
        self._run("cancel", "-a", "-x", self.queue, check=False)
        for path in (self.root / "received").iterdir():
            path.unlink()
        (self.root / "started").unlink(missing_ok=True)

    def stop(self, name: str) -> None:
        """Take `printer` or `cupsd` away, as a cut cable or a crash does; a crash leaves what serves a job running,
        until the next reset or the end."""
        process = self._processes.pop(name, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self._orphans += _living(session=process.pid)

    def restart(self, name: str) -> None:
        """Bring `printer` or `cupsd` back."""
        self._start(name)

    # ---- starting ---------------------------------------------------------------------------------------------

    @property
    def _states_file(self) -> Path:
        return self.root / "states"

    def _start_all(self) -> None:
        root = self.root
        for name in ("received", "spool", "cache", "state", "tmp", "running", "ppd", "printer"):
            (root / name).mkdir()
        user, group = ("lp", "lp") if os.getuid() == 0 else (getpass.getuser(), str(os.getgid()))
        (root / "cupsd.conf").write_text(_CUPSD_CONF.format(socket=self.address))
        (root / "cups-files.conf").write_text(_CUPS_FILES_CONF.format(root=root, user=user, group=group))
        (root / "dbus.conf").write_text(_DBUS_CONF.format(bus=root / "bus"))
        (root / "avahi.conf").write_text(_AVAHI_CONF)
        (root / "look.test").write_text(_LOOK_TEST)
        command = root / "print-command"
        suffix = "." + self._format.rpartition("/")[2]
        command.write_text(_COMMAND.format(python=sys.executable, root=str(root), suffix=suffix))
        command.chmod(0o755)
        for name in ("dbus", "avahi", "printer", "cupsd"):
            self._start(name)
        self._run(
            "lpadmin", "-p", self.queue, "-E", "-v", f"ipp://localhost:{self._printer_port}/ipp/print",
            "-m", "everywhere", "-o", "printer-error-policy=abort-job",
        )  # fmt: skip
        # The queue takes jobs before its description is written, and would send them raw.
        self._wait("the queue's description", (self.root / "ppd" / f"{self.queue}.ppd").exists)
        self._wait("the printer to be idle", self._idle)

    def _start(self, name: str) -> None:
        if name in self._processes and self._processes[name].poll() is None:
            return
        bus = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.root / 'bus'}"}
        match name:
            case "dbus":
                self._spawn(name, ["dbus-daemon", "--nofork", f"--config-file={self.root / 'dbus.conf'}"], {})
                self._wait("D-Bus", (self.root / "bus").exists)
            case "avahi":
                inside = ["--dev-bind", "/", "/", "--tmpfs", "/run", "--unshare-net", "--die-with-parent"]
                daemon = ["avahi-daemon", "--no-drop-root", "--no-chroot", "-f", str(self.root / "avahi.conf")]
                self._spawn(name, ["bwrap", *inside, *daemon], bus)
                self._wait("Avahi", lambda: self._on_bus("org.freedesktop.Avahi", bus))
            case "printer":
                self._printer_port = self._printer_port or _free_port()
                self._spawn(
                    name,
                    [
                        "ippeveprinter", "-n", "localhost", "-p", str(self._printer_port), "-f", self._format,
                        "-d", str(self.root / "printer"), "-c", str(self.root / "print-command"), "-s", "30,30",
                        "--no-web-forms", "Borne",
                    ],
                    bus,
                )  # fmt: skip
                self._wait("the IPP printer", lambda: _listens(self._printer_port))
            case "cupsd":
                files = str(self.root / "cups-files.conf")
                self._spawn(name, ["cupsd", "-f", "-c", str(self.root / "cupsd.conf"), "-s", files], {})
                self._wait("CUPS", lambda: self._run("lpstat", "-r", check=False).endswith("is running\n"))
            case _:
                raise ValueError(name)

    def _spawn(self, name: str, command: list[str], more: Mapping[str, str]) -> None:
        found = shutil.which(command[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
        if found is None:
            raise PrintServerError(f"{command[0]} is not installed")
        log = (self.root / f"{name}.log").open("ab")
        self._logs.append(log)
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": str(self.root), **more}
        self._processes[name] = subprocess.Popen(
            [found, *command[1:]], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
        )

    def _run(self, *command: str, check: bool = True) -> str:
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "CUPS_SERVER": self.address}
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=30)
        if check and done.returncode != 0:
            raise PrintServerError(f"{command[0]}: {done.stderr.strip()}\n{self._tail()}")
        return done.stdout

    def _on_bus(self, service: str, bus: Mapping[str, str]) -> bool:
        asked = ["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
        method = ["org.freedesktop.DBus.NameHasOwner", f"string:{service}"]
        done = subprocess.run([*asked, *method], capture_output=True, text=True, env={**os.environ, **bus}, timeout=10)
        return "boolean true" in done.stdout

    def _idle(self) -> bool:
        if "is idle" not in self._run("lpstat", "-p", self.queue, check=False) or self._run("lpstat", "-o"):
            return False
        # The printer's own command may outlive the job that CUPS has forgotten.
        return not any((self.root / "running").iterdir())

    def _wait(self, what: str, ready: "object") -> None:
        assert callable(ready)
        limit_s = time.monotonic() + _START_LIMIT_S
        while not ready():
            dead = [name for name, process in self._processes.items() if process.poll() is not None]
            if dead or time.monotonic() > limit_s:
                raise PrintServerError(f"waited in vain for {what}; ended: {dead}\n{self._tail()}")
            time.sleep(0.05)

    def _tail(self) -> str:
        logs = [*self.root.glob("*.log"), self.root / "error_log"]
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-600:]}" for log in logs if log.exists())

    def _stop_all(self) -> None:
        for name in reversed(list(self._processes)):
            self.stop(name)
        self._end_orphans()
        for log in self._logs:
            log.close()

    def _end_orphans(self) -> None:
        while self._orphans:
            orphan = self._orphans.pop()
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(orphan, signal.SIGKILL)
            # Readable once the process has ended: its files may be removed then.
            select.select([orphan], [], [], _END_LIMIT_S)
            os.close(orphan)


def _living(*, session: int) -> list[int]:
    """Descriptors of the processes of a session, whatever their parent and group: CUPS gives each of its own a group.

    A descriptor stays that of one process, where a number may be given to another.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            pid = int(folder.name)
            if os.getsid(pid) == session:
                found.append(os.pidfd_open(pid))
    return found


def _write_whole(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)


def _switch(path: Path, on: bool) -> None:
    if on:
        path.touch()
    else:
        path.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
