"""Reads a document once: the hits of the lexicon, overlaps resolved."""

import re
from collections.abc import Callable, Iterable

from service.extraction.figures import Number, numbers
from service.extraction.lexicon import Entry, Hit, Lexicon, match_form
from service.extraction.normalise import Normalised
from service.extraction.places import PlaceHit, places_of
from service.extraction.scan import Cover, Scan, Spans
from service.extraction.words import Words, is_chinese, words_of

KINDS = frozenset({"gap", "goal", "wish", "strength", "overcome", "ignore"})
# 招工难, 昂贵, 会长说: what these cues say they also say at the end of a longer word.
_ENDINGS = frozenset({("gap", "tail"), ("speech", "any")})
_OPENED, _REACH = re.compile(r"(?:开拓|拓展|开发|进军|打入|面向|抢占|瞄准)[^,。;]{0,12}\Z"), 14
_BEFORE = 12
_MARKET, _MARKETS = "wholesale_market", frozenset({"市场", "商城", "批发市场", "交易市场"})
_FREE = frozenset({"orgsuffix", "placesuffix", "ignore", "boilerplate", "tail"})


def scan_document(normalised: Normalised, lexicon: Lexicon) -> Scan:
    """All that the lexicon finds in the document, after longer words have hidden shorter ones."""
    text = match_form(normalised.text)
    by_family: dict[str, list[Hit]] = {}
    for hit in lexicon.scan(text):
        by_family.setdefault(hit.entry.family, []).append(hit)
    words, counted = words_of(text), numbers(text)
    raw, cues = by_family.get("topic", []), by_family.get("cue", [])
    spans = {hit[:2] for hit in raw}
    first = Cover(_leftmost_longest(_whole(text, words, raw, spans)), len(text))
    named = [h for family in ("place", "region") for h in by_family.get(family, [])]
    named = [h for h in _leftmost_longest(sorted(named, key=_order)) if not first.holds(h)]
    names = Cover(named, len(text))
    signs = [h for h in by_family.get("landmark", []) if not names.holds(h)]
    places = _places(normalised.text, sorted([*named, *signs], key=_order), first, cues, words)
    words.close([*places, *counted])
    _join(words, cues, raw)
    hidden = _leftmost_longest(sorted([*named, *_ignored(cues)], key=_order))
    covers = Cover(hidden, len(text)), Cover(counted, len(text))
    own = {sign[:2] for sign in signs}
    topics = [
        hit
        for hit in _leftmost_longest(_whole(text, words, raw, spans))
        if not (any(cover.holds(hit) for cover in covers) or hit[:2] in own)
    ]
    topics = _compounds(text, topics, lexicon)
    free = [h for h in cues if not names.opened_before(h) and not _is_cut(text, words, h)]
    kept = _cues(free, Cover(topics, len(text)), len(text))
    kept = sorted([*kept, *_quantities(text, lexicon, counted)], key=_order)
    facets = Spans(by_family.get("facet", []))
    return Scan(text, Spans(topics), facets, Spans(kept), Spans(places), Spans(counted))


def _whole(
    text: str, words: Words, topics: list[Hit], spans: set[tuple[int, int]]
) -> Iterable[Hit]:
    return (hit for hit in topics if not _crosses(text, words, hit, spans))


def _ignored(cues: list[Hit]) -> Iterable[Hit]:
    return (hit for hit in cues if hit.entry.ref.role == "ignore")


def _places(
    text: str, marked: list[Hit], topics: Cover, cues: list[Hit], words: Words
) -> list[PlaceHit]:
    """The places of the lexicon, and others that are no words of the trade or of speech."""
    known = {hit[:2] for hit in cues}
    nowhere = {hit.start for hit in cues if hit.entry.ref.role == "nowhere"}
    names = [
        name
        for name in words.names
        if not (name[:2] in known or name.start in nowhere or topics.overlaps(name))
    ]
    listed = {hit.start for hit in marked}
    found = places_of(text, marked, names, words)
    return [place for place in found if place.start in listed or not topics.overlaps(place)]


def _compounds(text: str, topics: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """A product's market is a market: 毛衫市场, 皮革市场 are one topic."""
    kept: list[Hit] = []
    for hit in topics:
        previous = kept[-1] if kept else None
        if previous is not None and previous.end == hit.start and _is_market(text, previous, hit):
            kept[-1] = Hit(previous.start, hit.end, Entry("topic", lexicon.topics[_MARKET]))
        else:
            kept.append(hit)
    return kept


def _is_market(text: str, product: Hit, place: Hit) -> bool:
    """Whether it is a place to trade, and no demand that somebody opens up (开拓童装市场)."""
    if product.entry.ref.group != "chain" or text[place.start : place.end] not in _MARKETS:
        return False
    return not _OPENED.search(text, max(0, product.start - _REACH), product.start)


def _join(words: Words, cues: list[Hit], topics: list[Hit]) -> None:
    """Words of the trade before words of the dictionary: 说|服装, 缺|水洗, not 说服, 缺水."""
    ends = {
        hit.end for hit in cues if hit.entry.ref.role in KINDS or hit.entry.ref.role == "speech"
    }
    for topic in topics:
        if topic.start in ends and words.marks[topic.end]:
            words.marks[topic.start] = 1


def _quantities(text: str, lexicon: Lexicon, counted: list[Number]) -> Iterable[Hit]:
    """A number with a unit says that there is much of something, or little: 不到十家.

    One of something (一家印染厂) says neither.
    """
    for number in counted:
        if number.value == 1:
            continue
        left = text[max(0, number.start - _BEFORE) : number.start].rstrip()
        few = next((cue for form, cue in lexicon.few.items() if left.endswith(form)), None)
        cue = few or lexicon.units.get(number.unit.split(" ")[0] or "number")
        if cue is not None:
            yield Hit(number.start, number.end, Entry("cue", cue))


def _order(hit: Hit | PlaceHit) -> tuple[int, int]:
    return hit.start, -hit.end


def _leftmost_longest(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end or (hit.start, hit.end) == kept[-1][:2]:
            kept.append(hit)
    return kept


def _crosses(text: str, words: Words, hit: Hit, topics: set[tuple[int, int]]) -> bool:
    """Whether the hit cuts a word of the dictionary: 四百家纺织企业 has no 家纺.

    A word that begins with a topic itself may be cut: 设计人才|外流.
    """
    marks = words.marks
    if (marks[hit[0]] and marks[hit[1]]) or not is_chinese(text[hit[0]]):
        return False
    if not words.crossed_by(hit.start, hit.end):
        return False
    first, last = words.marks.rfind(1, 0, hit.end), words.marks.find(1, hit.end)
    begins = bool(words.marks[hit.start]) and (first, hit.end) in topics
    return not begins or (first, last) in topics


def _is_cut(text: str, words: Words, hit: Hit) -> bool:
    """Whether a cue is a piece of a word: 说 in 小说, 要 in 需要的."""
    if not hit.entry.rest and words.marks[hit[0]] and words.marks[hit[1]]:
        return False
    if hit.entry.ref.role in _FREE or not is_chinese(text[hit.start]):
        return False
    first = hit.start + hit.entry.head if hit.entry.rest else hit.end
    if hit.entry.ref.role == "title":
        return words.crossed_by(hit.start, first)
    if (hit.entry.ref.role, hit.entry.ref.scope) in _ENDINGS and words.marks[hit.end]:
        return False
    return words.cuts(hit.start, first)


def _cues(hits: list[Hit], topics: Cover, length: int) -> list[Hit]:
    """Without the cues that a longer cue or a topic word hides."""
    kind = Cover(_holders(hits, lambda role: role in KINDS or role == "event"), length)
    other = Cover(_holders(hits, lambda role: role not in KINDS or role == "ignore"), length)
    kept = []
    for hit in hits:
        role, scope = hit.entry.ref.role, hit.entry.ref.scope
        if role == "ignore" or (kind if role in KINDS else other).holds(hit):
            continue
        fragile = scope in {"bare", "quantity"} or role in {"enumeration", "contrast"}
        if (fragile or (role == "goal" and not topics.opens_with(hit))) and topics.holds(hit):
            continue
        kept.append(hit)
    return kept


def _holders(hits: list[Hit], wanted: Callable[[str], bool]) -> list[Hit]:
    solid = [hit for hit in hits if not hit.entry.rest and wanted(hit.entry.ref.role)]
    return _leftmost_longest(solid)
