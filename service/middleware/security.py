"""Headers that keep an answer from being misused, on every answer that does not set them itself."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is no page: JSON, downloads, pictures, style sheets."""
PAGE = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)
REPORT = f"{CLOSED}; style-src 'unsafe-inline'"
"""A report as it was mailed: one file that carries its style and runs nothing."""
API_DOCS = f"{PAGE}; img-src 'self' data:"
"""The style sheet of Swagger UI holds its pictures."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
YEAR_SECONDS = 365 * 24 * 3600
OVER_TLS = (b"strict-transport-security", f"max-age={YEAR_SECONDS}".encode())


def fields(policy: str) -> tuple[Header, ...]:
    named = {"Content-Security-Policy": policy, **ALWAYS}
    return tuple((name.lower().encode(), value.encode()) for name, value in named.items())


FOR_PAGES, FOR_DATA = fields(PAGE), fields(CLOSED)


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        tls = scope["scheme"] == "https"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = completed(message.get("headers", ()), tls=tls)
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, guarded)


def completed(headers: Iterable[Header], *, tls: bool) -> list[Header]:
    """The headers of an answer, and those that it lacks."""
    own = list(headers)
    set_ = {name.lower(): value for name, value in own}
    is_page = set_.get(b"content-type", b"").startswith(b"text/html")
    added = [pair for pair in (FOR_PAGES if is_page else FOR_DATA) if pair[0] not in set_]
    return [*own, *added, OVER_TLS] if tls else [*own, *added]
