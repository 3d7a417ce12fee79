"""Limits that hold before any route is reached."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import TooLarge
from service.problems import domain_error


class BodyLimit:
    """Refuses bodies over ``max_bytes``, whatever their Content-Length claims."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        declared = request.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:18]) > self.max_bytes:
            await domain_error(request, self.refusal())(scope, receive, send)
            return
        await self._counted(request, receive, send)

    async def _counted(self, request: Request, receive: Receive, send: Send) -> None:
        """Stop reading at the limit; what the app then answers is replaced by the refusal."""
        seen = 0
        refused = False

        async def counting() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_bytes:
                refused = True
                raise self.refusal()
            return message

        async def guarded(message: Message) -> None:
            if not refused:
                await send(message)

        try:
            await self.app(request.scope, counting, guarded)
        except TooLarge:
            refused = True
        if refused:
            await domain_error(request, self.refusal())(request.scope, receive, send)

    def refusal(self) -> TooLarge:
        return TooLarge("body-size", limit=self.max_bytes)
