"""The scorer with one of its parts taken away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from service.matching.index import MatchIndex, build_index
from service.matching.taxonomy import Taxonomy
from service.matching.types import NO_FACETS, ScoreParams, StatementFact, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """``change`` makes the index that the variant ranks on.

    ``weights`` are its blend: the shipped one by default, as one that was learnt knows what came
    of dockings, perhaps of those that are asked about.
    """

    name: str
    change: Callable[[MatchIndex], MatchIndex] = lambda index: index
    weights: Weights = field(default_factory=Weights)


def rebuilt(
    index: MatchIndex,
    *,
    statements: Iterable[StatementFact] | None = None,
    params: ScoreParams | None = None,
    taxonomy: Taxonomy | None = None,
) -> MatchIndex:
    return build_index(
        index.clusters,
        list(index.statements.values() if statements is None else statements),
        taxonomy or index.taxonomy,
        index.encoder,
        params or index.params,
        index.as_of,
    )


def no_text(index: MatchIndex) -> MatchIndex:
    return rebuilt(index, params=replace(index.params, beta=0.0))


def no_ageing(index: MatchIndex) -> MatchIndex:
    return rebuilt(index, params=replace(index.params, recency=1.0, recency_floor=1.0))


def without(drops: Callable[[StatementFact], bool]) -> Callable[[MatchIndex], MatchIndex]:
    return lambda index: rebuilt(
        index, statements=[s for s in index.statements.values() if not drops(s)]
    )


def exact_topics(index: MatchIndex) -> MatchIndex:
    """Only the gap's own topic answers it."""
    taxonomy = replace(index.taxonomy, coverage=np.eye(len(index.taxonomy.topics)))
    return rebuilt(index, taxonomy=taxonomy)


def no_gate(index: MatchIndex) -> MatchIndex:
    taxonomy = replace(index.taxonomy, know_how=np.zeros_like(index.taxonomy.know_how))
    return rebuilt(index, taxonomy=taxonomy)


def no_facets(index: MatchIndex) -> MatchIndex:
    """Neither as agreement nor in profiles."""
    bare = [replace(s, facets=NO_FACETS) for s in index.statements.values()]
    return rebuilt(index, statements=bare)


def level_weights(index: MatchIndex) -> MatchIndex:
    """Each statement at middle weight, however leading the place is."""
    return rebuilt(index, statements=[replace(s, weight=3) for s in index.statements.values()])


def shared_out(left_out: str, weights: Weights | None = None) -> Weights:
    """The blend without one term, the others in proportion.

    >>> shared_out("need", Weights(0.5, 0.25, 0.25, 0.0))
    Weights(need=0.0, offer=0.5, mutual=0.5, similarity=0.0)
    """
    whole = weights or Weights()
    shares: Mapping[str, float] = {
        term.name: 0.0 if term.name == left_out else getattr(whole, term.name)
        for term in fields(Weights)
    }
    total = sum(shares.values())
    return Weights(**{name: share / total for name, share in shares.items()})


VARIANTS = (
    Variant("coverage", exact_topics),
    Variant("facets", no_facets),
    Variant("text", no_text),
    Variant("inferred", without(lambda s: s.basis == "inferred")),
    Variant("register", without(lambda s: s.basis == "register")),
    Variant("meetings", without(lambda s: s.basis == "meeting")),
    Variant("goals", without(lambda s: s.kind == "goal")),
    Variant("recency", no_ageing),
    Variant("weights_of_statements", level_weights),
    Variant("know_how_gate", no_gate),
    *(Variant(term.name, weights=shared_out(term.name)) for term in fields(Weights)),
)
"""Named by what each leaves out."""
