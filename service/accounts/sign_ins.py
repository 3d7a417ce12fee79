"""Signing in and out, and one's own password.

Hashing is slow, and a refused try must be counted. So the use-cases that look at a password take
``Sessions`` and use several short transactions, where all others work within their caller's.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models import Account, SignIn
from models.enums import AccountState
from service import counters
from service.access import Action, Principal, require
from service.accounts import guessing, queries
from service.accounts.identities import IDLE
from service.accounts.passwords import Passwords, require_good
from service.accounts.tokens import digest, new_token
from service.accounts.views import NewSignIn, SignInView, account_view, sign_in_view
from service.audit.usecases import Step, record
from service.db import Sessions, touch
from service.errors import Forbidden, NotFound, SignInFailed
from service.text import fold

ENTITY = "account"
LIFETIME = timedelta(days=7)
"""Of a sign-in, however much it is used."""
log = structlog.get_logger()


def sign_in(
    sessions: Sessions,
    passwords: Passwords,
    who: Principal,
    name: str,
    password: str,
    *,
    agent: str | None,
    now: datetime,
) -> NewSignIn:
    """A new sign-in for who knows the password; that of ``who``, if any, ends.

    An unknown name takes the same way as a known one, and as long.

    Raises
    ------
    SignInFailed
        Name and password do not belong together, or the account is disabled.
    TooManyRequests
        Wait first: see ``guessing``.
    """
    folded = fold(name)[:80]
    with sessions.write() as session:
        guessing.admit(session, folded, who.origin, now)
        account = queries.account_by_name(session, folded)
        id_, stored = (account.id, account.password_hash) if account else (None, None)
    matches = passwords.verify(password, stored)
    with sessions.write() as session:
        account = queries.locked_account(session, id_ or 0)
        if not matches or not _still(account, stored) or account is None:
            log.warning("sign-in-failed", origin=who.origin, account_id=id_)
            raise SignInFailed("sign-in-failed")
        guessing.succeeded(session, folded, who.origin, now)
        begun = begin(session, who, account, agent=agent, now=now)
        purge(session, now)
    if stored and passwords.is_outdated(stored):
        _rehash(sessions, passwords, account, stored, password)
    return begun


def _still(account: Account | None, stored: str | None) -> bool:
    """Whether nothing changed while the password was looked at."""
    return (
        account is not None
        and account.state == AccountState.ACTIVE
        and account.password_hash == stored
    )


def _rehash(
    sessions: Sessions, passwords: Passwords, account: Account, stored: str, password: str
) -> None:
    """The same password at today's cost: no change that anybody sees."""
    renewed = passwords.hash(password)
    with sessions.write() as session:
        rows = update(Account).where(Account.id == account.id, Account.password_hash == stored)
        session.execute(rows.values(password_hash=renewed))


def begin(
    session: Session, who: Principal, account: Account, *, agent: str | None, now: datetime
) -> NewSignIn:
    """Sign the account in under a new token; the sign-in that ``who`` had here ends."""
    token = new_token()
    started = SignIn(
        token_hash=digest(token),
        account_id=account.id,
        created_at=now,
        seen_at=now,
        expires_at=now + LIFETIME,
        origin=who.origin,
        agent=(agent or "")[:200] or None,
    )
    session.add(started)
    session.flush()
    if who.sign_in_id is not None:
        before = delete(SignIn).where(SignIn.id == who.sign_in_id)
        session.execute(before.where(SignIn.account_id == who.account_id))
    _note(session, who, account.id, account.name, "signed-in", now)
    return NewSignIn(account_view(account), sign_in_view(started, started.id), token)


def list_sign_ins(session: Session, who: Principal, *, now: datetime) -> list[SignInView]:
    """One's own that still hold, the latest used first."""
    rows = queries.sign_ins(_own(who)).where(SignIn.expires_at > now, SignIn.seen_at > now - IDLE)
    latest = rows.order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    return [sign_in_view(row, who.sign_in_id) for row in session.scalars(latest)]


def sign_out(session: Session, who: Principal, *, now: datetime) -> None:
    """End the sign-in that asks; a visitor has none, and that is no error."""
    if who.sign_in_id is not None:
        end_sign_in(session, who, who.sign_in_id, now=now)


def end_sign_in(session: Session, who: Principal, id_: int, *, now: datetime) -> None:
    """End one of one's own; NotFound if there is none with this number."""
    own = _own(who)
    rows = delete(SignIn).where(SignIn.id == id_, SignIn.account_id == own)
    if not session.execute(rows).rowcount:  # type: ignore[attr-defined]
        raise NotFound("sign-in-unknown", id=id_)
    _note(session, who, own, who.actor, "signed-out", now)


def sign_out_everywhere(session: Session, who: Principal, *, now: datetime) -> None:
    """End all of one's own, the one that asks included."""
    own = _own(who)
    end_all(session, own)
    _note(session, who, own, who.actor, "signed-out-everywhere", now)


def change_password(
    sessions: Sessions, passwords: Passwords, who: Principal, old: str, new: str, *, now: datetime
) -> None:
    """Replace one's own password; all other sign-ins and open links end.

    Raises
    ------
    SignInFailed
        The old one is wrong. Such tries are counted as those to sign in.
    WeakPassword, TooManyRequests
    """
    with sessions.write() as session:
        account = queries.account(session, _own(who))
        if account is None:
            raise SignInFailed("sign-in-failed")
        require_good(new, account.name)
        guessing.admit(session, account.folded, who.origin, now)
        id_, stored = account.id, account.password_hash
    if not passwords.verify(old, stored):
        raise SignInFailed("old-password-wrong")
    hashed = passwords.hash(new)
    with sessions.write() as session:
        account = queries.locked_account(session, id_)
        if account is None or not _still(account, stored):
            raise SignInFailed("sign-in-failed")
        guessing.succeeded(session, account.folded, who.origin, now)
        set_password(session, who, account, hashed, now=now)
        end_all(session, id_, but=who.sign_in_id)


def set_password(
    session: Session, who: Principal, account: Account, hashed: str, *, now: datetime
) -> None:
    """Store a password's hash; every open link of the account ends."""
    before = account_view(account)
    account.password_hash = hashed
    touch(account, now)
    queries.drop_links(session, account.id)
    session.flush()
    after = account_view(account)
    step = Step("password-set", ENTITY, account.id, account.version, before, after)
    record(session, who, step, now=now)


def end_all(session: Session, account_id: int, *, but: int | None = None) -> None:
    rows = delete(SignIn).where(SignIn.account_id == account_id)
    session.execute(rows if but is None else rows.where(SignIn.id != but))


def purge(session: Session, now: datetime) -> None:
    """Remove sign-ins, links and counters that hold no longer."""
    queries.purge(session, now, idle_since=now - IDLE)
    counters.purge(session, now)


def _own(who: Principal) -> int:
    """The account of who asks; a key has none."""
    require(who, Action.OWN_ACCOUNT)
    if who.account_id is None:
        raise Forbidden("forbidden", action=Action.OWN_ACCOUNT)
    return who.account_id


def _note(
    session: Session, who: Principal, account_id: int, name: str, action: str, now: datetime
) -> None:
    """In the audit, as done by the account itself."""
    doer = Principal(name, who.role, account_id=account_id, sign_in_id=who.sign_in_id)
    step = Step(action, ENTITY, account_id)
    record(session, doer.at(who.origin, who.request_id), step, now=now)
