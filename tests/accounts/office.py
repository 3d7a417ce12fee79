"""People with passwords, made quickly: the cost of a hash is not what these tests are about."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from pwdlib.hashers.argon2 import Argon2Hasher

from models.enums import Role
from service.access import ANONYMOUS, Principal
from service.accounts import accounts, links, sign_ins
from service.accounts.identities import Identities
from service.accounts.passwords import Passwords
from service.accounts.views import AccountView, Invitation, NewSignIn
from service.db import Sessions
from tests.support.clock import NOW
from tests.support.people import TESTER

SENTENCE = "四月的柯桥下着小雨 and it smells of dye"
"""A password."""
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


class QuickHasher(Argon2Hasher):
    """Real argon2 at a thousandth of the cost, which counts what it computes."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.computed = 0
        self._counting = Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._counting:
            self.computed += 1
        return super().hash(password, salt=salt)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - pwdlib's
        with self._counting:
            self.computed += 1
        return super().verify(password, hash)


def quick() -> Passwords:
    return Passwords(QuickHasher())


def visitor(origin: str | None = HOME) -> Principal:
    return ANONYMOUS.at(origin, None)


@dataclass
class Office:
    """One process that serves the people of an office."""

    sessions: Sessions
    passwords: Passwords = field(default_factory=quick)
    seconds: float = 0.0
    """What the timer of its cache shows."""

    def __post_init__(self) -> None:
        self.identities = Identities(self.sessions, timer=lambda: self.seconds)

    def invite(
        self, name: str, role: Role = Role.ORGANISER, cluster: str | None = None
    ) -> Invitation:
        with self.sessions.write() as session:
            return accounts.create_account(
                session, TESTER, name=name, role=role, cluster=cluster, now=NOW
            )

    def hire(
        self, name: str, role: Role = Role.ORGANISER, password: str = SENTENCE
    ) -> tuple[AccountView, str]:
        """An account with a password, and the token of its first sign-in."""
        begun = self.welcome(self.invite(name, role).token, password)
        return begun.account, begun.token

    def welcome(
        self, token: str, password: str = SENTENCE, origin: str = HOME, now: datetime = NOW
    ) -> NewSignIn:
        return links.use(
            self.sessions,
            self.passwords,
            visitor(origin),
            token,
            password,
            agent="Firefox",
            now=now,
        )

    def sign_in(
        self,
        name: str,
        password: str = SENTENCE,
        *,
        origin: str | None = HOME,
        now: datetime = NOW,
        who: Principal | None = None,
    ) -> NewSignIn:
        who = who or visitor(origin)
        return sign_ins.sign_in(
            self.sessions, self.passwords, who, name, password, agent="Firefox", now=now
        )

    def who(self, token: str, now: datetime = NOW) -> Principal | None:
        return self.identities.find(token, now, HOME)

    def known(self, token: str, now: datetime = NOW) -> Principal:
        who = self.who(token, now)
        assert who is not None
        return who

    def edit(self, id_: int, **fields: object) -> AccountView:
        with self.sessions.write() as session:
            return accounts.edit_account(session, TESTER, id_, fields, version=None, now=NOW)
