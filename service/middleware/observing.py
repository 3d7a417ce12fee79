"""One line in the log and one observation in the metrics for each request."""

from time import perf_counter
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNKNOWN = "unknown"
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
GONE = 499
"""Logged when the caller left before there was an answer."""

log = structlog.get_logger()


class Observed:
    """Tells what was asked by the template of its route; names and tokens in it stay unsaid."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        metrics = scope["app"].state.runtime.metrics
        status, size, began = GONE, 0, perf_counter()

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        metrics.in_flight.inc()
        try:
            await self.app(scope, receive, counted)
        finally:
            metrics.in_flight.dec()
            method, route = method_of(scope), route_of(scope)
            seconds = perf_counter() - began
            metrics.answered(method, route, status, seconds)
            tell(scope, method=method, route=route, status=status, bytes=size, seconds=seconds)


def tell(scope: Scope, *, seconds: float, **facts: Any) -> None:
    principal = scope.get("state", {}).get("principal")
    if principal is not None:
        facts["actor"] = str(principal.actor)[:200]
    client = scope.get("client")
    milliseconds = round(1000 * seconds, 1)
    log.info("request", **facts, ms=milliseconds, client=client[0] if client else None)


def method_of(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else UNKNOWN


def route_of(scope: Scope) -> str:
    """The template that the path matched; one word for all that match none."""
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    if route is None and "endpoint" in scope:
        route = mounted(scope)
    return getattr(route, "path_format", UNKNOWN)


def mounted(scope: Scope) -> object:
    """The route of what FastAPI did not make itself, such as static files."""
    endpoint = scope["endpoint"]
    return next(
        (
            route
            for route in scope["app"].routes
            if endpoint in (getattr(route, "endpoint", None), getattr(route, "app", None))
        ),
        None,
    )
