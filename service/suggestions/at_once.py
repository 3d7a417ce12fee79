"""Answers to rankings that memory alone can give: before any route is sought, on the event loop.

It asks the same policy as every route (``guard``), and knows nothing of refusals: whatever memory
cannot tell, and whoever is to be refused, goes the whole way.
"""

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access import Action, Principal
from service.clock import today
from service.errors import DomainError
from service.guard import REVISION, let_in
from service.limits import spend_at_hand
from service.suggestions.pages import KeptPage, asked_by

ENDING = "/suggestions"


class AtOnce:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or ENDING not in scope["path"]:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        found = await page_at_hand(request)
        if found is None or not spend_at_hand(request, found[0]):
            await self.app(scope, receive, send)
            return
        who, page = found
        scope["state"]["principal"], scope["route"] = who, page
        if known(page.tag, request.headers.get("if-none-match")):
            status, headers, body = 304, page.not_modified(), b""
        else:
            status, headers, body = 200, page.headers, page.body
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})


async def page_at_hand(request: Request) -> tuple[Principal, KeptPage] | None:
    """Who asks, and the page, if it is kept and still true."""
    state, scope = request.app.state, request.scope
    try:
        who = await let_in(request, Action.READ)
        if who is None:
            return None
        day = today(state.clock(), state.settings.time_zone)
        asked = asked_by(who, scope["path"], scope["query_string"], day)
        page = state.rankings.pages.find(asked)
        return (who, page) if page and await is_recent(request, who, page) else None
    except (SQLAlchemyError, DomainError):
        return None


async def is_recent(request: Request, who: Principal, page: KeptPage) -> bool:
    """Whether no revision is known that is newer than the page's.

    A second old is recent enough, but for those who say what they hold or have written: for them
    the database is looked at.
    """
    revisions = request.app.state.revisions
    least = request.headers.get(REVISION)
    own: int | None = revisions.known(who.audience)
    behind = least is not None and (own is None or not least.isdecimal() or int(least) > own)
    if behind or own is None or "if-none-match" in request.headers:
        own = await revisions.latest(who.audience)
    if least is not None and (not least.isdecimal() or int(least) > own):
        return False
    return bool(revisions.last(page.audience) == page.revision)


def known(tag: str, if_none_match: str | None) -> bool:
    given = {part.strip() for part in (if_none_match or "").split(",")}
    return tag in given or "*" in given
