"""What the program counts about itself; each application in a registry of its own.

Labels have few values: templates of routes, classes of statuses, names of steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    Summary,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from sqlalchemy import Engine, QueuePool

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.in_flight = Gauge(
            "duijie_requests_in_flight", "Requests being answered now.", registry=registry
        )
        self._requests = Counter(
            "duijie_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._latency = Histogram(
            "duijie_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ("method", "route"),
            buckets=SECONDS,
            registry=registry,
        )
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._rankings = Summary(
            "duijie_ranking_seconds",
            "Time to rank, an index included.",
            ("use",),
            registry=registry,
        )
        self._builds = Summary(
            "duijie_index_build_seconds", "Time to build a match index.", registry=registry
        )
        self._statements = Gauge(
            "duijie_index_statements", "Statements in the newest match index.", registry=registry
        )
        self._jobs = Counter(
            "duijie_jobs", "Units of work done by workers.", ("kind", "outcome"), registry=registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        label = (method, route, status // 100)
        series = self._series.get(label)
        if series is None:  # templates and methods are few
            requests = self._requests.labels(method, route, f"{status // 100}xx")
            series = self._series[label] = (requests, self._latency.labels(method, route))
        series[0].inc()
        series[1].observe(seconds)

    @contextmanager
    def ranking(self, use: str) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            self._rankings.labels(use).observe(perf_counter() - began)

    def index_built(self, seconds: float, statements: int) -> None:
        self._builds.observe(seconds)
        self._statements.set(statements)

    def job(self, kind: str, outcome: str) -> None:
        """Count one piece of work of a worker, such as ``delivery`` and ``sent``."""
        self._jobs.labels(kind, outcome).inc()

    def watch(self, engine: Engine) -> None:
        """Show how many connections of the pool are in use; read when the metrics are."""
        in_use = Gauge(
            "duijie_database_connections_in_use",
            "Connections taken out of the pool.",
            registry=self.registry,
        )
        in_use.set_function(lambda: connections_in_use(engine))

    def text(self) -> bytes:
        return generate_latest(self.registry)


def connections_in_use(engine: Engine) -> int:
    """0 for a pool that does not count, as that of a database in memory."""
    return engine.pool.checkedout() if isinstance(engine.pool, QueuePool) else 0
