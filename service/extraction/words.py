"""Where the words of a Chinese text begin and end, by a general dictionary."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import rjieba

_LEAST_FREE, _COMPOUND = 3, 3
NAME_TAGS = frozenset({"ns", "nr", "nz", "nrt"})
_PLACE = "ns"
_CJK = ("\u3400", "\u9fff")


class Span(Protocol):
    """What has a start and an end."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Name(NamedTuple):
    """A word that the dictionary takes for a name; ``place`` where it is one of a place."""

    start: int
    end: int
    place: bool


class Words(NamedTuple):
    """``marks[i]`` is 1 where a word begins, and at the end of the text."""

    marks: bytearray
    names: list[Name]

    def crossed_by(self, start: int, end: int) -> bool:
        """Whether an edge of the non-empty span ``start:end`` cuts a word that reaches beyond it.

        Examples
        --------
        >>> words_of("四百家纺织企业").crossed_by(2, 4)
        True
        """
        marks = self.marks
        if marks[start] and marks[end]:
            return False
        return marks.find(1, start + 1) < end

    def holds(self, start: int, end: int) -> bool:
        """Whether a longer word holds the whole span: 说 in 小说."""
        marks = self.marks
        if marks[start] and marks[end]:
            return False
        return marks.find(1, start + 1) >= end

    def cuts(self, start: int, end: int) -> bool:
        """Whether the span is no word of its own; longer ones may stand inside a compound."""
        if self.crossed_by(start, end):
            return True
        if end - start >= _LEAST_FREE or not self.holds(start, end):
            return False
        first, last = self.marks.rfind(1, 0, start + 1), self.marks.find(1, end)
        return last - first < _COMPOUND or first < start < end < last

    def close(self, spans: Iterable[Span]) -> None:
        """Let the edges of the spans end words, whatever the dictionary says."""
        for span in spans:
            self.marks[span.start] = self.marks[span.end] = 1


def words_of(text: str) -> Words:
    """Cut ``text``, that holds no lone surrogate, into words of the dictionary."""
    marks = bytearray(len(text) + 1)
    marks[0] = 1
    names, start = [], 0
    for word, tag in rjieba.tag(text, hmm=False):
        end = start + len(word)
        marks[end] = 1
        if tag in NAME_TAGS and end - start > 1:
            names.append(Name(start, end, tag == _PLACE))
        start = end
    return Words(marks, names)


def is_chinese(char: str) -> bool:
    """Whether the character is one of those that the dictionary knows."""
    return _CJK[0] <= char <= _CJK[1]
