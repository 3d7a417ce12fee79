"""How far a score can be relied on, and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.matching.index import MatchIndex
from service.matching.types import Cause, Confidence, Contribution, Explanation, StatementFact
from service.matching.weighing import whole_years

RECENT_YEARS = 5
"""Up to this age (whole years) a meeting's statement can carry high confidence."""
ENOUGH = 3
"""So many distinct statements of a meeting or register are needed for high confidence."""

DENIES = {"strength": "gap", "gap": "strength", "goal": "strength"}
"""The kind that, said later, contradicts one."""

Test = Callable[[StatementFact], bool]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A statement, and the last one of its cluster that says the opposite, by id."""

    statement_id: str
    by_id: str


def denials(facts: Sequence[StatementFact]) -> dict[str, StatementFact]:
    """By id of the contradicted, the last confirmed statement that contradicts it.

    A strength is contradicted by a later gap of its cluster on its topic, a gap or goal by a later
    strength. Of several on one day the first by id is named.
    """
    latest: dict[tuple[str, str, str], StatementFact] = {}
    for fact in sorted(facts, key=lambda f: f.id, reverse=True):
        if fact.stated_on and fact.status == "confirmed" and fact.kind != "goal":
            key = (fact.cluster, fact.topic, fact.kind)
            known = latest.get(key)
            if known is None or not known.stated_on or known.stated_on <= fact.stated_on:
                latest[key] = fact
    found = {}
    for fact in facts:
        later = latest.get((fact.cluster, fact.topic, DENIES[fact.kind]))
        if fact.stated_on and later and later.stated_on and later.stated_on > fact.stated_on:
            found[fact.id] = later
    return found


def contradictions(
    facts: Sequence[StatementFact], used: Iterable[StatementFact]
) -> tuple[Contradiction, ...]:
    """Which of ``used``, or of those that they follow from, are contradicted, by id."""
    denied = denials(facts)
    ids = {s.follows_from or s.id for s in used} & denied.keys()
    return tuple(Contradiction(id_, denied[id_].id) for id_ in sorted(ids))


def confidence(index: MatchIndex, explanation: Explanation) -> Confidence:
    """High, medium or low, with the causes.

    Low: less than half of the gap↔strength contributions rest on confirmed statements of a
    meeting or register, on both sides, that nothing contradicts. High: at least half of them rest
    on such pairs whose gap was said in a meeting, none of it older than ``RECENT_YEARS``, and at
    least ``ENOUGH`` distinct statements of a meeting or register are involved. Else medium.

    The causes are codes: ``no_reason``, or ``statements`` (how many), ``from_meeting``,
    ``from_register``, ``inferred``, ``drafts``, ``contradicted`` (how many, if any) and
    ``oldest_years`` (age of the oldest statement of a meeting, in whole years).
    """
    reasons = [term for term in explanation.terms if term.gap_id is not None]
    if not reasons:
        return Confidence("low", (Cause("no_reason"),))
    used = used_by(index, reasons)

    def age(statement: StatementFact) -> int | None:
        if statement.basis != "meeting" or statement.stated_on is None:
            return None
        return whole_years(statement.stated_on, index.as_of)

    def recent(statement: StatementFact) -> bool:
        years = age(statement)
        return statement.basis == "register" or (years is not None and years <= RECENT_YEARS)

    solid = _share(index, reasons, _solid, _solid)
    first_hand = _share(
        index,
        reasons,
        lambda gap: _solid(gap) and gap.basis == "meeting" and recent(gap),
        lambda strength: _solid(strength) and recent(strength),
    )
    stated = sum(s.basis != "inferred" for s in used)
    ages = [years for years in map(age, used) if years is not None]
    causes = (*_counts(used), *([Cause("oldest_years", max(ages))] if ages else []))
    if solid < 0.5:
        return Confidence("low", causes)
    if first_hand >= 0.5 and stated >= ENOUGH:
        return Confidence("high", causes)
    return Confidence("medium", causes)


def used_by(index: MatchIndex, reasons: Iterable[Contribution]) -> list[StatementFact]:
    """The statements that the reasons name, by id."""
    ids = {id_ for r in reasons for id_ in (r.gap_id, r.strength_id) if id_ is not None}
    return [index.statements[id_] for id_ in sorted(ids)]


def _solid(statement: StatementFact) -> bool:
    return (
        statement.basis != "inferred"
        and statement.status == "confirmed"
        and not statement.contradicted
    )


def _share(index: MatchIndex, reasons: Iterable[Contribution], gap: Test, strength: Test) -> float:
    total = passed = 0.0
    for reason in reasons:
        total += reason.contribution
        if gap(index.statements[str(reason.gap_id)]) and strength(
            index.statements[str(reason.strength_id)]
        ):
            passed += reason.contribution
    return passed / total


def _counts(used: list[StatementFact]) -> list[Cause]:
    tests: tuple[tuple[str, Test], ...] = (
        ("from_meeting", lambda s: s.basis == "meeting"),
        ("from_register", lambda s: s.basis == "register"),
        ("inferred", lambda s: s.basis == "inferred"),
        ("drafts", lambda s: s.status == "draft"),
        ("contradicted", lambda s: s.contradicted),
    )
    counts = [Cause(code, sum(map(test, used))) for code, test in tests]
    return [Cause("statements", len(used)), *(cause for cause in counts if cause.value)]
