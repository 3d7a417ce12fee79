"""What a stretch of text is about: the head of each item of an enumeration."""

import re
from dataclasses import dataclass

from service.extraction.lexicon import Hit, Lexicon
from service.extraction.scan import Scan, within

_RANGE = re.compile(r"从[^。;!?从]{1,40}到|\bfrom [^.;!?]{1,60} to ")
LEAST = 3
_HEAD_FIRST = re.compile(r" (?:of|for) ")
WHOLE_CHAIN = "chain_completeness"
_MADE = re.compile(r"[把将让使][^,。;]{1,30}?(?:做得|变得|搞得|办得)")
_SHARE, _SHARE_REACH = re.compile(r"占(?:据|到|了)?[^,。;、有]{0,8}\Z"), 12
_NAMES = frozenset({"capacity_transfer", "cluster_org"})


@dataclass(frozen=True, slots=True)
class Item:
    """A topic word with the stretch of the enumeration it stands in; ``listed`` after a mark."""

    hit: Hit
    start: int
    end: int
    weakness: int
    inferred: str = ""
    listed: bool = False

    @property
    def notation(self) -> str:
        """Of the topic named, not of the one above it."""
        notation: str = self.inferred or self.hit.entry.ref.notation
        return notation

    @property
    def group(self) -> str:
        """Of the topic that the word names."""
        group: str = self.hit.entry.ref.group
        return group


def items(scan: Scan, lexicon: Lexicon, start: int, end: int) -> list[Item]:
    """The topics of ``start:end``: the head of each item of an enumeration, general ones last.

    In Chinese and English noun groups the head comes last: 毛衫检测中心 is about testing.
    """
    if (whole := _whole_chain(scan, start, end)) is not None:
        return [whole]
    start = _after_list(scan, lexicon, start, end)
    end = _before_complement(scan, start, end)
    cuts = scan.roles("enumeration", start, end)
    verbs = [hit for hit in scan.roles("goal", start, end) if hit.entry.ref.scope == "after"]
    verbs += scan.roles("arrival", start, end)
    breaks = sorted([*((hit.start, hit.end) for hit in cuts), *((v.start, v.start) for v in verbs)])
    lefts = [start, *(right for _, right in breaks)]
    rights = [*(left for left, _ in breaks), end]
    marks = {hit.end for hit in cuts}
    found: list[Item] = []
    for left, right in zip(lefts, rights, strict=True):
        named = [h for h in within(scan.topics, left, right) if not _is_aside(scan, lexicon, h)]
        hits = _after_of(scan, lexicon, named)
        if hits:
            weakness = min(_weakness(scan, lexicon, hit) for hit in hits)
            last = [hit for hit in hits if _weakness(scan, lexicon, hit) == weakness][-1]
            same = [hit for hit in hits if hit[:2] == last[:2]]
            broader = {hit.entry.ref.broader for hit in same}
            same = [hit for hit in same if hit.entry.ref.notation not in broader]
            listed = left in marks
            found += [Item(hit, left, right, weakness, listed=listed) for hit in same]
    least = min((item.weakness for item in found), default=0)
    if least == 0 or len(cuts) < 1:
        return [i for i in found if i.weakness == least or (cuts and _stands_alone(scan, i))]
    return found


def _before_complement(scan: Scan, start: int, end: int) -> int:
    """Where 现代化 of 把市场做得更现代化 no longer says what is done."""
    match = _MADE.search(scan.text, start, end)
    return match.end() if match and within(scan.topics, start, match.end()) else end


def _is_aside(scan: Scan, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether the word belongs to a share (占全区总量) or to a name (望江童装集聚区)."""
    weakness = _weakness(scan, lexicon, hit)
    if hit.entry.ref.group == "composite" or weakness:
        left = scan.text[max(0, hit.start - _SHARE_REACH) : hit.start]
        if _SHARE.search(left):
            return True
    return weakness > 0 and lexicon.top(hit.entry.ref.notation) in _NAMES and _is_name(scan, hit)


def _is_name(scan: Scan, hit: Hit) -> bool:
    """Whether the word directly follows a place, or a place and its product."""
    at = hit.start
    for before in reversed(within(scan.topics, max(0, at - 12), at)):
        at = before.start if before.end == at else at
    return any(place.end == at for place in within(scan.places, max(0, at - 12), at))


def _weakness(scan: Scan, lexicon: Lexicon, hit: Hit) -> int:
    """0 for a word that names a topic, 1 to 3 for ever more general ones."""
    word = scan.text[hit[0] : hit[1]]
    found = lexicon.weak.get(word)
    if found is None and word[-1] == "s":
        found = lexicon.weak.get(word.rstrip("s"))
    return found or 0


def _stands_alone(scan: Scan, item: Item) -> bool:
    """Whether the item of the enumeration is hardly more than the word, or has its own cue."""
    filled = item.end - item.start <= item.hit.end - item.hit.start + 1
    return filled or any(_is_own(scan, item, role) for role in ("gap", "strength"))


def _is_own(scan: Scan, item: Item, role: str) -> bool:
    return any(hit.start >= item.hit.start for hit in scan.roles(role, item.start, item.end))


def _whole_chain(scan: Scan, start: int, end: int) -> Item | None:
    """从纤维、织造到成衣都有: a range over several links of the chain is the whole chain."""
    text = scan.text
    if text.find("从", start, end) < 0 and text.find("from ", start, end) < 0:
        return None
    if not _RANGE.search(text, start, end):
        return None
    hits = [h for h in within(scan.topics, start, end) if h.entry.ref.group != "composite"]
    links = {hit.entry.ref.broader or hit.entry.ref.notation for hit in hits}
    made = any(hit.entry.ref.group == "chain" for hit in hits)
    return Item(hits[0], start, end, 0, WHOLE_CHAIN) if made and len(links) > 2 else None


def _after_of(scan: Scan, lexicon: Lexicon, hits: list[Hit]) -> list[Hit]:
    """Of 服装的政策 what stands after 的, unless that says too little; of buyers of yarn buyers."""
    if not hits:
        return hits
    if (link := _HEAD_FIRST.search(scan.text, hits[0].end, hits[-1].start)) is not None:
        heads = [hit for hit in hits if hit.start < link.start()]
        return heads if any(_weakness(scan, lexicon, h) < LEAST for h in heads) else hits
    at = scan.text.rfind("的", hits[0].end, hits[-1].start)
    if scan.text.endswith("方面", 0, max(at, 0)):
        return hits
    heads = [hit for hit in hits if hit.start > at]
    return heads if at >= 0 and any(_weakness(scan, lexicon, h) < LEAST for h in heads) else hits


def _after_list(scan: Scan, lexicon: Lexicon, start: int, end: int) -> int:
    """Where the head of 土地、物流等优惠政策 or 纺纱、织造的链条 begins, else ``start``."""
    cuts = scan.roles("enumeration", start, end)
    for mark, least in (("等", 1), ("的", 2)):
        at = scan.text.find(mark, cuts[-1].end, end) if cuts else -1
        if at >= 0:
            hits = within(scan.topics, at, end)
            if any(_weakness(scan, lexicon, hit) < least for hit in hits):
                return at
    return start
