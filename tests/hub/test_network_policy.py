"""The rules of a partner in the network file: what is read, what is wrong and where, what is doubtful."""

from datetime import date

import pytest

from hub.core.network import (
    AdmissionMode,
    AdmissionRule,
    Closure,
    HolidayCalendar,
    Overflow,
    OverflowStep,
    Policy,
    Pool,
    SpecialDay,
)
from hub.network_file import read_network
from tests.hub.access_world import NETWORK

RULES = """
[[partner.closure]]
from = 2026-12-24
to = 2027-01-03
label = "Fêtes"
[[partner.special_day]]
on = "2026-12-28"
hours = ["14:00-16:00", "09:00-12:00"]
[[partner.pool]]
id = "agence"
name = "Agence de Coutances"
[[partner.pool]]
id = "departement"
name = "Plateau du département"
[[partner.overflow]]
sites = ["hambye"]
steps = [{ pool = "agence" }, { pool = "departement", after_s = 300 }]
[[partner.overflow]]
steps = [{ pool = "departement" }]
[[partner.admission]]
mode = "open"
motifs = ["rsa"]
[[partner.admission]]
mode = "open"
kiosks = ["hambye-1"]
weekdays = ["monday"]
weeks = [1]
hours = ["09:00-12:00"]
quota = 4
[[partner.admission]]
mode = "appointment_only"
sites = ["hambye"]
[[partner]]
id = "msa"
"""


def with_changes(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


WITH_RULES = with_changes(
    NETWORK,
    ('[[partner]]\nid = "msa"\n', RULES.lstrip()),
    ('name = "CAF"\n', 'name = "CAF"\nholidays = "alsace-moselle"\nmax_waiting = 12\nmax_wait_s = 1800\n'),
    ('label = "RSA"\n', 'label = "RSA"\npriority = 1\nskills = ["lsf", "droits"]\n'),
    ('name = "CAF 1"\n', 'name = "CAF 1"\npool = "agence"\nskills = ["lsf", "droits"]\n'),
    ('name = "CAF 2"\n', 'name = "CAF 2"\npool = "departement"\n'),
)


def findings(text: str, *, warnings: bool) -> list[tuple[str, str]]:
    """(line of the text, sentence) of the problems or of the warnings."""
    _, found = read_network(text)
    lines = ["", *text.splitlines()]
    return [(lines[f.line], f.sentence) for f in found if f.is_warning is warnings]


def test_every_rule_is_read_as_it_is_written() -> None:
    network, _ = read_network(WITH_RULES)
    assert network is not None
    caf, msa = network.partners
    assert caf.policy == Policy(
        holidays=HolidayCalendar.ALSACE_MOSELLE,
        closures=(Closure(date(2026, 12, 24), date(2027, 1, 3), "Fêtes"),),
        special_days=(SpecialDay(date(2026, 12, 28), ((540, 720), (840, 960))),),
        pools=(Pool("agence", "Agence de Coutances"), Pool("departement", "Plateau du département")),
        overflows=(
            Overflow(("hambye",), (OverflowStep("agence", 0.0), OverflowStep("departement", 300.0))),
            Overflow((), (OverflowStep("departement", 0.0),)),
        ),
        admissions=(
            AdmissionRule(motifs=("rsa",)),
            AdmissionRule(kiosks=("hambye-1",), weekdays=(0,), weeks=(1,), intervals=((540, 720),), quota=4),
            AdmissionRule(AdmissionMode.APPOINTMENT_ONLY, sites=("hambye",)),
        ),
        max_waiting=12,
        max_wait_s=1800.0,
    )
    assert caf.motifs[0].skills == {"lsf", "droits"}
    assert [motif.priority for motif in caf.motifs] == [1, 0]
    assert [(s.pool_id, s.skills) for s in network.stations] == [
        ("agence", ("droits", "lsf")),
        ("departement", ()),
        (None, ()),
    ]
    assert findings(WITH_RULES, warnings=False) == []
    # The MSA has hours: it is closed on public holidays without a word.
    assert msa.policy == Policy(holidays=HolidayCalendar.METROPOLE)


def test_a_partner_that_is_always_open_works_on_holidays_unless_told_otherwise() -> None:
    network, _ = read_network(NETWORK)
    assert network is not None
    assert network.partners[0].policy == Policy()


@pytest.mark.parametrize(
    ("before", "after", "line", "sentence"),
    [
        (
            'holidays = "alsace-moselle"',
            'holidays = "france"',
            None,
            "`holidays` doit être un mot parmi : none, metropole",
        ),
        ("max_waiting = 12", "max_waiting = -1", None, "entre 0 et 10000"),
        ("from = 2026-12-24", "from = 2026-12-24T10:00:00", None, "date impossible dans `from`"),
        ("from = 2026-12-24", 'from = "24/12/2026"', None, "date impossible dans `from`"),
        ("from = 2026-12-24", 'from = "2026-02-30"', None, "date impossible dans `from`"),
        ("from = 2026-12-24\n", "", "[[partner.closure]]", "il manque `from`"),
        ("to = 2027-01-03", "to = 2026-12-23", None, "finit (2026-12-23) avant de commencer (2026-12-24)"),
        (
            'on = "2026-12-28"\nhours = ["14:00-16:00", "09:00-12:00"]',
            'on = "2026-12-28"',
            "[[partner.special_day]]",
            "il manque `hours`",
        ),
        ('hours = ["14:00-16:00", "09:00-12:00"]', 'hours = ["09:00-12:00", "11:00-13:00"]', None, "se chevauchent"),
        ('id = "departement"', 'id = "agence"', None, "le groupe « agence » apparaît deux fois"),
        ('sites = ["hambye"]\nsteps', 'sites = ["percy"]\nsteps', 'sites = ["percy"]', "« percy » n’existe pas"),
        (
            'steps = [{ pool = "departement" }]',
            'steps = [{ pool = "region" }]',
            None,
            '`pool` = "region" n’existe pas : aucun bloc [[partner.pool]]',
        ),
        ('steps = [{ pool = "departement" }]', "", "[[partner.overflow]]", "il manque `steps`"),
        ('steps = [{ pool = "departement" }]', 'steps = ["departement"]', None, "s’écrit en blocs"),
        ('mode = "appointment_only"', 'mode = "rdv"', None, "un mot parmi : open, closed, appointment_only"),
        ('mode = "appointment_only"\n', "", "[[partner.admission]]", "`mode` doit être un mot parmi"),
        ('motifs = ["rsa"]', 'motifs = ["apl"]', None, "« apl » n’existe pas, ce partenaire n’a pas ce motif"),
        ('kiosks = ["hambye-1"]', 'kiosks = ["percy-1"]', None, "« percy-1 » n’existe pas, aucun bloc [[kiosk]]"),
        ('weekdays = ["monday"]', 'weekdays = ["lundi"]', None, "une liste de mots parmi : monday"),
        ("weeks = [1]", "weeks = [0]", None, "nombres entiers entre 1 et 5"),
        ("quota = 4", "quota = 0", None, "entre 1 et 1000"),
        ('mode = "appointment_only"', 'mode = "closed"\nquota = 3', "quota = 3", '`quota` ne va qu’avec mode = "open"'),
        ("priority = 1", "priority = 4", None, "entre 0 et 3"),
        ('skills = ["lsf", "droits"]', 'skills = ["Langue des signes"]', None, "minuscules sans accent"),
        ('pool = "agence"\nskills', 'pool = "nord"\nskills', 'pool = "nord"', "n’a pas de groupe « nord »"),
        ("quota = 4", "quota = 4\nmotif = 3", "motif = 3", "n’est pas connu ici"),
    ],
)
def test_each_mistake_has_its_sentence_and_its_line(before: str, after: str, line: str | None, sentence: str) -> None:
    found = findings(with_changes(WITH_RULES, (before, after)), warnings=False)
    assert any((line or after.splitlines()[0]) == where and sentence in said for where, said in found), found


def test_a_rule_with_a_mistake_hides_no_other() -> None:
    narrow = 'kiosks = ["hambye-1"]\nweekdays = ["monday"]\nweeks = [1]\nhours = ["09:00-12:00"]\n'

    def hidden(rule: str) -> bool:
        found = findings(with_changes(WITH_RULES, (narrow, rule)), warnings=True)
        return any("ne servira jamais" in said for _, said in found)

    assert hidden("")
    assert not hidden('weekdays = ["lundi"]\n')


def test_a_narrower_rule_after_a_wider_one_never_decides_but_a_wider_after_a_narrower_does() -> None:
    def never(*rules: str) -> int:
        blocks = "".join(f'[[partner.admission]]\nmode = "closed"\n{rule}\n' for rule in rules)
        text = with_changes(NETWORK, ('[[partner]]\nid = "msa"\n', f'{blocks}[[partner]]\nid = "msa"\n'))
        return sum("ne servira jamais" in said for _, said in findings(text, warnings=True))

    assert never("", 'weekdays = ["monday"]') == 1
    assert never('weekdays = ["monday"]', "") == 0
    assert never('hours = ["09:00-12:00"]', 'hours = ["10:00-11:00"]') == 1
    assert never('hours = ["09:00-12:00"]', 'hours = ["10:00-13:00"]') == 0
    assert never('hours = ["00:00-24:00"]', "") == 1
    assert never('sites = ["hambye"]', 'sites = ["hambye"]\nmotifs = ["rsa"]') == 1
    assert never('sites = ["hambye"]', 'kiosks = ["hambye-1"]') == 0
