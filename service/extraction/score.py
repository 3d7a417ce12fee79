"""How likely a candidate is right: a logistic model whose coefficients the lexicon holds."""

from collections.abc import Mapping
from math import exp

from service.extraction.candidates import Candidate
from service.extraction.lexicon import Lexicon

_WEAK_SHARE = 0.85
_FAR, _LONG = 30, 4
BIAS, THRESHOLD = "bias", "threshold"


def probability(candidate: Candidate, lexicon: Lexicon) -> float | None:
    """The confidence of the draft, in [0, 1] to two places; None when there shall be none.

    Without coefficients plain rules decide: a finding that nothing speaks against, with the
    confidence of its rule and its subject.
    """
    weights = lexicon.weights
    if not weights:
        return None if candidate.finding.doubts else _by_rule(candidate)
    found = logistic(features(candidate, lexicon), weights)
    return round(found, 2) if found >= weights[THRESHOLD] else None


def logistic(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """1 / (1 + exp(-w·x)); a feature without a coefficient counts nothing."""
    get = weights.get
    total = weights[BIAS] + sum([get(name, 0.0) * value for name, value in values.items()])
    return 1 / (1 + exp(-total))


def _by_rule(candidate: Candidate) -> float:
    share = _WEAK_SHARE if candidate.finding.item.weakness else 1.0
    return round(candidate.finding.rule.confidence * candidate.subject.certainty * share, 2)


def features(candidate: Candidate, lexicon: Lexicon) -> dict[str, float]:
    """What is known of the candidate, by name; what is absent is 0."""
    finding, subject = candidate.finding, candidate.subject
    item, cue, rule = finding.item, finding.cue, finding.rule
    top = lexicon.top(item.notation)
    group = lexicon.topics[item.notation].group
    distance = max(cue.start - item.hit.end, item.hit.start - cue.end, 0)
    names = {
        f"kind:{finding.kind}",
        f"scope:{rule.scope}",
        f"group:{group}:{finding.kind}",
        f"topic:{top}",
        f"rule:{rule.id}",
        f"weak:{item.weakness}",
        *(f"doubt:{doubt}" for doubt in finding.doubts),
    }
    names |= {
        name
        for name, holds in {
            "wish": rule.role == "wish",
            "settled": candidate.settled,
            "asks": candidate.asks,
            "named": candidate.named,
            "counted": candidate.counted,
            "listed": item.listed,
            "first-clause": candidate.number_of_clause == 0,
            "unregistered": subject.slug is None,
            "wide": subject.kind in ("province", "country"),
            "body": subject.kind in ("institution", "association"),
            "cue-follows": cue.start > item.hit.start,
        }.items()
        if holds
    }
    values = dict.fromkeys(names, 1.0)
    values["distance"] = min(distance, _FAR) / _FAR
    values["items"] = min(candidate.number_of_items, _LONG) / _LONG
    values["certainty"] = subject.certainty
    values["rule-confidence"] = rule.confidence
    return values
