"""Accounts as admins manage them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Account, Cluster
from models.enums import AccountState, Role
from service.access import Action, Principal, require, scopes_of
from service.accounts import links, queries
from service.accounts.sign_ins import ENTITY, end_all
from service.accounts.views import AccountView, Invitation, account_view
from service.audit.usecases import Step, record, require_version
from service.clusters.usecases import require_cluster
from service.db import touch
from service.errors import AccountNotFound, AlreadyExists, Forbidden, LastAdmin, Unprocessable
from service.paging import Page, read_page
from service.text import fold

LONGEST_NAME = 80
RIGHTS = ("role", "cluster", "state")
"""What of an account decides what its owner may do."""


def list_accounts(
    session: Session,
    who: Principal,
    *,
    role: Role | None = None,
    state: AccountState | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[AccountView]:
    """In the order of their creation; ``q`` is a part of a name."""
    require(who, Action.MANAGE_ACCOUNTS)
    rows = queries.accounts(role=role, state=state, q=q)
    page = read_page(session, rows, key=(Account.id,), limit=limit, cursor=cursor)
    return Page([account_view(account) for account in page.items], page.next_cursor)


def get_account(session: Session, who: Principal, id_: int) -> AccountView:
    require(who, Action.MANAGE_ACCOUNTS)
    return account_view(_known(queries.account(session, id_), id_))


def find_account(session: Session, who: Principal, name: str) -> AccountView:
    """The account that signs in with this name."""
    require(who, Action.MANAGE_ACCOUNTS)
    return account_view(_known(queries.account_by_name(session, name), name))


def create_account(
    session: Session,
    who: Principal,
    *,
    name: str,
    display_name: str | None = None,
    role: Role,
    cluster: str | None = None,
    now: datetime,
) -> Invitation:
    """An account without a password, and the one-time link that sets it.

    Raises
    ------
    AlreadyExists
        The name, in some spelling, is taken.
    Unprocessable
        A representative needs a cluster, and no other role has one.
    Forbidden
        The caller's key has less than the account would have.
    """
    require(who, Action.MANAGE_ACCOUNTS)
    require_to_give(who, role)
    account = Account(
        name=name,
        folded=_free(session, name),
        display_name=display_name or name,
        role=role,
        cluster=represented(session, role, cluster),
        state=AccountState.ACTIVE,
        created_at=now,
        updated_at=now,
    )
    session.add(account)
    session.flush()
    step = Step("created", ENTITY, account.id, account.version, None, account_view(account))
    record(session, who, step, now=now)
    return links.issue(session, who, account, now=now)


def edit_account(
    session: Session,
    who: Principal,
    id_: int,
    fields: Mapping[str, Any],
    *,
    version: int | None,
    now: datetime,
) -> AccountView:
    """Change ``display_name``, ``role``, ``cluster`` or ``state``; what is not named stays.

    Other rights end the account's sign-ins; a disabled account loses its one-time link as well.

    Raises
    ------
    LastAdmin
        Nobody who can sign in would be admin any more.
    StaleVersion, Unprocessable, Forbidden
    """
    require(who, Action.MANAGE_ACCOUNTS)
    admins = queries.locked_admins(session) if set(RIGHTS) & fields.keys() else []
    account = _known(queries.locked_account(session, id_), id_)
    before = account_view(account)
    require_version(session, ENTITY, id_, before, version)
    _store(session, account, fields)
    touch(account, now)
    session.flush()
    after = account_view(account)
    if any(getattr(before, name) != getattr(after, name) for name in RIGHTS):
        require_to_give(who, before.role)
        require_to_give(who, after.role)
        _require_other_admin(admins, after)
        end_all(session, id_)
    if after.state is AccountState.DISABLED:
        queries.drop_links(session, id_)
    record(session, who, Step("edited", ENTITY, id_, account.version, before, after), now=now)
    return after


def new_link(session: Session, who: Principal, id_: int, *, now: datetime) -> Invitation:
    """A one-time link that sets a new password; those issued earlier end."""
    require(who, Action.MANAGE_ACCOUNTS)
    account = _known(queries.locked_account(session, id_), id_)
    require_to_give(who, Role(account.role))
    return links.issue(session, who, account, now=now)


def sign_out_account(session: Session, who: Principal, id_: int, *, now: datetime) -> AccountView:
    """End all sign-ins of an account, on every device."""
    require(who, Action.MANAGE_ACCOUNTS)
    account = _known(queries.account(session, id_), id_)
    end_all(session, id_)
    record(session, who, Step("signed-out-everywhere", ENTITY, id_), now=now)
    return account_view(account)


def require_to_give(who: Principal, role: Role, scopes: list[str] | None = None) -> None:
    """Nobody hands on more than they have; ``scopes`` None: all that the role may.

    Raises
    ------
    Forbidden
    """
    for scope in scopes if scopes is not None else scopes_of(role):
        if not who.may(Action(scope)):
            raise Forbidden("gives-more", action=scope)


def represented(session: Session, role: Role, cluster: str | None) -> Cluster | None:
    """The cluster that a representative speaks for; nobody else has one."""
    if (role is Role.REPRESENTATIVE) != (cluster is not None):
        raise Unprocessable("represents")
    return require_cluster(session, cluster) if cluster is not None else None


def _store(session: Session, account: Account, fields: Mapping[str, Any]) -> None:
    role = Role(fields.get("role", account.role))
    own = account.cluster.slug if account.cluster and role is Role.REPRESENTATIVE else None
    with session.no_autoflush:
        account.cluster = represented(session, role, fields.get("cluster", own))
    account.role = role
    account.state = fields.get("state", account.state)
    account.display_name = fields.get("display_name", account.display_name)


def _require_other_admin(admins: object, after: AccountView) -> None:
    still = after.role is Role.ADMIN and after.state is AccountState.ACTIVE
    if admins == [after.id] and not still:
        raise LastAdmin("last-admin", name=after.name)


def _free(session: Session, name: str) -> str:
    """The folded name, if no account has it."""
    folded = fold(name)
    if not 0 < len(folded) <= LONGEST_NAME:
        raise Unprocessable("account-name", longest=LONGEST_NAME)
    if queries.account_by_name(session, name) is not None:
        raise AlreadyExists("account-name-taken", name=name)
    return folded


def _known(account: Account | None, asked: int | str) -> Account:
    if account is None:
        raise AccountNotFound("account-unknown", account=asked)
    return account
