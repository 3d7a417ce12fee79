"""/meetings: where something was said, and the documents with every quote marked."""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from models.enums import Visibility
from service.access import Action
from service.dashboard.citations import tag_of
from service.dashboard.contexts import (
    DocumentPage,
    DocumentRow,
    MeetingPage,
    MeetingRow,
    MeetingsPage,
)
from service.dashboard.directory import Directory, Known, all_meetings, all_statements
from service.dashboard.frame import Link, make_frame
from service.dashboard.intake import Outcome, intake_form
from service.dashboard.marking import mark
from service.dashboard.rendering import render
from service.dashboard.statements import grouped, item_of
from service.guard import Guarded, needs
from service.meetings.blanks import BLANK
from service.meetings.usecases import (
    DocumentView,
    get_document,
    get_meeting,
    list_documents,
)
from service.statements.views import StatementView
from service.statements.warnings import warnings_of
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
SHOWN_STATES = ("confirmed", "draft")


@router.get("/meetings")
@needs(Action.READ)
def meetings(request: Request, session: ReadSession, directory: Known) -> Response:
    c = directory.catalogue
    found = all_meetings(session, directory.who)
    found.sort(key=lambda meeting: (meeting.held_on or "", meeting.id), reverse=True)
    page = MeetingsPage(
        frame=make_frame(request, c.translate("meetings.title"), "meetings"),
        rows=[facts_of(directory, m.id, m.kind, m.held_on, m.place, m.host) for m in found],
        new_href="/meetings/new" if directory.who.may(Action.WRITE_MEETINGS) else None,
    )
    return render(request, page)


def facts_of(
    directory: Directory,
    id_: int,
    kind: str,
    held_on: str | None,
    place: str | None,
    host: str | None,
) -> MeetingRow:
    c = directory.catalogue
    return MeetingRow(
        meeting=Link(directory.meetings[id_], f"/meetings/{id_}"),
        date=c.day(held_on),
        kind=c.translate(f"meeting.{kind}"),
        place=place or "",
        host=host or "",
    )


@router.get("/meetings/{id_}")
@needs(Action.READ)
def meeting(id_: RowId, request: Request, session: ReadSession, directory: Known) -> Response:
    return render(request, meeting_page(request, session, directory, id_))


def meeting_page(
    request: Request,
    session: Session,
    directory: Directory,
    id_: int,
    outcomes: Sequence[Outcome] = (),
) -> MeetingPage:
    """``outcomes`` are of the files that were just taken in or refused."""
    m = get_meeting(session, directory.who, id_)
    said = counted(all_statements(session, directory.who, meeting=id_))
    warnings = warnings_of(session, directory.who, [s.id for s in said])
    return MeetingPage(
        frame=make_frame(request, directory.meetings[id_], "meetings"),
        name=directory.meetings[id_],
        facts=facts_of(directory, m.id, m.kind, m.held_on, m.place, m.host),
        circle=directory.circle(Visibility(m.visibility)),
        documents=[
            document_row(directory, view) for view in list_documents(session, directory.who, id_)
        ],
        said=grouped(directory, said, warnings, at_meeting=True),
        intake=intake_form(request, directory.catalogue, directory.who, id_, outcomes),
    )


def counted(statements: Iterable[StatementView]) -> list[StatementView]:
    """Those that stand or wait; what was rejected or retired is not shown."""
    return [s for s in statements if s.status in SHOWN_STATES]


def document_row(directory: Directory, view: DocumentView) -> DocumentRow:
    c = directory.catalogue
    return DocumentRow(
        document=Link(view.filename, f"/meetings/{view.meeting}/documents/{view.id}"),
        size=c.translate("meeting.size", size=f"{view.size:,}"),
        digest=c.translate("meeting.sha256", digest=view.sha256),
    )


@router.get("/meetings/{id_}/documents/{document_id}")
@needs(Action.READ)
def document(
    id_: RowId, document_id: RowId, request: Request, session: ReadSession, directory: Known
) -> Response:
    c = directory.catalogue
    m = get_meeting(session, directory.who, id_)
    found = get_document(session, directory.who, id_, document_id)
    statements = counted(all_statements(session, directory.who, document=document_id))
    statements.sort(key=lambda s: (s.start or 0, s.id))
    warnings = warnings_of(session, directory.who, [s.id for s in statements])
    name = directory.meetings[id_]
    page = DocumentPage(
        frame=make_frame(request, c.translate("document.title", name=name), "meetings"),
        meeting=Link(name, f"/meetings/{id_}"),
        date=c.day(m.held_on),
        circle=directory.circle(Visibility(m.visibility)),
        has_blanks=BLANK in found.text,
        passages=mark(found.text, statements),
        words_tag=tag_of(found.text),
        items=[item_of(directory, s, warnings) for s in statements],
    )
    return render(request, page)
