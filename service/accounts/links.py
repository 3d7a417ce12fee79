"""One-time links: how an account gets its password, and its owner in when all else fails."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Account, OneTimeLink
from models.enums import AccountState
from service.access import Principal
from service.accounts import guessing, queries
from service.accounts.passwords import Passwords, require_good
from service.accounts.sign_ins import ENTITY, begin, end_all, purge, set_password
from service.accounts.tokens import digest, new_token
from service.accounts.views import Invitation, NewSignIn, account_view
from service.audit.usecases import Step, record
from service.db import Sessions
from service.errors import LinkNotValid, WrongState

INVITED = timedelta(hours=48)


def issue(
    session: Session,
    who: Principal,
    account: Account,
    *,
    now: datetime,
    valid: timedelta = INVITED,
) -> Invitation:
    """A new link; those issued earlier end. The password, if there is one, stays until its use.

    Raises
    ------
    WrongState
        The account is disabled.
    """
    if account.state != AccountState.ACTIVE:
        raise WrongState("account-disabled", name=account.name)
    queries.drop_links(session, account.id)
    token = new_token()
    link = OneTimeLink(
        token_hash=digest(token), account_id=account.id, created_at=now, expires_at=now + valid
    )
    session.add(link)
    record(session, who, Step("link-issued", ENTITY, account.id), now=now)
    return Invitation(account_view(account), token, link.expires_at)


def look_at(session: Session, token: str, *, now: datetime) -> Invitation:
    """Whom a link is for, without using it; LinkNotValid if it holds no longer."""
    link = queries.link(session, digest(token), now)
    account = queries.account(session, link.account_id) if link else None
    if link is None or account is None or account.state != AccountState.ACTIVE:
        raise LinkNotValid("link-not-valid")
    return Invitation(account_view(account), token, link.expires_at)


def use(
    sessions: Sessions,
    passwords: Passwords,
    who: Principal,
    token: str,
    password: str,
    *,
    agent: str | None,
    now: datetime,
) -> NewSignIn:
    """Set the password and sign in at once; all other sign-ins of the account end.

    Of two who use a link at the same moment one succeeds.

    Raises
    ------
    LinkNotValid
        It was used, replaced, or has expired; or the account was disabled.
    WeakPassword
        The link stays valid.
    """
    with sessions.read() as session:
        invited = look_at(session, token, now=now).account
    require_good(password, invited.name)
    hashed = passwords.hash(password)
    with sessions.write() as session:
        account = queries.locked_account(session, invited.id)
        link = queries.link(session, digest(token), now)
        if account is None or link is None or account.state != AccountState.ACTIVE:
            raise LinkNotValid("link-not-valid")
        if not queries.use_link(session, link.id, now):
            raise LinkNotValid("link-not-valid")
        owner = replace(who, actor=account.name, account_id=account.id, key_id=None)
        set_password(session, owner, account, hashed, now=now)
        end_all(session, account.id)
        guessing.trust(session, account.folded, who.origin, now)
        begun = begin(session, who, account, agent=agent, now=now)
        purge(session, now)
    return begun
