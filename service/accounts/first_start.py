"""Somebody has to be the first: a link on the terminal of the server lets them choose a password.

There is no default password anywhere. Whoever sees the terminal of the server owns it anyway.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from models import Account
from models.enums import AccountState, Role
from service.access import program
from service.accounts import links, queries
from service.accounts.sign_ins import ENTITY
from service.accounts.views import Invitation, account_view
from service.audit.usecases import Step, record
from service.clock import Clock
from service.db import Sessions, insert_unless_there
from service.messages import LANGUAGES, catalogue
from service.output import note
from service.text import fold

NAME = "admin"
VALID = timedelta(hours=24)
STARTER = program("first start")


def welcome(sessions: Sessions, clock: Clock, base_url: str) -> None:
    """Print a one-time link if no admin can sign in; make the first account if there is none.

    Of several servers that start together, one makes the account and prints.
    """
    with sessions.write() as session:
        told = invite(session, clock)
    if told is not None:
        tell(told, base_url)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about whom, and with which link."""

    message: str
    name: str = ""
    invitation: Invitation | None = None


def invite(session: Session, clock: Clock) -> Told | None:
    """None if some admin can sign in."""
    now = clock()
    if queries.is_admin_able(session):
        return None
    made = not queries.is_any_account(session) and _create(session, clock)
    admin = queries.locked_without_password(session)
    if admin is None:
        return Told("nobody")
    if queries.admin_is_invited(session, now):
        return Told("waiting", admin.name)
    invitation = links.issue(session, STARTER, admin, now=now, valid=VALID)
    return Told("created" if made else "renewed", admin.name, invitation)


def tell(told: Told, base_url: str) -> None:
    """In both languages: nobody knows yet which one the reader has."""
    lines = [""]
    for words in map(catalogue, LANGUAGES):
        line = words.translate(f"first_start.{told.message}", name=told.name)
        if told.invitation:
            until = f"{told.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
            line += " " + words.translate("first_start.until", time=until)
        lines.append(line)
    if told.invitation:
        lines += ["", f"    {told.invitation.link(base_url)}"]
    note("\n".join([*lines, ""]))


def _create(session: Session, clock: Clock) -> bool:
    """Make the first account; False if another server was faster."""
    now = clock()
    made = insert_unless_there(
        session,
        Account,
        name=NAME,
        folded=fold(NAME),
        display_name=NAME,
        role=Role.ADMIN,
        state=AccountState.ACTIVE,
        version=1,
        created_at=now,
        updated_at=now,
    )
    account = queries.account_by_name(session, NAME) if made else None
    if account is not None:
        step = Step("created", ENTITY, account.id, 1, None, account_view(account))
        record(session, STARTER, step, now=now)
    return made
