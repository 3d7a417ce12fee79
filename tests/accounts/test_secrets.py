"""Whoever gets a copy of the database can sign in nowhere with it."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models import Base
from models.enums import Role
from service.access import command_line
from service.accounts import accounts, keys
from service.accounts.identities import Identities
from service.accounts.sign_ins import change_password
from service.audit.usecases import Step, record
from service.db import Sessions
from service.errors import DomainError
from tests.accounts.office import HOME, SENTENCE, Office
from tests.support.clock import NOW
from tests.support.people import TESTER

CHANGED = "another sentence about silk"
WORD = re.compile(rb"[A-Za-z0-9_=-]{20,}")


def dump(sessions: Sessions) -> bytes:
    """Every value of every row."""
    with sessions.read() as session:
        rows = [
            b"\n".join(repr(value).encode() for value in row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        ]
    return b"\n".join(rows)


def secrets_of(office: Office, client: TestClient) -> Iterator[str]:
    """Everything secret that a busy week brings forth."""
    yield from (SENTENCE, CHANGED, "wrong guess of silk")
    account, token = office.hire("li", Role.ADMIN)
    yield token
    with office.sessions.write() as session:
        yield accounts.new_link(session, TESTER, account.id, now=NOW).token
        yield keys.create_key(session, command_line(), label="x", role=Role.ADMIN, now=NOW).secret
    with pytest.raises(DomainError):
        office.sign_in("li", "wrong guess of silk")
    begun = office.sign_in("li")
    yield begun.token
    who = office.known(begun.token).at(HOME, None)
    change_password(office.sessions, office.passwords, who, SENTENCE, CHANGED, now=NOW)
    for path, body in (
        ("accounts", {"name": "wang", "role": "viewer"}),
        ("keys", {"label": "y", "role": "viewer"}),
    ):
        sent = client.post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": path})
        made = sent.json()
        yield made["link"].rpartition("/")[2] if "link" in made else made["secret"]


def test_a_dump_of_all_tables_holds_no_key_token_or_password(api: TestClient) -> None:
    state = api.app.state  # type: ignore[attr-defined] # httpx's clients have none, this one does
    office = Office(state.sessions)
    secrets = list(secrets_of(office, api))
    assert len(secrets) == 9
    stored = dump(office.sessions)
    assert stored.count(b"$argon2id$") == 1
    assert [secret for secret in secrets if secret.encode() in stored] == []
    for word in set(WORD.findall(stored)):
        assert Identities(office.sessions).find(word.decode(), NOW, None) is None
        with pytest.raises(DomainError):
            office.welcome(word.decode(), CHANGED)


def test_a_secret_that_slipped_into_the_audit_would_be_noticed(office: Office) -> None:
    _, token = office.hire("li")
    with office.sessions.write() as session:
        record(session, TESTER, Step("edited", "account", 1, None, None, {"t": token}), now=NOW)
    assert token.encode() in dump(office.sessions)


def test_what_is_shown_once_does_not_slip_into_logs_by_its_repr(office: Office) -> None:
    invitation = office.invite("li")
    begun = office.welcome(invitation.token)
    with office.sessions.write() as session:
        key = keys.create_key(session, TESTER, label="x", role=Role.VIEWER, now=NOW)
    for shown, secret in ((invitation, invitation.token), (begun, begun.token), (key, key.secret)):
        assert secret not in repr(shown)
