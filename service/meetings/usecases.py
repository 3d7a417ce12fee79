"""Record meetings, and take their documents in as draft statements."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Document, Meeting, Statement
from models.enums import Basis, Status, Visibility
from service.clusters.usecases import find_cluster
from service.dates import known_from
from service.db import raise_revision, touch
from service.errors import DocumentNotFound, DuplicateDocument, MeetingNotFound
from service.extraction.types import DraftStatement
from service.meetings import queries
from service.meetings.decoding import decode, require_media_type
from service.paging import Page, read_page
from service.statements.usecases import record_created
from service.statements.views import StatementView, view
from service.topics.usecases import facet_rows, require_topic
from service.versions import require_version

Extractor = Callable[[Session, str, str], list[DraftStatement]]
"""Session, text and title to drafts."""


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


def list_meetings(
    session: Session, *, kind: str | None, limit: int, cursor: str | None
) -> Page[Meeting]:
    """Newest entry first."""
    rows = queries.listed(kind=kind)
    return read_page(session, rows, key=(Meeting.id,), limit=limit, cursor=cursor, descending=True)


def get_meeting(session: Session, id_: int) -> Meeting:
    meeting = session.get(Meeting, id_)
    if meeting is None:
        raise MeetingNotFound(id_)
    return meeting


def record_meeting(session: Session, fields: dict[str, Any], *, now: datetime) -> Meeting:
    meeting = Meeting(created_at=now, updated_at=now, **fields)
    session.add(meeting)
    session.flush()
    return meeting


def change_meeting(
    session: Session, id_: int, fields: dict[str, Any], *, version: int | None, now: datetime
) -> Meeting:
    """Replace what is stored. The dates of statements already made from it stay."""
    meeting = get_meeting(session, id_)
    require_version(meeting.version, version)
    for name, value in fields.items():
        setattr(meeting, name, value)
    touch(meeting, now)
    raise_revision(session, now)
    return meeting


def list_documents(session: Session, meeting_id: int) -> list[DocumentView]:
    get_meeting(session, meeting_id)
    return [document_view(row) for row in queries.documents(session, meeting_id)]


def require_document(session: Session, meeting_id: int, id_: int) -> Document:
    document = queries.document(session, meeting_id, id_)
    if document is None:
        raise DocumentNotFound("document-unknown", meeting=meeting_id, id=id_)
    return document


def get_document(session: Session, meeting_id: int, id_: int) -> DocumentText:
    document = require_document(session, meeting_id, id_)
    shown = document_view(document)
    values = {name: getattr(shown, name) for name in DocumentView.__dataclass_fields__}
    return DocumentText(**values, text=document.text)


def content_of(session: Session, document: Document) -> bytes:
    """The bytes as received."""
    return queries.content(session, document.id)


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


def take_in(
    session: Session,
    meeting_id: int,
    content: bytes,
    *,
    filename: str,
    media_type: str | None,
    extractor: Extractor,
    actor: str,
    now: datetime,
    time_zone: str,
) -> Intake:
    """Store a document and the drafts that were read from it, or change nothing.

    Raises
    ------
    UnsupportedMedia, UnreadableDocument
        The file cannot be read.
    DuplicateDocument
        The same bytes are stored already; the values say where.
    """
    meeting = get_meeting(session, meeting_id)
    plain = require_media_type(media_type, filename)
    text, charset = decode(content)
    digest = hashlib.sha256(content).hexdigest()
    _refuse_twin(session, digest)
    document = Document(
        meeting_id=meeting.id,
        filename=filename[-255:],
        media_type=plain,
        charset=charset,
        size=len(content),
        sha256=digest,
        content=content,
        text=text,
        uploaded_at=now,
    )
    session.add(document)
    session.flush()
    drafts = [
        draft
        for found in extractor(session, text, meeting.title_zh)
        for draft in drafts_of(session, found, document, meeting, now=now, time_zone=time_zone)
    ]
    record_created(session, drafts, actor=actor, now=now)
    raise_revision(session, now)
    return Intake(document_view(document), [view(draft) for draft in drafts])


def _refuse_twin(session: Session, digest: str) -> None:
    twin = queries.document_by_digest(session, digest)
    if twin is not None:
        raise DuplicateDocument("document-twin", document=twin.id, meeting=twin.meeting_id)


def drafts_of(
    session: Session,
    found: DraftStatement,
    document: Document,
    meeting: Meeting,
    *,
    now: datetime,
    time_zone: str,
) -> list[Statement]:
    """One draft for the main topic of ``found`` and one for each further topic."""
    cluster = find_cluster(session, found.cluster_slug) if found.cluster_slug else None
    return [
        Statement(
            cluster=cluster,
            place_name=None if cluster else found.cluster[:80],
            kind=found.kind,
            asks=found.asks and found.kind == "goal",
            topic=require_topic(session, topic),
            facet_values=facet_rows(session, found.facets),
            phrase=found.phrase[:200],
            quote=found.quote,
            span_start=found.start,
            span_end=found.end,
            meeting_id=meeting.id,
            document_id=document.id,
            speaker=found.speaker[:120] if found.speaker else None,
            stated_on=meeting.held_on,
            known_from=known_from(meeting.held_on, now, time_zone),
            weight=found.weight,
            status=Status.DRAFT,
            visibility=Visibility.MEMBERS,
            basis=Basis.MEETING,
            confidence=found.confidence,
            rule=found.rule[:200],
            created_at=now,
            updated_at=now,
        )
        for topic in (found.subtopic or found.topic, *found.secondary_topics)
    ]
