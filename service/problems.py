"""Every failure as ``application/problem+json`` (RFC 9457). The one module that knows statuses."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from service import errors

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StaleVersion: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.Unprocessable: 422,
    errors.DatabaseNotReady: 503,
    errors.DomainError: 400,
}
RETRY_AFTER_SECONDS = "5"
log = structlog.get_logger()


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


def problem(
    request: Request,
    status: int,
    *,
    slug: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    body = {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **extra,
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def domain_error(request: Request, error: errors.DomainError) -> Response:
    status = status_of(error)
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if status == 503 else None
    return problem(
        request,
        status,
        slug=error.slug,
        title=error.title,
        detail=error.detail,
        headers=headers,
        **error.context,
    )


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
        title="The request is not valid",
        detail=detail,
        errors=found,
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
        return problem(
            request,
            409,
            slug=errors.Conflict.slug,
            title=errors.Conflict.title,
            detail="another entry already holds this, or something it refers to is gone",
        )
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return unavailable(request)
    return unexpected(request, error)


def unavailable(request: Request, _: Exception | None = None) -> Response:
    return problem(
        request,
        503,
        slug="database-unavailable",
        title="The database does not answer",
        detail="nothing was changed; try again in a few seconds",
        headers={"Retry-After": RETRY_AFTER_SECONDS},
    )


def unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected", path=request.url.path, kind=type(error).__name__, exc_info=error)
    return problem(
        request,
        500,
        slug="unexpected",
        title="The program failed",
        detail="nothing was changed; the cause is in the server's log",
    )


def install(app: FastAPI) -> None:
    handlers: list[tuple[type[Exception], Any]] = [
        (errors.DomainError, domain_error),
        (RequestValidationError, invalid_request),
        (HTTPException, http_error),
        (DBAPIError, database_error),
        (PoolTimeoutError, unavailable),
        (Exception, unexpected),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)
