"""Speed of the matching core on made-up clusters; run it with ``-m`` to see medians of CPU time.

The names follow asv: ``setup`` once per parameter, ``time_*`` is what counts.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date

from benchmarks.registry import Result, table
from service.matching.explain import explain
from service.matching.index import MatchIndex, build_index
from service.matching.rank import all_pairs, rank
from service.matching.taxonomy import Taxonomy
from service.matching.text import PhraseEncoder
from service.matching.types import (
    Basis,
    ClusterFact,
    Kind,
    ScoreParams,
    StatementFact,
    TopicFact,
)

AS_OF = date(2026, 11, 23)
KINDS: tuple[Kind, ...] = ("strength", "gap", "goal")
BASES: tuple[Basis, ...] = ("meeting", "register")
TOPS, LEAVES, STATEMENTS = 27, 35, 10
CHARACTERS = "面料辅针织机印染设计师品牌市场物流化纤棉纺毛衫丝绸牛仔童装女裤鞋业检测培训"
VALUES = [f"value{i}" for i in range(12)]


def topics() -> list[TopicFact]:
    tops = [
        TopicFact(f"top{i:02}", None, "chain" if i < 13 else "capability", i >= 20)
        for i in range(TOPS)
    ]
    leaves = [
        TopicFact(f"leaf{i:02}", f"top{i % 12:02}", "chain", know_how=False) for i in range(LEAVES)
    ]
    return tops + leaves


def statement(draw: random.Random, i: int, cluster: str, notations: list[str]) -> StatementFact:
    kind = draw.choices(KINDS, (6, 3, 1))[0]
    facets = {
        name: frozenset(draw.sample(VALUES, draw.randint(1, 3)))
        for name in ("material", "construction", "end_use")
        if draw.random() < 0.3
    }
    return StatementFact(
        id=f"s{i:06}",
        cluster=cluster,
        kind=kind,
        asks=kind != "strength",
        topic=draw.choice(notations),
        facets=facets,
        phrase="".join(draw.choices(CHARACTERS, k=draw.randint(2, 8))),
        weight=draw.randint(1, 5),
        basis=draw.choice(BASES),
        stated_on=date(draw.randint(2015, 2026), draw.randint(1, 11), draw.randint(1, 20)),
    )


class Matching:
    """``n_clusters`` clusters with ten statements each."""

    params = (200, 2000)
    param_names = ("n_clusters",)

    def setup(self, n_clusters: int) -> None:
        draw = random.Random(7)
        facts = topics()
        notations = [topic.notation for topic in facts]
        self.taxonomy = Taxonomy.from_topics(facts)
        terms = ["".join(draw.choices(CHARACTERS, k=draw.randint(1, 5))) for _ in range(600)]
        self.encoder = PhraseEncoder().fit(terms)
        kinds = ["cluster"] * 9 + ["institution"]
        self.clusters = [ClusterFact(f"c{i:04}", draw.choice(kinds)) for i in range(n_clusters)]
        self.statements = [
            statement(draw, i, self.clusters[i // STATEMENTS].slug, notations)
            for i in range(n_clusters * STATEMENTS)
        ]
        self.index = self.build()

    def build(self) -> MatchIndex:
        return build_index(
            self.clusters, self.statements, self.taxonomy, self.encoder, ScoreParams(), AS_OF
        )

    def time_build_index(self, _n_clusters: int) -> None:
        self.build()

    def time_rank_one(self, n_clusters: int) -> None:
        rank(self.index, n_clusters // 2)

    def time_rank_one_topic(self, n_clusters: int) -> None:
        rank(self.index, n_clusters // 2, topic="top03")

    def time_explain(self, n_clusters: int) -> None:
        explain(self.index, 0, n_clusters // 2)

    def time_all_pairs(self, _n_clusters: int) -> None:
        all_pairs(self.index)


def median_ms(work: Callable[[int], None], n_clusters: int, repeats: int) -> float:
    took = []
    for _ in range(repeats):
        begin = time.process_time()
        work(n_clusters)
        took.append(time.process_time() - begin)
    return 1000 * statistics.median(took)


def matching() -> Iterator[Result]:
    suite = Matching()
    for n_clusters in suite.params:
        suite.setup(n_clusters)
        for name in sorted(name for name in dir(suite) if name.startswith("time_")):
            repeats = 3 if name in ("time_all_pairs", "time_build_index") else 20
            median = median_ms(getattr(suite, name), n_clusters, repeats)
            yield Result(f"{name.removeprefix('time_')} of {n_clusters}", median, "CPU ms")


if __name__ == "__main__":
    table(matching())
