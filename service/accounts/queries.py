"""Reads of accounts, keys and sign-ins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload

from models import Account, ApiKey, OneTimeLink, SignIn
from models.enums import AccountState, Role
from service.text import fold

Conditions = tuple[ColumnElement[bool], ...]


def key_by_prefix(session: Session, prefix: str) -> ApiKey | None:
    rows = select(ApiKey).where(ApiKey.prefix == prefix).options(joinedload(ApiKey.cluster))
    return session.scalars(rows).one_or_none()


def sign_in_by_digest(session: Session, token_hash: str) -> SignIn | None:
    whole = joinedload(SignIn.account).joinedload(Account.cluster)
    rows = select(SignIn).where(SignIn.token_hash == token_hash).options(whole)
    return session.scalars(rows).one_or_none()


def accounts(
    *, role: Role | None = None, state: AccountState | None = None, q: str | None = None
) -> Select[Account]:
    rows = select(Account).options(joinedload(Account.cluster))
    if role is not None:
        rows = rows.where(Account.role == role)
    if state is not None:
        rows = rows.where(Account.state == state)
    if q:
        rows = rows.where(
            or_(
                Account.folded.contains(fold(q), autoescape=True),
                Account.display_name.icontains(q.strip(), autoescape=True),
            )
        )
    return rows


def account(session: Session, id_: int) -> Account | None:
    return session.scalars(accounts().where(Account.id == id_)).one_or_none()


def account_by_name(session: Session, name: str) -> Account | None:
    return session.scalars(accounts().where(Account.folded == fold(name))).one_or_none()


def locked_account(session: Session, id_: int) -> Account | None:
    """As it stands now; nobody else changes it until the commit."""
    rows = accounts().where(Account.id == id_).with_for_update(of=Account)
    return session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def locked_admins(session: Session) -> Sequence[int]:
    """Active admins with a password; nobody else demotes one of them until the commit."""
    rows = select(Account.id).where(*_admin(), Account.password_hash.is_not(None))
    return session.scalars(rows.order_by(Account.id).with_for_update()).all()


def is_admin_able(session: Session) -> bool:
    """Whether any active admin has a password."""
    rows = select(Account.id).where(*_admin(), Account.password_hash.is_not(None))
    return session.scalars(rows.limit(1)).first() is not None


def locked_without_password(session: Session) -> Account | None:
    """The first active admin who has no password yet."""
    rows = select(Account.id).where(*_admin(), Account.password_hash.is_(None))
    id_ = session.scalars(rows.order_by(Account.id).limit(1)).first()
    return locked_account(session, id_) if id_ is not None else None


def admin_is_invited(session: Session, now: datetime) -> bool:
    """Whether an active admin has a one-time link that still holds."""
    rows = select(OneTimeLink.id).join(Account, Account.id == OneTimeLink.account_id)
    held = rows.where(*_admin(), *_holds(now))
    return session.scalars(held.limit(1)).first() is not None


def is_any_account(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(Account.id > 0))))


def link(session: Session, token_hash: str, now: datetime) -> OneTimeLink | None:
    """The link, if it still holds and was not used."""
    rows = select(OneTimeLink).where(OneTimeLink.token_hash == token_hash, *_holds(now))
    return session.scalars(rows).one_or_none()


def use_link(session: Session, id_: int, now: datetime) -> bool:
    """Mark a link as used; False if another was faster."""
    rows = update(OneTimeLink).where(OneTimeLink.id == id_, *_holds(now))
    return bool(session.execute(rows.values(used_at=now)).rowcount)  # type: ignore[attr-defined]


def drop_links(session: Session, account_id: int) -> None:
    """Those that were not used."""
    rows = delete(OneTimeLink).where(OneTimeLink.account_id == account_id)
    session.execute(rows.where(OneTimeLink.used_at.is_(None)))


def purge(session: Session, now: datetime, idle_since: datetime) -> None:
    """Remove sign-ins and links that hold no longer and that nobody else is just removing."""
    over = or_(SignIn.expires_at <= now, SignIn.seen_at <= idle_since)
    done = or_(OneTimeLink.expires_at <= now, OneTimeLink.used_at.is_not(None))
    for table, ended in ((SignIn, over), (OneTimeLink, done)):
        free = select(table.id).where(ended).with_for_update(skip_locked=True)
        session.execute(delete(table).where(table.id.in_(free)))


def sign_ins(account_id: int) -> Select[SignIn]:
    return select(SignIn).where(SignIn.account_id == account_id)


def keys() -> Select[ApiKey]:
    return select(ApiKey).options(joinedload(ApiKey.cluster))


def key(session: Session, id_: int) -> ApiKey | None:
    return session.scalars(keys().where(ApiKey.id == id_)).one_or_none()


def _admin() -> Conditions:
    return (Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE)


def _holds(now: datetime) -> Conditions:
    return (OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
