"""What a learnt blend is worth on events that it did not see, beside the present one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.matching.calibration import (
    BlendCalibrator,
    comparisons,
    log_losses,
    slope_of,
)
from service.matching.evidence import Evidence, Floats, comparable

RESAMPLED = 2000
SEED = 20260101
METRICS = ("auc", "log_loss", "pairwise")


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with the bounds of its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of the present blend, of the new one, and new - old."""

    metric: str
    old: Figure
    new: Figure
    difference: Figure


@dataclass(frozen=True, slots=True)
class HeldOut:
    """``events`` were each kept aside once; ``better`` says whether to trust the new blend."""

    events: int
    figures: tuple[Compared, ...]

    @property
    def better(self) -> bool:
        """The log-loss falls beyond chance, and no fewer comparisons come out right."""
        by_name = {figure.metric: figure.difference for figure in self.figures}
        return by_name["log_loss"].high < 0 and by_name["pairwise"].value >= 0


def held_out(
    evidence: Evidence,
    present: Floats,
    calibrator: Callable[[], BlendCalibrator] = BlendCalibrator,
) -> HeldOut:
    """Leave one event out, learn from the others, and judge both blends on it.

    - auc: share of chosen pairs scored above pairs that were not chosen, ties a half;
    - pairwise: the same over all comparisons, a contract against a mere meeting included;
    - log_loss: of these comparisons, each blend with its own slope from the other events.

    All are weighted for the place as in learning, by what the other events say of it. Intervals
    resample whole events, as the decisions of one event hang together.

    Parameters
    ----------
    present : (n_terms,)
        The weights in force.

    Raises
    ------
    ValueError
        If fewer than two events have something to compare.
    """
    asides = [evidence.event == event for event in comparable(evidence)]
    if len(asides) < 2:
        raise ValueError("two events with something to compare are needed")
    events = np.stack(
        [judged(evidence.at(aside), evidence.at(~aside), present, calibrator()) for aside in asides]
    )
    drawn = resampled(events)
    figures = tuple(compared(name, events.sum(axis=0), drawn) for name in METRICS)
    return HeldOut(len(events), figures)


def judged(aside: Evidence, rest: Evidence, present: Floats, calibrator: BlendCalibrator) -> Floats:
    """Sums over the comparisons of the event kept aside, (8,).

    Columns: weight of all, weight of the plain ones, then old and new of auc, log_loss, pairwise.
    """
    calibrator.fit(rest.terms, rest.grade, event=rest.event, rank=rest.rank)
    known = comparisons(rest, calibrator.examination_)
    mine = comparisons(aside, calibrator.examination_)
    columns = [mine.weight, mine.weight * mine.plain]
    right, losses = [], []
    for weights in (present, calibrator.weights_):
        scores = mine.difference @ weights
        slope = slope_of(known.difference @ weights, known.weight)
        right.append((np.sign(scores.round(12)) + 1) / 2)
        losses.append(log_losses(scores, slope))
    columns += [mine.weight * mine.plain * part for part in right]
    columns += [mine.weight * part for part in (*losses, *right)]
    return np.array([column.sum() for column in columns])


def resampled(events: Floats) -> Floats:
    """The sums of as many events drawn again, (RESAMPLED, 8)."""
    luck = np.random.default_rng(SEED)
    drawn: Floats = events[luck.integers(len(events), size=(RESAMPLED, len(events)))].sum(axis=1)
    return drawn


def compared(metric: str, sums: Floats, drawn: Floats) -> Compared:
    at = 2 + 2 * METRICS.index(metric)
    base = 1 if metric == "auc" else 0

    def figure(take: Callable[[Floats], Floats]) -> Figure:
        spread = take(drawn)
        low, high = np.quantile(spread, (0.025, 0.975))
        return Figure(float(take(sums[None])[0]), float(low), float(high))

    return Compared(
        metric,
        figure(lambda s: s[:, at] / s[:, base]),
        figure(lambda s: s[:, at + 1] / s[:, base]),
        figure(lambda s: (s[:, at + 1] - s[:, at]) / s[:, base]),
    )
