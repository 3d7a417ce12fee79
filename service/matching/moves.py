"""Why a pair scores otherwise in another run: one cause after the other, in a fixed order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal

import numpy as np

from service.matching.index import MatchIndex, build_index
from service.matching.kept_phrases import KeptPhrases, equal
from service.matching.terms import pair_terms
from service.matching.types import ClusterFact, StatementFact, Weights

Why = Literal["weights", "topics", "ground", "date", "went", "came", "changed", "inferred"]
Pair = tuple[str, str]

SILENT = frozenset({"contradicted"})
"""Of a statement, what no score reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One run: the index, and what was asked of it. ``blend`` is what was ranked by."""

    index: MatchIndex
    blend: Weights
    topics: tuple[str, ...] = ()

    def score(self, pair: Pair) -> float:
        return score(self.index, pair, self.blend, self.topics)


@dataclass(frozen=True, slots=True)
class StatementChange:
    """What became of one statement and of all that follows from it.

    ``before`` and ``after`` hold the statement itself, if the index had it, then what was inferred
    from it. ``fields`` names what of the statement itself is otherwise.
    """

    id: str
    cluster: str
    why: Literal["went", "came", "changed", "inferred"]
    before: tuple[StatementFact, ...]
    after: tuple[StatementFact, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """By how much one cause moved the score of a pair."""

    why: Why
    moved: float
    change: StatementChange | None = None


def score(index: MatchIndex, pair: Pair, blend: Weights, topics: Sequence[str]) -> float:
    """0 where one of the two, or every topic, is unknown to the index."""
    known = [topic for topic in topics if topic in index.taxonomy.position]
    if not set(pair) <= index.row_of.keys() or (topics and not known):
        return 0.0
    rows = [np.array([index.row_of[slug]]) for slug in pair]
    return float(pair_terms(index, rows[0], rows[1], known or None).score(blend)[0, 0])


def changes_of(before: MatchIndex, after: MatchIndex, slug: str) -> list[StatementChange]:
    """Which statements of a cluster went, were changed, or came; in this order, then by id."""
    old, new = _by_source(before, slug), _by_source(after, slug)
    found = [
        _change(slug, id_, old.get(id_, ()), new.get(id_, ()))
        for id_ in old.keys() | new.keys()
        if not _equal(old.get(id_, ()), new.get(id_, ()))
    ]
    order = ("went", "changed", "inferred", "came")
    return sorted(found, key=lambda c: (order.index(c.why), len(c.id), c.id))


def _by_source(index: MatchIndex, slug: str) -> dict[str, tuple[StatementFact, ...]]:
    """Statements by what they follow from, or their own id; the source first."""
    found: dict[str, tuple[StatementFact, ...]] = {}
    own = [s for s in index.statements.values() if s.cluster == slug]
    for s in sorted(own, key=lambda s: (s.follows_from is not None, s.id)):
        source = s.follows_from or s.id
        found[source] = (*found.get(source, ()), s)
    return found


def _equal(one: Sequence[StatementFact], other: Sequence[StatementFact]) -> bool:
    return [replace(s, contradicted=False) for s in one] == [
        replace(s, contradicted=False) for s in other
    ]


def _change(
    slug: str, id_: str, old: tuple[StatementFact, ...], new: tuple[StatementFact, ...]
) -> StatementChange:
    was, is_ = (next((s for s in side if s.id == id_), None) for side in (old, new))
    if was and is_:
        otherwise = tuple(
            f.name
            for f in fields(StatementFact)
            if f.name not in SILENT and getattr(was, f.name) != getattr(is_, f.name)
        )
        why: Literal["changed", "inferred"] = "changed" if otherwise else "inferred"
        return StatementChange(id_, slug, why, old, new, otherwise)
    if was or is_:
        return StatementChange(id_, slug, "went" if was else "came", old, new)
    return StatementChange(id_, slug, "inferred", old, new)


class Path:
    """The way from one run to another, along which each cause is let in, one at a time.

    The order: the weights of the blend, the topics asked for, the ground (taxonomy, lexicon, kinds
    of places, constants of the scorer), the day, then the statements of the seeker and those of
    the partner as ``changes_of`` orders them. If the later run looks at an earlier day, the day
    comes last: a statement goes on a day on which it was known. Each move is the difference
    between two neighbouring scores, so the moves of a pair sum to the change of its score.
    """

    def __init__(self, before: Side, after: Side, slugs: Sequence[str]) -> None:
        self.before, self.after = before, after
        self.changes = {slug: changes_of(before.index, after.index, slug) for slug in slugs}
        self.late = max(before.index.as_of, after.index.as_of)
        self.states = self._states(self.late)
        early = before.index.as_of
        self.early = self.states if early == self.late else self._states(early)

    def moves(self, pair: Pair) -> tuple[Move, ...]:
        """The causes that moved the pair, in their order; none that moved nothing.

        They sum to ``after.score(pair) - before.score(pair)`` but for the rounding of the sum.
        """
        found, at = [], self.before.score(pair)
        for why, change, reached in self._steps(pair):
            found.append(Move(why, reached - at, change))
            at = reached
        return tuple(move for move in found if move.moved)

    def _steps(self, pair: Pair) -> Iterator[tuple[Why, StatementChange | None, float]]:
        """Each cause, and the score once it is let in."""
        before, after = self.before, self.after
        blend, topics = after.blend, after.topics
        if blend != before.blend:
            yield "weights", None, score(before.index, pair, blend, before.topics)
        if topics != before.topics:
            yield "topics", None, score(before.index, pair, blend, topics)
        a, b = pair
        start = (_state(a, 0), _state(b, 0))
        yield "ground", None, score(self.early, start, blend, topics)
        if after.index.as_of > before.index.as_of:
            yield "date", None, score(self.states, start, blend, topics)
        for i, change in enumerate(self.changes[a], 1):
            here = (_state(a, i), _state(b, 0))
            yield change.why, change, score(self.states, here, blend, topics)
        last = len(self.changes[a])
        for i, change in enumerate(self.changes[b], 1):
            here = (_state(a, last), _state(b, i))
            yield change.why, change, score(self.states, here, blend, topics)
        yield "date", None, after.score(pair)

    def _states(self, day: date) -> MatchIndex:
        """Each cluster as it was, then after its first change, its second, and so on."""
        ground = self.after.index
        clusters, statements = [], []
        for slug, changes in self.changes.items():
            place = _place(ground, self.before.index, slug)
            own = {s.id: s for s in self.before.index.statements.values() if s.cluster == slug}
            for i, change in enumerate([None, *changes]):
                if change is not None:
                    own = _after(own, change)
                clusters.append(replace(place, slug=_state(slug, i), part_of=None))
                statements += [
                    replace(s, id=f"{_state(slug, i)}/{s.id}", cluster=_state(slug, i))
                    for s in own.values()
                    if s.topic in ground.taxonomy.position
                ]
        phrases = joined(self.before.index, ground)
        return build_index(clusters, statements, ground.taxonomy, phrases, ground.params, day)


def _state(slug: str, number: int) -> str:
    return f"{slug}+{number}"


def _place(first: MatchIndex, second: MatchIndex, slug: str) -> ClusterFact:
    index = first if slug in first.row_of else second
    return index.clusters[index.row_of[slug]]


def _after(own: Mapping[str, StatementFact], change: StatementChange) -> dict[str, StatementFact]:
    gone = {s.id for s in change.before}
    kept = {id_: s for id_, s in own.items() if id_ not in gone}
    return kept | {s.id: s for s in change.after}


def joined(before: MatchIndex, after: MatchIndex) -> KeptPhrases:
    """Rows of the phrases of both, if these go together, else those of ``after``.

    They go together if both were made by the same vectors: the phrases that both know have equal
    rows. Otherwise phrases that only ``before`` knows are asked of the encoder of ``after``.
    """
    old, new = KeptPhrases.of(before), KeptPhrases.of(after)
    shared = [phrase for phrase in old.place if phrase in new.place]
    others = [phrase for phrase in old.place if phrase not in new.place]
    alike = (
        old.version == new.version
        and old.rows.shape[1] == new.rows.shape[1]
        and equal(old.transform(shared), new.transform(shared))
    )
    if not others or not shared or not alike:
        return new
    return new.joined(others, old.transform(others))
