"""The blend learnt from decisions: regularised towards the shipped one, never negative.

Only pairs of the same event are compared, the one that came further with the one that did not, so
that neither an event's generosity nor its size enters. Their chance is logistic in the difference
of the scores, as in a conditional logit:

    P(i came further than j) = 1 / (1 + exp(-slope · Σ_t weight_t · (term_it - term_jt)))
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression
from sklearn.utils.validation import check_is_fitted

from service.matching.evidence import Evidence, Floats, Ints
from service.matching.examination import EVERYTHING, Examination, examination_of
from service.matching.types import Weights

FIRST_SLOPE, STEEPEST_SLOPE = 10.0, 50.0
SLOPE_RIDGE = 1e-3
ROUNDS = 60
SETTLED = 1e-5
SUM_WEIGHT = 1e3
"""How much heavier the sum of 1 weighs than all the rest in the least squares."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """``better`` came further than ``worse``, both rows of the evidence, of one event.

    ``difference`` (m, n_terms) of the terms; ``weight`` (m,) sums to about 1 for each chosen pair;
    ``plain`` (m,) where ``worse`` was not chosen at all.
    """

    better: Ints
    worse: Ints
    difference: Floats
    weight: Floats
    plain: Floats


def comparisons(evidence: Evidence, model: Examination) -> Comparisons:
    """Each chosen pair against each of its event that came less far."""
    seen = model.looked_at(evidence.rank)
    # What a row weighs as the loser: chosen too, for those like it; refused; left.
    lost = np.where(evidence.decided, 1.0, model.unwanted(evidence.rank))
    lost = np.where(evidence.chosen, 1 / seen, lost)
    better, worse, weight = [], [], []
    for event in np.unique(evidence.event):
        rows = np.flatnonzero(evidence.event == event)
        winners = rows[evidence.chosen[rows]]
        i, j = np.nonzero(evidence.grade[winners][:, None] > evidence.grade[rows][None, :])
        better.append(winners[i])
        worse.append(rows[j])
        weight.append(lost[rows[j]] / seen[winners[i]] / len(rows))
    i, j = (
        np.concatenate([*part, np.zeros(0, np.intp)]).astype(np.intp) for part in (better, worse)
    )
    weights = np.concatenate([*weight, np.zeros(0)])
    total = weights.sum()
    return Comparisons(
        better=i,
        worse=j,
        difference=evidence.terms[i] - evidence.terms[j],
        weight=weights * (len(np.unique(i)) / total if total > 0 else 1.0),
        plain=(~evidence.chosen[j]).astype(np.float64),
    )


def log_losses(scores: Floats, slope: float) -> Floats:
    """-log P of each comparison from the difference of its scores."""
    return np.logaddexp(0.0, -slope * scores)


def slope_of(scores: Floats, weight: Floats) -> float:
    """The slope in [0, 50] under which these differences of scores are likeliest (Newton)."""
    slope = 1.0
    for _ in range(50):
        chance = expit(-slope * scores)
        gradient = -(weight * scores * chance).sum() + SLOPE_RIDGE * slope
        curvature = (weight * scores**2 * chance * (1 - chance)).sum() + SLOPE_RIDGE
        step = float(np.clip(gradient / curvature, -5.0, 5.0))
        slope, before = float(np.clip(slope - step, 0.0, STEEPEST_SLOPE)), slope
        if abs(slope - before) < SETTLED:
            break
    return slope


class BlendCalibrator(BaseEstimator):
    """Weights of the terms, at least 0 and summing to 1, from what was decided on pairs.

    Minimises the weighted log-loss of the comparisons plus strength/2 · |weights - prior|². Where
    decisions have nothing to do with the terms the slope goes to 0 and the weights to the prior.

    Parameters
    ----------
    prior
        The weights without evidence; None for the shipped blend.
    strength
        How firm the prior is: as if each weight were known to 1 / √strength. At 20 that is 0.22.
    by_place
        Whether the place in the list is allowed for; False takes every pair as looked at.

    Attributes
    ----------
    weights_ : (n_terms,)
    slope_ : float
    examination_ : Examination

    Examples
    --------
    >>> X = [[0.9, 0.1], [0.2, 0.8]] * 40
    >>> events = [i // 8 for i in range(80)]
    >>> fitted = BlendCalibrator(prior=(0.5, 0.5)).fit(X, [0, 1] * 40, event=events, rank=[0] * 80)
    >>> fitted.weights_.round(1).tolist()
    [0.4, 0.6]
    """

    def __init__(
        self,
        *,
        prior: tuple[float, ...] | None = None,
        strength: float = 20.0,
        by_place: bool = True,
    ) -> None:
        self.prior = prior
        self.strength = strength
        self.by_place = by_place

    def fit(self, X: ArrayLike, y: ArrayLike, *, event: ArrayLike, rank: ArrayLike) -> Self:
        """Learn from terms (n, n_terms) and grades (n,), as in ``Evidence``.

        Raises
        ------
        ValueError
            If strength is not positive, the shapes do not fit, or no event has both a pair that
            was chosen and one that was not.
        """
        if not self.strength > 0:
            raise ValueError(f"strength must be positive, got {self.strength!r}")
        evidence = Evidence(
            np.asarray(X, dtype=np.float64),
            *(np.asarray(part, dtype=np.intp) for part in (y, event, rank)),
        )
        prior = np.array(SHIPPED if self.prior is None else self.prior, dtype=np.float64)
        if evidence.terms.shape[1] != len(prior):
            raise ValueError(f"{evidence.terms.shape[1]} terms, but {len(prior)} weights")
        self.examination_ = examination_of(evidence) if self.by_place else EVERYTHING
        self.weights_, self.slope_ = self._fitted(comparisons(evidence, self.examination_), prior)
        return self

    def _fitted(self, compared: Comparisons, prior: Floats) -> tuple[Floats, float]:
        """Weights and slope in turn, by projected Newton steps.

        The first slope is given: with that of the prior, one which puts nothing right would stay.
        """
        if not len(compared.weight):
            raise ValueError("no event has a pair that was chosen and one that was not")
        weights, slope = prior.copy(), FIRST_SLOPE
        for _ in range(ROUNDS):
            weights, before = self._stepped(compared, prior, weights, slope), weights
            slope = slope_of(compared.difference @ weights, compared.weight)
            if np.abs(weights - before).max() < SETTLED:
                break
        return weights, slope

    def _stepped(
        self, compared: Comparisons, prior: Floats, weights: Floats, slope: float
    ) -> Floats:
        """One step at this slope, halved until it does not lead up; none if it never does."""
        difference, weight = compared.difference, compared.weight

        def cost(at: Floats) -> float:
            loss = weight @ log_losses(difference @ at, slope)
            return float(loss + self.strength / 2 * ((at - prior) ** 2).sum())

        chance = expit(-slope * (difference @ weights))
        bent = slope**2 * weight * chance * (1 - chance)
        curvature = difference.T @ (bent[:, None] * difference)
        curvature += self.strength * np.eye(len(prior))
        pull = slope * (difference.T @ (weight * chance)) - self.strength * (weights - prior)
        target = nearest_blend(weights + np.linalg.solve(curvature, pull), curvature)
        now = cost(weights)
        for share in (1.0, 0.5, 0.25, 0.1, 0.02):
            step = weights + share * (target - weights)
            if cost(step) <= now:
                return step
        return weights

    def score_pairs(self, X: ArrayLike) -> Floats:
        """The learnt score of each row of terms, (n,)."""
        check_is_fitted(self)
        scores: Floats = np.asarray(X, dtype=np.float64) @ self.weights_
        return scores


SHIPPED = (Weights().need, Weights().offer, Weights().mutual, Weights().similarity)


def nearest_blend(wanted: Floats, curvature: Floats) -> Floats:
    """The non-negative weights that sum to 1, nearest to ``wanted`` in the given metric."""
    root = np.linalg.cholesky(curvature).T
    heavy = SUM_WEIGHT * float(np.sqrt(np.trace(curvature)))
    rows = np.vstack([root, np.full((1, len(wanted)), heavy)])
    fitted = LinearRegression(positive=True, fit_intercept=False)
    fitted.fit(rows, np.append(root @ wanted, heavy))
    weights = np.maximum(fitted.coef_, 0.0)
    normed: Floats = weights / weights.sum()
    return normed


def rounded(weights: Floats) -> Weights:
    """To whole thousandths that sum to 1: what is left over goes to the largest remainders.

    Examples
    --------
    >>> rounded(np.array([0.33333, 0.33333, 0.33334, 0.0]))
    Weights(need=0.333, offer=0.333, mutual=0.334, similarity=0.0)
    """
    exact = np.asarray(weights) * 1000
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: 1000 - whole.sum()]] += 1
    return Weights(*(int(part) / 1000 for part in whole))
