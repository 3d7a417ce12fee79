"""/accounts: who may sign in. For admins."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from models.enums import AccountState
from service.access import Action, Principal
from service.accounts import accounts as usecases
from service.accounts.schemas import AccountEdit
from service.accounts.views import AccountView
from service.audit.usecases import NO_VERSION
from service.clock import Now
from service.dashboard.access_contexts import (
    AccountPage,
    StaleAccountPage,
)
from service.dashboard.account_forms import REFUSED, account_form
from service.dashboard.audit_words import ChangedField
from service.dashboard.directory import Directory, Known
from service.dashboard.filters import query_string
from service.dashboard.forms import Sent, Wrong, faults, refusal, typed_values
from service.dashboard.frame import make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.new_account_pages import link_page
from service.dashboard.rendering import render_private
from service.errors import DomainError, StaleVersion
from service.guard import Caller, Guarded, needs
from service.text import RowId
from service.transactions import ReadSession, WriteSession

router = APIRouter(route_class=Guarded)
EDITED = ("display_name", "role", "cluster")
DONE = ("saved", "signed_out", "disabled_done", "enabled_done")


@router.get("/accounts/{id_}")
@needs(Action.MANAGE_ACCOUNTS)
def account(
    id_: RowId, request: Request, session: ReadSession, directory: Known, who: Caller
) -> Response:
    view = usecases.get_account(session, who, id_)
    return account_page(request, directory, view, stored_values(directory, view), {})


def stored_values(directory: Directory, view: AccountView) -> dict[str, str]:
    cluster = directory.cluster(view.cluster).label if view.cluster else ""
    return {"display_name": view.display_name, "role": view.role, "cluster": cluster}


def account_page(
    request: Request,
    directory: Directory,
    view: AccountView,
    values: Mapping[str, str],
    wrong: Wrong,
) -> Response:
    c, zone = directory.catalogue, zone_of(request)
    done = request.query_params.get("done", "")
    page = AccountPage(
        frame=make_frame(request, view.display_name, "accounts"),
        id=view.id,
        name=view.name,
        state=c.translate(f"state.{view.state}"),
        active=view.state is AccountState.ACTIVE,
        no_password=None if view.can_sign_in else c.translate("accounts.no_password"),
        created=moment(c, view.created_at, zone),
        updated=moment(c, view.updated_at, zone),
        version=view.version,
        form=account_form(directory, values, wrong, new=False),
        done=c.translate(f"accounts.{done}") if done in DONE else None,
        history_href="/audit" + query_string({"action": "account", "entry": str(view.id)}),
        deeds_href="/audit" + query_string({"actor": view.name}),
    )
    return render_private(request, page, 422 if wrong else 200)


@router.post("/accounts/{id_}")
@needs(Action.MANAGE_ACCOUNTS)
def edit_account(
    id_: RowId, request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    c = directory.catalogue
    values = typed_values(sent, EDITED)
    try:
        fields = fields_of(values)
        change(request, who, id_, fields, version_of(sent), now)
    except StaleVersion as error:
        return stale_page(request, directory, who, id_, values, error)
    except ValidationError as error:
        wrong = faults(c, error)
    except DomainError as error:
        wrong = refusal(c, error, REFUSED)
    else:
        return RedirectResponse(f"/accounts/{id_}?done=saved", 303)
    return account_page(request, directory, read(request, who, id_), values, wrong)


def fields_of(values: Mapping[str, str]) -> dict[str, Any]:
    """Of the edit form; an empty cluster is none."""
    filled = {name: value for name, value in values.items() if value or name != "cluster"}
    fields = AccountEdit.model_validate(filled).model_dump(exclude_unset=True)
    return {"cluster": None, **fields}


def version_of(sent: Sent) -> int:
    """The version that was on the form; one that no account has where there is none."""
    text = sent.get("version", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return number or NO_VERSION


def change(
    request: Request,
    who: Principal,
    id_: int,
    fields: Mapping[str, Any],
    version: int,
    now: Now,
) -> None:
    """In a transaction of its own, so that a refusal leaves nothing of it."""
    state = request.app.state
    with state.sessions.write() as session:
        state.identities.forget_after(session)
        usecases.edit_account(session, who, id_, fields, version=version, now=now)


def read(request: Request, who: Principal, id_: int) -> AccountView:
    with request.app.state.sessions.read() as session:
        return usecases.get_account(session, who, id_)


def stale_page(
    request: Request,
    directory: Directory,
    who: Principal,
    id_: int,
    values: Mapping[str, str],
    error: StaleVersion,
) -> Response:
    """Both versions side by side, for the person to decide."""
    c = directory.catalogue
    view = read(request, who, id_)
    stored = stored_values(directory, view)
    shown = {
        name: (written(directory, name, stored[name]), written(directory, name, values[name]))
        for name in EDITED
    }
    page = StaleAccountPage(
        frame=make_frame(request, c.translate("accounts.stale_title"), "accounts"),
        lead=c.translate(
            "accounts.stale_lead", known=error.values["expected"], stored=view.version
        ),
        changes=[
            ChangedField(c.translate(f"accounts.{name}"), theirs, mine)
            for name, (theirs, mine) in shown.items()
        ],
        id=id_,
        version=view.version,
        values=list(values.items()),
    )
    return render_private(request, page, 412)


def written(directory: Directory, name: str, value: str) -> str:
    c = directory.catalogue
    if name == "role":
        return c.find(f"role.{value}") or value
    return value or c.translate("fact.nothing")


@router.post("/accounts/{id_}/state")
@needs(Action.MANAGE_ACCOUNTS)
def change_state(
    id_: RowId, request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    """Disable or enable."""
    disabled = sent.get("state") == AccountState.DISABLED
    fields = {"state": AccountState.DISABLED if disabled else AccountState.ACTIVE}
    try:
        change(request, who, id_, fields, version_of(sent), now)
    except DomainError as error:
        view, wrong = read(request, who, id_), {"": directory.catalogue.detail_of(error)}
        return account_page(request, directory, view, stored_values(directory, view), wrong)
    done = "disabled_done" if disabled else "enabled_done"
    return RedirectResponse(f"/accounts/{id_}?done={done}", 303)


@router.post("/accounts/{id_}/link")
@needs(Action.MANAGE_ACCOUNTS)
def new_link(
    id_: RowId, request: Request, session: WriteSession, directory: Known, who: Caller, now: Now
) -> Response:
    return link_page(request, directory, usecases.new_link(session, who, id_, now=now))


@router.post("/accounts/{id_}/sign-out")
@needs(Action.MANAGE_ACCOUNTS)
def sign_out(
    id_: RowId, request: Request, session: WriteSession, who: Caller, now: Now
) -> Response:
    request.app.state.identities.forget_after(session)
    usecases.sign_out_account(session, who, id_, now=now)
    return RedirectResponse(f"/accounts/{id_}?done=signed_out", 303)
