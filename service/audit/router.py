"""/api/v1/audit."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from service.access import Action
from service.audit import usecases
from service.audit.export import audit_table, collect
from service.audit.params import Filters
from service.audit.schemas import AuditOut, ExportForm
from service.clock import Now
from service.guard import Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.tables import XLSX, csv_response, download, xlsx_response
from service.transactions import ReadSession

router = APIRouter(prefix="/audit", tags=["audit"], route_class=Guarded)
JSON = TypeAdapter(list[AuditOut])
NAME = "duijie-audit"
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file to take along; `Link` leads to the next where one is not enough.",
        "content": {
            "application/json": {"schema": {"type": "array", "items": {}}},
            "text/csv": {},
            XLSX: {},
        },
    }
}


@router.get("", response_model=list[AuditOut])
@needs(Action.READ_AUDIT)
def list_entries(
    request: Request,
    response: Response,
    session: ReadSession,
    filters: Filters,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """What was done, by whom and from where; newest first."""
    page = usecases.list_entries(session, limit=limit, cursor=cursor, **filters)
    link_next(request, response, page)
    return page.items


@router.get("/export", response_class=Response, responses=FILE)
@needs(Action.READ_AUDIT)
def export(
    request: Request,
    session: ReadSession,
    filters: Filters,
    now: Now,
    format: ExportForm = ExportForm.CSV,  # noqa: A002 - the parameter's public name
    cursor: Cursor = None,
) -> Response:
    """The same as a file: at most 10,000 entries, newest first; no cell is a live formula."""
    page = collect(session, cursor=cursor, **filters)
    if format is ExportForm.JSON:
        entries = JSON.validate_python(page.items, from_attributes=True)
        response = download(JSON.dump_json(entries), "application/json", f"{NAME}.json")
    elif format is ExportForm.CSV:
        response = csv_response(audit_table(page.items), NAME)
    else:
        made = max((entry.at for entry in page.items), default=now)
        response = xlsx_response({"audit": audit_table(page.items)}, NAME, made)
    link_next(request, response, page)
    return response
