"""Lists for everybody at an event, with exposure spread over the participants.

A popular place stands in everybody's list and a small one in nobody's. Here the t-th list that
holds the same place pays (t - 1) times a price, and the lists that are best after paying are found
exactly. At price 0 they are everybody's own best. Each participant's best list counts 1, whatever
its scores are, so nobody pays for having modest ones.

Envy is that of fair division: i envies j if j's list is worth more to i than its own
(envy-freeness, Foley 1967), and envies beyond one item if that holds still when the item of j's
list that i values most is taken out (EF1: Lipton, Markakis, Mossel and Saberi 2004; Budish 2011).
Lists that are everybody's own best are envy-free; spreading gives some of that up, and says how
much.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from service.matching.topk import top_k

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FIRST_LOOK = 4
"""The program begins with this multiple of k candidates a list, and adds whatever could enter."""
SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Who stands in whose list.

    Attributes
    ----------
    chosen : (n, n) bool
        ``chosen[i, j]``: j stands in the list of i.
    exposure : (n,)
        In how many lists each stands; sums to the length of all lists.
    worth : (n,)
        Sum of the scores of each one's list.
    """

    chosen: Mask
    exposure: Rows
    worth: Floats

    @classmethod
    def of(cls, scores: Floats, chosen: Mask) -> "Lists":
        return cls(chosen, chosen.sum(axis=0), np.where(chosen, scores, 0.0).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Fairness:
    """Figures of some lists; shares are of the participants that have a list.

    ``loss`` is the mean share of the worth of its own best list that a participant gives up, and
    ``largest_loss`` the largest. ``gini`` is that of the exposures, 0 if all are shown equally
    often.
    """

    total: float
    loss: float
    gini: float
    most: int
    never: int
    """How many stand in no list."""
    envious: float
    envious_beyond_one: float
    largest_loss: float


def best_lists(scores: Floats, k: int) -> Lists:
    """Everybody's k best; a score of 0 is no candidate. Ties to the lower row.

    Parameters
    ----------
    scores : (n, n)
        ``scores[i, j]`` of j as a partner for i, not negative; 0 on the diagonal.
    """
    chosen = _first(scores, k)
    return Lists.of(scores, chosen)


def spread_lists(scores: Floats, k: int, price: float) -> Lists:
    """Lists of unchanged lengths that maximise what is kept less what is paid.

    That is Σ_i worth_i / best_i - price · Σ_j e_j (e_j - 1) / 2, where best_i is the worth of the
    best list of i, and e_j the exposure of j.

    The optimum is exact: a transport problem with convex costs has whole solutions, and candidates
    that are left out at first are brought in until the dual prices prove that none could gain. So
    no lists of the same lengths that keep as much have a smaller Σ e². Above a price of n the
    exposures are the most even that the reasons allow at all (the least majorised, so that their
    Gini coefficient is least: Frank and Murota 2022), and the loss is the least for these.

    Raises
    ------
    ValueError
        If the price is negative or k is below 1.
    """
    if not 0 <= price < np.inf:
        raise ValueError(f"the price must be finite and not negative, got {price!r}")
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k!r}")
    best = best_lists(scores, k)
    if price == 0 or not best.chosen.any():
        return best
    lengths = best.chosen.sum(axis=1)
    values = scores / np.where(best.worth > 0, best.worth, 1.0)[:, None]
    looked = _first(scores, k * FIRST_LOOK)
    while True:
        chosen, list_price, place_price = _transport(values, looked, lengths, price)
        gains = (scores > 0) & ~looked & (values + list_price[:, None] + place_price > SLACK)
        if not gains.any():
            return Lists.of(scores, chosen)
        looked |= gains


def _first(scores: Floats, k: int) -> Mask:
    chosen = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(chosen, top_k(scores, k), values=True, axis=1)
    return chosen & (scores > 0)


def _transport(
    worths: Floats, looked: Mask, lengths: Rows, price: float
) -> tuple[Mask, Floats, Floats]:
    """The chosen cells, and the dual prices of a place in each list and of each place shown."""
    n = len(worths)
    owner, shown = np.nonzero(looked)
    times = looked.sum(axis=0)
    steps = np.repeat(np.arange(n), times)
    turn = np.arange(len(steps)) - np.repeat(np.cumsum(times) - times, times)
    cells, units = len(owner), len(steps)
    rows = np.concatenate([owner, n + shown, n + steps])
    columns = np.concatenate([np.arange(cells), np.arange(cells), cells + np.arange(units)])
    values = np.concatenate([np.ones(2 * cells), -np.ones(units)])
    solved = linprog(
        np.concatenate([-worths[owner, shown], price * turn]),
        A_eq=sparse.csr_array((values, (rows, columns)), shape=(2 * n, cells + units)),
        b_eq=np.concatenate([lengths, np.zeros(n)]),
        bounds=(0, 1),
        method="highs-ds",
    )
    if solved.status != 0:
        raise RuntimeError(f"the lists could not be spread: {solved.message}")
    chosen = np.zeros((n, n), dtype=bool)
    chosen[owner, shown] = solved.x[:cells] > 0.5
    duals = solved.eqlin.marginals
    # A place whose every candidate list holds it could be shown once more at the next step.
    place_price = np.where(times == 0, 0.0, np.maximum(duals[n:], -price * times))
    return chosen, duals[:n], place_price


def fairness(scores: Floats, lists: Lists, best: Lists) -> Fairness:
    """Figures of ``lists`` beside everybody's own best."""
    has = np.flatnonzero(lists.chosen.any(axis=1))
    envious, beyond = envy(scores, lists.chosen)
    lost = 1 - lists.worth[has] / best.worth[has]
    return Fairness(
        total=float(lists.worth.sum()),
        loss=float(max(lost.mean(), 0.0)) if len(has) else 0.0,
        gini=gini(lists.exposure),
        most=int(lists.exposure.max(initial=0)),
        never=int((lists.exposure == 0).sum()),
        envious=float(envious[has].mean()) if len(has) else 0.0,
        envious_beyond_one=float(beyond[has].mean()) if len(has) else 0.0,
        largest_loss=float(max(lost.max(), 0.0)) if len(has) else 0.0,
    )


def gini(values: Rows | Floats) -> float:
    """Gini coefficient, Σ_i Σ_j |x_i - x_j| / (2 n Σ x); 0 where all is 0.

    Examples
    --------
    >>> gini(np.array([0, 0, 0, 4])), gini(np.array([2, 2]))
    (0.75, 0.0)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total = ordered.sum()
    if total <= 0:
        return 0.0
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def envy(scores: Floats, chosen: Mask) -> tuple[Mask, Mask]:
    """Who would rather have another's list, and who even without its best item; (n,) each.

    A participant values each list by the sum of its own scores, itself at 0.
    """
    value = scores @ chosen.T.astype(np.float64)
    own = np.diag(value)[:, None]
    best = np.zeros_like(value)
    for j in np.flatnonzero(chosen.any(axis=1)).tolist():
        best[:, j] = scores[:, chosen[j]].max(axis=1)
    return np.any(value > own + SLACK, axis=1), np.any(value - best > own + SLACK, axis=1)
