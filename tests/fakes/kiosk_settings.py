"""Settings of a kiosk of the small network, with simulated camera and sound and no paper."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.config import (
    CameraOptions,
    Driver,
    HubOptions,
    KioskConfig,
    PathOptions,
    PrinterOptions,
    ScannerOptions,
    SoundOptions,
)


def write_key(file: Path, key: Ed25519PrivateKey) -> Path:
    """The kiosk's key, as visio-provision writes it."""
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


def small_kiosk(folder: Path, url: str, kiosk_id: str, key: Ed25519PrivateKey) -> KioskConfig:
    """Settings whose files are below `folder`."""
    return KioskConfig(
        hub=HubOptions(url=url, key_file=write_key(folder / "kiosk.key", key), kiosk_id=kiosk_id),
        camera=CameraOptions(driver=Driver.SIMULATED),
        sound=SoundOptions(driver=Driver.SIMULATED, echo_cancellation=False),
        scanner=ScannerOptions(driver=Driver.NONE),
        printer=PrinterOptions(driver=Driver.NONE),
        paths=PathOptions(runtime_dir=folder / "run"),
    )
