"""Which passwords are taken, and what computing them costs at most."""

import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import argon2
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from service.accounts.passwords import AT_ONCE, UNKNOWN, WAITING, Passwords, require_good
from service.errors import TooManyRequests, WeakPassword
from tests.accounts.office import SENTENCE, QuickHasher, quick

OBVIOUS = [
    "duijie对接duijie",
    "zhangwei12345678",
    "ZhangWei-2026!!",
    "woaini5201314",
    "WoAiNi1314520!",
    "qwertyuiop123",
    "1qaz2wsx3edc",
    "aaaaaaaaaaaaaaaa",
    "121212121212",
    "password20261125",
    "fangzhixiehui2026",
    "１２３４５６７８９０１２",
    "admin admin admin",
]


@pytest.mark.parametrize("password", OBVIOUS)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        require_good(password, "zhangwei")
    assert refused.value.message == "password-obvious"


@pytest.mark.parametrize(
    "password",
    [
        SENTENCE,
        "zhangwei drinks tea at four",
        "correct horse battery",
        "柯桥的布很好看我们都喜欢它",
        "839201746582",
        "p" + "\N{GRINNING FACE}🐟🧵🪡" * 3,
        " spaces count too ",
        "x7" * 5 + "q!" + "z" * 116,
    ],
)
def test_nothing_is_asked_of_its_composition(password: str) -> None:
    require_good(password, "zhangwei")


@pytest.mark.parametrize("length", [0, 11, 129, 5000])
def test_its_length_has_bounds(length: int) -> None:
    with pytest.raises(WeakPassword) as refused:
        require_good("k" * length, "li")
    assert refused.value.values == {"shortest": 12, "longest": 128}


def test_length_is_counted_in_characters_as_they_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "éèêëàâäîïôöû")
    assert len(decomposed) == 24
    require_good(decomposed, "li")
    with pytest.raises(WeakPassword):
        require_good(unicodedata.normalize("NFD", "éèêëàâäîïôö"), "li")


def test_two_ways_to_type_a_character_are_one_password() -> None:
    passwords = quick()
    stored = passwords.hash(unicodedata.normalize("NFD", "café au lait à Denizli"))
    assert passwords.verify(unicodedata.normalize("NFC", "café au lait à Denizli"), stored)
    assert not passwords.verify("cafe au lait a Denizli", stored)


@pytest.mark.parametrize("sent", ["", "\x00", "\ud800", "x" * 100_000, SENTENCE + "x"])
def test_whatever_is_sent_is_merely_wrong(sent: str) -> None:
    passwords = quick()
    assert not passwords.verify(sent, passwords.hash(SENTENCE))


def test_the_cost_is_that_of_the_library_and_no_less_than_advised() -> None:
    cost = argon2.extract_parameters(Argon2Hasher().hash("x"))
    assert (cost.type, cost.memory_cost >= 19 * 1024, cost.time_cost >= 2) == (
        argon2.Type.ID,
        True,
        True,
    )
    assert argon2.extract_parameters(UNKNOWN) == cost
    assert type(Passwords().hasher) is Argon2Hasher


def test_a_name_without_a_password_costs_the_same_and_never_matches() -> None:
    hasher = QuickHasher()
    assert not Passwords(hasher).verify(SENTENCE, None)
    assert hasher.computed == 1


class Held(QuickHasher):
    """Computes until it is let go, and notes how many do so at once."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most = 0
        self.go = threading.Event()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._counting:
            self.inside += 1
            self.most = max(self.most, self.inside)
        assert self.go.wait(30)
        with self._counting:
            self.inside -= 1
        return super().hash(password, salt=salt)


def test_two_are_computed_at_once_some_wait_and_the_next_is_told_to_come_again() -> None:
    hasher = Held()
    passwords = Passwords(hasher)
    with ThreadPoolExecutor(AT_ONCE + WAITING) as pool:
        taken = [pool.submit(passwords.hash, SENTENCE) for _ in range(AT_ONCE + WAITING)]
        while passwords._queue.acquire(blocking=False):  # until the last of them has come in
            passwords._queue.release()
            time.sleep(0.005)
        with pytest.raises(TooManyRequests):
            passwords.hash(SENTENCE)
        hasher.go.set()
        assert len({done.result(30) for done in taken}) == AT_ONCE + WAITING
    assert hasher.most == AT_ONCE
