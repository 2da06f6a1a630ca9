"""How the pages of the hub say no: a closed list of codes, each with its HTTP status and a French sentence."""

from enum import StrEnum
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse


class ProblemCode(StrEnum):
    """Read by programs; the sentence is for people."""

    INVALID = "invalid"
    WRONG_CREDENTIALS = "wrong_credentials"
    NOT_SIGNED_IN = "not_signed_in"
    WRONG_CSRF_TOKEN = "wrong_csrf_token"  # noqa: S105 - the name of a problem
    FOREIGN_ORIGIN = "foreign_origin"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    CODE_UNKNOWN = "code_unknown"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    KIOSK_DISABLED = "kiosk_disabled"
    FAILED = "failed"
    NOT_READY = "not_ready"


_ANSWERS: dict[ProblemCode, tuple[HTTPStatus, str]] = {
    ProblemCode.INVALID: (HTTPStatus.BAD_REQUEST, "La demande est incomplète ou mal formée. Rechargez la page."),
    ProblemCode.WRONG_CREDENTIALS: (
        HTTPStatus.UNAUTHORIZED,
        "Adresse ou mot de passe incorrect. Vérifiez les deux, puis réessayez.",
    ),
    ProblemCode.NOT_SIGNED_IN: (HTTPStatus.UNAUTHORIZED, "Vous n’êtes plus connecté. Identifiez-vous à nouveau."),
    ProblemCode.WRONG_CSRF_TOKEN: (HTTPStatus.FORBIDDEN, "Cette page est trop ancienne. Rechargez-la, puis réessayez."),
    ProblemCode.FOREIGN_ORIGIN: (
        HTTPStatus.FORBIDDEN,
        "La demande vient d’une autre adresse que celle du service. Ouvrez le service à son adresse habituelle.",
    ),
    ProblemCode.NOT_FOUND: (HTTPStatus.NOT_FOUND, "Cette page n’existe pas. Vérifiez l’adresse."),
    ProblemCode.METHOD_NOT_ALLOWED: (HTTPStatus.METHOD_NOT_ALLOWED, "Cette action n’existe pas ici."),
    ProblemCode.TOO_SLOW: (HTTPStatus.REQUEST_TIMEOUT, "La demande a mis trop de temps à arriver. Réessayez."),
    ProblemCode.TOO_LARGE: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "La demande est trop volumineuse."),
    ProblemCode.TOO_MANY: (HTTPStatus.TOO_MANY_REQUESTS, "Trop d’essais. Attendez un instant, puis réessayez."),
    ProblemCode.CODE_UNKNOWN: (HTTPStatus.FORBIDDEN, "Ce code n’existe pas. Vérifiez-le lettre par lettre."),
    ProblemCode.CODE_EXPIRED: (HTTPStatus.FORBIDDEN, "Ce code a expiré. Demandez-en un nouveau."),
    ProblemCode.CODE_USED: (HTTPStatus.FORBIDDEN, "Ce code a déjà servi. Demandez-en un nouveau."),
    ProblemCode.KIOSK_DISABLED: (HTTPStatus.FORBIDDEN, "Cette borne est désactivée. Demandez qu’elle soit réactivée."),
    ProblemCode.FAILED: (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Le service a un problème ; rien n’a été enregistré. Réessayez dans un instant.",
    ),
    ProblemCode.NOT_READY: (HTTPStatus.SERVICE_UNAVAILABLE, "Le service n’est pas prêt. Réessayez dans un instant."),
}

_BY_STATUS = {
    HTTPStatus.NOT_FOUND: ProblemCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ProblemCode.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ProblemCode.TOO_LARGE,
}


class Problem(HTTPException):
    """A request is refused for a reason of the list. Holds nothing of the request.

    The framework lets its own exception pass while it reads a body, and no other.

    Args:
        retry_after_s: for `TOO_MANY`, when it is worth trying again.
    """

    def __init__(self, code: ProblemCode, retry_after_s: float | None = None) -> None:
        super().__init__(_ANSWERS[code][0].value)
        self.code = code
        self.retry_after_s = retry_after_s

    def response(self) -> JSONResponse:
        """`{code, message}` with the status of the code."""
        status, message = _ANSWERS[self.code]
        headers = {}
        if self.retry_after_s is not None:
            headers["Retry-After"] = str(max(1, round(self.retry_after_s + 0.5)))
        return JSONResponse({"code": self.code.value, "message": message}, status.value, headers)


def problem_of_status(status: int) -> Problem:
    """The problem that says what the framework said with a bare status."""
    if status in _BY_STATUS:
        return Problem(_BY_STATUS[HTTPStatus(status)])
    return Problem(ProblemCode.INVALID if status < HTTPStatus.INTERNAL_SERVER_ERROR else ProblemCode.FAILED)
