"""Cost of looking at the shipped register as a whole: spread lists, round tables, gaps.

``python -m benchmarks.bench_gatherings`` prints medians of CPU time in milliseconds.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.registry import Result, table
from service.access import command_line
from service.gatherings.scope import Scope, read_scope
from service.gatherings.views import GatheringQuery
from service.matching.chains import chains, cycles
from service.matching.exposure import spread_lists
from service.matching.links import chain_links, supply_links
from service.matching.unmet import invitations, unmet_needs
from service.runtime import make_runtime
from service.settings import Settings
from service.suggestions.views import query_of

REPEATS = 5
EVENT, TOP, PRICE = 500, 10, 0.01


def shipped_scope(folder: Path) -> Scope:
    """Everybody registered, on all shipped facts."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'bench.db'}", data_dir=folder, scheduler=False
    )
    runtime = make_runtime(settings)
    runtime.upgrade()
    who = command_line()
    with runtime.sessions.read() as session:
        query = GatheringQuery(query_of(who, runtime.today()))
        scope = read_scope(session, runtime.rankings, who, query)
    runtime.engine.dispose()
    return scope


def large_event() -> np.ndarray:
    """Scores of a made-up event with twenty places that everybody prefers."""
    draw = np.random.default_rng(1)
    scores = draw.random((EVENT, EVENT)) ** 3
    scores[:, :20] += 0.3
    np.fill_diagonal(scores, 0)
    return scores


def cases(scope: Scope) -> dict[str, Callable[[], object]]:
    index, scores, count = scope.data.index, scope.scores(), len(scope.data.index.clusters)
    supply = scope.supply()
    links, goods = supply_links(supply), chain_links(index, supply)
    return {
        "supply": scope.supply,
        "spread_lists": partial(spread_lists, scores, 5, PRICE),
        f"spread_lists_{EVENT}": partial(spread_lists, large_event(), TOP, PRICE),
        "cycles": partial(cycles, links, count, limit=10),
        "cycles_50": partial(cycles, links, count, limit=50),
        "two_way": partial(cycles, links, count, shortest=2, longest=2, limit=10),
        "chains": partial(chains, goods, limit=10),
        "unmet_needs": partial(unmet_needs, supply, scope.present),
        "invitations": partial(invitations, supply, scope.present),
    }


def cpu_ms(call: Callable[[], object]) -> float:
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        call()
        spent.append(time.process_time() - began)
    return statistics.median(spent) * 1000


def gatherings() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        for name, call in cases(shipped_scope(Path(folder))).items():
            yield Result(name, cpu_ms(call), "ms")


if __name__ == "__main__":
    table(gatherings())
