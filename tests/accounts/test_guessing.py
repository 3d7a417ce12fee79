"""Who tries passwords is slowed down; who is known gets in all the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from service.accounts import accounts, guessing, sign_ins
from service.accounts.guessing import ADDRESS, KNOWN, LONGEST_WAIT, NAME, PAIR, REMEMBERED, WINDOW
from service.db import Sessions, make_engine
from service.errors import SignInFailed, TooManyRequests
from tests.accounts.office import ELSEWHERE, HOME, SENTENCE, Office
from tests.support.clock import NOW
from tests.support.people import TESTER

GUESS = "a guess that is wrong"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Limits that are soon reached."""
    tries = PAIR.tries + 2
    monkeypatch.setattr(guessing, "NAME", replace(NAME, tries=tries))
    monkeypatch.setattr(guessing, "ADDRESS", replace(ADDRESS, tries=tries))
    return tries


def guess(office: Office, name: str = "li", origin: str = ELSEWHERE, now: datetime = NOW) -> int:
    """Seconds to wait; 0 where the guess was looked at."""
    try:
        with office.sessions.write() as session:
            guessing.admit(session, name, origin, now)
    except TooManyRequests as wait:
        return int(wait.values["seconds"])
    return 0


def exhaust(office: Office, name: str = "li", origin: str = ELSEWHERE, now: datetime = NOW) -> None:
    while not guess(office, name, origin, now):
        pass


def test_after_ten_failures_there_is_a_wait_that_grows_to_an_hour(office: Office) -> None:
    office.hire("li")
    for _ in range(PAIR.tries):
        with pytest.raises(SignInFailed):
            office.sign_in("li", GUESS, origin=ELSEWHERE)
    waits, now = [], NOW
    for _ in range(9):
        with pytest.raises(TooManyRequests) as refused:
            office.sign_in("li", SENTENCE, origin=ELSEWHERE, now=now)
        waits.append(int(refused.value.values["seconds"]))
        now += timedelta(seconds=waits[-1])
        with pytest.raises(SignInFailed):
            office.sign_in("li", GUESS, origin=ELSEWHERE, now=now)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_knocking_while_one_waits_does_not_make_it_longer(office: Office) -> None:
    exhaust(office)
    for second in range(60):
        assert guess(office, now=NOW + timedelta(seconds=second)) == 60 - second
    assert guess(office, now=NOW + MINUTE) == 0


def test_failures_are_forgotten_after_the_window_and_waits_after_a_day(office: Office) -> None:
    for _ in range(PAIR.tries - 1):
        assert not guess(office)
    for _ in range(PAIR.tries):
        assert not guess(office, now=NOW + WINDOW)
    assert guess(office, now=NOW + WINDOW)
    quiet = NOW + WINDOW + MINUTE + REMEMBERED
    for _ in range(PAIR.tries):
        assert not guess(office, now=quiet)
    assert guess(office, now=quiet)


def test_success_clears_the_counter(office: Office) -> None:
    office.hire("li")
    for _ in range(3):
        for _ in range(PAIR.tries - 1):
            with pytest.raises(SignInFailed):
                office.sign_in("li", GUESS, origin=ELSEWHERE)
        office.sign_in("li", origin=ELSEWHERE)


def together(replicas: list[Office], tries: int) -> int:
    """How many of all guesses at one name from one address were looked at."""

    def run(office: Office) -> int:
        return sum(guess(office) == 0 for _ in range(tries))

    with ThreadPoolExecutor(len(replicas) * 2) as pool:
        return sum(pool.map(run, replicas * 2))


@pytest.fixture
def replicas(database_url: str) -> list[Office]:
    """Two processes on one database."""
    engines = [make_engine(database_url) for _ in range(2)]
    return [Office(Sessions(engine)) for engine in engines]


def test_two_processes_together_look_at_no_more_than_ten(replicas: list[Office]) -> None:
    assert together(replicas, 15) == PAIR.tries
    for office in replicas:
        office.sessions.engine.dispose()


def test_counting_in_each_process_alone_would_be_noticed(
    replicas: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    named, process = guessing._named, count()
    monkeypatch.setattr(guessing, "_named", lambda kind, s: named(kind, f"{s}{next(process) % 2}"))
    assert together(replicas, 15) > PAIR.tries
    for office in replicas:
        office.sessions.engine.dispose()


def test_one_address_has_a_limit_whatever_the_names(office: Office) -> None:
    tried = [guess(office, name=f"name{number}") for number in range(ADDRESS.tries + 1)]
    assert [wait == 0 for wait in tried] == [True] * ADDRESS.tries + [False]
    assert guess(office, name="name0", origin="192.0.2.1") == 0


def test_a_name_has_a_limit_whatever_the_addresses(office: Office) -> None:
    tried = [guess(office, origin=f"192.0.2.{number}") for number in range(NAME.tries + 1)]
    assert [wait == 0 for wait in tried] == [True] * NAME.tries + [False]


def test_neighbours_in_one_network_of_ipv6_are_one(office: Office) -> None:
    tried = [guess(office, origin=f"2001:db8::{number}") for number in range(1, PAIR.tries + 2)]
    assert [wait == 0 for wait in tried] == [True] * PAIR.tries + [False]
    assert guess(office, origin="2001:db8:0:1::1") == 0
    exhaust(office, origin="::ffff:192.0.2.9")
    assert guess(office, origin="192.0.2.9")


def test_strangers_cannot_lock_a_known_user_out(office: Office, few: int) -> None:
    """Many addresses fail at her name for a week, and others fail from her own address."""
    office.hire("li")
    now = NOW
    for day in range(7):
        now = NOW + timedelta(days=day)
        for number in range(few + 5):
            guess(office, origin=f"198.51.100.{number}", now=now)
        for number in range(few + 5):
            guess(office, name=f"other{number}", origin=HOME, now=now)
        assert guess(office, origin="192.0.2.1", now=now) > 0
        assert guess(office, name="wang", origin=HOME, now=now) > 0
        assert office.sign_in("li", now=now).account.name == "li"


def test_the_owner_waits_an_hour_at_most_even_at_the_address_of_the_stranger(
    office: Office,
) -> None:
    office.hire("li")
    now = NOW
    for _ in range(30):
        exhaust(office, origin=HOME, now=now)
        now += LONGEST_WAIT
    assert office.sign_in("li", now=now).account.name == "li"


def test_a_one_time_link_lets_the_owner_in_from_anywhere(office: Office, few: int) -> None:
    account, _ = office.hire("li")
    for number in range(few + 5):
        guess(office, origin=f"198.51.100.{number}")
    exhaust(office, origin="192.0.2.1")
    with pytest.raises(TooManyRequests):
        office.sign_in("li", origin="192.0.2.1")
    with office.sessions.write() as session:
        link = accounts.new_link(session, TESTER, account.id, now=NOW)
    office.welcome(link.token, "another sentence about silk", origin="192.0.2.1")
    office.sign_in("li", "another sentence about silk", origin="192.0.2.1")


def test_an_address_is_known_for_three_months_since_the_last_success(
    office: Office, few: int
) -> None:
    office.hire("li")
    for now, known in ((NOW + KNOWN - MINUTE, True), (NOW + KNOWN + MINUTE, False)):
        for number in range(few + 1):
            guess(office, origin=f"198.51.100.{number}", now=now)
        assert (guess(office, origin=HOME, now=now) == 0) is known


def test_who_changes_a_password_is_counted_as_who_signs_in(office: Office) -> None:
    _, token = office.hire("li")
    who = office.known(token).at(HOME, None)
    for number in range(PAIR.tries + 1):
        expected = SignInFailed if number < PAIR.tries else TooManyRequests
        with pytest.raises(expected):
            sign_ins.change_password(
                office.sessions, office.passwords, who, GUESS, "a new one of silk", now=NOW
            )
