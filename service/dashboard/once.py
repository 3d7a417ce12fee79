"""A form that is sent twice takes effect once, and both clicks see the same page.

What a page shows only once, a key or a link, is stored nowhere. So the page itself stays in this
process for a minute, for the second of two clicks. Where another process got that one, the reader
is told that it was the second.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock
from time import monotonic

from fastapi import Response
from sqlalchemy.orm import Session
from starlette.datastructures import ImmutableMultiDict

from service import idempotency
from service.access import Principal
from service.accounts.tokens import new_token
from service.idempotency import AnsweredBefore, Claim

FIELD = "once"
"""A hidden field, different each time that the form is opened."""
SECONDS = 60.0
KEPT = 100


@dataclass(slots=True, eq=False)
class ShownOnce:
    """Pages of the last minute, by the claim of the form that they answer."""

    timer: Callable[[], float] = monotonic
    _kept: OrderedDict[Claim, tuple[float, Response]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, claim: Claim, page: Response) -> None:
        with self._lock:
            self._kept[claim] = (self.timer(), page)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def find(self, claim: Claim) -> Response | None:
        with self._lock:
            self._kept = OrderedDict(
                (known, kept) for known, kept in self._kept.items() if self._is_fresh(kept[0])
            )
            found = self._kept.get(claim)
        return found[1] if found else None

    def _is_fresh(self, since: float) -> bool:
        return self.timer() - since < SECONDS


def claim_of(who: Principal, path: str, sent: ImmutableMultiDict[str, str]) -> Claim:
    """The same form with other words in it is another one."""
    caller = f"form:{who.account_id}:{who.key_id}"
    words = sha256(repr((path, sorted(sent.multi_items()))).encode("utf-8", "surrogatepass"))
    return Claim(caller, words.hexdigest(), words.hexdigest())


def is_first(session: Session, claim: Claim, now: datetime) -> bool:
    """Whether this form takes effect now; a twin that is under way is waited for."""
    try:
        idempotency.take(session, claim, now)
    except AnsweredBefore:
        return False
    idempotency.keep(session, claim, Response())
    return True


def new_form() -> str:
    """For the hidden field."""
    return new_token()
