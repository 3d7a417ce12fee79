"""What one clause says: its topics, and for each the cue that governs it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.extraction.layout import Clause
from service.extraction.lexicon import Hit, Lexicon
from service.extraction.scan import Scan, within
from service.extraction.types import Cue

_NUMBER = re.compile(
    r"[0-9.〇零一二两三四五六七八九十百千万亿多余近几数上半]\s?\Z|[0-9] \w{1,9} \Z"
)
_ITEM_END = re.compile(r"[\s、,;。!?)”\"]|\Z|等|了|且|和|及")
_PRIORITY = {"gap": 3, "goal": 2, "wish": 2, "strength": 1}
_TAIL_REACH, _BARE_REACH, _ITEM_LENGTH = 8, 12, 8


@dataclass(frozen=True, slots=True)
class Item:
    """A topic word with the stretch of the enumeration it stands in."""

    hit: Hit
    start: int
    end: int
    weak: bool

    @property
    def notation(self) -> str:
        """Of the topic named, not of the one above it."""
        notation: str = self.hit.entry.ref.notation
        return notation


@dataclass(frozen=True, slots=True)
class Finding:
    """An item and the cue that says what kind of statement it makes."""

    item: Item
    cue: Hit

    @property
    def rule(self) -> Cue:
        """The row of the cue table."""
        rule: Cue = self.cue.entry.ref
        return rule


def items(scan: Scan, lexicon: Lexicon, start: int, end: int) -> list[Item]:
    """The topics of ``start:end``: the head of each item of an enumeration, general ones last.

    In Chinese and English noun groups the head comes last: 毛衫检测中心 is about testing.
    """
    cuts = [hit for hit in scan.roles("enumeration", start, end)]
    bounds = [start, *(hit.end for hit in cuts), end]
    found: list[Item] = []
    for left, right in zip(bounds, bounds[1:], strict=False):
        hits = within(scan.topics, left, right)
        strong = [hit for hit in hits if not is_weak(scan, lexicon, hit)]
        if strong or hits:
            last = (strong or hits)[-1]
            same = [hit for hit in hits if hit[:2] == last[:2]]
            found += [Item(hit, left, right, not strong) for hit in same]
    if any(not item.weak for item in found):
        listed = len(cuts) > 1
        found = [i for i in found if not i.weak or (listed and _fills(i))]
    return found


def is_weak(scan: Scan, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether the word is too general to stand beside a better one."""
    word = scan.text[hit.start : hit.end]
    return word in lexicon.weak or word.rstrip("s") in lexicon.weak


def _fills(item: Item) -> bool:
    """Whether the item of the enumeration is hardly more than the word itself."""
    return item.end - item.start <= item.hit.end - item.hit.start + 2


def cues(scan: Scan, start: int, end: int) -> list[Hit]:
    """The cues that can govern a topic in ``start:end``."""
    found = [hit for role in _PRIORITY for hit in scan.roles(role, start, end)]
    return [hit for hit in found if _is_in_place(scan, hit, start, end)]


def _is_in_place(scan: Scan, hit: Hit, start: int, end: int) -> bool:
    scope = hit.entry.ref.scope
    if scope == "quantity":
        return bool(_NUMBER.search(scan.text, max(start, hit.start - 16), hit.start))
    if scope == "tail":
        return hit.end == end or bool(_ITEM_END.match(scan.text, hit.end))
    if scope == "bare":
        return _opens(scan, hit.start, start)
    return True


def _opens(scan: Scan, position: int, start: int) -> bool:
    """Whether nothing but a place, an adverb or an item's end stands before the position."""
    if position == start or scan.text[position - 1] in "、,;:还又也先就更再 ":
        return True
    nearby = within(scan.places, max(start, position - 12), position)
    return any(place.end == position for place in nearby)


def govern(item: Item, hits: list[Hit]) -> Hit | None:
    """The cue that governs the item: gaps before goals before strengths, then the nearest."""
    reaching = [hit for hit in hits if _reaches(hit, item)]
    return max(reaching, key=lambda hit: (_rank(hit), -_distance(hit, item)), default=None)


def _rank(hit: Hit) -> int:
    return _PRIORITY[hit.entry.ref.role]


def _distance(hit: Hit, item: Item) -> int:
    return max(hit.start - item.hit.end, item.hit.start - hit.end, 0)


def _reaches(hit: Hit, item: Item) -> bool:
    topic, scope = item.hit, hit.entry.ref.scope
    if scope == "after":
        return hit.start <= topic.start
    if scope == "before":
        return topic.start <= hit.start
    if scope == "tail":
        return (
            topic.start <= hit.start
            and hit.start - topic.end <= _TAIL_REACH
            and hit.end <= item.end
        )
    if scope == "bare":
        return 0 <= topic.start - hit.end <= _BARE_REACH
    return True


def findings(scan: Scan, lexicon: Lexicon, clause: Clause, start: int) -> Iterator[Finding]:
    """What the clause states from ``start`` on, gaps that were overcome left out."""
    begin = max(clause.start, start)
    hits = cues(scan, begin, clause.end)
    if scan.roles("event", begin, clause.end):
        hits = [hit for hit in hits if hit.entry.ref.role == "gap"]
    past = scan.roles("past", begin, clause.end) and not scan.roles("now", begin, clause.end)
    if past or scan.roles("overcome", begin, clause.end):
        hits = [hit for hit in hits if hit.entry.ref.role != "gap"]
    for item in items(scan, lexicon, begin, clause.end):
        cue = govern(item, hits)
        if cue is not None:
            yield Finding(item, cue)
