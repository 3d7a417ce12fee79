"""Signing in and out, on both databases; two offices are two processes on one database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from models import Account, Counter, OneTimeLink, SignIn
from models.enums import AccountState, Role
from service.accounts import accounts, links, sign_ins
from service.accounts.identities import FRESH_SECONDS, IDLE
from service.accounts.passwords import Passwords
from service.accounts.sign_ins import LIFETIME
from service.db import Sessions
from service.errors import Forbidden, LinkNotValid, NotFound, SignInFailed, WeakPassword, WrongState
from tests.accounts.office import HOME, SENTENCE, Office, QuickHasher, visitor
from tests.support.clock import NOW
from tests.support.people import TESTER

OTHER = "another sentence about silk"
SECOND = timedelta(seconds=1)


def rows(office: Office, table: type) -> int:
    with office.sessions.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_token_changes_at_every_sign_in_and_the_one_before_ends(office: Office) -> None:
    account, first = office.hire("li")
    who = office.known(first)
    assert (who.actor, who.role, who.account_id) == ("li", Role.ORGANISER, account.id)
    second = office.sign_in("li", who=who.at(HOME, None)).token
    assert second != first
    office.identities.forget()
    assert office.who(first) is None
    assert office.known(second).sign_in_id != who.sign_in_id


@pytest.mark.parametrize("name", ["Li Hua", "li  HUA", "ＬＩ　ＨＵＡ"])
def test_a_name_is_known_in_any_spelling(office: Office, name: str) -> None:
    account, _ = office.hire("Li Hua")
    assert office.sign_in(name).account == account


def test_it_ends_after_seven_days_however_much_it_is_used(office: Office) -> None:
    _, token = office.hire("li")
    now = NOW
    while now + IDLE / 2 < NOW + LIFETIME:
        now += IDLE / 2
        office.identities.forget()
        assert office.who(token, now) is not None
    office.identities.forget()
    assert office.who(token, NOW + LIFETIME - SECOND) is not None
    office.identities.forget()
    assert office.who(token, NOW + LIFETIME) is None


def test_it_ends_when_it_was_not_used_for_twelve_hours(office: Office) -> None:
    _, token = office.hire("li")
    assert office.who(token, NOW + IDLE - SECOND) is not None
    office.identities.forget()
    used = NOW + IDLE - SECOND
    assert office.who(token, used + IDLE) is None


def disable(office: Office, id_: int, _: str) -> None:
    office.edit(id_, state=AccountState.DISABLED)


def demote(office: Office, id_: int, _: str) -> None:
    office.edit(id_, role=Role.VIEWER)


def sign_out(office: Office, _: int, token: str) -> None:
    who = office.known(token)
    with office.sessions.write() as session:
        sign_ins.sign_out(session, who, now=NOW)


def sign_out_everywhere(office: Office, _: int, token: str) -> None:
    who = office.known(token)
    with office.sessions.write() as session:
        sign_ins.sign_out_everywhere(session, who, now=NOW)


def sign_out_by_admin(office: Office, id_: int, _: str) -> None:
    with office.sessions.write() as session:
        accounts.sign_out_account(session, TESTER, id_, now=NOW)


def reset(office: Office, id_: int, _: str) -> None:
    with office.sessions.write() as session:
        invitation = accounts.new_link(session, TESTER, id_, now=NOW)
    office.welcome(invitation.token, OTHER)


@pytest.mark.parametrize(
    "end", [disable, demote, sign_out, sign_out_everywhere, sign_out_by_admin, reset]
)
def test_what_ends_it_here_ends_it_in_another_process_within_a_second(
    office: Office, end: Callable[[Office, int, str], None]
) -> None:
    account, token = office.hire("li")
    other = Office(office.sessions)
    assert other.who(token) is not None
    end(office, account.id, token)
    other.seconds = FRESH_SECONDS - 0.001
    assert other.who(token) is not None, "the other process asks too often"
    other.seconds = FRESH_SECONDS
    assert other.who(token) is None


def test_a_new_display_name_ends_nothing(office: Office) -> None:
    account, token = office.hire("li")
    assert office.edit(account.id, display_name="Li of Keqiao").version == account.version + 1
    office.identities.forget()
    assert office.who(token) is not None


def test_this_process_knows_at_once(office: Office) -> None:
    account, token = office.hire("li")
    assert office.who(token) is not None
    with office.sessions.write() as session:
        office.identities.forget_after(session)
        accounts.sign_out_account(session, TESTER, account.id, now=NOW)
        assert office.who(token) is not None
    assert office.who(token) is None


def test_known_and_unknown_names_take_the_same_way(office: Office) -> None:
    disabled, _ = office.hire("disabled")
    office.edit(disabled.id, state=AccountState.DISABLED)
    office.hire("known")
    office.invite("invited")
    hasher = office.passwords.hasher
    assert isinstance(hasher, QuickHasher)
    told = set()
    for name, password in [
        ("known", OTHER),
        ("unknown", OTHER),
        ("disabled", SENTENCE),
        ("invited", SENTENCE),
        ("x" * 5000, ""),
        ("", ""),
        ("\x00\ud800", "\x00"),
    ]:
        before = hasher.computed
        with pytest.raises(SignInFailed) as refused:
            office.sign_in(name, password)
        assert hasher.computed - before == 1, name
        told.add((refused.value.slug, refused.value.message, *refused.value.values))
    assert len(told) == 1
    before = hasher.computed
    office.sign_in("known")
    assert hasher.computed - before == 1


def test_a_hash_of_an_earlier_cost_is_renewed_at_the_next_sign_in(office: Office) -> None:
    account, _ = office.hire("li")
    dearer = Office(office.sessions, Passwords(QuickHasher(time_cost=2)))

    def stored() -> str | None:
        with office.sessions.read() as session:
            found: Account = session.get_one(Account, account.id)
            return found.password_hash

    before = stored()
    with pytest.raises(SignInFailed):
        dearer.sign_in("li", OTHER)
    assert stored() == before
    begun = dearer.sign_in("li")
    renewed = stored()
    assert renewed
    assert ",t=2," in renewed
    assert begun.account.version == account.version
    assert dearer.sign_in("li").account.version == account.version
    assert stored() == renewed


def test_a_link_is_used_once_and_signs_in(office: Office) -> None:
    invitation = office.invite("li")
    assert not invitation.account.can_sign_in
    with pytest.raises(WeakPassword):
        office.welcome(invitation.token, "li")
    begun = office.welcome(invitation.token)
    assert begun.account.can_sign_in
    assert office.known(begun.token).actor == "li"
    for token in (invitation.token, "", "x", "\ud800"):
        with pytest.raises(LinkNotValid):
            office.welcome(token, OTHER)
    assert office.sign_in("li").account == begun.account


def test_a_link_holds_for_two_days(office: Office) -> None:
    invitation = office.invite("li")
    assert invitation.expires_at == NOW + timedelta(hours=48)
    with pytest.raises(LinkNotValid):
        office.welcome(invitation.token, now=invitation.expires_at)
    office.welcome(invitation.token, now=invitation.expires_at - SECOND)


def test_a_new_link_ends_the_one_before_and_leaves_the_password_until_it_is_used(
    office: Office,
) -> None:
    account, token = office.hire("li")
    with office.sessions.write() as session:
        first = accounts.new_link(session, TESTER, account.id, now=NOW)
        second = accounts.new_link(session, TESTER, account.id, now=NOW)
    with pytest.raises(LinkNotValid):
        office.welcome(first.token, OTHER)
    office.sign_in("li")
    assert office.who(token) is not None
    office.welcome(second.token, OTHER)
    with pytest.raises(SignInFailed):
        office.sign_in("li")
    office.sign_in("li", OTHER)


def test_a_disabled_account_has_no_link(office: Office) -> None:
    invitation = office.invite("li")
    office.edit(invitation.account.id, state=AccountState.DISABLED)
    with office.sessions.write() as session, pytest.raises(WrongState):
        accounts.new_link(session, TESTER, invitation.account.id, now=NOW)
    office.edit(invitation.account.id, state=AccountState.ACTIVE)
    with pytest.raises(LinkNotValid):
        office.welcome(invitation.token)


def test_of_two_who_use_a_link_at_once_one_succeeds(office: Office) -> None:
    for trial in range(5):
        token = office.invite(f"li{trial}").token
        words = [f"sentence number {number} about silk" for number in range(4)]
        with ThreadPoolExecutor(len(words)) as pool:
            tries = [pool.submit(office.welcome, token, word) for word in words]
            errors = [done.exception() for done in tries]
        refused = [error for error in errors if error is not None]
        assert [type(error) for error in refused] == [LinkNotValid] * 3
        won = words[errors.index(None)]
        office.sign_in(f"li{trial}", won)


def test_ones_own_password_is_changed_by_who_knows_the_old_one(office: Office) -> None:
    account, token = office.hire("li")
    elsewhere = office.sign_in("li").token
    with office.sessions.write() as session:
        link = accounts.new_link(session, TESTER, account.id, now=NOW)
    who = office.known(token).at(HOME, None)
    change = partial(sign_ins.change_password, office.sessions, office.passwords, who, now=NOW)
    with pytest.raises(SignInFailed):
        change("not the old one", OTHER)
    with pytest.raises(WeakPassword):
        change(SENTENCE, "li li li li li")
    change(SENTENCE, OTHER)
    office.identities.forget()
    assert office.who(token) is not None
    assert office.who(elsewhere) is None
    with pytest.raises(LinkNotValid):
        office.welcome(link.token)
    office.sign_in("li", OTHER)


def test_who_is_signed_in_sees_and_ends_their_own_sign_ins_alone(office: Office) -> None:
    _, token = office.hire("li")
    _, others = office.hire("wang")
    second = office.sign_in("li", origin="198.51.100.1").sign_in
    who, other = office.known(token), office.known(others)
    with office.sessions.write() as session:
        mine = sign_ins.list_sign_ins(session, who, now=NOW)
        assert [(one.origin, one.current) for one in mine] == [
            ("198.51.100.1", False),
            (HOME, True),
        ]
        with pytest.raises(NotFound):
            sign_ins.end_sign_in(session, other, second.id, now=NOW)
        sign_ins.end_sign_in(session, who, second.id, now=NOW)
        assert [one.id for one in sign_ins.list_sign_ins(session, who, now=NOW)] == [who.sign_in_id]
        with pytest.raises(Forbidden):
            sign_ins.list_sign_ins(session, TESTER, now=NOW)
        sign_ins.sign_out(session, visitor(), now=NOW)


def test_whoever_is_disabled_while_the_password_is_computed_is_not_let_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _ = office.hire("li")
    hasher = office.passwords.hasher
    verify = hasher.verify

    def slowly(password: str | bytes, stored: str | bytes) -> bool:
        office.edit(account.id, state=AccountState.DISABLED)
        return verify(password, stored)

    monkeypatch.setattr(hasher, "verify", slowly)
    with pytest.raises(SignInFailed):
        office.sign_in("li")
    assert rows(office, SignIn) == 0


def test_what_holds_no_longer_is_removed(office: Office) -> None:
    account, _ = office.hire("li")
    office.invite("wang")
    with pytest.raises(SignInFailed):
        office.sign_in("nobody", OTHER)
    later: datetime = NOW + timedelta(days=91)
    office.sign_in("li", now=later)
    assert rows(office, SignIn) == 1
    assert rows(office, OneTimeLink) == 0
    with office.sessions.read() as session:
        assert not session.scalars(select(Counter).where(Counter.ends_at <= later)).all()
        assert accounts.get_account(session, TESTER, account.id).can_sign_in


def test_looking_at_a_link_does_not_use_it(office: Office, sessions: Sessions) -> None:
    invitation = office.invite("li")
    with sessions.read() as session:
        seen = links.look_at(session, invitation.token, now=NOW)
    assert (seen.account.name, seen.expires_at) == ("li", invitation.expires_at)
    office.welcome(invitation.token)
    with sessions.read() as session, pytest.raises(LinkNotValid):
        links.look_at(session, invitation.token, now=NOW)
