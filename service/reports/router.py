"""/api/v1/schedules and /api/v1/reports."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from models.enums import RunState
from service.access import Action
from service.clock import Now
from service.guard import Caller, Guarded, needs
from service.middleware.security import REPORT
from service.paging import Cursor, Limit, link_next
from service.reports import usecases
from service.reports.html import identifier
from service.reports.schemas import PairingsOut, ReportOut, ScheduleIn, ScheduleOut
from service.reports.views import ScheduleView
from service.text import Instant, RowId
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, KnownVersion, version_tag

router = APIRouter(tags=["reports"], route_class=Guarded)

Due = Annotated[
    Instant, Path(description="When the report fell due.", examples=["2026-11-23T00:00:00Z"])
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}, "description": "As it was sent, byte for byte."}}


def tagged(response: Response, schedule: ScheduleView) -> ScheduleView:
    response.headers["ETag"] = version_tag(schedule.version)
    return schedule


@router.get("/schedules", response_model=list[ScheduleOut])
@needs(Action.READ_REPORTS)
def list_schedules(
    request: Request,
    response: Response,
    session: ReadSession,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = usecases.list_schedules(session, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.post("/schedules", response_model=ScheduleOut, status_code=201)
@needs(Action.WRITE_REPORTS)
def create_schedule(
    schedule: ScheduleIn, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    stored = usecases.create_schedule(session, who, schedule.model_dump(), now=now)
    response.headers["Location"] = f"/api/v1/schedules/{stored.id}"
    return tagged(response, stored)


@router.get("/schedules/{id_}", response_model=ScheduleOut)
@needs(Action.READ_REPORTS)
def get_schedule(id_: RowId, response: Response, session: ReadSession) -> object:
    return tagged(response, usecases.get_schedule(session, id_))


@router.put("/schedules/{id_}", response_model=ScheduleOut)
@needs(Action.WRITE_REPORTS)
def change_schedule(
    id_: RowId,
    fields: ScheduleIn,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> object:
    values = fields.model_dump()
    changed = usecases.change_schedule(session, who, id_, values, version=version, now=now)
    return tagged(response, changed)


@router.delete("/schedules/{id_}", status_code=204)
@needs(Action.WRITE_REPORTS)
def delete_schedule(
    id_: RowId, session: WriteSession, who: Caller, now: Now, version: EditedVersion
) -> None:
    """It is never due again; its reports stay readable."""
    usecases.delete_schedule(session, who, id_, version=version, now=now)


@router.post("/schedules/{id_}/pause", response_model=ScheduleOut)
@needs(Action.WRITE_REPORTS)
def pause_schedule(
    id_: RowId,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    stored = usecases.pause_schedule(session, who, id_, version=version, now=now)
    return tagged(response, stored)


@router.post("/schedules/{id_}/resume", response_model=ScheduleOut)
@needs(Action.WRITE_REPORTS)
def resume_schedule(
    id_: RowId,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
    version: KnownVersion,
) -> object:
    """Due again from now on; what fell into the pause is not made up for."""
    stored = usecases.resume_schedule(session, who, id_, version=version, now=now)
    return tagged(response, stored)


@router.post("/schedules/{id_}/run", response_model=ReportOut, status_code=202)
@needs(Action.WRITE_REPORTS)
def run_now(id_: RowId, response: Response, session: PostSession, who: Caller, now: Now) -> object:
    """Report now, changed or not. The worker does it; look at the report for what came of it."""
    run = usecases.run_now(session, who, id_, now=now)
    response.headers["Location"] = f"/api/v1/reports/{id_}/{run.due_at:%Y-%m-%dT%H:%M:%SZ}"
    return run


@router.get("/schedules/{id_}/preview", response_class=Response, responses=_file("text/html"))
@needs(Action.READ_REPORTS)
def preview(id_: RowId, request: Request, session: ReadSession, now: Now) -> Response:
    """The page that a run at this moment would send. Nothing is kept or sent."""
    state = request.app.state
    page = usecases.preview(
        session, state.rankings, id_, now=now, base_url=state.settings.link_base
    )
    return _page(page.encode())


@router.get("/reports", response_model=list[ReportOut])
@needs(Action.READ_REPORTS)
def list_reports(
    request: Request,
    response: Response,
    session: ReadSession,
    schedule: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    state: RunState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Latest due first, those of deleted schedules included."""
    page = usecases.list_runs(session, schedule=schedule, state=state, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page.items


@router.get("/reports/{schedule_id}/{due}", response_model=ReportOut)
@needs(Action.READ_REPORTS)
def get_report(schedule_id: RowId, due: Due, session: ReadSession) -> object:
    return usecases.get_run(session, schedule_id, due)


@router.get("/reports/{schedule_id}/{due}/pairings", response_model=PairingsOut)
@needs(Action.READ_REPORTS)
def get_pairings(schedule_id: RowId, due: Due, session: ReadSession) -> object:
    """The pairs that the report told of, as they stood then."""
    return usecases.get_pairings(session, schedule_id, due)


@router.get(
    "/reports/{schedule_id}/{due}/html", response_class=Response, responses=_file("text/html")
)
@needs(Action.READ_REPORTS)
def get_html(schedule_id: RowId, due: Due, session: ReadSession) -> Response:
    return _page(usecases.get_content(session, schedule_id, due, "html"))


@router.get("/reports/{schedule_id}/{due}/xlsx", response_class=Response, responses=_file(XLSX))
@needs(Action.READ_REPORTS)
def get_xlsx(schedule_id: RowId, due: Due, session: ReadSession) -> Response:
    content = usecases.get_content(session, schedule_id, due, "xlsx")
    name = f"{identifier(schedule_id, due)}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=headers)


@router.post("/reports/{schedule_id}/{due}/deliveries/{id_}/retry", response_model=ReportOut)
@needs(Action.WRITE_REPORTS)
def retry_delivery(
    schedule_id: RowId, due: Due, id_: RowId, session: PostSession, who: Caller, now: Now
) -> object:
    """Send once more what failed, or may not have arrived. A mail keeps its Message-ID."""
    return usecases.retry_delivery(session, who, schedule_id, due, id_, now=now)


@router.post("/reports/{schedule_id}/{due}/deliveries/{id_}/accept", response_model=ReportOut)
@needs(Action.WRITE_REPORTS)
def accept_delivery(
    schedule_id: RowId, due: Due, id_: RowId, session: PostSession, who: Caller, now: Now
) -> object:
    """Somebody saw that it arrived."""
    return usecases.accept_delivery(session, who, schedule_id, due, id_, now=now)


def _page(content: bytes) -> Response:
    headers = {"Content-Security-Policy": REPORT}
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)
