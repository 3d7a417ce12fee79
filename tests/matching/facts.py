"""Small made-up registers for the tests of the matching core."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from service.matching.index import MatchIndex, build_index
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
TODAY = date(2026, 11, 1)
TOPICS = (
    TopicFact("fabric", None, "chain"),
    TopicFact("woven_fabric", "fabric", "chain"),
    TopicFact("knitted_fabric", "fabric", "chain"),
    TopicFact("denim_fabric", "woven_fabric", "chain"),
    TopicFact("garment_making", None, "chain"),
    TopicFact("knitwear", "garment_making", "chain"),
    TopicFact("trims", None, "chain"),
    TopicFact("fibre_yarn", None, "chain"),
    TopicFact("design", None, "capability", know_how=True),
    TopicFact("market_access", None, "capability"),
    TopicFact("upgrading_scale", None, "composite"),
)
TERMS = ("面料", "机织面料", "针织面料", "牛仔布", "服装", "毛衫", "辅料", "纱线", "设计", "渠道")
TAXONOMY = Taxonomy.from_topics(TOPICS)
ENCODER = PhraseEncoder().fit(TERMS)

KINDS: tuple[Kind, ...] = ("strength", "strength", "gap", "goal")
BASES: tuple[Basis, ...] = ("meeting", "meeting", "register", "inferred")


def strength(id_: str, cluster: str, topic: str, **changes: object) -> StatementFact:
    return _stated("strength", id_, cluster, topic, changes)


def gap(id_: str, cluster: str, topic: str, **changes: object) -> StatementFact:
    return _stated("gap", id_, cluster, topic, changes)


def _stated(
    kind: Kind, id_: str, cluster: str, topic: str, changes: dict[str, object]
) -> StatementFact:
    fact = StatementFact(id_, cluster, kind, kind == "gap", topic, stated_on=TODAY)
    return replace(fact, **changes)  # type: ignore[arg-type]  # field by field at the call


def index_of(
    clusters: Sequence[str | ClusterFact],
    statements: Sequence[StatementFact],
    params: ScoreParams | None = None,
    as_of: date = AS_OF,
) -> MatchIndex:
    places = [c if isinstance(c, ClusterFact) else ClusterFact(c, "cluster") for c in clusters]
    return build_index(places, statements, TAXONOMY, ENCODER, params or ScoreParams(), as_of)


def made_up(seed: int, n_clusters: int, each: int) -> tuple[list[ClusterFact], list[StatementFact]]:
    """Clusters and ``each`` statements of every one, of all kinds, bases, facets and ages."""
    draw = random.Random(seed)
    kinds = ("cluster", "cluster", "institution")
    clusters = [ClusterFact(f"c{i:03}", draw.choice(kinds)) for i in range(n_clusters)]
    statements = [
        StatementFact(
            id=f"s{i:05}",
            cluster=f"c{i // each:03}",
            kind=draw.choice(KINDS),
            asks=draw.random() < 0.7,
            topic=draw.choice(TOPICS).notation,
            facets={
                name: frozenset(draw.sample(["a", "b", "c"], draw.randint(1, 2)))
                for name in ("material", "end_use")
                if draw.random() < 0.4
            },
            phrase=draw.choice((*TERMS, "", "?", "好面料")),
            weight=draw.randint(1, 5),
            status=draw.choice(("confirmed", "confirmed", "draft", "retired")),
            basis=draw.choice(BASES),
            stated_on=draw.choice((None, date(2012, 5, 6), TODAY, date(2027, 1, 1))),
        )
        for i in range(n_clusters * each)
    ]
    return clusters, statements
