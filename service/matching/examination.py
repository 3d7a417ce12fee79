"""How likely it is that a pair in a list was looked at, and what leaving it there says.

Who goes through a list looks at its head more than at its end. So a pair that was chosen far down
stands for others that would have been chosen, had they been looked at (inverse propensity:
Joachims, Swaminathan and Schnabel, WSDM 2017), and a pair that was left may not have been looked
at at all.
"""

from dataclasses import dataclass

import numpy as np

from service.matching.evidence import Evidence, Floats, Ints

DEFAULT_DECAY = 0.5
"""Stated, not measured: half of the pairs at place 4 are looked at, a fifth of those at 25."""
LEAST = 0.1
"""A probability below this counts as this, so that no pair stands for more than ten."""
STEEPEST = 1.5
ENOUGH_SHOWN, ENOUGH_DECIDED, ENOUGH_EVENTS = 300, 60, 3
"""What it takes to estimate the decay."""


@dataclass(frozen=True, slots=True)
class Examination:
    """P(looked at | place r) = max(0.1, r ** -decay), and how those who look decide.

    Attributes
    ----------
    decay
        0: every place is looked at. So gentle that no fewer are looked at than were decided on.
    estimated
        Whether ``decay`` comes from the evidence; otherwise it is the stated default.
    wanted
        Share of the shown pairs that would be chosen if all were looked at.
    outspoken
        Share of the pairs looked at and not wanted that are refused in so many words.
    """

    decay: float = DEFAULT_DECAY
    estimated: bool = False
    wanted: float = 0.0
    outspoken: float = 0.0

    def looked_at(self, rank: Ints) -> Floats:
        """Probability by place; 1 where a pair was decided on without a list (rank 0)."""
        chance = np.maximum(rank, 1).astype(np.float64) ** -self.decay
        return np.maximum(chance, LEAST)

    def unwanted(self, rank: Ints) -> Floats:
        """Probability that a pair that was left at this place is not wanted (Bayes).

        With it as the weight of what was left, and 1 / looked_at as that of what was chosen,
        comparisons of the two are in expectation those of a list that was looked at to its end.
        """
        seen = self.looked_at(rank)
        refused = (1 - self.wanted) * (1 - seen * self.outspoken)
        unseen = self.wanted * (1 - seen)
        both = refused + unseen
        return np.where(both > 0, refused / np.where(both > 0, both, 1.0), 1.0)


EVERYTHING = Examination(decay=0.0)
"""As if every list had been looked at to its end."""


def examination_of(evidence: Evidence) -> Examination:
    """The decay from the evidence if there is enough of it, and the two shares."""
    shown = evidence.at(evidence.rank > 0)
    if not len(shown.rank):
        return Examination()
    decay = estimated_decay(shown)
    model = Examination(
        gentlest(DEFAULT_DECAY if decay is None else decay, shown), estimated=decay is not None
    )
    seen = model.looked_at(shown.rank)
    wanted = min(0.9, float((1 / seen[shown.chosen]).sum()) / len(seen))
    refused = float((shown.grade == 0).sum())
    unwanted = max(float(seen.sum() - shown.chosen.sum()), refused)
    outspoken = refused / unwanted if unwanted > 0 else 0.0
    return Examination(model.decay, model.estimated, wanted, outspoken)


def gentlest(decay: float, shown: Evidence) -> float:
    """``decay`` or less: at least as many were looked at as were decided on."""
    share = float(shown.decided.mean())
    while decay > 0 and Examination(decay).looked_at(shown.rank).mean() < share:
        decay = max(0.0, decay - 0.02)
    return decay


def estimated_decay(shown: Evidence) -> float | None:
    """How the share of decided pairs falls with the place, equal terms and events; None if unsure.

    A log-linear regression (relative risks by Poisson: Zou 2004) of "decided on" on the logarithm
    of the place; the terms stand beside it, as better pairs stand higher and are chosen more.
    """
    enough = (
        len(shown.rank) >= ENOUGH_SHOWN
        and shown.decided.sum() >= ENOUGH_DECIDED
        and len(np.unique(shown.event)) >= ENOUGH_EVENTS
    )
    if not enough:
        return None
    from sklearn.linear_model import PoissonRegressor  # noqa: PLC0415 - takes a second

    events = np.unique(shown.event)
    columns = np.column_stack(
        [np.log(shown.rank), shown.terms, shown.event[:, None] == events[None, 1:]]
    )
    fitted = PoissonRegressor(alpha=1e-4, solver="newton-cholesky", max_iter=200)
    fitted.fit(columns, shown.decided.astype(np.float64))
    return float(np.clip(-fitted.coef_[0], 0.0, STEEPEST))
