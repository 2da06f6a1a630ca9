"""`visio-kiosk`: reads the settings and starts the kiosk. Messages here are for technicians, in French."""

import argparse
import sys
from pathlib import Path

from hub.logbook import start_logging
from hub.options import OptionsError
from kiosk.config import load

EXIT_OK, EXIT_PROBLEM, EXIT_USAGE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="visio-kiosk", description="La borne : l'écran de l'usager et ses appareils.")
    made.add_argument("--config", type=Path, required=True, metavar="FICHIER", help="réglages de la borne (TOML)")
    made.add_argument("--window", action="store_true", help="dans une fenêtre, au lieu de tout l'écran")
    return made


def main(argv: list[str] | None = None) -> int:
    """Run the kiosk until it is told to stop. Gives the exit code: 0, 1 wrong settings, 2 wrong usage."""
    arguments = parser().parse_args(argv)
    try:
        config = load(arguments.config)
    except OptionsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return EXIT_PROBLEM
    start_logging(config.log_level)
    # Qt, aiortc and OpenCV take a second to import: after the settings, so that a typing error is told at once.
    from kiosk.app import run
    from kiosk.wiring import StartFailed

    try:
        return run(config, windowed=arguments.window)
    except StartFailed as error:
        print(error, file=sys.stderr)
        return EXIT_PROBLEM


if __name__ == "__main__":
    sys.exit(main())
