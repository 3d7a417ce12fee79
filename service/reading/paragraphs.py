"""Printed lines to paragraphs: lines of one paragraph are joined, as its writer typed it."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from service.reading.columns import PageLine

HYPHEN = "\x02"
"""How a hyphen that only a line end asked for is marked until lines are joined."""
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018-\u201d\u2026]")
ITEM = re.compile(
    r"[•·●○■□◆◇▪➢★※]|[-–*]\s|[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、．]|\d{1,2}\.(?!\d)\s"
)
ENDED = re.compile(r"[。！？：.!?:][”’」』\"')）]*$")
WIDE_PITCH = 1.45
OTHER_SIZE = 0.15
INDENT = 1.2
"""In ems, as the next."""
SHORT = 2.2
"""A Chinese line that ends further from the edge was ended by its writer: two marks that may not
begin a line can be pushed to the next one."""


def paragraphs(pages: Sequence[Sequence[PageLine]]) -> Iterator[str]:
    lines = [(number, line) for number, page in enumerate(pages) for line in page]
    pitch = _pitch(lines)
    text, before = "", None
    for number, line in lines:
        if before is not None and _goes_on(before, (number, line), pitch):
            text = joined(text, line.text)
        else:
            if text:
                yield text.replace(HYPHEN, "-")
            text = line.text
        before = number, line
    if text:
        yield text.replace(HYPHEN, "-")


def joined(one: str, other: str) -> str:
    """Without a space beside a Chinese character, without a hyphen that the line end asked for.

    >>> joined("希望引", "进面料"), joined("dyeing", "houses"), joined("environ-", "mental")
    ('希望引进面料', 'dyeing houses', 'environmental')
    """
    if one.endswith(HYPHEN):
        return one[:-1] + other
    if one.endswith("-") and one[-2:-1].isalpha() and other[:1].islower():
        return one[:-1] + other
    if CJK.match(one[-1:]) or CJK.match(other[:1]):
        return one + other
    return f"{one} {other}"


def _pitch(lines: Sequence[tuple[int, PageLine]]) -> float:
    """From one line to the next within a column, as a multiple of the size of the type."""
    steps = [
        (one.y1 - other.y1) / one.size
        for (page, one), (next_page, other) in pairwise(lines)
        if page == next_page and 0 < one.y1 - other.y1 < 4 * one.size
    ]
    return median(steps) if steps else 1.5


def _goes_on(before: tuple[int, PageLine], here: tuple[int, PageLine], pitch: float) -> bool:
    """Whether the line continues the paragraph of the one before."""
    (page, one), (next_page, other) = before, here
    if "\t" in one.text or "\t" in other.text or ITEM.match(other.text):
        return False
    if abs(one.size - other.size) > OTHER_SIZE * one.size:
        return False
    same_column = page == next_page and other.y1 < one.y1 and _overlap(one, other)
    if same_column and one.y1 - other.y1 > WIDE_PITCH * pitch * one.size:
        return False
    indented = other.x0 - other.left > INDENT * other.size
    if indented and (ENDED.search(one.text) or not (same_column and _aligned(one, other))):
        return False
    if not same_column and ENDED.search(one.text) and other.x0 > other.left + 1:
        return False
    return not _is_short(one, other)


def _overlap(one: PageLine, other: PageLine) -> bool:
    return one.left < other.right and other.left < one.right


def _aligned(one: PageLine, other: PageLine) -> bool:
    return abs(one.x0 - other.x0) < 0.3 * one.size


def _is_short(one: PageLine, other: PageLine) -> bool:
    """Whether what comes next would have had room behind ``one``."""
    room = one.right - one.x1
    if CJK.match(other.text[:1]) or CJK.match(one.text[-1:]):
        return room > SHORT * one.size
    word = other.text.split(" ", 1)[0]
    width = (other.x1 - other.x0) / max(len(other.text), 1)
    return (room > (len(word) + 1.5) * width and bool(ENDED.search(one.text))) or room > 0.5 * (
        one.right - one.left
    )
