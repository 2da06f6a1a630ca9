"""What a rehearsal plays and keeps: the files that stand in for devices, and those that it writes."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiosk.config import Driver, KioskConfig
from kiosk.devices.simulated_camera import can_be_played
from kiosk.wiring import StartFailed


@dataclass(frozen=True)
class Files:
    """What is played and kept; None: the kiosk's own devices, nothing kept."""

    camera: Path | None = None
    microphone: Path | None = None
    loudspeaker: Path | None = None
    frames: Path | None = None
    out: Path | None = None

    @property
    def sounds(self) -> bool:
        """Files instead of the sound card."""
        return self.microphone is not None or self.loudspeaker is not None


def with_files(config: KioskConfig, files: Files) -> KioskConfig:
    """The settings with files instead of devices, where files are given.

    Raises:
        StartFailed: a file cannot be used, or a folder cannot be written; the message says which and what to do.
    """
    if files.camera is not None:
        if not can_be_played(files.camera):
            raise StartFailed(
                f"Le fichier de la caméra ne peut pas servir ({files.camera}) : il faut une image, une vidéo, "
                "ou un fichier .y4m en 4:2:0 sur 8 bits."
            )
        camera = replace(config.camera, driver=Driver.SIMULATED, simulated_file=str(files.camera))
        config = replace(config, camera=camera)
    if files.sounds:
        sound = replace(
            config.sound,
            driver=Driver.SIMULATED,
            simulated_microphone_file=str(files.microphone or ""),
            simulated_loudspeaker_file=str(files.loudspeaker or ""),
        )
        config = replace(config, sound=sound)
    for file in (files.loudspeaker, files.out, files.frames):
        _check_writable(file)
    return config


def _check_writable(file: Path | None) -> None:
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        usable = os.access(file if file.exists() else file.parent, os.W_OK)
    except OSError:
        usable = False
    if not usable:
        raise StartFailed(f"On ne peut pas écrire ici : {file}. Choisissez un autre endroit, ou un autre compte.")


def write_report(file: Path, told: dict[str, Any]) -> None:
    """Whole or not at all: whoever waits for the file finds it complete.

    Raises:
        StartFailed: it cannot be written; the message says where and why.
    """
    half = file.with_name(file.name + ".part")
    try:
        half.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")
        half.replace(file)
    except OSError as error:
        raise StartFailed(f"Les mesures n'ont pas pu être écrites dans {file} : {error.strerror}.") from error
