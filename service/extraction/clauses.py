"""What one clause says: for each of its topics the cue that governs it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.extraction.items import LEAST, Item, items
from service.extraction.layout import Clause
from service.extraction.lexicon import Entry, Hit, Lexicon
from service.extraction.scan import Scan, within
from service.extraction.types import Cue
from service.extraction.words import is_chinese

_ITEM_END = re.compile(r"[\s、,;。!?)”\"]|\Z|等|了|且|和|及")
_PRIORITY = {"gap": 3, "goal": 2, "wish": 2, "strength": 1}
_GROUPS = frozenset({"chain", "capability"})
# A topic that is named without any word that judges it.
_ALONE = Entry("cue", Cue("topic-alone", "strength", (), scope="none", confidence=0.3))
_AFTER_REACH, _BEFORE_REACH, _LATIN = 60, 30, 3
_OPENING = 12
_NEAR, _NAME = 4, 4
_UP, _DOWN, _NEGATIONS = (
    frozenset("高大重贵涨升增多"),
    frozenset("低小轻降少廉"),
    frozenset("不没未"),
)
_TAIL_REACH, _BARE_REACH, _QUANTITY_REACH = 8, 24, 5


@dataclass(frozen=True, slots=True)
class Finding:
    """An item and the cue that says what kind of statement it makes.

    ``doubts`` name what speaks against it: plain rules draft only findings without any.
    """

    item: Item
    cue: Hit
    kind: str
    doubts: frozenset[str] = frozenset()

    @property
    def rule(self) -> Cue:
        """The row of the cue table."""
        rule: Cue = self.cue.entry.ref
        return rule


def cues(scan: Scan, start: int, end: int) -> list[Hit]:
    """The cues that can govern a topic in ``start:end``."""
    found = [hit for role in _PRIORITY for hit in scan.roles(role, start, end)]
    return [hit for hit in found if _is_in_place(scan, hit, start, end)]


def _is_in_place(scan: Scan, hit: Hit, start: int, end: int) -> bool:
    scope = hit.entry.ref.scope
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


def govern(scan: Scan, item: Item, hits: list[Hit]) -> Hit | None:
    """The cue that governs the item: gaps before goals before strengths, then the nearest."""
    reaching = [hit for hit in hits if _reaches(scan, hit, item)]
    if any(_opens_item(hit, item) for hit in reaching):
        reaching = [hit for hit in reaching if hit.start >= item.start]
    if any(hit.start < item.hit.start for hit in reaching):
        reaching = [hit for hit in reaching if not _opens_next(scan, hit, item)]
    verbs = [hit.start for hit in reaching if hit.entry.ref.scope == "after"]
    reaching = [hit for hit in reaching if not _is_cut_off(hit, verbs)]
    telling = [hit for hit in reaching if not _says_nothing(item, hit)]
    return max(
        telling or reaching, key=lambda hit: (_rank(hit), -_distance(hit, item)), default=None
    )


def _opens_item(hit: Hit, item: Item) -> bool:
    """Whether the item has a verb of its own: 打通印染 in 主攻面料、打通印染."""
    return item.listed and hit.entry.ref.scope == "after" and hit.start == item.start


def _opens_next(scan: Scan, hit: Hit, item: Item) -> bool:
    """Whether the cue belongs to a later item: 打通 says nothing of 面料 in the same list."""
    return hit.start > item.hit.start and scan.text[hit.start - 1] == "、"


def _is_cut_off(hit: Hit, verbs: list[int]) -> bool:
    """Whether a further verb takes the object from a bare one (若建园区就出台政策)."""
    return hit.entry.ref.scope == "bare" and any(hit.end < start for start in verbs)


def _rank(hit: Hit) -> int:
    return _PRIORITY[hit.entry.ref.role]


def _distance(hit: Hit, item: Item) -> int:
    return max(hit.start - item.hit.end, item.hit.start - hit.end, 0)


def _reaches(scan: Scan, hit: Hit, item: Item) -> bool:
    before, after = hit.start - item.hit.end, item.hit.start - hit.end
    wide = 1 if is_chinese(scan.text[item.hit.start]) else _LATIN
    reached = {
        "after": hit.start <= item.hit.start and after <= _AFTER_REACH * wide,
        "before": item.hit.start <= hit.start and before <= _BEFORE_REACH * wide,
        "tail": item.hit.start <= hit.start and before <= _TAIL_REACH and hit.end <= item.end,
        "bare": 0 <= after <= _BARE_REACH,
        "few": max(before, after) <= _QUANTITY_REACH and _is_counted(item),
        "quantity": max(before, after) <= _QUANTITY_REACH and _is_counted(item),
    }
    return reached.get(hit.entry.ref.scope, True) and _suits(hit.entry.ref.value, item)


def _suits(value: str, item: Item) -> bool:
    """Whether a bare verb can take the item: 做皮革 makes it, 做品牌 strives for it."""
    return value not in _GROUPS or (item.group == "chain") == (value == "chain")


def _is_counted(item: Item) -> bool:
    """Whether a number of it says something: not of projects, nor of composite topics."""
    return item.group == "chain" or not (item.weakness > 1 or item.group == "composite")


def _kind(scan: Scan, cue: Hit, item: Item, hits: list[Hit], opening: int, *, planned: bool) -> str:
    """The kind of the cue; a goal that is reached (做成了, 已引进, 引进三百家) is a strength."""
    role: str = cue.entry.ref.role
    if (reversed_role := _reversed(scan, item, cue)) is not None:
        return reversed_role
    if role == "strength" and scan.roles("projects", opening, item.hit.start):
        return "goal"
    if role == "goal":
        before = scan.text[max(0, cue.start - 2) : cue.start]
        reached = scan.text.startswith(("了", "出了"), cue.end) or before.endswith(("已", "已经"))
        others = [hit for hit in hits if _rank(hit) > 1 and hit != cue]
        counted = any(h.entry.ref.scope == "quantity" and _reaches(scan, h, item) for h in hits)
        if reached or (cue.entry.ref.value == "bring" and counted and not (others or planned)):
            return "strength"
    return "goal" if role == "wish" else role


def _reversed(scan: Scan, item: Item, cue: Hit) -> str | None:
    """A cost that is high or rises is a gap, one that is low or falls a strength."""
    if cue.entry.ref.scope not in ("before", "tail"):
        return None
    costs = scan.roles("cost", max(item.start, item.hit.start - 4), cue.start)
    if not costs or cue.start - costs[-1].end > _NEAR:
        return None
    said = set(scan.text[cue.start : cue.end])
    if said & _UP:
        return "gap"
    return "strength" if said & _DOWN and not said & _NEGATIONS else None


def _says_nothing(item: Item, cue: Hit) -> bool:
    """Whether a plan is only for 集群, 项目, 合作, or a place merely has (有) firms or scale."""
    rule: Cue = cue.entry.ref
    if rule.scope == "bare" and rule.role == "strength" and not rule.value:
        return item.weakness > 0 or item.group == "composite"
    return item.weakness == LEAST and rule.role == "goal" and not rule.value


def _by_means(cue: Hit, item: Item, means: list[int]) -> bool:
    """Whether the item is only the means (希望通过联盟) of what the cue is about."""
    return cue.entry.ref.scope == "after" and any(
        cue.end <= position < item.hit.start for position in means
    )


def _is_of_event(scan: Scan, opening: int, clause: Clause) -> bool:
    """Whether the sentence tells of the meeting itself: 会议在…召开,围绕…讨论."""
    first = scan.roles("gathering", opening, min(opening + _OPENING, clause.end))
    return bool(first) and not scan.roles("speech", opening, clause.end)


def _lists_persons(scan: Scan, begin: int, clause: Clause) -> bool:
    """Whether the clause only names somebody with an office (协会会长王明), and says nothing."""
    titles = scan.roles("title", begin, clause.end)
    return bool(titles) and clause.end - titles[-1].end <= _NAME


def is_purpose(scan: Scan, clause: Clause, start: int) -> bool:
    """Whether the clause opens as the purpose of the one before: 助力企业转型升级."""
    begin = max(clause.start, start)
    opening = scan.roles("purpose", begin, begin + 6)
    return bool(opening) and opening[0].start == begin


def findings(
    scan: Scan, lexicon: Lexicon, clause: Clause, start: int, opening: int
) -> Iterator[Finding]:
    """What the clause states from ``start`` on, gaps that were overcome left out.

    ``opening`` is where its sentence begins.
    """
    begin = max(clause.start, start)
    if not within(scan.topics, begin, clause.end):
        return
    planned = any(scan.roles(role, opening, begin) for role in ("goal", "wish"))
    hits = cues(scan, begin, clause.end)
    past = scan.roles("past", begin, clause.end) and not scan.roles("now", begin, clause.end)
    if past or scan.roles("overcome", begin, clause.end):
        hits = [hit for hit in hits if hit.entry.ref.role != "gap"]
    event = (
        bool(scan.roles("event", begin, clause.end))
        or _is_of_event(scan, opening, clause)
        or _lists_persons(scan, begin, clause)
    )
    means = [hit.start for hit in scan.roles("adverbial", begin, clause.end)]
    for item in items(scan, lexicon, begin, clause.end):
        aimed = [hit for hit in hits if not _by_means(hit, item, means)]
        cue = govern(scan, item, aimed)
        doubts = {"event"} if event and (cue is None or cue.entry.ref.role != "gap") else set()
        if cue is None:
            doubts.add("means" if govern(scan, item, hits) else "alone")
            alone = Hit(item.hit.start, item.hit.end, _ALONE)
            yield Finding(item, alone, "strength", frozenset(doubts))
            continue
        if _says_nothing(item, cue):
            doubts.add("general")
        yield Finding(
            item, cue, _kind(scan, cue, item, hits, opening, planned=planned), frozenset(doubts)
        )
