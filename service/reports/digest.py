"""What is new, changed and gone between two rankings. Pure: values in, values out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from service.reports.views import Baseline, Change, Digest, Pairing
from service.suggestions.views import Cited, Ranking, Reason, Suggestion

Pair = tuple[str, str]
Key = tuple[object, ...]

TOLERANCE = 1e-9
"""Scores closer than this are equal: sums may differ in the last digit."""

_STORED = TypeAdapter(Digest)


def compare(
    ranking: Ranking,
    previous: Digest | None,
    baseline: Baseline | None,
    *,
    move: float,
    readable: Collection[int] = (),
) -> Digest:
    """``ranking`` against the digest of an earlier report on the same question.

    A pair is changed if its score moved by ``move`` or more, or if other statements speak for it.
    Without an earlier report every pair is new. Of pairs that are gone only those reasons are
    repeated whose statements are still ``readable``.
    """
    before = {pair_of(s): s for s in listed(previous)} if previous else {}
    present = [judged(s, before.get(pair_of(s)), move) for s in ranking.suggestions]
    kept = {pair_of(suggestion) for suggestion in ranking.suggestions}
    causes = {tuple(sorted((x.for_, x.cluster))): x.cause for x in ranking.excluded}
    gone = [
        departed(suggestion, causes.get(pair), readable)
        for pair, suggestion in before.items()
        if pair not in kept
    ]
    order = list(Change)
    pairings = sorted([*present, *gone], key=lambda pairing: order.index(pairing.change))
    return Digest(ranking.run, baseline, pairings, ranking.more)


def judged(suggestion: Suggestion, before: Suggestion | None, move: float) -> Pairing:
    if before is None:
        return Pairing(Change.NEW, suggestion)
    moved = abs(suggestion.score - before.score) >= max(move - TOLERANCE, TOLERANCE)
    other = _keys(suggestion.reasons) != _keys(before.reasons)
    change = Change.CHANGED if moved or other else Change.UNCHANGED
    return Pairing(change, suggestion, before.score, reasons_changed=other)


def departed(suggestion: Suggestion, cause: str | None, readable: Collection[int]) -> Pairing:
    kept = [reason for reason in suggestion.reasons if cited_by([reason]) <= set(readable)]
    return Pairing(
        Change.GONE,
        replace(suggestion, reasons=kept),
        suggestion.score,
        cause=cause,
        withdrawn=len(suggestion.reasons) - len(kept),
    )


def cited_by(reasons: Iterable[Reason]) -> set[int]:
    """Ids of the statements that reasons rest on, those behind inferences included."""
    sides = (side for reason in reasons for side in (reason.gap, reason.strength) if side)
    sources = (side.follows_from or side for side in sides)
    return {source.statement for source in sources if source.statement is not None}


def listed(digest: Digest) -> list[Suggestion]:
    """The pairs that the digest's own ranking held."""
    return [p.suggestion for p in digest.pairings if p.change != Change.GONE]


def pair_of(suggestion: Suggestion) -> Pair:
    """The same from whichever side the pair is seen."""
    one, other = sorted((suggestion.for_, suggestion.cluster))
    return one, other


def _keys(reasons: Iterable[Reason]) -> frozenset[Key]:
    return frozenset((r.term, r.topic, _said(r.gap), _said(r.strength)) for r in reasons)


def _said(cited: Cited | None) -> Key | None:
    """What makes two citations the same: who said it, where, in which words."""
    if cited is None:
        return None
    words = cited.quote or cited.phrase
    source = cited.source_zh or cited.rule
    return cited.cluster, cited.kind, cited.basis, words, source, _said(cited.follows_from)


def dump(digest: Digest) -> dict[str, Any]:
    """Plain JSON values from which ``load`` makes an equal digest."""
    stored: dict[str, Any] = _STORED.dump_python(digest, mode="json")
    return stored


def load(stored: dict[str, Any]) -> Digest:
    return _STORED.validate_python(stored)


def largest(reasons: Sequence[Reason], count: int) -> tuple[list[Reason], list[Reason]]:
    """The ``count`` reasons that contribute most, and the rest; ties keep their order."""
    order = sorted(reasons, key=lambda reason: -reason.contribution)
    return order[:count], order[count:]
