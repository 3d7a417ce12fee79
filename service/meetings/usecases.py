"""Record meetings, and take their documents in as draft statements."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Document, Meeting
from models.enums import Visibility
from service.access import Action, Principal, require, wider
from service.audit.usecases import Step, record, require_version
from service.db import raise_revision, touch
from service.errors import (
    DocumentNotFound,
    DuplicateDocument,
    Forbidden,
    Gone,
    MeetingNotFound,
)
from service.extraction.types import DraftStatement
from service.meetings import queries
from service.meetings.blanks import blanked
from service.meetings.drafting import Known, drafts_of
from service.paging import Page, read_page
from service.reading.types import Note, Reading
from service.statements.usecases import record_created
from service.statements.views import StatementView, view

Extractor = Callable[[Session, str, str], list[DraftStatement]]
"""Session, text and title to drafts."""


ENTITY = "meeting"
SET_BY_HAND = ("title_zh", "title_en", "kind", "held_on", "place", "host", "visibility")


@dataclass(frozen=True, slots=True)
class DocumentView:
    id: int
    meeting: int
    filename: str
    media_type: str
    charset: str
    size: int
    sha256: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentText(DocumentView):
    text: str


@dataclass(frozen=True, slots=True)
class Intake:
    document: DocumentView
    drafts: Sequence[StatementView]
    notes: Sequence[Note]


def list_meetings(
    session: Session, who: Principal, *, kind: str | None, limit: int, cursor: str | None
) -> Page[Meeting]:
    """Newest entry first."""
    rows = queries.listed(who, kind=kind)
    return read_page(session, rows, key=(Meeting.id,), limit=limit, cursor=cursor, descending=True)


def get_meeting(session: Session, who: Principal, id_: int) -> Meeting:
    meeting = queries.by_id(session, who, id_)
    if meeting is None:
        raise MeetingNotFound(id_)
    return meeting


def record_meeting(
    session: Session, who: Principal, fields: dict[str, Any], *, now: datetime
) -> Meeting:
    require(who, Action.WRITE_MEETINGS)
    meeting = Meeting(created_at=now, updated_at=now, **fields)
    session.add(meeting)
    session.flush()
    after = facts_of(meeting)
    record(session, who, Step("created", ENTITY, meeting.id, meeting.version, None, after), now=now)
    return meeting


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """What a person may set, and the version, for the history."""
    return {name: getattr(meeting, name) for name in (*SET_BY_HAND, "version")}


def change_meeting(
    session: Session,
    who: Principal,
    id_: int,
    fields: dict[str, Any],
    *,
    version: int | None,
    now: datetime,
) -> Meeting:
    """Replace what is stored. The dates of statements already made from it stay."""
    require(who, Action.WRITE_MEETINGS)
    meeting = get_meeting(session, who, id_)
    before, seen = facts_of(meeting), Visibility(meeting.visibility)
    require_version(session, ENTITY, id_, before, version)
    for name, value in fields.items():
        setattr(meeting, name, value)
    touch(meeting, now)
    session.flush()
    after = facts_of(meeting)
    record(session, who, Step("edited", ENTITY, id_, meeting.version, before, after), now=now)
    raise_revision(session, now, wider(seen, Visibility(meeting.visibility)))
    return meeting


def list_documents(session: Session, who: Principal, meeting_id: int) -> list[DocumentView]:
    get_meeting(session, who, meeting_id)
    return [document_view(row) for row in queries.documents(session, meeting_id)]


def require_document(session: Session, who: Principal, meeting_id: int, id_: int) -> Document:
    get_meeting(session, who, meeting_id)
    document = queries.document(session, meeting_id, id_)
    if document is None:
        raise DocumentNotFound("document-unknown", meeting=meeting_id, id=id_)
    return document


def get_document(session: Session, who: Principal, meeting_id: int, id_: int) -> DocumentText:
    """With blanks, of equal length, for the words of statements that ``who`` may not see."""
    document = require_document(session, who, meeting_id, id_)
    shown = document_view(document)
    values = {name: getattr(shown, name) for name in DocumentView.__dataclass_fields__}
    hidden = queries.hidden_spans(session, who, id_)
    return DocumentText(**values, text=blanked(document.text, hidden))


def content_of(session: Session, who: Principal, document: Document) -> bytes:
    """The bytes as received.

    Raises
    ------
    Forbidden
        Words stand in them that ``who`` may not see.
    Gone
        Words of it were erased, and with them the original.
    """
    if queries.hidden_spans(session, who, document.id):
        raise Forbidden("document-withheld")
    content = queries.content(session, document.id)
    if content is None:
        raise Gone("original-erased", id=document.id)
    return content


def document_view(document: Document) -> DocumentView:
    return DocumentView(
        id=document.id,
        meeting=document.meeting_id,
        filename=document.filename,
        media_type=document.media_type,
        charset=document.charset,
        size=document.size,
        sha256=document.sha256,
        uploaded_at=document.uploaded_at,
    )


def find_drafts(
    session: Session, who: Principal, meeting_id: int, reading: Reading, extractor: Extractor
) -> list[DraftStatement]:
    """What ``take_in`` will store; takes long for long texts, and only reads."""
    require(who, Action.WRITE_MEETINGS)
    return extractor(session, reading.text, get_meeting(session, who, meeting_id).title_zh)


def take_in(
    session: Session,
    who: Principal,
    meeting_id: int,
    content: bytes,
    reading: Reading,
    drafts: Sequence[DraftStatement],
    *,
    filename: str,
    now: datetime,
    time_zone: str,
) -> Intake:
    """Store a document and the drafts that were found in it, or change nothing.

    ``reading`` and ``drafts`` were made of ``content`` before the transaction began: nobody waits.

    Raises
    ------
    DuplicateDocument
        The same bytes are stored already; the values say where.
    """
    require(who, Action.WRITE_MEETINGS)
    meeting = get_meeting(session, who, meeting_id)
    digest = hashlib.sha256(content).hexdigest()
    _refuse_twin(session, digest)
    document = Document(
        meeting_id=meeting.id,
        filename=filename[-255:],
        media_type=reading.media_type,
        charset=reading.charset,
        size=len(content),
        sha256=digest,
        content=content,
        text=reading.text,
        uploaded_at=now,
    )
    session.add(document)
    session.flush()
    known = Known(session)
    stored = [
        draft
        for found in drafts
        for draft in drafts_of(known, found, document, meeting, now=now, time_zone=time_zone)
    ]
    shown = document_view(document)
    record(session, who, Step("taken_in", "document", document.id, None, None, shown), now=now)
    record_created(session, who, stored, now=now)
    raise_revision(session, now, Visibility.ORGANISERS)
    return Intake(shown, [view(draft) for draft in stored], reading.notes)


def _refuse_twin(session: Session, digest: str) -> None:
    twin = queries.document_by_digest(session, digest)
    if twin is not None:
        raise DuplicateDocument("document-twin", document=twin.id, meeting=twin.meeting_id)
