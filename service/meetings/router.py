"""/api/v1/meetings, with the documents that record them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile

from models import Document, Meeting
from models.enums import MeetingKind
from service.access import Action
from service.clock import Now
from service.extraction.types import DraftStatement
from service.guard import Caller, Guarded, needs
from service.meetings import usecases
from service.meetings.schemas import (
    DocumentOut,
    DocumentTextOut,
    IntakeOut,
    MeetingIn,
    MeetingOut,
    NoteOut,
)
from service.paging import Cursor, Limit, link_next
from service.reading.types import DOCX, HTML, PDF, TEXT, Reading
from service.statements.schemas import StatementOut
from service.statements.warnings import warnings_of
from service.text import RowId
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, version_tag

router = APIRouter(prefix="/meetings", tags=["meetings"], route_class=Guarded)


SAFE_TYPES = (TEXT, PDF, DOCX, "application/octet-stream")
"""As which originals are handed out: a browser shows none of them as a page of ours."""


@dataclass(frozen=True, slots=True)
class Upload:
    content: bytes
    filename: str
    reading: Reading
    drafts: Sequence[DraftStatement]


def _read(
    id_: RowId,
    request: Request,
    who: Caller,
    file: Annotated[UploadFile, File(description="Minutes: text, web page, Word or PDF.")],
) -> Upload:
    """Before the transaction begins, so that nobody else waits for it."""
    content, filename = file.file.read(), file.filename or "document.txt"
    state = request.app.state
    reading = state.reader(content, filename=filename, declared=file.content_type)
    with state.sessions.read() as session:
        drafts = usecases.find_drafts(session, who, id_, reading, state.extractor)
    return Upload(content, filename, reading, drafts)


def tagged(response: Response, meeting: Meeting) -> Meeting:
    response.headers["ETag"] = version_tag(meeting.version)
    return meeting


@router.get("", response_model=list[MeetingOut])
@needs(Action.READ)
def list_meetings(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    kind: MeetingKind | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_meetings(session, who, kind=kind, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.post("", response_model=MeetingOut, status_code=201)
@needs(Action.WRITE_MEETINGS)
def record_meeting(
    meeting: MeetingIn, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    stored = usecases.record_meeting(session, who, meeting.model_dump(), now=now)
    response.headers["Location"] = f"/api/v1/meetings/{stored.id}"
    return tagged(response, stored)


@router.get("/{id_}", response_model=MeetingOut)
@needs(Action.READ)
def get_meeting(id_: RowId, response: Response, session: ReadSession, who: Caller) -> object:
    return tagged(response, usecases.get_meeting(session, who, id_))


@router.put("/{id_}", response_model=MeetingOut)
@needs(Action.WRITE_MEETINGS)
def change_meeting(
    id_: RowId,
    fields: MeetingIn,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> object:
    values = fields.model_dump()
    meeting = usecases.change_meeting(session, who, id_, values, version=version, now=now)
    return tagged(response, meeting)


@router.get("/{id_}/documents", response_model=list[DocumentOut])
@needs(Action.READ)
def list_documents(id_: RowId, session: ReadSession, who: Caller) -> object:
    return usecases.list_documents(session, who, id_)


@router.post("/{id_}/documents", response_model=IntakeOut, status_code=201)
@needs(Action.WRITE_MEETINGS)
def take_in(
    id_: RowId,
    upload: Annotated[Upload, Depends(_read)],
    request: Request,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
) -> object:
    """Read draft statements from a document. Nothing counts until a person confirms it."""
    intake = usecases.take_in(
        session,
        who,
        id_,
        upload.content,
        upload.reading,
        upload.drafts,
        filename=upload.filename,
        now=now,
        time_zone=request.app.state.settings.time_zone,
    )
    response.headers["Location"] = f"/api/v1/meetings/{id_}/documents/{intake.document.id}"
    ids = [draft.id for draft in intake.drafts]
    warnings = warnings_of(session, who, ids)
    drafts = [StatementOut.warned(draft, warnings) for draft in intake.drafts]
    return IntakeOut(
        document=DocumentOut.model_validate(intake.document),
        drafts=drafts,
        notes=[NoteOut.model_validate(note) for note in intake.notes],
    )


@router.get("/{id_}/documents/{document_id}", response_model=DocumentTextOut)
@needs(Action.READ)
def get_document(id_: RowId, document_id: RowId, session: ReadSession, who: Caller) -> object:
    return usecases.get_document(session, who, id_, document_id)


@router.get(
    "/{id_}/documents/{document_id}/content",
    response_class=Response,
    responses={
        200: {
            "content": {media_type: {} for media_type in SAFE_TYPES},
            "description": "The bytes as received.",
        }
    },
)
@needs(Action.READ)
def get_content(id_: RowId, document_id: RowId, session: ReadSession, who: Caller) -> Response:
    document = usecases.require_document(session, who, id_, document_id)
    name = quote(document.filename, safe="")
    content = usecases.content_of(session, who, document)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=safe_type(document), headers=headers)


def safe_type(document: Document) -> str:
    if document.media_type == TEXT:
        return f"{TEXT}; charset={document.charset}"
    return document.media_type if document.media_type != HTML else SAFE_TYPES[-1]
