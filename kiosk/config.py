"""Settings of the kiosk: one TOML file, each option with type, default, unit and a sentence.

`hub.options` reads it; README.md of `provisioning/` lists it, and a test checks that the list is complete.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hub.options import load_options, option, table


class Driver(StrEnum):
    """Real device or its simulated twin."""

    REAL = "real"
    SIMULATED = "simulated"
    NONE = "none"


@dataclass(frozen=True)
class HubOptions:
    url: str = option(
        "Address of the hub, as seen from the kiosk.",
        default="ws://127.0.0.1:8080",
        check=lambda value: value.startswith(("ws://", "wss://")),
        expected="starting with ws:// or wss://",
    )
    key_file: Path = option("The kiosk's private key, made by visio-provision enrol.", default=Path("kiosk.key"))
    kiosk_id: str = option(
        "Identifier of this kiosk, given by visio-provision enrol; empty: read beside the key.", default=""
    )


@dataclass(frozen=True)
class ScreenOptions:
    width_mm: float = option(
        "Width of the lit surface; every size on screen derives from it.",
        default=476.0,
        unit="mm",
        check=lambda value: 100 <= value <= 2000,
        expected="100 to 2000",
    )
    height_mm: float = option(
        "Height of the lit surface.",
        default=268.0,
        unit="mm",
        check=lambda value: 100 <= value <= 2000,
        expected="100 to 2000",
    )
    window_width_px: int = option("Width with --window.", default=1280, unit="px")
    window_height_px: int = option("Height with --window.", default=720, unit="px")
    language: str = option("Language of the screens at the start of each session.", default="fr")


@dataclass(frozen=True)
class CameraOptions:
    driver: Driver = option("Real camera, simulated, or none.", default=Driver.REAL)
    device: str = option("V4L2 node, or a video file, for the real driver.", default="/dev/video0")
    simulated_file: str = option(
        "Picture or video shown by the simulated camera; empty: a generated picture.", default=""
    )
    width_px: int = option("Picture width asked of the device.", default=1280, unit="px")
    height_px: int = option("Picture height asked of the device.", default=720, unit="px")
    frames_per_s: int = option(
        "Picture rate.", default=30, unit="frames/s", check=lambda v: 5 <= v <= 60, expected="5 to 60"
    )


@dataclass(frozen=True)
class SoundOptions:
    driver: Driver = option("Real sound card, simulated (files), or none.", default=Driver.REAL)
    microphone: str = option("Name of the input device as sounddevice lists it; empty: the default.", default="")
    loudspeaker: str = option("Name of the output device; empty: the default.", default="")
    simulated_microphone_file: str = option(
        "WAV file, 48 kHz mono, heard in a loop by the simulated microphone.", default=""
    )
    simulated_loudspeaker_file: str = option(
        "WAV file that the simulated loudspeaker writes; empty: nowhere.", default=""
    )
    echo_cancellation: bool = option("Cancel echo, noise and level differences.", default=True)
    follow_headset: bool = option("Move the sound to a headset or handset as soon as one is plugged in.", default=True)
    headset: str = option(
        "Part of the name of a headset or handset that the sound server does not recognise as one; empty: none.",
        default="",
    )
    volume: int = option(
        "Loudspeaker at the start of each session.",
        default=7,
        unit="0..10",
        check=lambda v: 0 <= v <= 10,
        expected="0 to 10",
    )


@dataclass(frozen=True)
class ScannerOptions:
    driver: Driver = option("Real scanner, simulated, or none.", default=Driver.REAL)
    device: str = option("SANE device name, e.g. test:0; empty: the first that SANE finds.", default="")
    sane_config_dir: str = option(
        "Directory with dll.conf listing the only backends to load; empty: the system's.", default=""
    )
    dpi: int = option(
        "Resolution of pages.", default=200, unit="dots per inch", check=lambda v: 75 <= v <= 600, expected="75 to 600"
    )
    page_timeout_s: float = option(
        "A page that takes longer is given up and the worker killed.", default=60.0, unit="s"
    )
    simulated_pages: str = option(
        "Directory of JPEG or PNG pages for the simulated scanner; empty: a generated page.", default=""
    )


@dataclass(frozen=True)
class PrinterOptions:
    driver: Driver = option("Real printer through CUPS, simulated, or none.", default=Driver.REAL)
    queue: str = option("Name of the CUPS queue.", default="borne")
    server: str = option("CUPS server or socket; empty: the system's.", default="")
    job_timeout_s: float = option("A job that makes no progress for longer is cancelled.", default=180.0, unit="s")
    simulated_output: str = option(
        "Directory where the simulated printer writes what it prints; empty: nowhere.", default=""
    )


@dataclass(frozen=True)
class SessionOptions:
    idle_warning_s: float = option(
        "Without a touch outside a call, ask whether somebody is there.", default=120.0, unit="s"
    )
    idle_countdown_s: float = option(
        "Time to answer that question before everything is erased.", default=45.0, unit="s"
    )
    ended_s: float = option("The end screen stays so long before everything is erased.", default=60.0, unit="s")
    erased_s: float = option("The screen that says so stays so long.", default=4.0, unit="s")


@dataclass(frozen=True)
class SimulationOptions:
    state_file: str = option(
        "JSON file read by the simulated devices before each step: device name -> state word, to make them fail on command; empty: they never fail.",
        default="",
    )


@dataclass(frozen=True)
class PathOptions:
    runtime_dir: Path = option(
        "Directory in memory (tmpfs) for the files of a session; emptied at its end.", default=Path("/run/visio-kiosk")
    )


@dataclass(frozen=True)
class KioskConfig:
    log_level: str = option(
        "How much is logged: debug, info, warning or error. Never content.",
        default="info",
        check=lambda value: value in ("debug", "info", "warning", "error"),
        expected="debug, info, warning or error",
    )
    hub: HubOptions = table("Link to the hub.", HubOptions)
    screen: ScreenOptions = table("The screen.", ScreenOptions)
    camera: CameraOptions = table("The camera.", CameraOptions)
    sound: SoundOptions = table("Microphone and loudspeaker.", SoundOptions)
    scanner: ScannerOptions = table("The scanner.", ScannerOptions)
    printer: PrinterOptions = table("The printer.", PrinterOptions)
    session: SessionOptions = table("The usager's stay.", SessionOptions)
    simulation: SimulationOptions = table("Simulated devices.", SimulationOptions)
    paths: PathOptions = table("Directories.", PathOptions)


def load(file: Path) -> KioskConfig:
    """Read the kiosk's settings.

    Raises:
        hub.options.OptionsError: with every problem of the file.
    """
    return load_options(file, KioskConfig)
