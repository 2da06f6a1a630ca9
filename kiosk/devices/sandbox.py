"""The command that runs one of our workers where it can harm nobody: no network, no files, no devices.

bubblewrap gives it new namespaces of every kind, an empty file system in which only the interpreter, its libraries and
the kiosk's own code can be read, no environment, no capability, and kills it with the kiosk.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

from kiosk.errors import SandboxMissing

_CODE = "/code"
_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


def sandboxed(module: str) -> list[str]:
    """Command line that runs `python -m module` in the sandbox.

    Raises:
        SandboxMissing: bubblewrap is not installed.
    """
    bwrap = shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")
    if bwrap is None:
        raise SandboxMissing("bubblewrap is not installed")
    command = [
        bwrap,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-drop",
        "ALL",
        "--hostname",
        "sandbox",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",  # noqa: S108 (inside the sandbox, empty and alone)
    ]
    for path in _readable():
        command += (
            ["--symlink", str(path.readlink()), str(path)] if path.is_symlink() else ["--ro-bind"] + [str(path)] * 2
        )
    command += ["--ro-bind", str(Path(__file__).parents[1]), f"{_CODE}/kiosk"]
    command += [
        "--setenv",
        "PYTHONPATH",
        _CODE,
        "--setenv",
        "LANG",
        "C.UTF-8",
        "--setenv",
        "PYTHONDONTWRITEBYTECODE",
        "1",
    ]
    # One thread each: the limit on processes counts threads too.
    command += ["--setenv", "OPENBLAS_NUM_THREADS", "1", "--chdir", _CODE]
    return [*command, "--", sys.executable, "-s", "-m", module]


def _readable() -> list[Path]:
    """Paths to show inside: the interpreter, this virtual environment, and the system's shared libraries."""
    interpreter = {
        Path(sys.executable).resolve().parent,
        Path(sysconfig.get_path("stdlib")),
        Path(sysconfig.get_path("platstdlib")),
        Path(sys.base_prefix) / "lib",
    }
    # The environment's own directory: its python (a link), pyvenv.cfg and site-packages.
    environment = {Path(sys.prefix)} if sys.prefix != sys.base_prefix else {Path(sysconfig.get_path("purelib"))}
    system = {Path(path) for path in _SYSTEM_LIBRARIES}
    found = sorted(path for path in interpreter | environment | system if path.exists())
    # A directory inside another one that is shown already needs no line of its own.
    return [path for path in found if not any(other in path.parents for other in found if not other.is_symlink())]
