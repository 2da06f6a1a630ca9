"""How the pages say no: every code has its status and its sentence, and nothing of the request."""

import json

import pytest

from hub.server.problems import Problem, ProblemCode, problem_of_status


@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_code_has_a_status_and_a_sentence_for_people(code: ProblemCode) -> None:
    answer = Problem(code).response()
    body = json.loads(answer.body)
    assert body["code"] == code.value
    assert body["message"][0].isupper()
    assert body["message"].endswith(".")
    assert 400 <= answer.status_code < 600
    assert Problem(code).status_code == answer.status_code
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize(("wait_s", "header"), [(0.0, "1"), (0.2, "1"), (5.4, "6"), (59.9, "60")])
def test_who_comes_too_often_is_told_when_to_come_back(wait_s: float, header: str) -> None:
    """Whole seconds (RFC 9110), and never so few that the next try is refused again."""
    answer = Problem(ProblemCode.TOO_MANY, wait_s).response()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == header


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, ProblemCode.NOT_FOUND),
        (405, ProblemCode.METHOD_NOT_ALLOWED),
        (413, ProblemCode.TOO_LARGE),
        (400, ProblemCode.INVALID),
        (418, ProblemCode.INVALID),
        (499, ProblemCode.INVALID),
        (500, ProblemCode.FAILED),
        (503, ProblemCode.FAILED),
    ],
)
def test_a_bare_status_of_the_framework_becomes_a_problem(status: int, code: ProblemCode) -> None:
    assert problem_of_status(status).code is code
