"""How large and how deep a body may be; looked at only once the application reads it.

So who may not write is told so before a byte of the body counts.
"""

import re
from typing import NoReturn

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import DomainError, TooLarge, Unprocessable
from service.problems import domain_error

MAX_DEPTH = 32
STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
FOLD = bytes.maketrans(b"{}", b"[]")
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class BodyLimit:
    """Refuses what is over ``max_bytes`` (uploads) or ``max_json_bytes`` (all else).

    A Content-Length that lies is found out as the bytes come in.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, max_json_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.max_json_bytes = max_json_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        kind = request.headers.get("content-type", "").lower()
        upload = kind.startswith("multipart/form-data")
        body = Body(
            receive,
            declared=declared(request),
            limit=self.max_bytes if upload else self.max_json_bytes,
            is_json="json" in kind,
        )

        async def guarded(message: Message) -> None:
            if body.refusal is None:
                body.answered = True
                await send(message)

        try:
            await self.app(scope, body, guarded)
        except Exception:
            if body.refusal is None:
                raise
        if body.refusal is not None:  # whatever the application made of it
            await domain_error(request, body.refusal)(scope, receive, send)


class EnoughError(Exception):
    """Ends the reading, whatever the application makes of it."""


class Body:
    """The body of one request, read with care. ``refusal`` says why no more of it is read."""

    def __init__(self, receive: Receive, *, declared: int, limit: int, is_json: bool) -> None:
        self.receive = receive
        self.declared = declared
        self.limit = limit
        self.whole = is_json
        self.seen = 0
        self.parts: list[bytes] = []
        self.answered = False
        self.refusal: DomainError | None = None

    async def __call__(self) -> Message:
        if self.answered:  # only listens for the caller hanging up
            return await self.receive()
        if self.declared > self.limit:
            self.refuse(TooLarge("body-size", limit=self.limit))
        return await (self.shallow() if self.whole else self.counted())

    async def counted(self) -> Message:
        message = await self.receive()
        self.seen += len(message.get("body", b""))
        if self.seen > self.limit:
            self.refuse(TooLarge("body-size", limit=self.limit))
        return message

    async def shallow(self) -> Message:
        """All of a JSON body at once, after its depth was looked at."""
        self.whole = False
        message = await self.counted()
        while message["type"] == "http.request":
            self.parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                break
            message = await self.counted()
        else:
            return message
        body = b"".join(self.parts)
        self.parts.clear()
        if is_deep(body):
            self.refuse(Unprocessable("json-depth", limit=MAX_DEPTH))
        return {"type": "http.request", "body": body, "more_body": False}

    def refuse(self, refusal: DomainError) -> NoReturn:
        self.refusal = refusal
        self.parts.clear()  # the exception keeps this reader alive for a while
        raise EnoughError


def declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length[:18]) if length.isascii() and length.isdigit() else 0


def is_deep(body: bytes) -> bool:
    """Whether arrays and objects lie deeper than ``MAX_DEPTH`` in each other.

    Two-byte encodings, which JSON does not know but parsers guess, count as deep: they could hide
    brackets. Works in the time of a few searches, whatever is sent.
    """
    if b"\0" in body:
        return True
    brackets = STRING.sub(b"", body).translate(FOLD, NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets or brackets.count(b"[") > MAX_DEPTH
