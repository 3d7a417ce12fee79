import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.matching.types import ScoreParams, StatementFact, Weights
from service.matching.weighing import effective_weight, whole_years
from tests.matching.facts import AS_OF, TODAY, gap

PARAMS = ScoreParams()
FULL = gap("1", "dalian", "fabric", weight=5)


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        (date(2017, 11, 18), date(2018, 11, 17), 0),
        (date(2017, 11, 18), date(2018, 11, 18), 1),
        (date(2016, 2, 29), date(2017, 2, 28), 0),
        (date(2016, 2, 29), date(2017, 3, 1), 1),
        (date(2017, 1, 1), date(2016, 1, 1), 0),
    ],
)
def test_years_are_whole(since: date, until: date, years: int) -> None:
    assert whole_years(since, until) == years


@pytest.mark.parametrize(
    ("statement", "weight"),
    [
        (FULL, 1.0),
        (replace(FULL, weight=3), 0.6),
        (replace(FULL, status="draft"), PARAMS.draft),
        (replace(FULL, kind="goal"), PARAMS.goal),
        (replace(FULL, basis="register"), PARAMS.register),
        (replace(FULL, basis="register", stated_on=date(1990, 1, 1)), PARAMS.register),
        (replace(FULL, basis="inferred"), PARAMS.inferred),
        (replace(FULL, stated_on=date(2024, 11, 23)), PARAMS.recency**2),
        (replace(FULL, stated_on=date(1990, 1, 1)), PARAMS.recency_floor),
        (replace(FULL, stated_on=None), PARAMS.recency_floor),
    ],
)
def test_effective_weight(statement: StatementFact, weight: float) -> None:
    assert effective_weight(statement, PARAMS, AS_OF) == pytest.approx(weight)


def test_an_old_word_of_a_meeting_beats_the_register_and_that_an_inference() -> None:
    bases = [
        replace(FULL, stated_on=date(1990, 1, 1)),
        replace(FULL, basis="register"),
        replace(FULL, basis="inferred"),
    ]
    weights = [effective_weight(statement, PARAMS, AS_OF) for statement in bases]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3


@pytest.mark.parametrize("weight", [0, 6])
def test_statement_weight_has_bounds(weight: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 5"):
        gap("1", "dalian", "fabric", weight=weight, stated_on=TODAY)


@pytest.mark.parametrize(
    "parts", [(0.5, 0.5, 0.5, 0.5), (1.5, -0.5, 0.0, 0.0), (math.nan, 1.0, 0.0, 0.0)]
)
def test_blend_is_checked(parts: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="weights must"):
        Weights(*parts)


def test_ranking_by_one_term_puts_all_weight_on_it() -> None:
    assert Weights().ranked_by("score") == Weights()
    assert Weights().ranked_by("mutual") == Weights(0.0, 0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="cannot rank by 'fame'"):
        Weights().ranked_by("fame")  # type: ignore[arg-type]  # what a caller could get wrong


@pytest.mark.parametrize(
    "change",
    [
        {"kappa": 0.0},
        {"beta": 1.0},
        {"register": 1.1},
        {"facet_floor": 0.0},
        {"profile": (-1, 1, 1)},
    ],
)
def test_parameters_are_checked(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        ScoreParams(**change)
