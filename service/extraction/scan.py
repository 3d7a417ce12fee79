"""A document read once: its normalised text and the hits of the lexicon, overlaps resolved."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from service.extraction.figures import Number
from service.extraction.lexicon import Hit
from service.extraction.places import PlaceHit
from service.extraction.words import Name

Span = TypeVar("Span", Hit, PlaceHit, Number)


class Spans(list[Span]):
    """Hits sorted by start, with their starts at hand for bisection."""

    def __init__(self, hits: Iterable[Any] = ()) -> None:
        super().__init__(hits)
        self.starts = [hit.start for hit in self]


@dataclass(slots=True)
class _Window:
    """The cues of one stretch, by role."""

    start: int = 0
    end: int = -1
    hits: dict[str, list[Hit]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scan:
    """Hits by family, each sorted by start."""

    text: str
    topics: Spans[Hit]
    facets: Spans[Hit]
    cues: Spans[Hit]
    places: Spans[PlaceHit]
    numbers: Spans[Number]

    @cached_property
    def _by_role(self) -> dict[str, Spans[Hit]]:
        found: dict[str, list[Hit]] = {}
        for hit in self.cues:
            found.setdefault(hit.entry.ref.role, []).append(hit)
        return {role: Spans(hits) for role, hits in found.items()}

    def roles(self, role: str, start: int, end: int) -> list[Hit]:
        """The cues of one role that lie in ``start:end``."""
        window = self._window
        if window.start <= start and end <= window.end:
            hits = window.hits.get(role)
            return [h for h in hits if start <= h[0] and h[1] <= end] if hits else []
        every = self._by_role.get(role)
        return within(every, start, end) if every is not None else []

    def open(self, start: int, end: int) -> None:
        """Make ready for many questions on stretches of ``start:end``."""
        window = self._window
        window.start, window.end, window.hits = start, end, {}
        for hit in within(self.cues, start, end):
            window.hits.setdefault(hit.entry.ref.role, []).append(hit)

    @cached_property
    def _window(self) -> "_Window":
        return _Window()

    @cached_property
    def _ends(self) -> dict[str, set[int]]:
        return {role: {hit.end for hit in hits} for role, hits in self._by_role.items()}

    def ends_at(self, role: str, position: int) -> bool:
        """Whether a cue of the role ends right before ``position``, blanks aside."""
        while position and self.text[position - 1] == " ":
            position -= 1
        return position in self._ends.get(role, ())


def within(hits: Spans[Span], start: int, end: int) -> list[Span]:
    """Those of the hits that begin and end inside ``start:end``."""
    starts = hits.starts
    first = bisect_left(starts, start)
    last = bisect_left(starts, end, first)
    return [hit for hit in hits[first:last] if hit.end <= end] if first < last else []


class Cover:
    """Which of some hits (sorted, not overlapping) lies over each character."""

    def __init__(self, hits: Iterable[Hit | Number], length: int) -> None:
        self.spans = [hit[:2] for hit in hits]
        self.over = [-1] * (length + 1)
        for number, (start, end) in enumerate(self.spans):
            self.over[start:end] = [number] * (end - start)

    def holds(self, hit: Hit) -> bool:
        """Whether one of them holds the hit and more."""
        number = self.over[hit.start]
        return number >= 0 and self.spans[number] != hit[:2] and hit.end <= self.spans[number][1]

    def overlaps(self, span: Name | PlaceHit) -> bool:
        """Whether the first or the last character is covered."""
        return self.over[span.start] >= 0 or self.over[span.end - 1] >= 0

    def opened_before(self, hit: Hit) -> bool:
        """Whether the hit shares characters with one that it does not open: 于都有, not 都有."""
        number = self.over[hit.start]
        return number >= 0 and (self.spans[number][0] < hit.start or self.holds(hit))

    def opens_with(self, hit: Hit) -> bool:
        """Whether one of them begins with the hit (拓展市场)."""
        number = self.over[hit.start]
        return number >= 0 and self.spans[number][0] == hit.start
