"""`make demo`: a hub, a kiosk in a window and the station page in a browser, and you play. Without a display: the story.

Also prepares what `make run-hub` and `make run-kiosk` need: `python -m tests.system.demo prepare-hub` (settings,
database, network and the agent's account) and `prepare-kiosk` (the kiosk's key; the hub must run).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.child import Child, NotReadyError
from tests.system import story
from tests.system.hub_program import COMMANDS, HubProgram
from tests.system.stage import KIOSK_ID

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets" / "demo"
DEMO = ROOT / "build" / "demo"
PORT = 8080
EMAIL, PASSWORD = "martin@caf.example", "demonstration"
BROWSERS = ("xdg-open", "chromium", "firefox-esr", "firefox")


def prepared_hub() -> HubProgram:
    """The demonstration's hub, with its network and the agent's account, ready to start. Keeps what is there."""
    DEMO.mkdir(parents=True, exist_ok=True)
    settings = (ASSETS / "hub.toml").read_text(encoding="utf-8")
    hub = HubProgram(DEMO, network=ASSETS / "network.toml", port=PORT, log=DEMO / "hub.log", settings=settings)
    hub.give_password(EMAIL, PASSWORD)
    return hub


def prepare_kiosk(hub: HubProgram) -> None:
    """Enrol the demonstration's kiosk, unless it is. The hub must run."""
    (DEMO / "run").mkdir(parents=True, exist_ok=True)
    (DEMO / "printed").mkdir(exist_ok=True)
    key = DEMO / "kiosk.key"
    if key.with_name("kiosk.key.id").exists():
        return
    command = [COMMANDS / "visio-provision", "enrol", "--hub", hub.url, "--key", key]
    subprocess.run([*command, "--code", hub.enrolment_code(KIOSK_ID)], check=True)


def play() -> int:
    """Open everything and wait until somebody presses Ctrl-C or closes the kiosk; then end it all."""
    hub = prepared_hub()
    kiosk: Child | None = None
    try:
        hub.start()
        prepare_kiosk(hub)
        kiosk = Child(
            "kiosk",
            [COMMANDS / "visio-kiosk", "--config", ASSETS / "kiosk.toml", "--window"],
            log=DEMO / "kiosk.log",
            cwd=ROOT,
        )
        print(
            f"\nThe kiosk is in its window. The station page: {hub.url}/station\n"
            f"  account   {EMAIL}\n  password  {PASSWORD}\n\n"
            f"Logs: {DEMO.relative_to(ROOT)}/*.log    To end everything: Ctrl-C, or close the kiosk's window.",
            flush=True,
        )
        _open_browser(f"{hub.url}/station")
        return kiosk.wait(within_s=None)
    except KeyboardInterrupt:
        print("\nEnding.")
        return 0
    except NotReadyError as error:
        print(f"The demonstration cannot start: {error}", file=sys.stderr)
        return 1
    finally:
        if kiosk is not None:
            kiosk.end()
        hub.end()


def _open_browser(address: str) -> None:
    # As root, xdg-open has nobody's desktop to ask, and what it finds by itself does not open.
    known = BROWSERS if os.getuid() else BROWSERS[1:]
    browser = next((name for name in known if shutil.which(name)), None)
    if browser is None:
        print(f"No browser was found: open {address} yourself.")
        return
    # As root, Chromium refuses its sandbox; a browser that does not open is no reason to stop.
    options = (
        ["--no-sandbox", f"--user-data-dir={tempfile.mkdtemp()}"] if browser == "chromium" and not os.getuid() else []
    )
    subprocess.Popen(
        [browser, *options, address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Play the demonstration, or prepare a part of it."""
    parser = argparse.ArgumentParser(prog="demo", description="The demonstration.")
    parser.add_argument("what", nargs="?", choices=("play", "prepare-hub", "prepare-kiosk"), default="play")
    what: str = parser.parse_args(argv).what
    try:
        if what == "prepare-hub":
            prepared_hub()
        elif what == "prepare-kiosk":
            prepare_kiosk(prepared_hub())
        elif os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            return play()
        else:
            print("No display here: playing the story instead.", flush=True)
            return story.main([])
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd} failed:\n{error.stderr or ''}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
