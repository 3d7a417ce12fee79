"""What one more statement would make of a pair: its score, and its place in the list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from service.matching.index import MatchIndex, build_index
from service.matching.inference import infer
from service.matching.kept_phrases import KeptPhrases
from service.matching.terms import pair_terms
from service.matching.types import (
    ClusterFact,
    InferenceRule,
    StatementFact,
    Topics,
    Weights,
)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """From what an index was derived.

    Attributes
    ----------
    stated
        All statements that were known, also those that no index holds (goals that ask for nothing
        still keep a guess away); None: those of the index.
    rules
        Without any, the inferred statements of the index stay as they are.
    """

    stated: Sequence[StatementFact] | None = None
    rules: Sequence[InferenceRule] = ()

    def of(self, index: MatchIndex, slug: str) -> list[StatementFact]:
        """What the cluster said or has in the register."""
        known = index.statements.values() if self.stated is None else self.stated
        return [s for s in known if s.cluster == slug and (s.basis != "inferred" or not self.rules)]

    def derived(self, index: MatchIndex, stated: Sequence[StatementFact]) -> list[StatementFact]:
        """``stated`` of one cluster with all that follows from it."""
        if not self.rules:
            return list(stated)
        return [*stated, *infer(stated, self.rules, index.taxonomy, index.as_of)]


@dataclass(frozen=True, slots=True)
class Standing:
    """Score of a pair, and its place (from 1) in the seeker's list; None if it is not listed."""

    score: float
    rank: int | None


@dataclass(frozen=True, slots=True, eq=False)
class PairQuestion:
    """One pair in the list of ``a``: which blend, which topics, who never stands in the list."""

    index: MatchIndex
    a: int
    b: int
    blend: Weights
    topic: Topics = None
    exclude: NDArray[np.bool_] | None = None
    sources: Sources = field(default_factory=Sources)


@dataclass(frozen=True, slots=True)
class Standings:
    """``listed`` is how many the seeker's list holds today; ``after`` goes with what was added."""

    today: Standing
    listed: int
    after: tuple[Standing, ...]


def standings(asked: PairQuestion, added: Sequence[StatementFact]) -> Standings:
    """Where the pair stands, and would with each of ``added``, one at a time, in its own cluster.

    Exactly what a new index with that statement gives, what follows from the statement and what
    it keeps from being guessed included; a statement of the same id gives way. One index is built
    for all: each case is a cluster of its own in it, as the numbers of a pair depend on these two
    alone. A statement of the partner moves this pair only, one of the seeker the whole list.
    """
    n, seeker = len(asked.index.clusters), asked.index.clusters[asked.a].slug
    cases = {
        own: [n + i for i, s in enumerate(added) if (s.cluster == seeker) is own]
        for own in (True, False)
    }
    index = _widened(asked, added)
    rows, partners = [asked.a, *cases[True]], [*range(n), *cases[False]]
    terms = pair_terms(index, np.array(rows), np.array(partners), asked.topic)
    scores = terms.score(asked.blend)
    counted = np.where(
        (terms.reasons(asked.blend) > 0) | (asked.blend.similarity == 1), scores, 0.0
    )
    counted[:, asked.a] = 0
    if asked.exclude is not None:
        counted[:, :n][:, asked.exclude] = 0
        counted[:, n:] *= not asked.exclude[asked.b]
    line = {row: i for i, row in enumerate(rows)}
    column = {row: i for i, row in enumerate(partners)}

    def standing(row: int, partner: int) -> Standing:
        here = (line[row], column[partner])
        return Standing(float(scores[here]), _place(counted[here[0], :n], asked.b, counted[here]))

    return Standings(
        today=standing(asked.a, asked.b),
        listed=int((counted[0, :n] > 0).sum()),
        after=tuple(
            standing(n + i, asked.b) if s.cluster == seeker else standing(asked.a, n + i)
            for i, s in enumerate(added)
        ),
    )


def _place(scores: NDArray[np.float64], b: int, score: float) -> int | None:
    """From 1, if row ``b`` had this score; ties go to the lower row, and 0 is not listed."""
    if score <= 0:
        return None
    others = np.arange(len(scores)) != b
    equal = (scores == score) & (np.arange(len(scores)) < b)
    return 1 + int((others & ((scores > score) | equal)).sum())


def _widened(asked: PairQuestion, added: Sequence[StatementFact]) -> MatchIndex:
    """The index with one more cluster for each of ``added``: its own one, with the statement."""
    index = asked.index
    clusters, statements = list(index.clusters), list(index.statements.values())
    for i, statement in enumerate(added):
        known = [s for s in asked.sources.of(index, statement.cluster) if s.id != statement.id]
        place = index.clusters[index.row_of[statement.cluster]]
        clusters.append(ClusterFact(f"{place.slug}+{i}", place.kind))
        statements += [
            replace(s, id=f"+{i}/{s.id}", cluster=f"{place.slug}+{i}")
            for s in asked.sources.derived(index, [*known, statement])
        ]
    phrases = KeptPhrases.of(index)
    return build_index(clusters, statements, index.taxonomy, phrases, index.params, index.as_of)
