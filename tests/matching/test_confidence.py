from dataclasses import replace
from datetime import date

import pytest

from service.matching.confidence import confidence
from service.matching.explain import explain
from service.matching.types import Cause, Confidence, StatementFact
from tests.matching.facts import TODAY, gap, index_of, strength

FABRIC = gap("g1", "dalian", "fabric")
TRIMS = gap("g2", "dalian", "trims")
MAKES_FABRIC = strength("s1", "keqiao", "fabric", basis="register", stated_on=None)
MAKES_TRIMS = strength("s2", "keqiao", "trims")


def judged(*statements: StatementFact) -> Confidence:
    index = index_of(["dalian", "keqiao"], statements)
    return confidence(index, explain(index, 0, 1))


def test_several_recent_words_are_high() -> None:
    assert judged(FABRIC, TRIMS, MAKES_FABRIC, MAKES_TRIMS) == Confidence(
        "high",
        (
            Cause("statements", 4),
            Cause("from_meeting", 3),
            Cause("from_register", 1),
            Cause("oldest_years", 0),
        ),
    )


def test_a_single_pair_of_statements_is_medium() -> None:
    assert judged(FABRIC, MAKES_FABRIC) == Confidence(
        "medium",
        (
            Cause("statements", 2),
            Cause("from_meeting", 1),
            Cause("from_register", 1),
            Cause("oldest_years", 0),
        ),
    )


def test_old_words_are_medium_and_their_age_is_named() -> None:
    then = date(2017, 11, 18)
    old = [replace(s, stated_on=then) for s in (FABRIC, TRIMS, MAKES_TRIMS)]
    found = judged(*old, MAKES_FABRIC)
    assert found.level == "medium"
    assert Cause("oldest_years", 9) in found.causes


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"basis": "inferred"}, Cause("inferred", 2)),
        ({"status": "draft"}, Cause("drafts", 2)),
        ({"contradicted": True}, Cause("contradicted", 2)),
    ],
)
def test_guessed_unconfirmed_or_contradicted_needs_are_low(
    change: dict[str, object], cause: Cause
) -> None:
    needs = [replace(s, **change) for s in (FABRIC, TRIMS)]  # type: ignore[arg-type]  # one field each
    found = judged(*needs, MAKES_FABRIC, MAKES_TRIMS)
    assert found.level == "low"
    assert cause in found.causes


def test_needs_known_from_a_register_alone_are_medium() -> None:
    needs = [replace(s, basis="register", stated_on=None) for s in (FABRIC, TRIMS)]
    assert judged(*needs, MAKES_FABRIC, MAKES_TRIMS).level == "medium"


def test_a_pair_without_a_reason_is_low() -> None:
    alike = [strength("1", "dalian", "knitwear"), strength("2", "keqiao", "knitwear")]
    assert judged(*alike) == Confidence("low", (Cause("no_reason"),))
    assert judged(FABRIC, strength("1", "keqiao", "trims", stated_on=TODAY)).level == "low"
