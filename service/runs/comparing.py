"""Two rankings side by side: who came, went, rose and fell, and what moved them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.matching.moves import Move, Pair, Path, Side, StatementChange
from service.matching.types import StatementFact
from service.runs.answers import rows_in
from service.runs.questions import question_of
from service.runs.views import (
    Comparison,
    Difference,
    FieldChange,
    MoveView,
    PairChange,
    StatementMove,
    Status,
)
from service.suggestions.describe import run_of
from service.suggestions.facts import Facts
from service.suggestions.listing import Scope, excluded_in
from service.suggestions.views import Cited, RankingQuery

Json = dict[str, Any]
LEAST = 1e-12
"""A score that differs by less is the same: sums may differ in the last digit."""
BESIDE = {"as_of", "offset", "weights_named"}
"""Parts of a question that the runs themselves tell, or that no score reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A run with its facts and what it answered, ``rows`` by pair whichever way it is seen."""

    facts: Facts
    query: RankingQuery
    scope: Scope
    rows: Mapping[frozenset[str], Json]

    def side(self) -> Side:
        blend = self.query.blend(self.facts.index.params.weights)
        return Side(self.facts.index, blend, self.query.topics)

    def question(self) -> Json:
        return question_of(self.scope, self.query, self.facts.index.params.weights)


def told_of(facts: Facts, query: RankingQuery, scope: Scope, answer: bytes) -> Told:
    rows = {frozenset((row["for"], row["cluster"])): row for row in rows_in(answer)}
    return Told(facts, query, scope, rows)


def compare(before: Told, after: Told, before_id: int, after_id: int | None) -> Comparison:
    """Every pair that one of the two lists, in the order of the later run, then of the earlier.

    The moves of a pair sum to its change of score. Two causes come before those of ``Path``: the
    ``scorer`` (what was answered then, against the same facts computed by the scorer of today),
    and that the pair is seen from its other side (``turned``).
    """
    pairs = list(dict.fromkeys([*after.rows, *before.rows]))
    slugs = sorted({slug for pair in pairs for slug in pair})
    path = Path(before.side(), after.side(), slugs)
    causes = {
        frozenset((x.for_, x.cluster)): x.cause
        for x in excluded_in(after.facts, after.query, after.scope)
    }
    told, moved = [], []
    for pair in pairs:
        change, moves = _pair(before, after, path, pair, causes.get(pair))
        told.append(change)
        moved += moves
    kept = [each for each in told if not _unchanged(each)]
    return Comparison(
        before_id=before_id,
        after_id=after_id,
        before=run_of(before.facts, before.query),
        after=run_of(after.facts, after.query),
        asked=_asked(before, after),
        pairs=kept,
        unchanged=len(told) - len(kept),
        statements=_statements(before, after, moved),
    )


def _unchanged(pair: PairChange) -> bool:
    return pair.status == "same" and pair.rank_before == pair.rank_after


def _pair(
    before: Told, after: Told, path: Path, pair: frozenset[str], excluded: str | None
) -> tuple[PairChange, list[Move]]:
    old, new = before.rows.get(pair), after.rows.get(pair)
    row = new or old or {}
    way: Pair = (row["for"], row["cluster"])
    was: Pair = (old["for"], old["cluster"]) if old else way
    then = path.before.score(was)
    first = then if was == way else path.before.score(way)
    now = path.after.score(way)
    score_before = old["score"] if old else then
    score_after = new["score"] if new else now
    moves = path.moves(way)
    views = [
        MoveView("scorer", (then - score_before) + (score_after - now)),
        MoveView("turned", first - then),
        *(MoveView(m.why, m.moved, m.change.id if m.change else None) for m in moves),
    ]
    change = PairChange(
        for_=way[0],
        for_name_zh=row["for_name_zh"],
        for_name_en=row["for_name_en"],
        cluster=way[1],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        status=_status(old, new, score_after - score_before),
        rank_before=old["rank"] if old else None,
        rank_after=new["rank"] if new else None,
        score_before=score_before,
        score_after=score_after,
        change=score_after - score_before,
        excluded=None if new else excluded,
        moves=[view for view in views if view.moved],
    )
    return change, list(moves)


def _status(old: Json | None, new: Json | None, change: float) -> Status:
    if old is None:
        return "came"
    if new is None:
        return "went"
    if abs(change) < LEAST:
        return "same"
    return "rose" if change > 0 else "fell"


def _asked(before: Told, after: Told) -> list[Difference]:
    old, new = before.question(), after.question()
    return [
        Difference(name, old[name], new[name])
        for name in old
        if name not in BESIDE and old[name] != new[name]
    ]


def _statements(before: Told, after: Told, moves: Iterable[Move]) -> list[StatementMove]:
    """What moved most comes first."""
    found: dict[tuple[str, str], tuple[StatementChange, list[float]]] = {}
    for move in moves:
        if move.change is not None:
            key = (move.change.cluster, move.change.id)
            found.setdefault(key, (move.change, []))[1].append(move.moved)
    views = [
        StatementMove(
            id=change.id,
            cluster=change.cluster,
            cause=change.why,
            statement=_cited(before, after, change),
            fields=_fields(change),
            pairs=len(moved),
            moved=math.fsum(moved),
        )
        for change, moved in found.values()
    ]
    return sorted(views, key=lambda view: (-abs(view.moved), view.cluster, view.id))


def _cited(before: Told, after: Told, change: StatementChange) -> Cited | None:
    one, other = (before, after) if change.why == "went" else (after, before)
    return one.facts.cited.get(change.id) or other.facts.cited.get(change.id)


def _fields(change: StatementChange) -> list[FieldChange]:
    was, is_ = (_own(change, side) for side in (change.before, change.after))
    return [
        FieldChange(name, _plain(getattr(was, name)), _plain(getattr(is_, name)))
        for name in change.fields
    ]


def _own(change: StatementChange, side: Sequence[StatementFact]) -> StatementFact | None:
    return next((s for s in side if s.id == change.id), None)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: sorted(chosen) for name, chosen in value.items()}
    return value
