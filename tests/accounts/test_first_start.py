"""The first admin comes in by a link on the terminal of the server."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Account
from models.enums import AccountState, Role
from service.accounts import first_start
from service.accounts.first_start import VALID, Told, invite
from service.accounts.views import Invitation
from service.db import Sessions, make_engine
from service.errors import LinkNotValid
from tests.accounts.office import Office
from tests.support.clock import NOW

BASE = "https://duijie.example"


def started(office: Office, after: timedelta = timedelta()) -> Told | None:
    with office.sessions.write() as session:
        return invite(session, lambda: NOW + after)


def invited(office: Office, after: timedelta = timedelta()) -> Invitation:
    told = started(office, after)
    assert told is not None
    assert told.invitation is not None
    return told.invitation


def test_it_makes_an_admin_without_a_password_and_prints_a_link(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    first_start.welcome(office.sessions, lambda: NOW, BASE)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "请打开此链接设置密码" in printed.err
    assert "open this link to choose its password" in printed.err
    (token,) = re.findall(rf"^    {BASE}/welcome/([\w-]{{43}})$", printed.err, re.MULTILINE)
    with office.sessions.read() as session:
        (admin,) = session.scalars(select(Account)).all()
        assert (admin.name, admin.role, admin.password_hash) == ("admin", Role.ADMIN, None)
    begun = office.welcome(token)
    assert (begun.account.role, begun.account.can_sign_in) == (Role.ADMIN, True)


def test_once_an_admin_can_sign_in_nothing_is_printed(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.welcome(invited(office).token)
    first_start.welcome(office.sessions, lambda: NOW, BASE)
    assert capsys.readouterr() == ("", "")


def test_the_link_holds_for_a_day_and_the_next_start_prints_a_fresh_one(office: Office) -> None:
    first = invited(office)
    assert first.expires_at == NOW + VALID
    waiting = started(office, VALID - timedelta(seconds=1))
    assert waiting == Told("waiting", "admin")
    second = invited(office, VALID)
    assert second.token != first.token
    with pytest.raises(LinkNotValid):
        office.welcome(first.token, now=NOW + VALID)
    office.welcome(second.token, now=NOW + VALID)


def test_an_admin_who_was_invited_by_hand_is_not_doubled(office: Office) -> None:
    office.invite("li", Role.ADMIN)
    assert started(office) == Told("waiting", "li")
    renewed = started(office, timedelta(days=3))
    assert renewed is not None
    assert (renewed.message, renewed.name) == ("renewed", "li")


def test_where_nobody_is_admin_it_says_how_to_make_one(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.invite("li", Role.VIEWER)
    disabled = office.invite("wang", Role.ADMIN).account
    office.edit(disabled.id, state=AccountState.DISABLED)
    first_start.welcome(office.sessions, lambda: NOW, BASE)
    assert "duijie account create NAME --role admin" in capsys.readouterr().err
    with office.sessions.read() as session:
        assert len(session.scalars(select(Account)).all()) == 2


@pytest.fixture
def servers(database_url: str) -> Iterator[list[Office]]:
    """Five processes on one database."""
    engines = [make_engine(database_url) for _ in range(5)]
    yield [Office(Sessions(engine)) for engine in engines]
    for engine in engines:
        engine.dispose()


def test_of_several_that_start_together_one_makes_the_account_and_prints(
    servers: list[Office],
) -> None:
    with ThreadPoolExecutor(len(servers)) as pool:
        told = [one for one in pool.map(started, servers) if one is not None]
    assert len(told) == len(servers)
    printed = [one.invitation for one in told if one.invitation is not None]
    assert len(printed) == 1
    with servers[0].sessions.read() as session:
        assert len(session.scalars(select(Account)).all()) == 1
    assert servers[0].welcome(printed[0].token).account.name == "admin"
