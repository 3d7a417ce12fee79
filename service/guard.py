"""Every route asks who calls and whether they may, before it looks at anything else."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from service import idempotency, limits
from service.access import (
    ANONYMOUS,
    POLICY,
    VISITOR,
    Action,
    Principal,
    require_reach,
)
from service.db import data_revision
from service.errors import Forbidden, SignInRequired

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "duijie_sign_in"
SECURE_COOKIE = f"__Host-{COOKIE}"
REVISION = "Duijie-Revision"


def needs(action: Action, *, unnamed: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Mark what a route does; stands below the router's own decorator.

    ``unnamed``: the form is on a page that keeps its address to itself, so that browsers which do
    not say how a request came about name no origin for it either.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__.update(action=action, unnamed=unnamed)
        return endpoint

    return mark


class Guarded(APIRoute):
    """A route that only those reach who may do what its endpoint ``needs``.

    Raises
    ------
    AttributeError
        When it is made: the endpoint does not say what it needs.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        self.action: Action = endpoint.action  # type: ignore[attr-defined]
        self.unnamed: bool = endpoint.unnamed  # type: ignore[attr-defined]
        described = {
            "security": security_of(self.action),
            **(more.pop("openapi_extra", None) or {}),
        }
        super().__init__(path, endpoint, openapi_extra=described, **more)

    def get_route_handler(self) -> Handler:
        handle, action, unnamed = super().get_route_handler(), self.action, self.unnamed

        async def guarded(request: Request) -> Response:
            who = await admit(request, action, unnamed=unnamed)
            claim = await idempotency.claim_of(request, who)
            request.state.claim = claim
            try:
                response = await handle(request)
            except idempotency.AnsweredBefore as before:
                return before.answer
            if request.method not in SAFE_METHODS:
                await run_in_threadpool(finish, request, response)
            return response

        return guarded


def security_of(action: Action) -> list[dict[str, list[str]]]:
    """As OpenAPI says it: a key or a sign-in; nothing where visitors may come too."""
    open_to_all: list[dict[str, list[str]]] = [{}] if VISITOR in POLICY[action] else []
    return [*open_to_all, {"key": []}, {"session": []}]


SECURITY_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key: `dj_…`."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}


async def admit(request: Request, action: Action, *, unnamed: bool = False) -> Principal:
    """Who calls, if they may do ``action``; SignInRequired or Forbidden otherwise."""
    who = await identify(request)
    request.state.principal = who
    await limits.spend(request, who)
    if is_closed(request, who, action):
        raise SignInRequired("sign-in-required")
    require_reach(who, action)
    refuse_forgery(request, who, unnamed=unnamed)
    return who


def is_closed(request: Request, who: Principal, action: Action) -> bool:
    """Whether the installation keeps visitors out of what the policy lets them do."""
    open_: bool = request.app.state.settings.public_reading
    return who.role is VISITOR and action is Action.READ and not open_


async def identify(request: Request) -> Principal:
    """Who the key or the cookie belongs to; a visitor without either.

    Raises
    ------
    SignInRequired
        The key is unknown, expired or revoked. An outdated cookie is no error: its browser is a
        visitor's.
    """
    origin = request.client.host if request.client else None
    request_id = getattr(request.state, "request_id", None)
    key, cookie = bearer(request), sign_in_token(request)
    token = key or cookie
    if token is None:
        return ANONYMOUS.at(origin, request_id)
    state = request.app.state
    known = state.identities.at_hand(token)
    who = known.who if known else await state.identities.current(token, state.clock(), origin)
    if who is None and key is not None:
        await limits.spend(request, ANONYMOUS.at(origin, request_id))
        raise SignInRequired("key-invalid")
    return (who or ANONYMOUS).at(origin, request_id)


async def let_in(request: Request, action: Action) -> Principal | None:
    """Who calls and may do ``action``, as ``admit`` finds it; None for whoever it refuses.

    For methods that change nothing. No permit of the caller is used yet.
    """
    try:
        token = bearer(request) or sign_in_token(request)
    except SignInRequired:
        return None
    who: Principal | None = ANONYMOUS
    if token is not None:
        state = request.app.state
        known = state.identities.at_hand(token)
        origin = request.client.host if request.client else None
        who = known.who if known else await state.identities.current(token, state.clock(), origin)
    if who is None or is_closed(request, who, action) or who.reach(action) is None:
        return None
    return who


def bearer(request: Request) -> str | None:
    """The key in ``Authorization``; SignInRequired if something else stands there."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInRequired("key-invalid")
    return token.strip()


def sign_in_token(request: Request) -> str | None:
    return request.cookies.get(cookie_name(request))


def cookie_name(request: Request) -> str:
    """Over https the name itself makes browsers insist on a secure cookie of this host alone."""
    return SECURE_COOKIE if is_secure(request) else COOKIE


def is_secure(request: Request) -> bool:
    base = str(request.app.state.settings.link_base)
    return request.url.scheme == "https" or base.startswith("https:")


def refuse_forgery(request: Request, who: Principal, *, unnamed: bool = False) -> None:
    """A browser sends cookies along whoever made the form: only our own pages may use them."""
    if request.method in SAFE_METHODS or who.key_id is not None:
        return
    if not from_own_page(request, unnamed=unnamed):
        raise Forbidden("forged")


def from_own_page(request: Request, *, unnamed: bool = False) -> bool:
    """Whether a request comes from our pages, or from a program that is no browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin == "null":
        return unnamed
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def finish(request: Request, response: Response) -> None:
    """Before the commit: keep the answer for a repetition, and say which revision was made."""
    session, who = getattr(request.state, "session", None), request.state.principal
    if session is None:
        return
    response.headers[REVISION] = str(data_revision(session, who.audience))
    if request.state.claim is not None:
        idempotency.keep(session, request.state.claim, response)


def _caller(request: Request) -> Principal:
    who: Principal = request.state.principal
    return who


Caller = Annotated[Principal, Depends(_caller)]
