"""`visio-hub explain`: why a call waited, or what a station did today, in sentences."""

import time
from argparse import Namespace
from datetime import datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from hub.config import HubConfig
from hub.console.desk import CommandFailed, database_of, read_config, say
from hub.core.explain import Leg, explain
from hub.core.network import Network
from hub.core.story_words import Happened, station_history
from hub.store import stories
from hub.store.directory import load_network


def explain_wait(arguments: Namespace) -> int:
    """Tell the story of one call, or the day of one station."""
    call, station = arguments.call, arguments.station
    if (call is None) == (station is None):
        raise CommandFailed(
            "Donnez un appel, ou --station POSTE. Les identifiants d’appels sont dans le journal du hub."
        )
    return _call(arguments, call) if call is not None else _station(arguments, station)


def _call(arguments: Namespace, start: str) -> int:
    config = read_config(arguments.config)
    zone = _zone(config)

    def work(connection: Connection) -> tuple[list[str], list[Leg], Network]:
        found = stories.call_ids(connection, start)
        legs = stories.legs_of(connection, found[0]) if len(found) == 1 else []
        return found, legs, load_network(connection)

    with database_of(config, arguments.config) as database:
        found, legs, network = database.read_now(work)
    if not found:
        raise CommandFailed(f"Aucun appel ne s’appelle « {start} » ; ils sont gardés trente jours.")
    if len(found) > 1:
        raise CommandFailed(f"Plusieurs appels commencent ainsi : {', '.join(found)}… Donnez plus de lettres.")
    for line in explain(legs, stories.names(network), zone):
        say(line)
    return 0


def _station(arguments: Namespace, station_id: str) -> int:
    config = read_config(arguments.config)
    zone = _zone(config)
    since = _since(arguments.since)
    today = datetime.fromtimestamp(time.time(), zone)
    begins = datetime.combine(today.date(), since, zone).timestamp()

    def work(connection: Connection) -> tuple[list[Happened], Network]:
        return stories.station_events(connection, station_id, begins), load_network(connection)

    with database_of(config, arguments.config) as database:
        events, network = database.read_now(work)
    station = network.stations.get(station_id)
    if station is None:
        known = ", ".join(sorted(network.stations)) or "aucun ; tapez d’abord visio-hub import"
        raise CommandFailed(f"Le poste « {station_id} » n’existe pas. Postes connus : {known}.")
    say(f"Poste « {station.name} », aujourd’hui depuis {since:%H:%M} :")
    lines = station_history(events, stories.names(network), zone)
    for at, sentence in lines:
        say(f"  {at}  {sentence}")
    if not lines:
        say("  rien.")
    return 0


def _zone(config: HubConfig) -> ZoneInfo:
    try:
        return ZoneInfo(config.routing.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandFailed(f"Le fuseau horaire « {config.routing.timezone} » n’existe pas.") from None


def _since(text: str | None) -> clock_time:
    try:
        return clock_time.fromisoformat(text) if text is not None else clock_time()
    except ValueError:
        raise CommandFailed(f"« {text} » n’est pas une heure : écrivez 09:00.") from None
