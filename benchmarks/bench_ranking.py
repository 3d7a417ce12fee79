"""Exact top-20 among many organisations, beside scoring every pair.

    python -m benchmarks memory|rank|event|night|crowded

The baseline is ``plain``, which scores each pair of a row; the pruned ranking gives the same pairs
and numbers, which is checked before anything is timed. See ``benchmarks.synthetic`` for the data.
"""

import gc
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Result, seconds
from benchmarks.synthetic import organisations
from service.matching.bounds import ScoreBounds
from service.matching.index import MatchIndex
from service.matching.nightly import Night, rank_everybody
from service.matching.pooled import pooled
from service.matching.rank import rank as rank_one
from service.matching.rank import rank_many
from service.matching.ranked import Ranked, Scorer
from service.matching.terms import Question

Rows = NDArray[np.intp]

K = 20
SIZES = (1_000, 10_000, 100_000)
BATCH = 64


def plain(index: MatchIndex, rows: Rows) -> Ranked:
    """Every pair of the rows is scored."""
    question = Question.of(index, None, "score", None, reasons_only=True)
    parts = []
    for row in rows:
        scorer = Scorer(question, np.array([row]), np.zeros((1, len(index.clusters)), dtype=bool))
        scorer(np.arange(len(index.clusters)))
        parts.append(scorer.best(K))
    return Ranked.joined(parts, question.blend)


def some_rows(index: MatchIndex, n: int) -> Rows:
    return np.sort(np.random.default_rng(3).choice(len(index.clusters), n, replace=False))


def one_by_one(index: MatchIndex, rows: Rows) -> Callable[[], object]:
    return lambda: [rank_one(index, int(row), k=K) for row in rows]


def checked(index: MatchIndex, rows: Rows) -> None:
    if rank_many(index, rows, k=K).pairs() != plain(index, rows).pairs():
        raise AssertionError("the pruned ranking is not the plain one")


def rank_at(n: int) -> Iterator[Result]:
    index = organisations(n)
    pooled(index)
    rows, few = some_rows(index, BATCH), some_rows(index, 4)
    checked(index, few)
    single, batched, every = seconds(
        one_by_one(index, rows[::4]),
        lambda: rank_many(index, rows, k=K),
        lambda: plain(index, few),
    )
    naive = 1000 * every / len(few)
    unit = "CPU ms a query"
    one, each = 1000 * single / len(rows[::4]), 1000 * batched / len(rows)
    yield Result.less_is_better(f"top-20 of {n:,}, one query", one, unit, naive)
    yield Result.less_is_better(f"top-20 of {n:,}, {BATCH} queries at once", each, unit, naive)
    left = left_by_the_bound(index, rows)
    yield Result.less_is_better(f"partners that the bound leaves of {n:,}", left, "a query", n)


def left_by_the_bound(index: MatchIndex, rows: Rows) -> float:
    """How many partners a row's bound leaves on average, given the score of its k-th best."""
    question = Question.of(index, None, "score", None, reasons_only=True)
    found = rank_many(index, rows, k=K)
    worst = np.full(len(rows), np.inf)
    np.minimum.at(worst, np.searchsorted(rows, found.a), found.scores())
    return float((ScoreBounds(question).of(rows) >= worst[:, None]).sum(axis=1).mean())


def rank() -> Iterator[Result]:
    for n in SIZES:
        yield from rank_at(n)


def event() -> Iterator[Result]:
    """Each of 300 participants ranks all others, in a register of 10,000."""
    index = organisations(10_000)
    rows = some_rows(index, 300)
    absent = np.ones(len(index.clusters), dtype=bool)
    absent[rows] = False

    def naive() -> None:
        for row in rows[:30]:
            rank_many(index, np.array([row]), exclude=absent, k=K)

    together, alone = seconds(lambda: rank_many(index, rows, exclude=absent, k=K), naive)
    name = "event of 300, all rank all, one by one beside"
    yield Result.less_is_better(name, 1000 * together, "CPU ms", 1000 * alone * 10)


def night() -> Iterator[Result]:
    """All of 10,000, each with its top-20, in one process."""
    index = organisations(10_000)
    few = some_rows(index, 8)
    (every,) = seconds(lambda: plain(index, few), rounds=3)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        found = rank_everybody(index, Path(folder), Night(k=K), n_jobs=1)
        took = time.process_time() - begin
        begin = time.process_time()
        again = rank_everybody(index, Path(folder), Night(k=K), n_jobs=1)
        read = time.process_time() - begin
    if not np.array_equal(found.b, again.b):
        raise AssertionError("the kept tiles are not what was found")
    naive = every / len(few) * len(index.clusters)
    yield Result.less_is_better("all pairs of 10,000 (baseline from 8 rows)", took, "CPU s", naive)
    yield Result("the same, all tiles finished before", read, "CPU s")


def crowded() -> Iterator[Result]:
    """Everybody is in the same three trades, so that bounds tell little."""
    index = organisations(10_000, n_topics=3)
    rows = some_rows(index, 16)
    checked(index, rows[:2])
    pruned, every = seconds(
        lambda: rank_many(index, rows, k=K), lambda: plain(index, rows[:4]), rounds=3
    )
    name = f"top-20 of 10,000 in three trades, {len(rows)} at once"
    naive = 1000 * every / 4
    yield Result.less_is_better(name, 1000 * pruned / len(rows), "CPU ms a query", naive)


def memory() -> Iterator[Result]:
    """What an index of 100,000 keeps and, in a process of its own, what it took to make it."""
    organisations(100)
    begin, n = resident(), 100_000
    index = organisations(n)
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield Result(f"index of {n:,}", (resident() - begin) / n, "bytes each")
    yield Result("the same while it is made", (peak - begin) / n, "bytes each")
    yield Result("pooled columns", pooled(index).nbytes / n, "bytes each")


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()
