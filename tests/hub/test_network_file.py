"""The network file: every problem at once, with its line; and never an exception, whatever the text."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.network import Motif, OpeningHours
from hub.network_file import NetworkFile, read_network
from hub.network_reader import Finding
from tests.hub.access_world import NETWORK

DEMO = Path(__file__).parents[2] / "assets" / "demo" / "network.toml"


def problems(text: str) -> list[tuple[int, str]]:
    """Lines and sentences of what stops the file."""
    network, findings = read_network(text)
    found = [(finding.line, finding.sentence) for finding in findings if not finding.is_warning]
    assert (network is None) == bool(found)
    return found


def with_changes(*changes: tuple[str, str]) -> str:
    text = NETWORK
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def test_the_demonstration_has_neither_problem_nor_warning() -> None:
    network, findings = read_network(DEMO.read_text(encoding="utf-8"))
    assert findings == []
    assert network is not None
    assert [partner.name for partner in network.partners] == ["CAF", "MSA", "CPAM", "France Travail"]
    assert len([station for station in network.stations if station.partner_id == "caf"]) == 3
    assert len(network.sites) == len(network.kiosks) == 2
    assert network.partners[0].hours == ()  # always open: the demonstration works at any hour
    assert all(partner.hours for partner in network.partners[1:])
    assert all(agent.email.endswith(".example") for agent in network.agents)


def test_a_right_file_is_read_as_it_is_written() -> None:
    network, findings = read_network(NETWORK)
    assert network is not None
    caf, msa = network.partners
    assert caf.motifs == (Motif("rsa", "RSA", ("Une pièce d’identité", "Un RIB")), Motif("autre", "Autre question", ()))
    assert (caf.offer_timeout_s, caf.wrap_up_s, caf.missed_offers_limit, caf.is_enabled) == (25, 120, 2, True)
    assert msa.hours == (OpeningHours(0, 540, 720), OpeningHours(0, 810, 990), OpeningHours(6, 0, 1440))
    assert {finding.is_warning for finding in findings} == {True}


def test_every_problem_is_told_at_once_with_its_line() -> None:
    text = with_changes(
        ('id = "caf"', 'id = "La CAF"'),
        ('label = "RSA"', 'label = ""'),
        ('monday = ["13:30-16:30", "09:00-12:00"]', 'monday = ["13:30-16:30", "09:00-14:00"]'),
        ('id = "caf-2"', 'id = "msa-1"'),
        ('email = "leroy@caf.example"', 'email = "leroy"'),
        ('id = "hambye-2"\nsite = "hambye"', 'id = "hambye-2"\nsite = "percy"'),
    )
    lines = text.splitlines()
    found = problems(text)
    told = {(lines[line - 1].split(" = ")[0], lines[line - 1]) for line, _ in found}
    assert ("id", 'id = "La CAF"') in told
    assert ("label", 'label = ""') in told
    assert any("chevauchent" in sentence and lines[line - 1].startswith("monday") for line, sentence in found)
    assert any("deux fois" in sentence and lines[line - 1] == 'id = "msa-1"' for line, sentence in found)
    assert ("email", 'email = "leroy"') in told
    assert any("percy" in sentence and lines[line - 1] == 'site = "percy"' for line, sentence in found)
    assert [line for line, _ in found] == sorted(line for line, _ in found)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('name = "CAF"', "name = 3", "doit être du texte"),
        ('name = "CAF"', f'name = "{"x" * 81}"', "trop long"),
        ('name = "CAF"', 'name = "CA\\tF"', "invisible"),
        ('name = "CAF"', 'name = "CA\\u202eF"', "invisible"),
        ('name = "CAF"\n', "", "il manque `name`"),
        ('name = "CAF"', 'name = "CAF"\nwrap_up_s = 0', "entre 10 et 1800"),
        ('name = "CAF"', 'name = "CAF"\nwrap_up_s = true', "entre 10 et 1800"),
        ('name = "CAF"', 'name = "CAF"\noffer_timeout_s = 25.0', "entre 5 et 120"),
        ('name = "CAF"', 'name = "CAF"\nenabled = "yes"', "true ou false"),
        ('name = "CAF"', 'name = "CAF"\nnom = "CAF"', "n’est pas connu ici"),
        ('id = "autre"', 'id = "rsa"', "le motif « rsa » apparaît deux fois"),
        ('papers = ["Une pièce d’identité", "Un RIB"]', 'papers = "Un RIB"', "liste d’au plus"),
        ('papers = ["Une pièce d’identité", "Un RIB"]', f"papers = {['x'] * 9}", "liste d’au plus"),
        ('papers = ["Une pièce d’identité", "Un RIB"]', "papers = [1]", "doit être du texte"),
        ('sunday = ["00:00-24:00"]', 'sunday = ["12:00-09:00"]', "finit avant de commencer"),
        ('sunday = ["00:00-24:00"]', 'sunday = ["12:00-12:00"]', "finit avant de commencer"),
        ('sunday = ["00:00-24:00"]', 'sunday = ["9h-12h"]', "une plage s’écrit"),
        ('sunday = ["00:00-24:00"]', 'sunday = ["24:00-25:00"]', "une plage s’écrit"),
        ('sunday = ["00:00-24:00"]', 'dimanche = ["00:00-24:00"]', "n’est pas connu ici"),
        ('monday = ["13:30-16:30", "09:00-12:00"]\nsunday = ["00:00-24:00"]', "", "aucune plage"),
        ('partner = "msa"', 'partner = "cpam"', "aucun bloc [[partner]]"),
        ('name = "MSA 1"', 'name = "MSA 1"\npartner_id = "x"', "n’est pas connu ici"),
        ('email = "leroy@caf.example"', 'email = "CANARI.martin@caf.example"', "apparaît deux fois"),
        ('id = "hambye-2"', 'id = "hambye-1"', "la borne « hambye-1 » apparaît"),
        ("[[site]]", "[site]", "s’écrit en blocs [[site]]"),
        ("[[partner.motif]]", "[partner.motif]", "ce n’est pas du TOML"),
        ("[[site]]", "[[sites]]", "n’est pas connu ici"),
    ],
)
def test_each_mistake_has_its_sentence_and_a_line(before: str, after: str, expected: str) -> None:
    found = problems(with_changes((before, after)))
    matching = [(line, sentence) for line, sentence in found if expected in sentence]
    assert matching, found
    assert all(line > 0 for line, _ in matching)


def test_a_file_that_is_not_toml_says_where() -> None:
    (found,) = problems('[[partner]]\nid = "caf"\nname = \n')
    assert found[0] == 3


def test_an_empty_file_is_a_problem() -> None:
    assert "aucun partenaire" in problems("")[0][1]


TOML_VALUES = st.recursive(
    st.one_of(
        st.text(max_size=8).map(
            lambda text: f'"{"".join(c for c in text if c.isprintable() and c not in chr(34) + chr(92))}"'
        ),
        st.integers().map(str),
        st.booleans().map(lambda value: str(value).lower()),
        st.floats().map(str),
        st.sampled_from(["1979-05-27", "07:32:00", '"09:00-12:00"', '"caf"', '"a@b.fr"', "inf", "nan", "0x1F"]),
    ),
    lambda children: st.one_of(
        st.lists(children, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(children, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{number} = {item}" for number, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "id", "name", "full_name", "tagline", "enabled", "partner", "site", "email", "label", "papers", "hours",
        "motif", "monday", "sunday", "wrap_up_s", "station", "kiosk", "agent", "a.b", '"é"', "x", "holidays", "from", "to",
        "on", "pool", "steps", "sites", "skills", "priority", "mode", "weeks", "weekdays", "quota", "closure", "admission",
    ]
)  # fmt: skip
HEADERS = st.sampled_from(
    [
        "[[partner]]", "[[partner.motif]]", "[partner.hours]", "[[station]]", "[[agent]]", "[[site]]", "[[kiosk]]",
        "[[partner.closure]]", "[[partner.special_day]]", "[[partner.pool]]", "[[partner.overflow]]",
        "[[partner.admission]]", "[partner]", "[[hours]]", "[a.b.c]", "[[partner.motif.papers]]", "[kiosk]",
    ]
)  # fmt: skip
LINES = st.one_of(HEADERS, st.builds(lambda key, value: f"{key} = {value}", KEYS, TOML_VALUES))


def check(text: str) -> None:
    network, findings = read_network(text)
    has_problem = any(not finding.is_warning for finding in findings)
    assert isinstance(network, NetworkFile) != has_problem
    lines = len(text.splitlines())
    for finding in findings:
        assert isinstance(finding, Finding)
        assert 0 <= finding.line <= lines + 1
        assert finding.sentence.isprintable() or "TOML" in finding.sentence


@given(st.lists(LINES, max_size=30).map("\n".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_toml_is_a_network_or_a_list_of_problems(text: str) -> None:
    check(text)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_network_or_a_list_of_problems(text: str) -> None:
    check(text)


@given(st.integers(0, len(NETWORK) - 1), st.text(string.printable, max_size=3), st.integers(0, 12))
@settings(max_examples=200, deadline=None)
def test_any_typing_mistake_is_a_network_or_a_list_of_problems(at: int, typed: str, cut: int) -> None:
    check(NETWORK[:at] + typed + NETWORK[at + cut :])


def test_absurd_sizes_are_problems_too() -> None:
    check("a = " + "[" * 5000)
    check("a = " + "9" * 5000)
    check("[[partner]]\n" * 500)
