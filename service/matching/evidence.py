"""What people decided on pairs that they were shown, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEFT = -1
"""Grade of a pair that was shown and not decided on: perhaps refused, perhaps not looked at."""
VERDICTS: Mapping[str, int] = {"no": 0, "yes": 1, "must": 2}
RESULTS: Mapping[str, int] = {
    "no_show": 0,
    "none": 1,
    "met": 2,
    "interest": 3,
    "samples": 4,
    "intent": 5,
    "contract": 6,
}
"""How far a pair came; from 1 on it was chosen. Only the order of the grades counts."""


def grade_of(verdicts: Sequence[str], results: Sequence[str]) -> int:
    """What one pair came to at one event: its furthest result, else what the sides decided.

    One refusal outweighs what others want, as it takes two to meet.

    Examples
    --------
    >>> grade_of(["must", "no"], []), grade_of(["yes"], ["met", "samples"]), grade_of([], [])
    (0, 4, -1)
    """
    if results:
        return max(RESULTS[result] for result in results)
    if "no" in verdicts:
        return VERDICTS["no"]
    return max((VERDICTS[verdict] for verdict in verdicts), default=LEFT)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Pairs of events, one row each; pairs that nobody was shown or decided on have no row.

    Attributes
    ----------
    terms : (n, n_terms)
        Need, offer, mutual and similarity as they were when the pair was shown.
    grade : (n,)
        From ``grade_of``.
    event : (n,)
        Which event it was; any numbers.
    rank : (n,)
        Best place at which it was shown, from 1; 0 where it was decided on without a list.

    Raises
    ------
    ValueError
        If the lengths differ or a term is not finite.
    """

    terms: Floats
    grade: Ints
    event: Ints
    rank: Ints

    def __post_init__(self) -> None:
        lengths = {len(self.terms), len(self.grade), len(self.event), len(self.rank)}
        if len(lengths) != 1 or self.terms.ndim != 2:
            raise ValueError(f"one row for each pair, got lengths {sorted(lengths)}")
        if not np.isfinite(self.terms).all():
            raise ValueError("terms must be finite")

    def at(self, rows: NDArray[np.bool_]) -> "Evidence":
        return Evidence(self.terms[rows], self.grade[rows], self.event[rows], self.rank[rows])

    @property
    def chosen(self) -> NDArray[np.bool_]:
        return np.asarray(self.grade > 0)

    @property
    def decided(self) -> NDArray[np.bool_]:
        return np.asarray(self.grade != LEFT)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much evidence there is, or is needed.

    ``events`` are those with pairs that were chosen and pairs that were not; ``not_chosen`` were
    refused, or shown and left.
    """

    decided: int
    events: int
    chosen: int
    not_chosen: int


FLOOR = Amount(decided=60, events=3, chosen=10, not_chosen=10)
"""Below it nothing is learnt. Three events, as one is kept aside at a time and two must be left to
learn from; sixty decisions, as the standard error of a share is then about 0.06."""


def comparable(evidence: Evidence) -> list[int]:
    """The events with pairs that were chosen and pairs that were not."""
    chosen, not_chosen = (
        set(evidence.event[rows].tolist()) for rows in (evidence.chosen, ~evidence.chosen)
    )
    return sorted(chosen & not_chosen)


def amount_of(evidence: Evidence) -> Amount:
    return Amount(
        decided=int(evidence.decided.sum()),
        events=len(comparable(evidence)),
        chosen=int(evidence.chosen.sum()),
        not_chosen=int((~evidence.chosen).sum()),
    )


def missing(found: Amount, floor: Amount = FLOOR) -> Amount:
    """What is lacking to the floor; all 0 if nothing is."""
    return Amount(
        decided=max(0, floor.decided - found.decided),
        events=max(0, floor.events - found.events),
        chosen=max(0, floor.chosen - found.chosen),
        not_chosen=max(0, floor.not_chosen - found.not_chosen),
    )
