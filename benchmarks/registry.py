"""What can be measured, by name, and the shape of a result."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from threadpoolctl import threadpool_limits

Work = Callable[[], object]

MODULES = {
    "memory": "benchmarks.bench_ranking",
    "rank": "benchmarks.bench_ranking",
    "event": "benchmarks.bench_ranking",
    "night": "benchmarks.bench_ranking",
    "crowded": "benchmarks.bench_ranking",
    "growth": "benchmarks.bench_growth",
    "cosine": "benchmarks.bench_cosine",
    "matching": "benchmarks.bench_matching",
    "extraction": "benchmarks.bench_extraction",
    "reading": "benchmarks.bench_reading",
    "http": "benchmarks.bench_http",
    "suggestions": "benchmarks.bench_suggestions",
    "gatherings": "benchmarks.bench_gatherings",
    "runs": "benchmarks.bench_runs",
    "backup": "benchmarks.bench_backup",
    "exchange": "benchmarks.bench_exchange",
}
"""Where a benchmark is. A module has a function of this name that gives results, or else a
``main`` that prints."""


@dataclass(frozen=True, slots=True)
class Result:
    """One figure beside what it is compared with.

    ``ratio`` is how many times better the value is than the baseline, above 1 whether more or less
    is better; both are None where nothing is compared.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None

    @classmethod
    def less_is_better(cls, name: str, value: float, unit: str, baseline: float) -> "Result":
        return cls(name, value, unit, baseline, baseline / value)

    @classmethod
    def more_is_better(cls, name: str, value: float, unit: str, baseline: float) -> "Result":
        return cls(name, value, unit, baseline, value / baseline)


def results_of(name: str) -> Iterable[Result]:
    """The figures of one benchmark, as they come; none if it prints them itself.

    Raises
    ------
    KeyError
        If nothing has this name.
    """
    module = import_module(MODULES[name])
    threadpool_limits(1)  # of what is loaded by now
    measure = getattr(module, name, None)
    if measure is None:
        module.main()
        return []
    figures: Iterable[Result] = measure()
    return figures


def table(results: Iterable[Result]) -> None:
    """Print each figure as soon as it is there."""
    for result in results:
        compared = ""
        if result.baseline is not None:
            compared = f"{result.baseline:12.4g} {result.ratio:7.2f} ×"
        print(f"{result.name:44} {result.value:12.4g} {result.unit:18}{compared}", flush=True)


def seconds(*works: Work, rounds: int = 5) -> list[float]:
    """Median CPU seconds of each, in turns, so that what else the machine does falls on all."""
    for work in works:
        work()
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, took, strict=True):
            begin = time.process_time()
            work()
            times.append(time.process_time() - begin)
    return [statistics.median(times) for times in took]
