"""What is doubtful in a right network file: told with its line, and accepted."""

import pytest

from hub.network_file import read_network
from tests.hub.test_network_policy import WITH_RULES, findings, with_changes


def test_who_cannot_be_reached_is_told_and_accepted() -> None:
    motifs = "".join(f'[[partner.motif]]\nid = "m{number}"\nlabel = "M"\n' for number in range(7))
    text = f'[[partner]]\nid = "caf"\nname = "CAF"\nfull_name = "C"\n{motifs}[[site]]\nid = "s"\nname = "S"\n'
    network, findings = read_network(text)
    assert network is not None
    told = " ".join(finding.sentence for finding in findings)
    for word in ("7 motifs", "aucun poste", "aucun agent", "aucune borne"):
        assert word in told


@pytest.mark.parametrize(
    ("changes", "line", "sentence"),
    [
        ([('skills = ["lsf", "droits"]\n', 'skills = ["lsf", "anglais"]\n')], 'skills = ["lsf", "anglais"]', "n’a les compétences de ce motif (anglais, lsf)"),
        ([('name = "CAF 2"\n', 'name = "CAF 2"\nskills = ["breton"]\n')], 'skills = ["breton"]', "aucun motif de « caf » ne demande la compétence « breton »"),
        ([('pool = "agence"\nskills', 'pool = "departement"\nskills')], 'id = "agence"', "le groupe « agence » n’a aucun poste"),
        ([('pool = "departement"\n', "")], 'id = "caf-2"', "aucun débordement de « caf » ne mène à ce poste"),
        ([('motifs = ["rsa"]\n', "")], 'mode = "open"', "cette règle ne servira jamais : la règle 1, plus haut"),
        ([('steps = [{ pool = "departement" }]', 'sites = ["hambye"]\nsteps = [{ pool = "departement" }]')], 'sites = ["hambye"]', "un débordement plus haut vaut déjà pour hambye"),
        ([('{ pool = "departement", after_s = 300 }', '{ pool = "agence", after_s = 300 }')], 'steps = [{ pool = "agence" }, { pool = "agence", after_s = 300 }]', "un groupe apparaît deux fois"),
        ([("max_wait_s = 1800", "max_wait_s = 200")], None, "un numéro ne sera presque jamais proposé"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_told_and_accepted(changes: list[tuple[str, str]], line: str | None, sentence: str) -> None:
    text = with_changes(WITH_RULES, *changes)
    network, _ = read_network(text)
    assert network is not None
    found = findings(text, warnings=True)
    assert any((line is None or line == where) and sentence in said for where, said in found), found
