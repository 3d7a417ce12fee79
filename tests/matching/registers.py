"""Small registers in which everything occurs: guesses, drafts, contradictions, know-how."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

from service.matching.confidence import denials
from service.matching.index import MatchIndex
from service.matching.inference import infer
from service.matching.types import (
    ClusterFact,
    InferenceRule,
    RankBy,
    StatementFact,
    Weights,
)
from tests.matching.facts import AS_OF, TAXONOMY, index_of, made_up

RANKED_BY: tuple[RankBy, ...] = ("score", "need", "mutual", "similarity")
ABOUT = (None, "fabric", "denim_fabric", "design", ("trims", "garment_making"))
RULES = (
    InferenceRule("sew", "strength", "garment_making", "gap", "fabric", 3, "面料",
                  inherits=frozenset({"end_use"}), unless=frozenset({"knitwear"})),
    InferenceRule("knit", "strength", "knitwear", "gap", "fibre_yarn", 4, "纱线"),
    InferenceRule("weave", "strength", "fabric", "gap", "fibre_yarn", 2, "纱线"),
    InferenceRule("trim", "gap", "trims", "strength", "garment_making", 2, "服装"),
)  # fmt: skip


DAYS = (date(2016, 2, 29), date(2021, 3, 4))


@dataclass(frozen=True)
class Register:
    clusters: Sequence[ClusterFact]
    stated: Sequence[StatementFact]
    waiting: Sequence[StatementFact]

    def index(self, *added: StatementFact) -> MatchIndex:
        """Built anew, with ``added`` in the place of what has the same id."""
        ids = {s.id for s in added}
        stated = [*(s for s in self.stated if s.id not in ids), *added]
        return index_of(self.clusters, [*stated, *infer(stated, RULES, TAXONOMY, AS_OF)])


def register(seed: int, n_clusters: int = 4, each: int = 6) -> Register:
    """Some drafts count, some wait; inferences are those of the rules."""
    draw = random.Random(seed)
    clusters, facts = made_up(seed, n_clusters, each)
    stated = [
        replace(
            f,
            basis=draw.choice(("meeting", "register")) if f.basis == "inferred" else f.basis,
            stated_on=f.stated_on and draw.choice((*DAYS, f.stated_on)),
            topic=draw.choice(("fabric", "design", f.topic, f.topic)),
        )
        for f in facts
    ]
    waits = {f.id for f in stated if f.status == "draft" and draw.random() < 0.6}
    denied = denials(stated)
    marked = [replace(f, contradicted=f.id in denied) for f in stated]
    return Register(
        clusters,
        [f for f in marked if f.id not in waits],
        [f for f in marked if f.id in waits],
    )


@st.composite
def blends(draw: Callable[[st.SearchStrategy[float]], float]) -> Weights:
    """Any weights, also such as leave terms out."""
    parts = [draw(st.one_of(st.just(0.0), st.floats(0, 1))) for _ in range(4)]
    total = sum(parts)
    if total < 1e-6:
        return Weights()
    need, offer, mutual, _ = (part / total for part in parts)
    return Weights(need, offer, mutual, max(0.0, 1 - need - offer - mutual))


SEEDS = st.integers(0, 1_000_000)
