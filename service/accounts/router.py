"""/api/v1/accounts, /api/v1/keys and /api/v1/me."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from models.enums import AccountState, Role
from service.access import Action
from service.accounts import accounts, keys
from service.accounts.schemas import (
    AccountEdit,
    AccountIn,
    AccountOut,
    InvitationOut,
    KeyIn,
    KeyOut,
    MeOut,
    NewKeyOut,
)
from service.accounts.views import AccountView
from service.clock import Now
from service.guard import Caller, Guarded, needs
from service.paging import Cursor, Limit, link_next
from service.text import Asked, RowId
from service.transactions import PostSession, ReadSession, WriteSession
from service.versions import EditedVersion, version_tag

router = APIRouter(tags=["accounts"], route_class=Guarded)


def tagged(response: Response, account: AccountView) -> AccountView:
    response.headers["ETag"] = version_tag(account.version)
    return account


@router.get("/me", response_model=MeOut)
@needs(Action.READ)
def get_me(who: Caller) -> object:
    """Who you are to the service, with your key, your sign-in, or without either."""
    return MeOut.of(who)


@router.get("/accounts", response_model=list[AccountOut])
@needs(Action.MANAGE_ACCOUNTS)
def list_accounts(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    role: Role | None = None,
    state: AccountState | None = None,
    q: Annotated[Asked | None, Query(description="A part of a name.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    page = accounts.list_accounts(
        session, who, role=role, state=state, q=q, limit=limit, cursor=cursor
    )
    link_next(request, response, page)
    return page.items


@router.post("/accounts", response_model=InvitationOut, status_code=201)
@needs(Action.MANAGE_ACCOUNTS)
def create_account(
    account: AccountIn,
    request: Request,
    response: Response,
    session: PostSession,
    who: Caller,
    now: Now,
) -> object:
    """The answer has the one-time link with which the owner sets a password."""
    made = accounts.create_account(session, who, **account.model_dump(), now=now)
    tagged(response, made.account)
    response.headers["Location"] = f"/api/v1/accounts/{made.account.id}"
    return InvitationOut.of(made, request.app.state.settings.link_base)


@router.get("/accounts/{id_}", response_model=AccountOut)
@needs(Action.MANAGE_ACCOUNTS)
def get_account(id_: RowId, response: Response, session: ReadSession, who: Caller) -> object:
    return tagged(response, accounts.get_account(session, who, id_))


@router.patch("/accounts/{id_}", response_model=AccountOut)
@needs(Action.MANAGE_ACCOUNTS)
def edit_account(
    id_: RowId,
    fields: AccountEdit,
    request: Request,
    response: Response,
    session: WriteSession,
    who: Caller,
    now: Now,
    version: EditedVersion,
) -> object:
    """The last admin who can sign in can neither be disabled nor get another role."""
    request.app.state.identities.forget_after(session)
    values = fields.model_dump(exclude_unset=True)
    edited = accounts.edit_account(session, who, id_, values, version=version, now=now)
    return tagged(response, edited)


@router.post("/accounts/{id_}/link", response_model=InvitationOut)
@needs(Action.MANAGE_ACCOUNTS)
def new_link(
    id_: RowId, request: Request, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    """A new one-time link; earlier ones end. The password stays until the link is used."""
    made = accounts.new_link(session, who, id_, now=now)
    tagged(response, made.account)
    return InvitationOut.of(made, request.app.state.settings.link_base)


@router.post("/accounts/{id_}/sign-out", response_model=AccountOut)
@needs(Action.MANAGE_ACCOUNTS)
def sign_out_account(
    id_: RowId, request: Request, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    """End every sign-in of this account."""
    request.app.state.identities.forget_after(session)
    return tagged(response, accounts.sign_out_account(session, who, id_, now=now))


@router.get("/keys", response_model=list[KeyOut])
@needs(Action.MANAGE_ACCOUNTS)
def list_keys(
    request: Request,
    response: Response,
    session: ReadSession,
    who: Caller,
    now: Now,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Newest first, revoked and expired ones included."""
    page = keys.list_keys(session, who, limit=limit, cursor=cursor, now=now)
    link_next(request, response, page)
    return page.items


@router.post("/keys", response_model=NewKeyOut, status_code=201)
@needs(Action.MANAGE_ACCOUNTS)
def create_key(
    key: KeyIn, response: Response, session: PostSession, who: Caller, now: Now
) -> object:
    """The answer has the secret. It cannot be read again; make another key instead."""
    made = keys.create_key(session, who, **key.model_dump(), now=now)
    response.headers["Location"] = f"/api/v1/keys/{made.key.id}"
    return NewKeyOut.of(made)


@router.get("/keys/{id_}", response_model=KeyOut)
@needs(Action.MANAGE_ACCOUNTS)
def get_key(id_: RowId, session: ReadSession, who: Caller, now: Now) -> object:
    return keys.get_key(session, who, id_, now=now)


@router.post("/keys/{id_}/revoke", response_model=KeyOut)
@needs(Action.MANAGE_ACCOUNTS)
def revoke_key(id_: RowId, request: Request, session: PostSession, who: Caller, now: Now) -> object:
    """It is refused within a second, everywhere."""
    request.app.state.identities.forget_after(session)
    return keys.revoke_key(session, who, id_, now=now)
