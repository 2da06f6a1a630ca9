"""`visio-hub explain`, on calls that the real engine decided on."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select

from hub.core.board import Rules
from hub.core.requests import (
    Accept,
    AtStation,
    Decline,
    FinishWrapUp,
    HangUp,
    HearMedia,
    Kiosk,
    Look,
    Place,
    Request,
    SetRest,
    TakeStation,
    Transfer,
)
from hub.protocol import AwayReason, MediaState, Resolution, TransferTarget
from hub.store import tables as t
from hub.store.database import Database
from hub.store.decider import Asked, Clocks, Decider
from hub.store.directory import load_network
from tests.hub.access_world import NETWORK
from tests.hub.console.conftest import Console

PARIS = ZoneInfo("Europe/Paris")
RULES = """
[[partner.pool]]
id = "agence"
name = "Agence de Coutances"
[[partner.pool]]
id = "departement"
name = "Plateau du département"
[[partner.overflow]]
steps = [{ pool = "agence" }, { pool = "departement", after_s = 300 }]
[[partner]]
id = "msa"
"""
WITH_POOLS = (
    NETWORK.replace('[[partner]]\nid = "msa"\n', RULES.lstrip())
    .replace('name = "CAF 1"\n', 'name = "CAF 1"\npool = "agence"\n')
    .replace('name = "CAF 2"\n', 'name = "CAF 2"\npool = "departement"\nskills = ["lsf"]\n')
    .replace('label = "RSA"\n', 'label = "RSA"\nskills = ["lsf"]\npriority = 1\n')
)


class Engine:
    """Decisions as the hub takes them, at the times that the story tells."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'visio-hub.db'}")
        self.network = self.database.read_now(load_network)
        self.now = 0.0
        self.decider = Decider(Rules(), PARIS, Clocks(lambda: self.now, lambda: self.now), is_shared=False)

    def at(self, clock: str, request: Request, day: str = "2026-11-23") -> None:
        self.now = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=PARIS).timestamp()
        asked = Asked(request)
        done = self.database.write_now(lambda c: self.decider.transact(c, self.network, None, [asked]))
        if asked.error is not None:
            raise asked.error
        self.decider.committed(done)

    def agents(self) -> list[str]:
        row = {"id": "agent-msa", "partner_id": "msa", "email": "a@msa.example", "display_name": "Mme A"}
        self.database.write_now(lambda c: c.execute(insert(t.agent).values(row)))
        query = select(t.agent.c.id).where(t.agent.c.partner_id == "caf")
        return list(self.database.read_now(lambda c: c.execute(query)).scalars())

    def sit(self, clock: str, station_id: str, agent_id: str, *, day: str = "2026-11-23") -> AtStation:
        self.at(clock, TakeStation(station_id, agent_id), day)
        station = AtStation(station_id, 1)
        self.at(clock, SetRest(station, "available"), day)
        return station


@pytest.fixture
def told(console: Console) -> Console:
    """A Monday morning at the CAF: two agents, three calls, a transfer to the MSA."""
    console.do("import", console.write_network(WITH_POOLS))
    engine = Engine(console.folder)
    martin, leroy = engine.agents()
    caf_1, caf_2 = engine.sit("09:00", "caf-1", martin), engine.sit("09:01", "caf-2", leroy)
    msa_1 = engine.sit("09:02", "msa-1", "agent-msa")
    engine.at("09:10", Place(Kiosk("hambye-2"), "caf", "r1", "first-call", "autre", site_id="hambye"))
    engine.at("09:10:05", Accept(caf_1, "first-call", 1))
    engine.at("09:10:07", HearMedia(caf_1, "first-call", 1, MediaState.CONNECTED))
    engine.at("09:12", Place(Kiosk("hambye-1"), "caf", "r2", "second-call", "autre", site_id="hambye"))
    engine.at("09:14", SetRest(caf_2, "away", AwayReason.FRONT_DESK))
    engine.at("09:16", SetRest(caf_2, "available"))
    engine.at("09:17", Look("caf"))
    engine.at("09:17:20", Decline(caf_2, "second-call", 1))
    engine.at("09:17:50", Look("caf"))
    engine.at("09:18", Accept(caf_2, "second-call", 2))
    engine.at("09:18:02", HearMedia(caf_2, "second-call", 1, MediaState.CONNECTED))
    to_msa = TransferTarget(kind="partner", id="msa")
    engine.at("09:20", Transfer(caf_2, "second-call", to_msa, "third-leg"))
    engine.at("09:20:40", Accept(msa_1, "third-leg", 1))
    engine.at("09:21", HearMedia(msa_1, "third-leg", 1, MediaState.CONNECTED))
    engine.at("09:30", HangUp(Kiosk("hambye-1"), "third-leg"))
    engine.database.close()
    return console


def test_why_a_call_waited_is_told_in_words(told: Console) -> None:
    first = told.do("explain", "second-call").split("\n\nAppel third-leg")[0]
    assert first.rstrip() == (
        "Appel second-call, 23/11/2026 : « Mairie de Hambye, Borne de la mairie » vers CAF, motif « Autre question »\n"
        "\n"
        "  09:12:00  Appel passé. Personne n’attendait, mais aucun poste n’était libre.\n"
        "  09:17:00  L’attente ouvre l’appel au groupe Plateau du département.\n"
        "  09:17:00  Sonne à CAF 2.\n"
        "  09:17:20  CAF 2 passe l’appel à un autre ; l’usager garde sa place.\n"
        "  09:17:50  L’attente ouvre l’appel au groupe Plateau du département.\n"
        "  09:17:50  Sonne à CAF 2.\n"
        "  09:18:00  CAF 2 répond.\n"
        "  09:18:02  En communication avec CAF 2.\n"
        "  09:20:00  CAF 2 transmet l’appel à MSA.\n"
        "  09:20:00  L’usager est passé à un autre agent. Ensuite : appel third-leg.\n"
        "  09:20:00  Fin : l’appel a été transmis.\n"
        "\n"
        "  Attente avant la réponse : 6 min. Pendant ce temps :\n"
        "    CAF 1 : en appel 6 min.\n"
        "    CAF 2 : disponible, mais pas encore ouvert à cet appel 3 min, absent (accueil sur place) 2 min,"
        " cet appel y sonnait 30 s, laissé tranquille après avoir passé ou manqué cet appel 30 s."
    )


def test_the_legs_of_a_transfer_are_followed_both_ways(told: Console) -> None:
    whole = told.do("explain", "second-call")
    assert whole == told.do("explain", "third-leg")
    assert whole.index("Appel second-call") < whole.index("Appel third-leg")
    assert "Appel transmis par un agent ; l’usager garde son heure d’arrivée. Avant cela : appel second-call." in whole
    assert "  09:20:40  MSA 1 répond.\n" in whole
    assert "  Attente avant la réponse : 40 s. Pendant ce temps :\n    MSA 1 : cet appel y sonnait 40 s." in whole


def test_a_call_that_did_not_wait_has_nothing_to_explain(told: Console) -> None:
    said = told.do("explain", "first-call")
    assert "Appel passé. Un poste était libre." in said
    assert "Attente avant la réponse : 5 s" in said
    assert "en appel" not in said


def test_the_start_of_an_identifier_is_enough_when_only_one_begins_so(told: Console) -> None:
    assert told.do("explain", "second") == told.do("explain", "second-call")
    assert "Aucun appel" in told.refuse("explain", "sec")
    assert "Aucun appel" in told.refuse("explain", "another-call")
    assert "Aucun appel" in told.refuse("explain", "%%%%%%")


def test_which_priority_went_before_and_who_lacks_the_skill(console: Console) -> None:
    console.do(
        "import", console.write_network(WITH_POOLS.replace('pool = "departement"\nskills', 'pool = "agence"\nskills'))
    )
    engine = Engine(console.folder)
    martin, leroy = engine.agents()
    caf_2 = engine.sit("09:00", "caf-2", leroy)
    engine.at("09:01", Place(Kiosk("hambye-1"), "caf", "r1", "first-call", "autre", site_id="hambye"))
    engine.at("09:01:02", Accept(caf_2, "first-call", 1))
    engine.at("09:01:04", HearMedia(caf_2, "first-call", 1, MediaState.CONNECTED))
    engine.database.write_now(_third_kiosk)
    engine.at("09:04", Place(Kiosk("hambye-2"), "caf", "r2", "second-call", "autre", site_id="hambye"))
    engine.at("09:06", Place(Kiosk("hambye-3"), "caf", "r3", "signing-call", "rsa", site_id="hambye"))
    engine.at("09:07", HangUp(Kiosk("hambye-1"), "first-call"))
    engine.at("09:07", FinishWrapUp(caf_2, "first-call", Resolution.RESOLVED))
    engine.at("09:07:04", Accept(caf_2, "signing-call", 1))
    engine.at("09:08", HearMedia(caf_2, "signing-call", 1, MediaState.CONNECTED))
    caf_1 = engine.sit("09:09", "caf-1", martin)
    engine.at("09:09:05", Accept(caf_1, "second-call", 1))
    engine.database.close()
    said = console.do("explain", "second-call")
    assert "  Servis pendant ce temps :\n" in said
    assert "09:07:04  CAF 2 : appel arrivé à 09:06, plus prioritaire (compté 5 min plus tôt)." in said
    assert "CAF 1 : hors ligne 5 min, cet appel y sonnait 5 s." in said
    said = console.do("explain", "signing-call")
    assert "motif « RSA » (priorité 1)" in said
    assert "Appel passé. 1 appel attendait déjà." in said
    assert "CAF 1 : n’a pas la compétence demandée (lsf)." in said


def _third_kiosk(connection: Connection) -> None:
    values = {"id": "hambye-3", "site_id": "hambye", "name": "Troisième"}
    connection.execute(insert(t.kiosk).values(values))


def test_the_day_of_a_station(console: Console) -> None:
    engine = Engine(console.folder)
    today = datetime.now(PARIS).date().isoformat()
    station = engine.sit("09:00", "caf-1", engine.agents()[0], day=today)
    engine.at("09:05", SetRest(station, "away", AwayReason.LUNCH), today)
    engine.database.close()
    assert console.do("explain", "--station", "caf-1") == (
        "Poste « CAF 1 », aujourd’hui depuis 00:00 :\n"
        "  09:00  Poste ouvert.\n  09:00  Disponible.\n  09:05  Absent : déjeuner.\n"
    )
    assert console.do("explain", "--station", "caf-1", "--since", "09:04").endswith(
        "depuis 09:04 :\n  09:05  Absent : déjeuner.\n"
    )
    assert console.do("explain", "--station", "caf-2").endswith("  rien.\n")


def test_what_is_typed_wrong_is_told(console: Console) -> None:
    assert "Donnez un appel, ou --station" in console.refuse("explain")
    assert "Donnez un appel, ou --station" in console.refuse("explain", "a-call", "--station", "caf-1")
    assert "Postes connus : caf-1, caf-2, msa-1" in console.refuse("explain", "--station", "caf-9")
    assert "n’est pas une heure" in console.refuse("explain", "--station", "caf-1", "--since", "9h")
