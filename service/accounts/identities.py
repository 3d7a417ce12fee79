"""From what a request carries to who asks; looked up at most once a second."""

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import event, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import ApiKey, SignIn
from models.enums import AccountState, Role
from service.access import Principal
from service.accounts import queries
from service.accounts.tokens import KEY_MARK, digest, prefix
from service.db import Sessions
from service.errors import OutcomeUnknown

FRESH_SECONDS = 1.0
"""So long a sign-out, or a change of role, may go unnoticed by another process."""
KEPT = 4096
TURNS = 64
"""So many tokens are looked up at once."""
IDLE = timedelta(hours=12)
"""A browser that was not used for so long has to sign in again."""
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Who it was, None being nobody, and when that was asked (seconds of the timer)."""

    since: float
    who: Principal | None


@dataclass(slots=True, eq=False)
class Identities:
    """Who the callers of the last second are."""

    sessions: Sessions
    timer: Callable[[], float] = monotonic
    _kept: OrderedDict[str, Lookup] = field(default_factory=OrderedDict)
    _forgotten: int = 0
    _turns: list[asyncio.Lock] = field(
        default_factory=lambda: [asyncio.Lock() for _ in range(TURNS)]
    )
    _lock: Lock = field(default_factory=Lock)

    def at_hand(self, token: str) -> Lookup | None:
        """What the last second told of ``token``; None if the database has to be asked."""
        with self._lock:
            lookup = self._kept.get(digest(token))
        return lookup if lookup and self.timer() - lookup.since < FRESH_SECONDS else None

    async def current(self, token: str, now: datetime, origin: str | None) -> Principal | None:
        """As ``find``; of those who come with one token, one asks the database for all."""
        async with self._turns[hash(token) % TURNS]:
            lookup = self.at_hand(token)
            if lookup is not None:
                return lookup.who
            return await run_in_threadpool(self.find, token, now, origin)

    def find(self, token: str, now: datetime, origin: str | None) -> Principal | None:
        """Who holds ``token``, a key or the cookie of a sign-in; None if nobody (any more)."""
        lookup = self.at_hand(token)
        if lookup is not None:
            return lookup.who
        began, forgotten = self.timer(), self._forgotten
        with self.sessions.read() as session:
            found, seen_at = look_up(session, token, now)
        if found is not None and (seen_at is None or now - seen_at >= SEEN_EVERY):
            self._note_use(found, now, origin)
        with self._lock:
            if forgotten != self._forgotten:  # what was read may be older than what was written
                return found
            name = digest(token)
            self._kept[name] = Lookup(began, found)
            self._kept.move_to_end(name)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def forget(self) -> None:
        """Ask the database again next time: an account, a key or a sign-in has changed here."""
        with self._lock:
            self._forgotten += 1
            self._kept.clear()

    def forget_after(self, session: Session) -> None:
        """Forget once ``session`` has committed."""
        event.listen(session, "after_commit", lambda _: self.forget(), once=True)

    def _note_use(self, who: Principal, now: datetime, origin: str | None) -> None:
        """To the minute; a database that is busy does not hold the request up."""
        try:
            with self.sessions.write() as session:
                if who.key_id is not None:
                    used = update(ApiKey).where(ApiKey.id == who.key_id)
                    session.execute(used.values(used_at=now, used_from=origin))
                else:
                    seen = update(SignIn).where(SignIn.id == who.sign_in_id)
                    session.execute(seen.values(seen_at=now))
        except (SQLAlchemyError, OutcomeUnknown):
            return


Found = tuple[Principal | None, datetime | None]
"""Who it is, and when they were last seen."""
NOBODY: Found = (None, None)


def look_up(session: Session, token: str, now: datetime) -> Found:
    if token.startswith(KEY_MARK):
        return key_holder(queries.key_by_prefix(session, prefix(token)), token, now)
    return signed_in(queries.sign_in_by_digest(session, digest(token)), now)


def key_holder(key: ApiKey | None, token: str, now: datetime) -> Found:
    if key is None or not hmac.compare_digest(key.secret_hash, digest(token)):
        return NOBODY
    if key.revoked_at is not None or key.expires_at <= now:
        return NOBODY
    who = Principal(
        actor=f"{key.label} ({key.prefix}…)",
        role=Role(key.role),
        cluster=key.cluster.slug if key.cluster else None,
        cluster_zh=key.cluster.name_zh if key.cluster else None,
        cluster_en=key.cluster.name_en if key.cluster else None,
        scopes=frozenset(key.scopes),
        key_id=key.id,
    )
    return who, key.used_at


def signed_in(sign_in: SignIn | None, now: datetime) -> Found:
    if sign_in is None or sign_in.expires_at <= now or now - sign_in.seen_at >= IDLE:
        return NOBODY
    account = sign_in.account
    if account.state != AccountState.ACTIVE:
        return NOBODY
    who = Principal(
        actor=account.name,
        role=Role(account.role),
        cluster=account.cluster.slug if account.cluster else None,
        display_name=account.display_name,
        cluster_zh=account.cluster.name_zh if account.cluster else None,
        cluster_en=account.cluster.name_en if account.cluster else None,
        account_id=account.id,
        sign_in_id=sign_in.id,
    )
    return who, sign_in.seen_at
