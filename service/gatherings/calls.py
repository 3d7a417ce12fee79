"""How a view of a gathering is answered: entity tag, revision, and the link to the next page."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from service.access import Principal
from service.decisions.refusals import refused
from service.events.usecases import get_event
from service.gatherings.views import GatheringQuery
from service.guard import REVISION, Caller
from service.paging import Page, encode_cursor, link_next
from service.suggestions.at_once import known
from service.suggestions.rankings import Rankings, key_of
from service.suggestions.router import IfNoneMatch
from service.suggestions.views import Run
from service.transactions import ReadSession


class View(Protocol):
    @property
    def run(self) -> Run: ...


Seen = TypeVar("Seen", bound=View)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One reading request: who asks, on what, and where the answer's headers go."""

    request: Request
    response: Response
    session: Session
    who: Principal
    if_none_match: str | None

    @property
    def rankings(self) -> Rankings:
        found: Rankings = self.request.app.state.rankings
        return found

    def answer(
        self,
        query: GatheringQuery,
        see: Callable[[], Seen],
        part: Callable[[Seen], object] = lambda view: view,
    ) -> object:
        """What is asked for with its entity tag, or 304 to whoever holds it."""
        tag = self.tag(query)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if known(tag, self.if_none_match):
            return Response(status_code=304, headers=headers)
        view = see()
        self.response.headers.update(headers)
        self.response.headers[REVISION] = str(view.run.revision)
        return part(view)

    def tag(self, query: GatheringQuery) -> str:
        """Of the run and all that is asked; the event's version stands for its participants."""
        event: object = None
        if query.event is not None:
            version = get_event(self.session, self.who, query.event).version
            event = (version, refused(self.session, query.event))
        url = self.request.url
        parts = (key_of(self.session, query.ranking), query, event, url.path, url.query)
        digest = hashlib.sha256(repr((*parts, self.rankings.scorer)).encode())
        return f'W/"{digest.hexdigest()[:32]}"'

    def page(self, rows: Sequence[object], *, more: bool, end: int) -> object:
        """The rows, with a link to those after ``end``."""
        link_next(self.request, self.response, Page(rows, encode_cursor([end]) if more else None))
        return rows


def _call(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    if_none_match: IfNoneMatch = None,
) -> Call:
    return Call(request, response, session, who, if_none_match)


Asking = Annotated[Call, Depends(_call)]
