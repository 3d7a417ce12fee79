"""What a stated strength or gap implies along the value chain."""

from collections.abc import Iterable, Sequence
from datetime import date

from service.matching.taxonomy import Taxonomy
from service.matching.types import InferenceRule, StatementFact


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

    A rule fires on a stated strength or gap on its topic or a special case of it. Nothing is
    inferred on a topic of which the same cluster has spoken itself, be it of the topic, a special
    case or a more general one, and in whatever kind: what somebody says beats what we guess. Of
    several sources of one inference the heaviest counts (rule, then source; then the lower id).
    The inferred statement has its source's date and status, so it is known exactly when that is.

    Raises
    ------
    ValueError
        If a statement or rule names an unknown topic.
    """
    stated = [s for s in known(statements, as_of) if s.basis != "inferred"]
    spoken_of: dict[str, set[int]] = {}
    for s in stated:
        spoken_of.setdefault(s.cluster, set()).add(taxonomy.index(s.topic))
    best: dict[tuple[str, str, str], tuple[tuple[int, int, str], StatementFact]] = {}
    for rule in rules:
        fires = taxonomy.within[:, taxonomy.index(rule.topic_from)].copy()
        for exception in rule.unless:
            fires &= ~taxonomy.within[:, taxonomy.index(exception)]
        related = set(taxonomy.related(rule.topic).nonzero()[0].tolist())
        for s in stated:
            if s.kind != rule.kind_from or not fires[taxonomy.index(s.topic)]:
                continue
            if not related.isdisjoint(spoken_of[s.cluster]):
                continue
            inferred = _follow(rule, s)
            key = (s.cluster, rule.kind, rule.topic)
            order = (-rule.weight, -s.weight, inferred.id)
            if key not in best or order < best[key][0]:
                best[key] = (order, inferred)
    return sorted((inferred for _, inferred in best.values()), key=lambda s: s.id)


def _follow(rule: InferenceRule, source: StatementFact) -> StatementFact:
    return StatementFact(
        id=f"inferred/{rule.id}/{source.id}",
        cluster=source.cluster,
        kind=rule.kind,
        asks=rule.kind == "gap",
        topic=rule.topic,
        facets={name: source.facets[name] for name in source.facets if name in rule.inherits},
        phrase=rule.phrase,
        weight=rule.weight,
        status=source.status,
        basis="inferred",
        stated_on=source.stated_on,
        contradicted=source.contradicted,
        follows_from=source.id,
        rule=rule.id,
    )
