"""The kind of a clause by its wording alone: a linear model over words and characters.

The topics, places and numbers of the clause are masked, so that only the way of speaking counts.
"""

import re
from collections.abc import Iterator, Mapping
from heapq import merge
from math import exp
from typing import NamedTuple

from service.extraction.scan import Scan, within

KINDS = ("gap", "goal", "strength", "none")
Weights = Mapping[str, tuple[float, ...]]
"""Of each n-gram one coefficient for each of ``KINDS``."""

BIAS = "<bias>"
_TOKEN = re.compile(r"[a-z']+|[^\sa-z]|[TPN]")
_LONGEST = 3


class Wording(NamedTuple):
    """The likeliest of gap, goal and strength, and how likely each of ``KINDS`` is."""

    kind: str
    shares: tuple[float, ...]
    words: str

    def share(self, kind: str) -> float:
        """How likely the kind is, in [0, 1]."""
        return self.shares[KINDS.index(kind)]


def masked(scan: Scan, start: int, end: int) -> str:
    """The stretch with T for each topic, P for each place and N for each number.

    Capital letters do not occur in the text, that is folded.
    """
    spans = merge(
        ((hit.start, hit.end, "T") for hit in within(scan.topics, start, end)),
        ((place.start, place.end, "P") for place in within(scan.places, start, end)),
        ((number.start, number.end, "N") for number in within(scan.numbers, start, end)),
    )
    pieces, at = [], start
    for first, last, mark in spans:
        if first >= at:
            pieces += [scan.text[at:first], mark]
            at = last
    return "".join([*pieces, scan.text[at:end]])


def grams(text: str) -> Iterator[str]:
    """The n-grams of one to three characters, or words in Latin letters, of a masked text."""
    tokens = _TOKEN.findall(text)
    for length in range(1, _LONGEST + 1):
        for at in range(len(tokens) - length + 1):
            yield " ".join(tokens[at : at + length])


def wording(scan: Scan, start: int, end: int, weights: Weights) -> Wording | None:
    """What the stretch says by its wording; None without a model."""
    if BIAS not in weights:
        return None
    found = [gram for gram in set(grams(masked(scan, start, end))) if gram in weights]
    totals = list(weights[BIAS])
    for gram in found:
        for number, weight in enumerate(weights[gram]):
            totals[number] += weight
    peak = max(totals)
    powers = [exp(total - peak) for total in totals]
    whole = sum(powers)
    best = max(range(len(KINDS) - 1), key=totals.__getitem__)
    telling = sorted(found, key=lambda gram: (-weights[gram][best], gram))[:2]
    words = ", ".join(gram.replace(" ", "") if not gram.isascii() else gram for gram in telling)
    return Wording(KINDS[best], tuple(power / whole for power in powers), words)
