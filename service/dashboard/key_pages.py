"""/keys: with what programs sign in. For admins."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from models.enums import Role
from service.access import Action
from service.accounts import keys as usecases
from service.accounts.keys import MOST_DAYS
from service.accounts.schemas import KeyIn
from service.accounts.views import KeyView, NewKey
from service.clock import Now
from service.dashboard import once
from service.dashboard.access_contexts import (
    KeyMadePage,
    KeyRow,
    KeysPage,
    MadeBeforePage,
    NewKeyPage,
    RevokeKeyPage,
)
from service.dashboard.account_forms import key_form
from service.dashboard.directory import PAGE, Directory, Known, read_all
from service.dashboard.exports import heads
from service.dashboard.forms import Sent, Wrong, faults, given, refusal, typed_values
from service.dashboard.frame import Link, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render, render_private
from service.dashboard.rights import right_name
from service.errors import DomainError
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue
from service.paging import Cursor
from service.tables import Cell, Table, csv_response, xlsx_response
from service.text import RowId
from service.transactions import ReadSession, WriteSession

router = APIRouter(route_class=Guarded)
ROWS = 100
NEW = ("label", "role", "cluster", "days")
REFUSED = {
    "represents": "cluster",
    "cluster-unknown": "cluster",
    "scopes": "scopes",
    "gives-more": "scopes",
}
"""At which field of the form a refusal is shown."""
COLUMNS = (
    *("id", "label", "prefix", "role", "represents", "scopes", "state", "created_by"),
    *("created_at", "expires_at", "revoked_at", "used_at", "used_from"),
)
FILE = "duijie-keys"


@router.get("/keys")
@needs(Action.MANAGE_ACCOUNTS)
def keys(
    request: Request,
    session: ReadSession,
    directory: Known,
    who: Caller,
    now: Now,
    cursor: Cursor = None,
) -> Response:
    c, zone = directory.catalogue, zone_of(request)
    page = usecases.list_keys(session, who, limit=ROWS, cursor=cursor, now=now)
    done = request.query_params.get("done") == "revoked"
    shown = KeysPage(
        frame=make_frame(request, c.translate("keys.title"), "keys"),
        rows=[row_of(directory, view, zone) for view in page.items],
        next_href=f"/keys?cursor={page.next_cursor}" if page.next_cursor else None,
        first_href="/keys" if cursor else None,
        done=c.translate("keys.revoked") if done else None,
    )
    return render_private(request, shown)


def row_of(directory: Directory, view: KeyView, zone: str) -> KeyRow:
    c = directory.catalogue
    used = moment(c, view.used_at, zone) if view.used_at else c.translate("keys.never_used")
    return KeyRow(
        label=view.label,
        prefix=view.prefix,
        role=c.translate(f"role.{view.role}"),
        cluster=directory.cluster(view.cluster) if view.cluster else None,
        scopes=[right_name(c, scope) or scope for scope in view.scopes],
        live=view.state == "live",
        state=c.translate(f"state.{view.state}"),
        expires=moment(c, view.expires_at, zone),
        used=used,
        used_from=c.translate("keys.used_from", origin=view.used_from) if view.used_from else "",
        created=moment(c, view.created_at, zone),
        created_by=c.translate("keys.by", name=view.created_by),
        revoke_href=f"/keys/{view.id}/revoke" if view.state == "live" else None,
    )


@router.get("/keys/new")
@needs(Action.MANAGE_ACCOUNTS)
def new_key(request: Request, directory: Known) -> Response:
    return new_page(request, directory, {}, [], {})


def new_page(
    request: Request,
    directory: Directory,
    values: Mapping[str, str],
    scopes: list[str],
    wrong: Wrong,
) -> Response:
    title = directory.catalogue.translate("keys.new")
    page = NewKeyPage(
        frame=make_frame(request, title, "keys"),
        form=key_form(directory, values, scopes, wrong),
        once=once.new_form(),
    )
    return render_private(request, page, 422 if wrong else 200)


@router.post("/keys")
@needs(Action.MANAGE_ACCOUNTS)
def create_key(request: Request, directory: Known, who: Caller, sent: Sent, now: Now) -> Response:
    c = directory.catalogue
    values = typed_values(sent, NEW)
    scopes = sent.getlist(f"scopes_{values['role']}")
    state, claim = request.app.state, once.claim_of(who, request.url.path, sent)
    if values["role"] in set(Role) and not scopes:
        return new_page(
            request, directory, values, scopes, {"scopes": c.translate("keys.scopes_missing")}
        )
    try:
        fields = KeyIn.model_validate(fields_of(values, scopes)).model_dump()
        with state.sessions.write() as session:
            if not once.is_first(session, claim, now):
                return state.shown_once.find(claim) or made_before(request, directory)
            made = usecases.create_key(session, who, **fields, now=now)
            page = made_page(request, directory, made)
            state.shown_once.keep(claim, page)
    except ValidationError as error:
        wrong = in_words(c, faults(c, error))
    except DomainError as error:
        wrong = refusal(c, error, REFUSED)
    else:
        return page
    return new_page(request, directory, values, scopes, wrong)


def fields_of(values: Mapping[str, str], scopes: list[str]) -> dict[str, Any]:
    """A number that is none stays text, and is refused as such."""
    days = values["days"]
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else days
    return {**given(values), "days": number, "scopes": scopes}


def in_words(c: Catalogue, wrong: dict[str, str]) -> dict[str, str]:
    if "days" in wrong:
        wrong["days"] = c.translate("keys.days_wrong", most=MOST_DAYS)
    return wrong


def made_before(request: Request, directory: Directory) -> Response:
    c = directory.catalogue
    page = MadeBeforePage(
        frame=make_frame(request, c.translate("keys.again_title"), "keys"),
        lead=c.translate("keys.again_lead"),
        back=Link(c.translate("keys.back"), "/keys"),
    )
    return render(request, page, 409)


def made_page(request: Request, directory: Directory, made: NewKey) -> Response:
    """Shows the secret, which nobody can read again."""
    c = directory.catalogue
    page = KeyMadePage(
        frame=make_frame(request, c.translate("keys.created_title"), "keys"),
        lead=c.translate("keys.secret_lead", name=made.key.label),
        secret=made.secret,
        facts=row_of(directory, made.key, zone_of(request)),
    )
    return render_private(request, page)


@router.get("/keys/{id_}/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def ask_to_revoke(
    id_: RowId, request: Request, session: ReadSession, directory: Known, who: Caller, now: Now
) -> Response:
    c = directory.catalogue
    view = usecases.get_key(session, who, id_, now=now)
    page = RevokeKeyPage(
        frame=make_frame(request, c.translate("keys.revoke_title"), "keys"),
        lead=c.translate("keys.revoke_lead", name=view.label, prefix=view.prefix),
        facts=row_of(directory, view, zone_of(request)),
    )
    return render_private(request, page)


@router.post("/keys/{id_}/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def revoke_key(
    id_: RowId, request: Request, session: WriteSession, who: Caller, now: Now
) -> Response:
    request.app.state.identities.forget_after(session)
    usecases.revoke_key(session, who, id_, now=now)
    return RedirectResponse("/keys?done=revoked", 303)


@router.get("/keys.csv")
@needs(Action.MANAGE_ACCOUNTS)
def keys_csv(session: ReadSession, directory: Known, who: Caller, now: Now) -> Response:
    found = read_all(
        lambda cursor: usecases.list_keys(session, who, limit=PAGE, cursor=cursor, now=now)
    )
    return csv_response(key_table(directory, found), FILE)


@router.get("/keys.xlsx")
@needs(Action.MANAGE_ACCOUNTS)
def keys_xlsx(session: ReadSession, directory: Known, who: Caller, now: Now) -> Response:
    found = read_all(
        lambda cursor: usecases.list_keys(session, who, limit=PAGE, cursor=cursor, now=now)
    )
    made = max((view.created_at for view in found), default=now)
    title = directory.catalogue.translate("keys.title")
    return xlsx_response({title: key_table(directory, found)}, FILE, made)


def key_table(directory: Directory, views: list[KeyView]) -> Table:
    c = directory.catalogue
    rows: list[list[Cell]] = [
        [
            *(view.id, view.label, view.prefix, c.translate(f"role.{view.role}")),
            *(view.cluster or "", "; ".join(view.scopes), c.translate(f"state.{view.state}")),
            *(view.created_by, view.created_at.isoformat(), view.expires_at.isoformat()),
            *(at.isoformat() if at else "" for at in (view.revoked_at, view.used_at)),
            view.used_from or "",
        ]
        for view in views
    ]
    return Table(heads(directory, COLUMNS), rows)
