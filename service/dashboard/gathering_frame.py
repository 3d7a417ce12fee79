"""What the pages on gatherings share: whom they are about, and how they are taken along."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.dashboard.directory import Directory
from service.dashboard.exports import heads
from service.dashboard.frame import Link
from service.dashboard.gathering_cards import event_link
from service.dashboard.gathering_filters import AskedGathering
from service.dashboard.pairings import run_lines
from service.events.usecases import get_event
from service.gatherings.views import GatheringQuery
from service.suggestions.views import Run
from service.tables import Table, xlsx_response

Typed = Mapping[str, str]


def shown_of(typed: Typed, first: int, most: int) -> int:
    text = typed.get("shown", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else first
    return min(max(number, 1), most)


def scope_of(session: Session, directory: Directory, asked: AskedGathering) -> str:
    """The event's name, or that it is about everybody."""
    event = asked.query.event if asked.query else None
    if event is None:
        return directory.catalogue.translate("gathering.everybody")
    found = get_event(session, directory.who, event)
    return directory.catalogue.pick(found.name_zh, found.name_en)


def back_to(directory: Directory, query: GatheringQuery | None, name: str) -> Link | None:
    return event_link(directory, query.event, name) if query and query.event else None


def workbook(directory: Directory, sheets: Mapping[str, Table], run: Run, name: str) -> Response:
    """The sheets, and one that says on what they rest."""
    rows = [[line] for line in run_lines(directory, run)]
    told = {directory.catalogue.translate("export.run"): Table(heads(directory, ("fact",)), rows)}
    made = datetime.combine(run.as_of, time(), UTC)
    return xlsx_response({**sheets, **told}, f"{name}-{run.as_of}", made)
