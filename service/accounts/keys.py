"""Keys for programs."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import ApiKey
from models.enums import Role
from service.access import Action, Principal, require, scopes_of
from service.accounts import queries
from service.accounts.accounts import represented, require_to_give
from service.accounts.tokens import digest, new_key, prefix
from service.accounts.views import KeyView, NewKey, key_view
from service.audit.usecases import Step, record
from service.errors import KeyNotFound, Unprocessable
from service.paging import Page, read_page

ENTITY = "key"
DAYS, MOST_DAYS = 90, 366
"""Until a key expires, unless said otherwise; and at most."""


def list_keys(
    session: Session,
    who: Principal,
    *,
    limit: int = 50,
    cursor: str | None = None,
    now: datetime,
) -> Page[KeyView]:
    """Newest first, revoked and expired ones included."""
    require(who, Action.MANAGE_ACCOUNTS)
    page = read_page(
        session, queries.keys(), key=(ApiKey.id,), limit=limit, cursor=cursor, descending=True
    )
    return Page([key_view(key, now) for key in page.items], page.next_cursor)


def get_key(session: Session, who: Principal, id_: int, *, now: datetime) -> KeyView:
    require(who, Action.MANAGE_ACCOUNTS)
    return key_view(_known(session, id_), now)


def create_key(
    session: Session,
    who: Principal,
    *,
    label: str,
    role: Role,
    cluster: str | None = None,
    scopes: list[str] | None = None,
    days: int = DAYS,
    now: datetime,
) -> NewKey:
    """A key with some or, without ``scopes``, all rights of its role.

    Several may have one label, so that a program can change to a new key before the old one ends.

    Raises
    ------
    Unprocessable
        The role has no such right; or it is a representative's and names no cluster.
    Forbidden
        The caller does not have these rights.
    """
    require(who, Action.MANAGE_ACCOUNTS)
    allowed = scopes_of(role)
    chosen = [scope for scope in allowed if scopes is None or scope in scopes]
    beyond = sorted(set(scopes or []) - set(allowed))
    if beyond:
        raise Unprocessable("scopes", role=role, scopes=", ".join(beyond))
    require_to_give(who, role, chosen)
    secret = new_key()
    key = ApiKey(
        label=label,
        prefix=prefix(secret),
        secret_hash=digest(secret),
        role=role,
        cluster=represented(session, role, cluster),
        scopes=chosen,
        created_by=who.actor[:120],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(key)
    session.flush()
    view = key_view(key, now)
    record(session, who, Step("created", ENTITY, key.id, None, None, view), now=now)
    return NewKey(view, secret)


def revoke_key(session: Session, who: Principal, id_: int, *, now: datetime) -> KeyView:
    """It is refused from now on. Revoking it again changes nothing."""
    require(who, Action.MANAGE_ACCOUNTS)
    key = _known(session, id_)
    before = key_view(key, now)
    if key.revoked_at is not None:
        return before
    key.revoked_at = now
    session.flush()
    after = key_view(key, now)
    record(session, who, Step("revoked", ENTITY, id_, None, before, after), now=now)
    return after


def _known(session: Session, id_: int) -> ApiKey:
    key = queries.key(session, id_)
    if key is None:
        raise KeyNotFound("key-unknown", id=id_)
    return key
