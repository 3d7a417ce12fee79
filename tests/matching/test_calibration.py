"""The blend learnt from simulated decisions whose true weights are known."""

import numpy as np
import pytest

from service.matching.calibration import (
    SHIPPED,
    BlendCalibrator,
    comparisons,
    nearest_blend,
    rounded,
)
from service.matching.evidence import (
    FLOOR,
    LEFT,
    Amount,
    Evidence,
    amount_of,
    grade_of,
    missing,
)
from service.matching.examination import (
    DEFAULT_DECAY,
    EVERYTHING,
    LEAST,
    Examination,
    estimated_decay,
    examination_of,
)
from service.matching.heldout import held_out

TRUE = (0.1, 0.2, 0.6, 0.1)
NEVER = Amount(0, 0, 0, 0)


def simulated(
    seed: int = 0,
    *,
    events: int = 12,
    shown: int = 40,
    sharpness: float = 20.0,
    decay: float = 0.0,
    outspoken: float = 1.0,
) -> Evidence:
    """Lists by the shipped blend; people look at place r with r ** -decay and want by ``TRUE``."""
    luck = np.random.default_rng(seed)
    parts = []
    for event in range(events):
        need, offer, alike = luck.random((3, 3 * shown))
        terms = np.column_stack([need, offer, 2 * need * offer / (need + offer), alike])
        terms = terms[np.argsort(-(terms @ SHIPPED), kind="stable")[:shown]]
        rank = np.arange(1, shown + 1)
        chance = 1 / (1 + np.exp(-sharpness * (terms @ np.array(TRUE) - 0.6)))
        wanted = luck.random(shown) < chance
        looked = luck.random(shown) < rank**-decay
        said = luck.random(shown) < outspoken
        grade = np.where(looked & wanted, 1, np.where(looked & ~wanted & said, 0, LEFT))
        parts.append((terms, grade, np.full(shown, event), rank))
    return Evidence(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def fitted(evidence: Evidence, **params: object) -> BlendCalibrator:
    return BlendCalibrator(**params).fit(  # type: ignore[arg-type]
        evidence.terms, evidence.grade, event=evidence.event, rank=evidence.rank
    )


def away(weights: object, other: object) -> float:
    return float(np.abs(np.asarray(weights) - np.asarray(other)).sum() / 2)


@pytest.mark.slow
def test_with_much_evidence_the_true_order_is_found() -> None:
    learnt = fitted(simulated(events=60))
    assert int(np.argmax(learnt.weights_)) == TRUE.index(0.6)
    assert away(learnt.weights_, TRUE) < 0.3 * away(SHIPPED, TRUE)


def test_the_truth_is_approached_and_is_better_on_events_not_seen() -> None:
    evidence = simulated(events=8)
    learnt = fitted(evidence)
    assert (np.sign(learnt.weights_[[0, 2]] - np.array(SHIPPED)[[0, 2]]) == [-1, 1]).all()
    assert away(learnt.weights_, TRUE) < 0.75 * away(SHIPPED, TRUE)
    found = held_out(evidence, np.array(SHIPPED))
    assert found.better
    auc, loss, pairwise = found.figures
    assert (auc.metric, loss.metric, pairwise.metric) == ("auc", "log_loss", "pairwise")
    assert loss.difference.high < 0 < auc.difference.value
    for figure in found.figures:
        assert figure.new.value - figure.old.value == pytest.approx(figure.difference.value)
        assert figure.new.low <= figure.new.value <= figure.new.high


def test_ignoring_the_place_does_worse() -> None:
    """Control: the same decisions, taken as if every list had been looked at to its end."""
    apart = []
    for seed in range(3):
        evidence = simulated(seed, events=20, decay=0.9, outspoken=0.0)
        apart.append(
            away(fitted(evidence, by_place=False).weights_, TRUE)
            - away(fitted(evidence).weights_, TRUE)
        )
    assert np.mean(apart) > 0


def test_decisions_by_chance_leave_the_prior() -> None:
    evidence = simulated(events=6, sharpness=0.0)
    assert away(fitted(evidence).weights_, SHIPPED) < 0.15
    assert not held_out(evidence, np.array(SHIPPED)).better


def test_learning_from_a_perfect_present_blend_is_not_called_better() -> None:
    evidence = simulated(events=6)
    assert not held_out(evidence, np.array(TRUE)).better


@pytest.mark.parametrize("seed", range(5))
def test_weights_are_a_blend_whatever_was_decided(seed: int) -> None:
    luck = np.random.default_rng(seed)
    size = 60
    evidence = Evidence(
        luck.random((size, 4)) * luck.choice([0.0, 1.0], 4),
        luck.integers(-1, 7, size),
        luck.integers(0, 3, size),
        luck.integers(0, 30, size),
    )
    weights = fitted(evidence, strength=float(luck.choice([0.01, 20.0]))).weights_
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)
    parts = rounded(weights)
    assert away(weights, [parts.need, parts.offer, parts.mutual, parts.similarity]) < 2e-3


def test_a_better_term_never_lowers_a_score() -> None:
    learnt = fitted(simulated(events=4))
    low = np.full((4, 4), 0.5)
    assert (learnt.score_pairs(low + 0.3 * np.eye(4)) >= learnt.score_pairs(low)).all()


def test_the_order_of_rows_and_names_of_events_do_not_matter() -> None:
    evidence = simulated(events=4)
    order = np.random.default_rng(1).permutation(len(evidence.rank))
    mixed = Evidence(
        evidence.terms[order],
        evidence.grade[order],
        7 - evidence.event[order],
        evidence.rank[order],
    )
    assert np.allclose(fitted(mixed).weights_, fitted(evidence).weights_, atol=1e-5)


def test_only_pairs_of_one_event_are_compared_and_each_chosen_one_weighs_alike() -> None:
    evidence = simulated(events=3)
    compared = comparisons(evidence, EVERYTHING)
    assert (evidence.event[compared.better] == evidence.event[compared.worse]).all()
    assert (evidence.grade[compared.better] > evidence.grade[compared.worse]).all()
    assert compared.weight.sum() == pytest.approx(evidence.chosen.sum())


def test_what_was_never_shown_is_nowhere() -> None:
    """A pair without a row is compared with nothing; one that was left is."""
    terms = np.array([[0.9, 0, 0, 0], [0.1, 0, 0, 0]])
    rows = (np.array([1, LEFT]), np.zeros(2, np.intp), np.array([1, 2]))
    assert len(comparisons(Evidence(terms, *rows), EVERYTHING).weight) == 1
    alone = Evidence(terms, *rows).at(np.array([True, False]))
    with pytest.raises(ValueError, match="no event"):
        fitted(alone)


def test_comparisons_are_in_expectation_those_of_a_list_looked_at_to_its_end() -> None:
    """Where wanting does not depend on the terms, no place wins or loses by standing there."""
    top, total = 0.0, 0.0
    for seed in range(20):
        evidence = simulated(seed, events=10, sharpness=0.0, decay=0.7, outspoken=0.4)
        model = Examination(decay=0.7, wanted=0.5, outspoken=0.4)
        compared = comparisons(evidence, model)
        head = evidence.rank <= 20
        upward = head[compared.better] & ~head[compared.worse]
        downward = ~head[compared.better] & head[compared.worse]
        top += compared.weight[upward].sum()
        total += compared.weight[upward].sum() + compared.weight[downward].sum()
    assert top / total == pytest.approx(0.5, abs=0.04)


def test_the_decay_is_estimated_only_from_enough() -> None:
    few = simulated(events=2, decay=0.8, outspoken=0.2)
    assert estimated_decay(few) is None
    assert examination_of(few).decay == DEFAULT_DECAY
    model = examination_of(simulated(events=30, decay=0.8))
    assert model.estimated
    assert model.decay == pytest.approx(0.8, abs=0.2)


def test_where_all_was_decided_all_was_looked_at() -> None:
    few = simulated(events=2)
    assert few.decided.all()
    model = examination_of(few)
    assert (model.decay, model.estimated, model.outspoken) == (0.0, False, 1.0)
    assert model.wanted == pytest.approx(few.chosen.mean())


def test_a_left_pair_says_less_the_further_down_it_stood() -> None:
    model = Examination(decay=1.0, wanted=0.4, outspoken=0.0)
    rank = np.array([1, 2, 5, 40])
    assert model.looked_at(rank).tolist() == [1.0, 0.5, 0.2, LEAST]
    assert model.looked_at(np.array([0])).tolist() == [1.0]
    left = model.unwanted(rank)
    assert (np.diff(left) < 0).all()
    assert left[0] == 1
    assert left[-1] == pytest.approx(0.6 / (0.6 + 0.4 * 0.9))


def test_little_evidence_is_silent_and_says_what_is_missing() -> None:
    assert missing(amount_of(simulated())) == NEVER
    empty = Evidence(np.zeros((0, 4)), *(np.zeros(0, np.intp),) * 3)
    assert missing(amount_of(empty)) == FLOOR
    two = amount_of(simulated(events=2))
    assert missing(two).events == 1


@pytest.mark.parametrize(
    ("verdicts", "results", "grade"),
    [
        ([], [], LEFT),
        (["yes"], [], 1),
        (["yes", "must"], [], 2),
        (["must", "no"], [], 0),
        (["yes"], ["no_show"], 0),
        (["no"], ["met"], 2),
        ([], ["met", "contract", "samples"], 6),
    ],
)
def test_the_grade_of_a_pair(verdicts: list[str], results: list[str], grade: int) -> None:
    assert grade_of(verdicts, results) == grade


def test_the_nearest_blend_lies_on_the_simplex() -> None:
    assert nearest_blend(np.array([1.5, -0.5]), np.eye(2)).tolist() == pytest.approx([1, 0])
    assert nearest_blend(np.array([0.3, 0.7]), np.eye(2)).tolist() == pytest.approx([0.3, 0.7])


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="strength"):
        fitted(simulated(events=2), strength=0.0)
    with pytest.raises(ValueError, match="4 terms, but 2 weights"):
        fitted(simulated(events=2), prior=(0.5, 0.5))
    with pytest.raises(ValueError, match="two events"):
        held_out(simulated(events=1), np.array(SHIPPED))
    with pytest.raises(ValueError, match="lengths"):
        Evidence(np.zeros((2, 4)), *(np.zeros(1, np.intp),) * 3)
