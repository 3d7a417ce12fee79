"""How long an address may be and how many headers may come: refused before any route is sought."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.problems import http_error, spoken

MAX_ADDRESS_BYTES = 8 * 1024
MAX_PARAMETERS = 100
MAX_HEADERS = 100
MAX_HEADERS_BYTES = 16 * 1024
HEAD_BYTES = 32 * 1024
"""What the server itself takes of a request line and headers before it hangs up."""


class HeadLimit:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        excess = excess_of(scope) if scope["type"] == "http" else None
        if excess is None:
            await self.app(scope, receive, send)
            return
        status, key, limit = excess
        request = Request(scope)
        detail = spoken(request).translate(f"error.{key}", limit=limit)
        response = http_error(request, HTTPException(status, detail))
        await response(scope, receive, send)


def excess_of(scope: Scope) -> tuple[int, str, int] | None:
    """Status, message and limit of what is too long or too many."""
    query = scope["query_string"]
    if len(scope.get("raw_path") or scope["path"]) + len(query) > MAX_ADDRESS_BYTES:
        return 414, "address-size", MAX_ADDRESS_BYTES
    if query.count(b"&") >= MAX_PARAMETERS:
        return 422, "parameter-count", MAX_PARAMETERS
    headers = scope["headers"]
    if len(headers) > MAX_HEADERS:
        return 431, "header-count", MAX_HEADERS
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS_BYTES:
        return 431, "header-size", MAX_HEADERS_BYTES
    return None
