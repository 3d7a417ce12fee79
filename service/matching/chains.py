"""Round tables: cycles A→B→C→A of supply, and chains along the value chain."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.links import Link

Floats = NDArray[np.float64]
Wanted = Callable[[tuple[int, ...]], bool]

BUDGET = 60_000
"""So many steps are tried before a search gives up (about half a second)."""
LARGE = 600
"""Up to so many clusters the best way back is worked out beforehand."""


def anything(_rows: tuple[int, ...]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class RoundTable:
    """Rows in order, and the link from each to the next; a cycle's last link leads to the first."""

    rows: tuple[int, ...]
    links: tuple[Link, ...]
    weakest: float
    total: float


@dataclass(frozen=True, slots=True)
class RoundTables:
    """``complete`` unless the search gave up before it found as many as asked for."""

    tables: tuple[RoundTable, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Walk:
    rows: tuple[int, ...]
    links: tuple[Link, ...]
    weakest: float
    total: float

    def then(self, row: int, link: Link) -> "Walk":
        return Walk(
            (*self.rows, row),
            (*self.links, link),
            min(self.weakest, link.weight),
            self.total + link.weight,
        )


def cycles(
    links: dict[tuple[int, int], Link],
    n_clusters: int,
    *,
    shortest: int = 3,
    longest: int = 5,
    through: int | None = None,
    wanted: Wanted = anything,
    limit: int = 20,
    varied: bool = True,
    budget: int = BUDGET,
) -> RoundTables:
    """The cycles with the best weakest link, of these the largest sum; each stands once.

    It begins with its lowest row, or with ``through``, which then is part of all. ``wanted`` says
    of the rows of a cycle whether it is to be listed. If ``varied``, none shares more than half of
    its places with one before it. The search is best-first: a way that is open is ranked by the
    best it may still become, so what comes first is first indeed.

    Raises
    ------
    ValueError
        If the lengths are not 2 ≤ shortest ≤ longest.
    """
    if not 2 <= shortest <= longest:
        raise ValueError(f"lengths must be 2 ≤ shortest ≤ longest, got {shortest} and {longest}")
    out: dict[int, list[Link]] = {}
    for (giver, _), link in links.items():
        out.setdefault(giver, []).append(link)
    most = max((link.weight for link in links.values()), default=0.0)
    back = _ways_back(links, n_clusters, longest)

    def bound(walk: Walk) -> tuple[float, float]:
        left = longest - len(walk.rows) + 1
        way = float(back[left][walk.rows[-1], walk.rows[0]]) if back else np.inf
        return min(walk.weakest, way), walk.total + left * most

    def onward(walk: Walk) -> Iterator[tuple[Walk, bool]]:
        start = walk.rows[0]
        for link in out.get(walk.rows[-1], ()):
            row = link.receiver
            if row == start and len(walk.rows) >= shortest:
                if wanted(walk.rows):
                    yield _closed(walk, link), True
                continue
            fresh = (through is not None or row > start) and row not in walk.rows
            if fresh and len(walk.rows) < longest:
                yield walk.then(row, link), False

    rows = sorted(out) if through is None else [through]
    starts = [Walk((row,), (), np.inf, 0.0) for row in rows]
    return _search(starts, onward, bound, (limit, budget, longest if varied else None))


def _closed(walk: Walk, link: Link) -> Walk:
    weakest = min(walk.weakest, link.weight)
    return Walk(walk.rows, (*walk.links, link), weakest, walk.total + link.weight)


def _ways_back(
    links: dict[tuple[int, int], Link], n_clusters: int, longest: int
) -> list[Floats] | None:
    """``ways[h][a, b]``: the best weakest link of a way from a to b of at most h links."""
    if n_clusters > LARGE:
        return None
    direct = np.zeros((n_clusters, n_clusters))
    for (giver, taker), link in links.items():
        direct[giver, taker] = link.weight
    ways = [np.zeros_like(direct), direct]
    for _ in range(2, longest + 1):
        further, before = ways[-1].copy(), ways[-1]
        for via in np.flatnonzero(direct.any(axis=0)).tolist():
            givers = np.flatnonzero(direct[:, via])
            reached = np.minimum(direct[givers, via][:, None], before[via])
            further[givers] = np.maximum(further[givers], reached)
        ways.append(further)
    return ways


def chains(
    links: Iterable[Link],
    *,
    shortest: int = 3,
    longest: int = 5,
    wanted: Wanted = anything,
    limit: int = 20,
    varied: bool = True,
    budget: int = BUDGET,
) -> RoundTables:
    """Ways of goods through several places, each at a later stage than the one before.

    Ranked as cycles are. A place that takes goods at a stage gives them on at that stage: what it
    makes of what it takes.
    """
    out: dict[int, list[Link]] = {}
    for link in links:
        out.setdefault(link.before, []).append(link)
    most = max((link.weight for found in out.values() for link in found), default=0.0)

    def bound(walk: Walk) -> tuple[float, float]:
        return walk.weakest, walk.total + (longest - len(walk.rows)) * most

    def onward(walk: Walk) -> Iterator[tuple[Walk, bool]]:
        if len(walk.rows) >= longest:
            return
        for link in out.get(walk.rows[-1], ()):
            if link.after not in walk.rows and (not walk.links or _fits(walk.links[-1], link)):
                longer = walk.then(link.after, link)
                yield longer, False
                if len(longer.rows) >= shortest and wanted(longer.rows):
                    yield longer, True

    starts = [Walk((row,), (), np.inf, 0.0) for row in sorted(out)]
    return _search(starts, onward, bound, (limit, budget, longest if varied else None))


def _fits(one: Link, following: Link) -> bool:
    """Whether goods that went over ``one`` can go on over ``following``."""
    if one.reaches is not None and following.leaves is not None:
        return one.reaches == following.leaves
    taken = one.leaves if one.reaches is None else one.reaches
    given = following.reaches if following.leaves is None else following.leaves
    if taken is None or given is None:
        return False
    return taken < given


def _search(
    starts: Iterable[Walk],
    onward: Callable[[Walk], Iterator[tuple[Walk, bool]]],
    bound: Callable[[Walk], tuple[float, float]],
    bounds: tuple[int, int, int | None],
) -> RoundTables:
    limit, budget, longest = bounds
    heap: list[tuple[float, float, bool, tuple[int, ...], int, Walk]] = []
    for number, start in enumerate(starts):
        heap.append((-bound(start)[0], -bound(start)[1], True, start.rows, number, start))
    heapq.heapify(heap)
    found: list[Walk] = []
    steps = len(heap)
    while heap and len(found) < limit:
        *_, is_open, _, _, walk = heapq.heappop(heap)
        if longest is not None and any(
            _alike(walk.rows, other.rows, longest if is_open else len(walk.rows)) for other in found
        ):
            continue
        if not is_open:
            found.append(walk)
            continue
        for further, whole in onward(walk):
            least, most = (further.weakest, further.total) if whole else bound(further)
            if least <= 0:
                continue
            steps += 1
            heapq.heappush(heap, (-least, -most, not whole, further.rows, steps, further))
        if steps > budget:
            break
    tables = tuple(RoundTable(w.rows, w.links, w.weakest, w.total) for w in found)
    return RoundTables(tables, complete=len(found) >= limit or steps <= budget)


def _alike(rows: tuple[int, ...], other: tuple[int, ...], length: int) -> bool:
    """Whether a way through ``rows``, grown to ``length``, shares more than half of the places."""
    return 2 * len(set(rows) & set(other)) > min(length, len(other))
