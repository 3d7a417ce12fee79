"""What explaining a pair costs, and how large and how quick kept runs are; run it with ``-m``.

CPU time of this process, medians; on the shipped facts, and where it says so on made-up ones.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bench_matching import Matching
from service.access import command_line
from service.matching.lifts import Sources
from service.matching.rank import rank
from service.matching.whynot import why_not
from service.runs.answers import answer_of
from service.runs.comparing import compare, told_of
from service.runs.snapshots import compressed, packed, unpacked
from service.runtime import Runtime, make_runtime
from service.settings import Settings
from service.suggestions.data import RankingData
from service.suggestions.listing import Scope, ranking_of
from service.suggestions.views import RankingQuery, query_of

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
REPEATS = 15


def cpu_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    took = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        took.append(time.process_time() - begin)
    return 1000 * statistics.median(took)


def shipped(runtime: Runtime, query: RankingQuery) -> RankingData:
    runtime.upgrade()
    with runtime.sessions.read() as session:
        return runtime.rankings.data(session, query)


def explaining(data: RankingData) -> tuple[float, float]:
    """Why not, with every lift and its rank, for the first partner of each cluster in turn."""
    index, took = data.index, []
    for row in range(0, len(index.clusters), 3):
        best = rank(index, row, k=1)
        if best:
            ask = (index, row, best[0].b)
            took.append(cpu_ms(lambda ask=ask: why_not(*ask, sources=data.sources), 3))
    return statistics.median(took), max(took)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        runtime = make_runtime(Settings(database_url=url, data_dir=Path(folder)), lambda: NOW)
        query = query_of(command_line(), NOW.date(), top=20)
        data = shipped(runtime, query)
        later = query_of(command_line(), NOW.date().replace(year=2029), top=20)
        moved = shipped(runtime, later)
        runtime.engine.dispose()
    print(f"clusters {len(data.index.clusters)}, statements {len(data.index.statements)}")
    print("why not, median and worst, ms: {:.1f} {:.1f}".format(*explaining(data)))
    raw = packed(data)
    print(f"facts of a revision, bytes: {len(raw)} plain, {len(compressed(raw))} kept")
    for scope, name in ((Scope(of="dalian"), "one cluster's"), (Scope(), "all")):
        answer = answer_of(ranking_of(data, query, scope))
        before = told_of(unpacked(raw), query, scope, answer)
        after = told_of(moved, later, scope, answer_of(ranking_of(moved, later, scope)))
        print(
            f"{name} best 20: answer {len(compressed(answer))} bytes kept,"
            f" again {cpu_ms(lambda: ranking_of(unpacked(raw), query, scope)):.0f} ms,"  # noqa: B023 - called at once
            f" compared {cpu_ms(lambda: compare(before, after, 1, 2)):.0f} ms"  # noqa: B023 - as above
        )
    made = Matching()
    made.setup(2000)
    took = cpu_ms(lambda: why_not(made.index, 0, 1000, sources=Sources()), 5)
    print(f"made-up, 2,000 clusters with 10 statements each: why not {took:.0f} ms")


if __name__ == "__main__":
    main()
