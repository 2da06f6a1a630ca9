"""`visio-kiosk`: reads the settings and starts the kiosk. Messages here are for technicians, in French."""

import argparse
import sys
from pathlib import Path

from hub.logbook import start_logging
from hub.options import OptionsError
from kiosk.config import KioskConfig, load

EXIT_OK, EXIT_PROBLEM, EXIT_USAGE = 0, 1, 2
MAX_SECONDS = 86_400.0
MAX_SEND_BYTES = 100_000_000


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="visio-kiosk", description="La borne : l'écran de l'usager et ses appareils.")
    made.add_argument("--config", type=Path, required=True, metavar="FICHIER", help="réglages de la borne (TOML)")
    made.add_argument("--window", action="store_true", help="dans une fenêtre, au lieu de tout l'écran")
    made.add_argument("--rehearse", metavar="PARTENAIRE", help="passer un appel d'essai à ce partenaire, puis partir")
    trial = made.add_argument_group("avec --rehearse")
    trial.add_argument("--motif", metavar="MOTIF", default="", help="identifiant du motif ; sans lui : « autre »")
    trial.add_argument("--seconds", type=_positive, metavar="S", default=30.0, help="durée dans l'appel (30)")
    trial.add_argument("--patience", type=_positive, metavar="S", default=60.0, help="attente d'un conseiller (60)")
    trial.add_argument("--camera", type=Path, metavar="FICHIER", help="image, vidéo ou .y4m au lieu de la caméra")
    trial.add_argument("--microphone", type=Path, metavar="FICHIER", help="WAV de 48 kHz, mono, au lieu du micro")
    trial.add_argument("--loudspeaker", type=Path, metavar="FICHIER", help="WAV à écrire au lieu de faire entendre")
    trial.add_argument("--frames", type=Path, metavar="DOSSIER", help="garder une image reçue toutes les 2 s")
    trial.add_argument("--send-bytes", type=_bytes, metavar="N", default=0, help="envoyer N octets comme des pages")
    trial.add_argument("--out", type=Path, metavar="FICHIER", help="écrire les mesures (JSON)")
    return made


def _only_for_rehearsals(arguments: argparse.Namespace, read: argparse.ArgumentParser) -> str | None:
    """The first option given that means nothing without --rehearse."""
    names = ("motif", "seconds", "patience", "camera", "microphone", "loudspeaker", "frames", "send_bytes", "out")
    given = (name for name in names if getattr(arguments, name) != read.get_default(name))
    return next((f"--{name.replace('_', '-')}" for name in given), None)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= MAX_SECONDS:
        raise ValueError(text)
    return value


def _bytes(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MAX_SEND_BYTES:
        raise ValueError(text)
    return value


def main(argv: list[str] | None = None) -> int:
    """Run the kiosk until it is told to stop. Gives the exit code: 0, 1 wrong settings, 2 wrong usage."""
    read = parser()
    arguments = read.parse_args(argv)
    if arguments.rehearse is None and (alone := _only_for_rehearsals(arguments, read)):
        read.error(f"{alone} ne va qu'avec --rehearse PARTENAIRE")
    try:
        config = load(arguments.config)
    except OptionsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return EXIT_PROBLEM
    if arguments.rehearse is not None:
        return _rehearse(config, arguments)
    start_logging(config.log_level)
    # Qt, aiortc and OpenCV take a second to import: after the settings, so that a typing error is told at once.
    from kiosk.app import run
    from kiosk.wiring import StartFailed

    try:
        return run(config, windowed=arguments.window)
    except StartFailed as error:
        print(error, file=sys.stderr)
        return EXIT_PROBLEM


def _rehearse(config: KioskConfig, arguments: argparse.Namespace) -> int:
    """A test call: what it measured on standard output, what went wrong on standard error."""
    # What devices and connections write to the log is for the journal of a kiosk that serves; here only trouble counts.
    start_logging("warning" if config.log_level == "info" else config.log_level)
    from kiosk.rehearsal import Plan
    from kiosk.rehearsal_files import Files
    from kiosk.rehearse import run
    from kiosk.wiring import StartFailed

    plan = Plan(arguments.rehearse, arguments.motif, arguments.seconds, arguments.patience)
    files = Files(
        camera=arguments.camera,
        microphone=arguments.microphone,
        loudspeaker=arguments.loudspeaker,
        frames=arguments.frames,
        out=arguments.out,
    )
    try:
        told = run(config, plan, files, windowed=arguments.window, send_bytes=arguments.send_bytes)
    except StartFailed as error:
        print(error, file=sys.stderr)
        return EXIT_PROBLEM
    print("Appel d'essai réussi." if told.failure is None else "L'appel d'essai n'a pas réussi.")
    for line in told.summary:
        print(f"  {line}")
    if told.failure is None:
        return EXIT_OK
    print(told.sentence, file=sys.stderr)
    return EXIT_PROBLEM


if __name__ == "__main__":
    sys.exit(main())
