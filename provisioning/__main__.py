"""The command `visio-provision`, typed on a kiosk by a technician."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from provisioning.enrol import EnrolFailed, enrol


def parser() -> ArgumentParser:
    """The command line, in French for those who type it."""
    top = ArgumentParser(prog="visio-provision", description="Met une borne Visio-relais en service.")
    commands = top.add_subparsers(required=True, metavar="COMMANDE", dest="command")
    sentence = "Inscrit cette borne auprès du hub, avec un code à usage unique."
    command = commands.add_parser("enrol", help=sentence, description=sentence)
    command.add_argument(
        "--hub", required=True, metavar="ADRESSE", help="adresse du hub, comme https://visio.exemple.fr"
    )
    command.add_argument("--code", required=True, help="code donné par : visio-hub kiosk code BORNE")
    command.add_argument("--key", required=True, type=Path, metavar="FICHIER", help="où garder la clé de la borne")
    command.add_argument("--replace", action="store_true", help="remplace la clé d’une borne déjà inscrite")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (see `provisioning.enrol.Exit`; 2: the command line is wrong)."""
    arguments = parser().parse_args(argv)
    try:
        done = enrol(arguments.hub, arguments.code, arguments.key, replace=arguments.replace)
    except EnrolFailed as error:
        print(f"visio-provision : {error}", file=sys.stderr)
        return error.exit.value
    except KeyboardInterrupt:
        print("Arrêté. La clé est gardée : la même commande reprendra.", file=sys.stderr)
        return 1
    if done.warning:
        print(done.warning, file=sys.stderr)
    print(f"Borne « {done.kiosk_name} » inscrite au site « {done.site_name} » (identifiant : {done.kiosk_id}).")
    print(f"Sa clé est dans {arguments.key} ; elle ne quitte jamais cette machine et ne se copie pas.")
    print("\nEnsuite, dans les réglages de la borne (kiosk.toml) :")
    print(f'  [hub]\n  url = "{done.socket_url}"\n  key_file = "{arguments.key.absolute()}"')
    print("\npuis tapez :\n  visio-kiosk --config kiosk.toml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
