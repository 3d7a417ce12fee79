"""Every failure as ``application/problem+json`` (RFC 9457). The one module that knows statuses."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from service import errors
from service.dashboard.errors import render_problem
from service.dashboard.frame import language_of
from service.dashboard.rights import detail_in_words
from service.engine import is_away, is_busy
from service.logs import log_failure
from service.messages import Catalogue, catalogue

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[errors.DomainError], int] = {
    errors.SignInRequired: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.StaleVersion: 412,
    errors.VersionRequired: 428,
    errors.TooManyRequests: 429,
    errors.Behind: 409,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.Unprocessable: 422,
    errors.DatabaseNotReady: 503,
    errors.OutcomeUnknown: 503,
    errors.DomainError: 400,
}
RETRY_AFTER_SECONDS = "5"
OUTSIDE_PAGES = ("/api/", "/healthz", "/readyz", "/metrics")


class FieldError(BaseModel):
    pointer: str
    detail: str


class Problem(BaseModel):
    """What went wrong: ``type`` is stable, ``detail`` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | None = None


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "model": Problem, "content": {MEDIA_TYPE: {}}}
    for status, text in (("4XX", "The request was refused."), ("5XX", "Not now."))
}


def status_of(error: errors.DomainError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def is_page(request: Request) -> bool:
    return not request.url.path.startswith(OUTSIDE_PAGES)


def spoken(request: Request) -> Catalogue:
    """A page's own language; in the API Chinese for who asks for it first, else English."""
    if is_page(request):
        return language_of(request)
    asked = request.headers.get("accept-language", "")
    return catalogue("zh" if asked.strip().lower().startswith("zh") else "en")


def problem(
    request: Request,
    status: int,
    *,
    slug: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """As JSON under ``/api``, as a page elsewhere."""
    if is_page(request):
        page = render_problem(request, status, title, detail, slug)
        page.headers.update(headers or {})
        return page
    body = {
        **(extra or {}),
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def domain_error(request: Request, error: errors.DomainError) -> Response:
    status, words = status_of(error), spoken(request)
    headers = headers_of(status, error)
    return problem(
        request,
        status,
        slug=error.slug,
        title=words.title_of(error),
        detail=detail_in_words(words, error) if is_page(request) else words.detail_of(error),
        headers=headers,
        extra={**error.values, **error.shown},
    )


def headers_of(status: int, error: errors.DomainError) -> dict[str, str]:
    """What the status asks for besides: how to prove who one is, or when to come again."""
    if status == 401:
        return {"WWW-Authenticate": 'Bearer realm="duijie"'}
    if status == 429:
        return {"Retry-After": str(error.values["seconds"])}
    later = status == 503 or isinstance(error, errors.Behind)
    return {"Retry-After": RETRY_AFTER_SECONDS} if later else {}


def pointer(location: tuple[int | str, ...]) -> str:
    """JSON pointer into the body, or ``query/limit`` for the other parts of a request."""
    part, *path = [str(step) for step in location] or ["body"]
    return ("#" if part == "body" else part) + "".join(f"/{step}" for step in path)


def invalid_request(request: Request, error: RequestValidationError) -> Response:
    """Says where and why, never what was sent: the input may be a secret."""
    found = [{"pointer": pointer(e["loc"]), "detail": _plain(e["msg"])} for e in error.errors()]
    detail = "; ".join(f"{entry['pointer']}: {entry['detail']}" for entry in found[:3])
    return problem(
        request,
        422,
        slug="invalid-request",
        title=spoken(request).translate("title.invalid-request"),
        detail=detail,
        extra={"errors": found},
    )


def _plain(message: str) -> str:
    return message.encode("utf-8", "replace").decode()


def http_error(request: Request, error: HTTPException) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    return problem(
        request,
        error.status_code,
        slug=f"http-{error.status_code}",
        title=phrase,
        detail=str(error.detail),
        headers=error.headers,
    )


def database_error(request: Request, error: DBAPIError) -> Response:
    """A clash of constraints is the caller's; a database that is away is not."""
    if isinstance(error, IntegrityError):
        return domain_error(request, errors.Conflict("constraint"))
    if is_away(error):
        return unavailable(request, error)
    return unexpected(request, error)


def overtaken(request: Request, _: StaleDataError) -> Response:
    """Somebody else's edit was committed between our reading and our writing."""
    return domain_error(request, errors.StaleVersion("overtaken"))


def unavailable(request: Request, error: Exception) -> Response:
    words = spoken(request)
    busy = is_busy(getattr(error, "orig", None))
    return problem(
        request,
        503,
        slug="database-unavailable",
        title=words.translate("title.database-unavailable"),
        detail=words.translate("error.database-busy" if busy else "error.database-away"),
        headers={"Retry-After": RETRY_AFTER_SECONDS},
    )


def unexpected(request: Request, error: Exception) -> Response:
    log_failure("unexpected", error)
    words = spoken(request)
    return problem(
        request,
        500,
        slug="unexpected",
        title=words.translate("title.unexpected"),
        detail=words.translate("error.unexpected"),
    )


def install(app: FastAPI) -> None:
    handlers: list[tuple[type[Exception], Any]] = [
        (errors.DomainError, domain_error),
        (RequestValidationError, invalid_request),
        (HTTPException, http_error),
        (DBAPIError, database_error),
        (PoolTimeoutError, unavailable),
        (StaleDataError, overtaken),
        (Exception, unexpected),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)
