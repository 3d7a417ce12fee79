"""/drafts: what waits for a decision, with what it contradicts or repeats."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from models.enums import StatementAction, StatementKind, Status
from service.access import Action
from service.clock import Now
from service.dashboard.account_forms import choice
from service.dashboard.directory import Known
from service.dashboard.filters import query_string
from service.dashboard.forms import Sent, local_path, typed
from service.dashboard.frame import make_frame
from service.dashboard.rendering import render
from service.dashboard.statements import item_of
from service.dashboard.trust_contexts import DraftRow, DraftsForm, DraftsPage
from service.errors import Unprocessable
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue
from service.paging import Cursor
from service.statements.usecases import decide, list_statements
from service.statements.warnings import list_warned, warnings_of
from service.text import RowId
from service.transactions import ReadSession, WriteSession

router = APIRouter(route_class=Guarded)
ROWS = 50
STEPS = {"confirm": StatementAction.CONFIRMED, "reject": StatementAction.REJECTED}


def read_form(c: Catalogue, filters: dict[str, str]) -> DraftsForm:
    kinds = [("", c.translate("filter.any"))]
    kinds += [(kind.value, c.translate(f"statement.{kind}")) for kind in StatementKind]
    warned = [("", c.translate("filter.any")), ("yes", c.translate("drafts.warned_yes"))]
    return DraftsForm(
        kind=choice(c, "kind", c.translate("drafts.kind"), filters.get("kind", ""), kinds),
        warned=choice(c, "warned", c.translate("warning.title"), filters.get("warned", ""), warned),
    )


@router.get("/drafts")
@needs(Action.READ_DRAFTS)
def drafts(
    request: Request, session: ReadSession, directory: Known, cursor: Cursor = None
) -> Response:
    """In the order of entry; representatives see those of their own cluster."""
    c, who = directory.catalogue, directory.who
    given = {name: request.query_params.get(name, "").strip()[:80] for name in ("kind", "warned")}
    filters = {name: value for name, value in given.items() if value}
    form = read_form(c, filters)
    asked: dict[str, Any] = {"status": Status.DRAFT, "limit": ROWS, "cursor": cursor}
    if form.kind.value and not form.kind.error:
        asked["kind"] = form.kind.value
    if form.warned.value and not form.warned.error:
        page, warnings = list_warned(session, who, **asked)
    else:
        page = list_statements(session, who, **asked)
        warnings = warnings_of(session, who, [draft.id for draft in page.items])
    following = query_string(filters, cursor=page.next_cursor)
    shown = DraftsPage(
        frame=make_frame(request, c.translate("drafts.title"), "drafts"),
        form=form,
        rows=[
            DraftRow(
                item=item_of(directory, draft, warnings),
                href=f"/drafts/{draft.id}",
                version=draft.version,
                registered=draft.cluster is not None,
            )
            for draft in page.items
        ],
        here=f"/drafts{query_string(filters, cursor=cursor)}",
        done=done_of(c, request.query_params.get("done")),
        next_href=f"/drafts{following}" if page.next_cursor else None,
        first_href=f"/drafts{query_string(filters)}" if cursor else None,
    )
    return render(request, shown, 422 if form.errors else 200)


def done_of(c: Catalogue, step: str | None) -> str | None:
    return c.translate(f"drafts.done_{step}") if step in STEPS else None


@router.post("/drafts/{id_}")
@needs(Action.WRITE_STATEMENTS)
def decided(id_: RowId, session: WriteSession, who: Caller, sent: Sent, now: Now) -> Response:
    """Confirm or reject the version that was looked at; only what is confirmed counts."""
    step = sent.get("step", "")
    if step not in STEPS:
        raise Unprocessable("step-unknown")
    version = typed(sent, "version")
    known = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    decide(session, who, id_, STEPS[step], version=known, now=now)
    back = urlsplit(local_path(typed(sent, "back")))
    query = [(name, value) for name, value in parse_qsl(back.query) if name != "done"]
    path = back.path if back.path == "/drafts" else "/drafts"
    return RedirectResponse(f"{path}?{urlencode([*query, ('done', step)])}", 303)
