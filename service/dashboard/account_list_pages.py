"""/accounts as a list and as files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.enums import AccountState, Role
from service.access import Action
from service.accounts.accounts import list_accounts
from service.accounts.views import AccountView
from service.clock import Now
from service.dashboard.access_contexts import AccountRow, AccountsForm, AccountsPage
from service.dashboard.account_forms import role_select, state_select
from service.dashboard.directory import PAGE, Directory, Known, read_all
from service.dashboard.errors import unreadable
from service.dashboard.exports import heads
from service.dashboard.fields import Input
from service.dashboard.filters import Typed, query_string
from service.dashboard.frame import Link, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render_private
from service.guard import Caller, Guarded, needs
from service.paging import Cursor
from service.tables import Cell, Table, csv_response, xlsx_response
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
ROWS = 100
TYPED = ("q", "role", "state")
COLUMNS = (
    *("id", "name", "display_name", "role", "represents"),
    *("state", "can_sign_in", "created_at", "updated_at"),
)
FILE = "duijie-accounts"


@dataclass(frozen=True, slots=True)
class Asked:
    form: AccountsForm
    wanted: dict[str, Any]
    """Filters of ``list_accounts``."""
    query: Typed


def read_form(request: Request, directory: Directory) -> Asked:
    c = directory.catalogue
    values = {name: request.query_params.get(name, "").strip()[:80] for name in TYPED}
    hint = c.translate("accounts.find_hint")
    form = AccountsForm(
        find=Input("q", c.translate("accounts.find"), values["q"], hint),
        role=role_select(c, values["role"]),
        state=state_select(c, values["state"]),
    )
    wanted = {
        "q": values["q"] or None,
        "role": Role(values["role"]) if values["role"] and not form.role.error else None,
        "state": AccountState(values["state"])
        if values["state"] and not form.state.error
        else None,
    }
    return Asked(form, wanted, {name: value for name, value in values.items() if value})


@router.get("/accounts")
@needs(Action.MANAGE_ACCOUNTS)
def accounts(
    request: Request, session: ReadSession, directory: Known, who: Caller, cursor: Cursor = None
) -> Response:
    c, zone = directory.catalogue, zone_of(request)
    asked = read_form(request, directory)
    page = list_accounts(session, who, **asked.wanted, limit=ROWS, cursor=cursor)
    following = query_string(asked.query, cursor=page.next_cursor)
    shown = AccountsPage(
        frame=make_frame(request, c.translate("accounts.title"), "accounts"),
        form=asked.form,
        rows=[row_of(directory, view, zone) for view in page.items],
        next_href=f"/accounts{following}" if page.next_cursor else None,
        first_href=f"/accounts{query_string(asked.query)}" if cursor else None,
        csv_href="/accounts.csv" + query_string(asked.query),
        xlsx_href="/accounts.xlsx" + query_string(asked.query),
    )
    return render_private(request, shown, 422 if asked.form.errors else 200)


def row_of(directory: Directory, view: AccountView, zone: str) -> AccountRow:
    c = directory.catalogue
    waiting = view.state is AccountState.ACTIVE and not view.can_sign_in
    return AccountRow(
        account=Link(view.display_name, f"/accounts/{view.id}"),
        name=view.name,
        role=c.translate(f"role.{view.role}"),
        cluster=directory.cluster(view.cluster) if view.cluster else None,
        active=view.state is AccountState.ACTIVE,
        state=c.translate(f"state.{view.state}"),
        note=c.translate("accounts.no_password") if waiting else "",
        updated=moment(c, view.updated_at, zone),
    )


@router.get("/accounts.csv")
@needs(Action.MANAGE_ACCOUNTS)
def accounts_csv(request: Request, session: ReadSession, directory: Known, who: Caller) -> Response:
    asked = read_form(request, directory)
    if asked.form.errors:
        return unreadable(request, asked.form.errors)
    found = read_all(
        lambda cursor: list_accounts(session, who, **asked.wanted, limit=PAGE, cursor=cursor)
    )
    return csv_response(account_table(directory, found), FILE)


@router.get("/accounts.xlsx")
@needs(Action.MANAGE_ACCOUNTS)
def accounts_xlsx(
    request: Request, session: ReadSession, directory: Known, who: Caller, now: Now
) -> Response:
    asked = read_form(request, directory)
    if asked.form.errors:
        return unreadable(request, asked.form.errors)
    found = read_all(
        lambda cursor: list_accounts(session, who, **asked.wanted, limit=PAGE, cursor=cursor)
    )
    made: datetime = max((view.updated_at for view in found), default=now)
    title = directory.catalogue.translate("accounts.title")
    return xlsx_response({title: account_table(directory, found)}, FILE, made)


def account_table(directory: Directory, views: list[AccountView]) -> Table:
    c = directory.catalogue
    rows: list[list[Cell]] = [
        [
            *(view.id, view.name, view.display_name, c.translate(f"role.{view.role}")),
            *(view.cluster or "", c.translate(f"state.{view.state}")),
            c.translate("fact.yes" if view.can_sign_in else "fact.no"),
            *(view.created_at.isoformat(), view.updated_at.isoformat()),
        ]
        for view in views
    ]
    return Table(heads(directory, COLUMNS), rows)
