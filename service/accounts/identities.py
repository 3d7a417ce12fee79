"""From what a request carries to who asks; looked up at most once a second."""

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

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
IDLE = timedelta(hours=12)
"""A browser that was not used for so long has to sign in again."""
SEEN_EVERY = timedelta(minutes=1)


@dataclass(slots=True, eq=False)
class Identities:
    """Who the callers of the last second are."""

    sessions: Sessions
    timer: Callable[[], float] = monotonic
    _kept: OrderedDict[str, tuple[float, Principal | None]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, token: str, now: datetime, origin: str | None) -> Principal | None:
        """Who holds ``token``, a key or the cookie of a sign-in; None if nobody (any more)."""
        name = digest(token)
        with self._lock:
            since, known = self._kept.get(name, (float("-inf"), None))
        if self.timer() - since < FRESH_SECONDS:
            return known
        with self.sessions.read() as session:
            found, seen_at = look_up(session, token, now)
        if found is not None and (seen_at is None or now - seen_at >= SEEN_EVERY):
            self._note_use(found, now, origin)
        with self._lock:
            self._kept[name] = (self.timer(), found)
            self._kept.move_to_end(name)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def forget(self) -> None:
        """Ask the database again next time: an account, a key or a sign-in has changed here."""
        with self._lock:
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
