"""/api/v1/meetings, with the documents that record them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Request, Response, UploadFile

from models import Meeting
from models.enums import MeetingKind
from service.clock import Now
from service.db import ReadSession, WriteSession
from service.meetings import usecases
from service.meetings.schemas import (
    DocumentOut,
    DocumentTextOut,
    IntakeOut,
    MeetingIn,
    MeetingOut,
)
from service.paging import Cursor, Limit, link_next
from service.statements.router import ACTOR
from service.text import RowId
from service.versions import ExpectedVersion, version_tag

router = APIRouter(prefix="/meetings", tags=["meetings"])


def tagged(response: Response, meeting: Meeting) -> Meeting:
    response.headers["ETag"] = version_tag(meeting.version)
    return meeting


@router.get("", response_model=list[MeetingOut])
def list_meetings(
    request: Request,
    response: Response,
    session: ReadSession,
    kind: MeetingKind | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_meetings(session, kind=kind, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.post("", response_model=MeetingOut, status_code=201)
def record_meeting(
    meeting: MeetingIn, response: Response, session: WriteSession, now: Now
) -> object:
    stored = usecases.record_meeting(session, meeting.model_dump(), now=now)
    response.headers["Location"] = f"/api/v1/meetings/{stored.id}"
    return tagged(response, stored)


@router.get("/{id_}", response_model=MeetingOut)
def get_meeting(id_: RowId, response: Response, session: ReadSession) -> object:
    return tagged(response, usecases.get_meeting(session, id_))


@router.put("/{id_}", response_model=MeetingOut)
def change_meeting(
    id_: RowId,
    fields: MeetingIn,
    response: Response,
    session: WriteSession,
    now: Now,
    version: ExpectedVersion,
) -> object:
    meeting = usecases.change_meeting(session, id_, fields.model_dump(), version=version, now=now)
    session.flush()
    return tagged(response, meeting)


@router.get("/{id_}/documents", response_model=list[DocumentOut])
def list_documents(id_: RowId, session: ReadSession) -> object:
    return usecases.list_documents(session, id_)


@router.post("/{id_}/documents", response_model=IntakeOut, status_code=201)
def take_in(
    id_: RowId,
    file: Annotated[UploadFile, File(description="Minutes as plain text.")],
    request: Request,
    response: Response,
    session: WriteSession,
    now: Now,
) -> object:
    """Read draft statements from a document. Nothing counts until a person confirms it."""
    intake = usecases.take_in(
        session,
        id_,
        file.file.read(),
        filename=file.filename or "document.txt",
        media_type=file.content_type,
        extractor=request.app.state.extractor,
        actor=ACTOR,
        now=now,
        time_zone=request.app.state.settings.time_zone,
    )
    response.headers["Location"] = f"/api/v1/meetings/{id_}/documents/{intake.document.id}"
    return intake


@router.get("/{id_}/documents/{document_id}", response_model=DocumentTextOut)
def get_document(id_: RowId, document_id: RowId, session: ReadSession) -> object:
    return usecases.get_document(session, id_, document_id)


@router.get(
    "/{id_}/documents/{document_id}/content",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "The bytes as received."}},
)
def get_content(id_: RowId, document_id: RowId, session: ReadSession) -> Response:
    document = usecases.require_document(session, id_, document_id)
    name = quote(document.filename, safe="")
    content = usecases.content_of(session, document)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=document.media_type, headers=headers)
