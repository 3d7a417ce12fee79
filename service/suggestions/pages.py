"""Pages of rankings as they were sent, for those who ask the same again at that revision."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from models.enums import Visibility
from service.access import Action, Principal, Reach

Headers = tuple[tuple[bytes, bytes], ...]
KEPT, KEPT_BYTES = 2048, 32 * 1024 * 1024
"""Pages kept at once, and how large their bodies may be together."""
OF_304 = (b"etag", b"cache-control")


@dataclass(frozen=True, slots=True)
class Asked:
    """All that decides what is answered to a GET, but for the revision of the data."""

    path: str
    query_string: bytes
    day: date
    audience: Visibility
    reads_drafts: Reach | None


def asked_by(who: Principal, path: str, query_string: bytes, day: date) -> Asked:
    return Asked(path, query_string, day, who.audience, who.reach(Action.READ_DRAFTS))


@dataclass(frozen=True, slots=True, eq=False)
class KeptPage:
    """A whole answer; ``audience`` and ``revision`` are those of the ranking in it."""

    audience: Visibility
    revision: int
    tag: str
    headers: Headers
    body: bytes
    path_format: str
    """Template of the route, as log and metrics name it."""

    def not_modified(self) -> Headers:
        return tuple(pair for pair in self.headers if pair[0] in OF_304)


@dataclass(slots=True, eq=False)
class Pages:
    """The least recently used go first; all of a circle go when its revision has risen."""

    _kept: OrderedDict[Asked, KeptPage] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _newest: dict[Visibility, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, asked: Asked) -> KeptPage | None:
        with self._lock:
            page = self._kept.get(asked)
            if page is not None:
                self._kept.move_to_end(asked)
            return page

    def keep(self, asked: Asked, page: KeptPage) -> None:
        """Unless one of a newer revision is kept."""
        with self._lock:
            newest = self._newest.get(page.audience, -1)
            if page.revision < newest:
                return
            if page.revision > newest:
                self._newest[page.audience] = page.revision
                for old in [a for a, kept in self._kept.items() if kept.audience == page.audience]:
                    self._drop(old)
            self._drop(asked)
            self._kept[asked] = page
            self._bytes += len(page.body)
            while len(self._kept) > KEPT or self._bytes > KEPT_BYTES:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, asked: Asked) -> None:
        page = self._kept.pop(asked, None)
        if page is not None:
            self._bytes -= len(page.body)
