"""The command `visio-hub`: arguments, and one sentence when something is wrong.

Exit codes: 0 done, 1 something given is wrong (and nothing was changed), 2 the command line is wrong.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from hub.console import agents, database, explain, kiosks, network, setup
from hub.console.desk import DEFAULT_CONFIG, CommandFailed
from hub.options import OptionsError

Command = Callable[[Namespace], int]


def parser() -> ArgumentParser:
    """The command line, in French for those who type it."""
    top = ArgumentParser(prog="visio-hub", description="Le hub de Visio-relais : met en relation bornes et agents.")
    commands = top.add_subparsers(required=True, metavar="COMMANDE")

    def add(name: str, to: Command, sentence: str, within: "_Group | None" = None) -> ArgumentParser:
        group = commands if within is None else within.commands
        command: ArgumentParser = group.add_parser(name, help=sentence, description=sentence)
        command.add_argument(
            "--config", type=Path, default=DEFAULT_CONFIG, help=f"fichier de réglages ({DEFAULT_CONFIG} sinon)"
        )
        command.set_defaults(command=to)
        return command

    class _Group:
        def __init__(self, name: str, sentence: str) -> None:
            made = commands.add_parser(name, help=sentence, description=sentence)
            self.commands = made.add_subparsers(required=True, metavar="ACTION")

    add("init", setup.init, "Crée les réglages, les secrets et la base de données qui manquent.")
    add("run", setup.run, "Fait tourner le hub jusqu’à ce qu’on l’arrête.")
    command = add("import", network.import_network, "Met le réseau en accord avec network.toml.")
    command.add_argument("file", type=Path, metavar="network.toml", help="description du réseau")
    command.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, sans rien changer")

    command = add(
        "explain", explain.explain_wait, "Dit pourquoi un appel a attendu, ou ce qu’un poste a fait aujourd’hui."
    )
    command.add_argument("call", nargs="?", metavar="APPEL", help="identifiant de l’appel, ou son début")
    command.add_argument("--station", metavar="POSTE", help="identifiant d’un poste : sa journée")
    command.add_argument("--since", metavar="HH:MM", help="avec --station : depuis cette heure")

    kiosk = _Group("kiosk", "Les bornes.")
    command = add("add", kiosks.add, "Ajoute une borne si elle est nouvelle, et donne son code d’enrôlement.", kiosk)
    command.add_argument("id", metavar="BORNE", help="identifiant, comme hambye-1")
    command.add_argument("--site", help="identifiant du site ; nécessaire pour une nouvelle borne")
    command.add_argument("--name", help="nom lu par les agents")
    for name, to, sentence in (
        ("code", kiosks.code, "Donne un nouveau code d’enrôlement."),
        ("disable", kiosks.disable, "Désactive une borne : le hub la refuse."),
        ("enable", kiosks.enable, "Réactive une borne."),
    ):
        add(name, to, sentence, kiosk).add_argument("id", metavar="BORNE", help="identifiant de la borne")
    add("list", kiosks.listing, "Montre les bornes.", kiosk)

    agent = _Group("agent", "Les agents des partenaires.")
    command = add("add", agents.add, "Ajoute un agent.", agent)
    command.add_argument("email", metavar="ADRESSE", help="adresse électronique")
    command.add_argument("--partner", required=True, help="identifiant du partenaire")
    command.add_argument("--name", required=True, help="nom lu par l’usager, comme Mme Martin")
    command = add("password", agents.password, "Donne un mot de passe à un agent.", agent)
    command.add_argument("email", metavar="ADRESSE", help="adresse électronique")
    command.add_argument(
        "--password-stdin", action="store_true", help="lit le mot de passe sur l’entrée standard, même au clavier"
    )
    for name, to, sentence in (
        ("disable", agents.disable, "Désactive un agent et le déconnecte."),
        ("enable", agents.enable, "Réactive un agent."),
    ):
        add(name, to, sentence, agent).add_argument("email", metavar="ADRESSE", help="adresse électronique")
    add("list", agents.listing, "Montre les agents.", agent)

    db = _Group("db", "La base de données.")
    add("check", database.check, "Vérifie la base, et dit ce qu’elle contient.", db)
    command = add("backup", database.backup, "Écrit une sauvegarde, même pendant que le hub tourne.", db)
    command.add_argument("file", type=Path, metavar="FICHIER", help="fichier à écrire")
    command = add("restore", database.restore, "Reprend une sauvegarde, hub arrêté.", db)
    command.add_argument("file", type=Path, metavar="FICHIER", help="sauvegarde à reprendre")
    command.add_argument("--replace", action="store_true", help="remplace ce que la base contient")
    command = add("migrate", database.migrate, "Déplace l’installation vers une autre base de données.", db)
    command.add_argument("--to", required=True, metavar="ADRESSE", help="postgresql+psycopg://compte@serveur/base")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = parser().parse_args(argv)
    command: Command = arguments.command
    try:
        return command(arguments)
    except OptionsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    except CommandFailed as error:
        print(f"visio-hub : {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Arrêté.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
