"""A name for every request, in its answer and in each line that is logged on its behalf."""

import re
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = b"x-request-id"
SAFE = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")


class RequestId:
    """Takes over the caller's ``X-Request-ID`` if it is 8 to 64 safe characters, else makes one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = given(scope) or uuid4().hex
        scope.setdefault("state", {})["request_id"] = identity
        clear_contextvars()  # a pipelined request starts in the context of the one before
        bind_contextvars(request_id=identity)
        field = (HEADER, identity.encode())

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message.get("headers", ()) if pair[0].lower() != HEADER]
                message = {**message, "headers": [*others, field]}
            await send(message)

        await self.app(scope, receive, named)


def given(scope: Scope) -> str | None:
    value = next((value for name, value in scope["headers"] if name == HEADER), b"")
    return value.decode() if SAFE.match(value) else None
