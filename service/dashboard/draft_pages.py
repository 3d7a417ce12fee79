"""/drafts: what waits for a decision, with what it contradicts or repeats."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.enums import StatementKind, Status
from service.access import Action
from service.dashboard.account_forms import choice
from service.dashboard.directory import Known
from service.dashboard.filters import query_string
from service.dashboard.frame import make_frame
from service.dashboard.rendering import render
from service.dashboard.statements import item_of
from service.dashboard.trust_contexts import DraftsForm, DraftsPage
from service.guard import Guarded, needs
from service.messages import Catalogue
from service.paging import Cursor
from service.statements.usecases import list_statements
from service.statements.warnings import list_warned, warnings_of
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
ROWS = 50


def read_form(c: Catalogue, typed: dict[str, str]) -> DraftsForm:
    kinds = [("", c.translate("filter.any"))]
    kinds += [(kind.value, c.translate(f"statement.{kind}")) for kind in StatementKind]
    warned = [("", c.translate("filter.any")), ("yes", c.translate("drafts.warned_yes"))]
    return DraftsForm(
        kind=choice(c, "kind", c.translate("drafts.kind"), typed.get("kind", ""), kinds),
        warned=choice(c, "warned", c.translate("warning.title"), typed.get("warned", ""), warned),
    )


@router.get("/drafts")
@needs(Action.READ_DRAFTS)
def drafts(
    request: Request, session: ReadSession, directory: Known, cursor: Cursor = None
) -> Response:
    """In the order of entry; representatives see those of their own cluster."""
    c, who = directory.catalogue, directory.who
    given = {name: request.query_params.get(name, "").strip()[:80] for name in ("kind", "warned")}
    typed = {name: value for name, value in given.items() if value}
    form = read_form(c, typed)
    asked: dict[str, Any] = {"status": Status.DRAFT, "limit": ROWS, "cursor": cursor}
    if form.kind.value and not form.kind.error:
        asked["kind"] = form.kind.value
    if form.warned.value and not form.warned.error:
        page, warnings = list_warned(session, who, **asked)
    else:
        page = list_statements(session, who, **asked)
        warnings = warnings_of(session, who, [draft.id for draft in page.items])
    following = query_string(typed, cursor=page.next_cursor)
    shown = DraftsPage(
        frame=make_frame(request, c.translate("drafts.title"), "drafts"),
        form=form,
        items=[item_of(directory, draft, warnings) for draft in page.items],
        next_href=f"/drafts{following}" if page.next_cursor else None,
        first_href=f"/drafts{query_string(typed)}" if cursor else None,
    )
    return render(request, shown, 422 if form.errors else 200)
