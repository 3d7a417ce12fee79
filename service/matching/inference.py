"""What a stated strength or gap implies along the value chain."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from service.matching.taxonomy import Taxonomy
from service.matching.types import InferenceRule, Kind, StatementFact

TYPICAL_WEIGHT = 4
"""Of a documented product or a plain remark: for such a source a rule's weight is meant."""


def known(statements: Iterable[StatementFact], as_of: date) -> list[StatementFact]:
    """The statements that count on a day: neither rejected nor retired, not made later.

    An undated statement (register) always counts.
    """
    return [
        s
        for s in statements
        if s.status in ("confirmed", "draft") and (s.stated_on is None or s.stated_on <= as_of)
    ]


def infer(
    statements: Sequence[StatementFact],
    rules: Iterable[InferenceRule],
    taxonomy: Taxonomy,
    as_of: date,
) -> list[StatementFact]:
    """The statements that the rules add to those known, one step deep, ordered by id.

    A rule fires on a stated strength, gap or goal that asks, on its topic or a special case of it.
    Its weight holds for a source of weight 4 and changes with it: a leading place needs more.

    What somebody says beats what we guess: nothing is inferred on a topic of which the same
    cluster spoke in a meeting, be it of the topic, a special case or a more general one, and in
    whatever kind. What the register says of it stands in for an inference of its own kind. An
    inferred need of what the place is itself known for is dropped (a cotton spinner that weaves
    has its yarn), and one of which it is known for a part only is lightened by a step (who makes
    knitted fabric still buys woven). A need falls away, too, if a strength is inferred on its topic
    that weighs as much: who makes goods for others has no need to have them made.

    A maker of three kinds of garment needs three kinds of fabric: inferences differ by topic and
    inherited facets, and of several sources of one the heaviest counts (then the lower id). The
    inferred statement has its source's date and status, so it is known exactly when that is.

    Raises
    ------
    ValueError
        If a statement or rule names an unknown topic.
    """
    stated = [s for s in known(statements, as_of) if s.basis != "inferred"]
    heard = _Heard(stated, taxonomy)
    best: dict[tuple[object, ...], tuple[tuple[int, str], StatementFact]] = {}
    for rule in rules:
        fires = taxonomy.within[:, taxonomy.index(rule.topic_from)].copy()
        for exception in rule.unless:
            fires &= ~taxonomy.within[:, taxonomy.index(exception)]
        judging = taxonomy.related(rule.topic) & ~fires
        for topic, s in heard.of_kind(rule.kind_from):
            inferred = heard.weighed(_follow(rule, s), judging) if fires[topic] else None
            if inferred is None:
                continue
            key = (s.cluster, rule.kind, rule.topic, frozenset(inferred.facets.items()))
            order = (-inferred.weight, inferred.id)
            if key not in best or order < best[key][0]:
                best[key] = (order, inferred)
    return sorted(_settled([s for _, s in best.values()], taxonomy), key=lambda s: s.id)


def _settled(inferred: Sequence[StatementFact], taxonomy: Taxonomy) -> list[StatementFact]:
    """Without the needs that a strength inferred of the same cluster weighs up."""
    either_way = taxonomy.within | taxonomy.within.T
    strengths: dict[str, list[tuple[int, int]]] = {}
    for s in inferred:
        if s.kind == "strength":
            strengths.setdefault(s.cluster, []).append((taxonomy.index(s.topic), s.weight))

    def met(need: StatementFact) -> bool:
        related = either_way[taxonomy.index(need.topic)]
        return any(
            weight >= need.weight and related[topic]
            for topic, weight in strengths.get(need.cluster, ())
        )

    return [s for s in inferred if s.kind == "strength" or not met(s)]


class _Heard:
    """Of which topics each cluster spoke in a meeting, and what the register says of it."""

    def __init__(self, stated: Iterable[StatementFact], taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._said: dict[str, set[int]] = {}
        self._registered: dict[str, list[tuple[int, StatementFact]]] = {}
        self._by_kind: dict[str, list[tuple[int, StatementFact]]] = {}
        for s in stated:
            topic = taxonomy.index(s.topic)
            if s.kind != "goal" or s.asks:
                self._by_kind.setdefault(s.kind, []).append((topic, s))
            if s.basis == "meeting":
                self._said.setdefault(s.cluster, set()).add(topic)
            else:
                self._registered.setdefault(s.cluster, []).append((topic, s))

    def of_kind(self, kind: Kind) -> Sequence[tuple[int, StatementFact]]:
        """What may make a rule fire, with its topic: all that is stated but idle goals."""
        return self._by_kind.get(kind, ())

    def weighed(self, inferred: StatementFact, judging: NDArray[np.bool_]) -> StatementFact | None:
        """The inference as it stands beside what is known better; None if that replaces it.

        Only topics of ``judging`` tell; what makes the rule fire does not speak against it.
        """
        if any(judging[topic] for topic in self._said.get(inferred.cluster, ())):
            return None
        lighter = False
        for topic, own in self._registered.get(inferred.cluster, ()):
            if judging[topic]:
                if own.kind == inferred.kind or self._as_general(topic, own, inferred):
                    return None
                lighter = True
        return replace(inferred, weight=max(1, inferred.weight - 1)) if lighter else inferred

    def _as_general(self, topic: int, own: StatementFact, inferred: StatementFact) -> bool:
        """Whether ``own`` is of all that the inference is about, or of the same facets."""
        whole = self._taxonomy.within[self._taxonomy.index(inferred.topic), topic]
        return bool(whole or own.facets) and all(
            name in inferred.facets and inferred.facets[name] <= values
            for name, values in own.facets.items()
        )


def _follow(rule: InferenceRule, source: StatementFact) -> StatementFact:
    scaled = (2 * rule.weight * source.weight + TYPICAL_WEIGHT) // (2 * TYPICAL_WEIGHT)
    return StatementFact(
        id=f"inferred/{rule.id}/{source.id}",
        cluster=source.cluster,
        kind=rule.kind,
        asks=rule.kind == "gap",
        topic=rule.topic,
        facets={name: source.facets[name] for name in source.facets if name in rule.inherits},
        phrase=rule.phrase,
        weight=min(5, max(1, scaled)),
        status=source.status,
        basis="inferred",
        stated_on=source.stated_on,
        contradicted=source.contradicted,
        follows_from=source.id,
        rule=rule.id,
    )
