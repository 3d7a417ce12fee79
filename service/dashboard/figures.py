"""How numbers are printed."""

import math
from collections.abc import Sequence


def thousandths(value: float) -> str:
    """Three decimals, as scores and their parts are shown everywhere."""
    return f"{value:.3f}"


def percent(value: float) -> str:
    """A share of 1 as a length for SVG."""
    return f"{value * 100:.2f}%"


def apportion(parts: Sequence[float], total: float) -> list[int]:
    """The parts in thousandths, so that they sum to the rounded total.

    Each is rounded down, and the largest remainders get the units that are left (Hamilton's
    method), so every figure is off by less than one unit. ``parts`` sum to ``total``.

    >>> apportion([0.1004, 0.1004, 0.1004], 0.3012)
    [101, 100, 100]
    """
    floors = [math.floor(part * 1000 + 1e-9) for part in parts]
    left = round(total * 1000) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: floors[i] - parts[i] * 1000)
    raised = set(by_remainder[: max(left, 0)])
    return [units + (place in raised) for place, units in enumerate(floors)]
