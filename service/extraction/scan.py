"""A document read once: its normalised text and the hits of the lexicon, overlaps resolved."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from service.extraction.lexicon import Entry, Hit, Lexicon, match_form
from service.extraction.normalise import Normalised
from service.extraction.types import Place

Span = TypeVar("Span", Hit, "PlaceHit")

KINDS = frozenset({"gap", "goal", "wish", "strength", "overcome", "ignore"})
_NUMERALS = frozenset("0123456789一二三四五六七八九十百千万几数多余两")
_LEVELS = {"province": 1, "country": 1, "city": 2}
# 利辛县, 古镇镇: two or three characters and the suffix, after a region or at a clause's start.
_NAMED_BY_SUFFIX = re.compile(
    r"(?:(?<=^)|(?<=[,。;:\s和与]))([\u4e00-\u9fff]{2,3}?)(?:[县镇市](?!场|区|长|域)|街道)"
)
_MOST_NAMES = 200
_NAMED_AFTER_REGION = re.compile(
    r"([\u4e00-\u9fff]{2,3}?)(?:[县镇区市乡](?!场|域|长)|街道)",
)
_NAMED_CLUSTER = re.compile(
    r"(?:(?<=^)|(?<=[,。;:、\s]))([\u4e00-\u9fff]{2,4}?)[市县区镇]?"
    r"(?:纺织|服装|纺织服装|毛衫|毛织|家纺|鞋服|针织)?产业集群(?:代表|负责人)",
)
_NAMED_EN = re.compile(
    r"\b([A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?)(?:'s)? (?:(?:[a-z]+ ){0,2}cluster\b"
    r"|(?:textile|garment|apparel|knitwear|hosiery|weaving) "
    r"(?:makers|industry|exporters|manufacturers|mills|hub|district)\b)",
)
_NOT_NAMES_ZH = re.compile(
    r"^[本该全各我这几一两多某每]|[的个在和与及等是有了为到由]|[小古名城新重特强专乡大业]$|中国|世界|国际|产业",
)
_NOT_NAMES_EN = frozenset(
    {"The", "A", "An", "This", "That", "Our", "Each", "Every", "Its", "Their", "One"}
    | {"Textile", "Garment", "Apparel", "Industrial"},
)
_SUFFIXES = re.compile(r"自治区|自治州|街道|[市县区镇省州乡](?!场|域|长|内外|级|委)")


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place named in the text; ``slug`` is None when the register lacks it."""

    start: int
    end: int
    name: str
    slug: str | None
    kind: str
    rank: int
    landmark: bool = False


class Spans(list[Span]):
    """Hits sorted by start, with their starts at hand for bisection."""

    def __init__(self, hits: Iterable[Any] = ()) -> None:
        super().__init__(hits)
        self.starts = [hit.start for hit in self]


@dataclass(frozen=True)
class Scan:
    """Hits by family, each sorted by start."""

    text: str
    topics: Spans[Hit]
    facets: Spans[Hit]
    cues: Spans[Hit]
    places: Spans[PlaceHit]

    @cached_property
    def _by_role(self) -> dict[str, Spans[Hit]]:
        found: dict[str, list[Hit]] = {}
        for hit in self.cues:
            found.setdefault(hit.entry.ref.role, []).append(hit)
        return {role: Spans(hits) for role, hits in found.items()}

    def roles(self, role: str, start: int, end: int) -> list[Hit]:
        """The cues of one role that lie in ``start:end``."""
        return within(self._by_role.get(role, _NONE), start, end)

    def ends_at(self, role: str, position: int) -> bool:
        """Whether a cue of the role ends right before ``position``, blanks aside."""
        while position and self.text[position - 1] == " ":
            position -= 1
        return any(hit.end == position for hit in self.roles(role, position - 12, position))


_NONE: Spans[Hit] = Spans()


def within(hits: Spans[Span], start: int, end: int) -> list[Span]:
    """Those of the hits that begin and end inside ``start:end``."""
    found: list[Span] = []
    for index in range(bisect_left(hits.starts, start), len(hits)):
        hit = hits[index]
        if hit.start >= end:
            break
        if hit.end <= end:
            found.append(hit)
    return found


def scan_document(normalised: Normalised, lexicon: Lexicon) -> Scan:
    """All that the lexicon finds in the document, after longer words have hidden shorter ones."""
    text = match_form(normalised.text)
    by_family: dict[str, list[Hit]] = {}
    for hit in lexicon.scan(text):
        by_family.setdefault(hit.entry.family, []).append(hit)
    topics = _leftmost_longest(h for h in by_family.get("topic", []) if not _counts(text, h))
    named = [h for family in ("place", "region") for h in by_family.get(family, [])]
    named = [
        hit for hit in _leftmost_longest(sorted(named, key=_order)) if not _inside(hit, topics)
    ]
    landmarks = [h for h in by_family.get("landmark", []) if not _inside(h, named)]
    places = _places(normalised.text, sorted([*named, *landmarks], key=_order))
    ignored = [h for h in by_family.get("cue", []) if h.entry.ref.role == "ignore"]
    masks = _leftmost_longest(sorted([*named, *ignored], key=_order))
    topics = [hit for hit in topics if not _inside(hit, masks)]
    cues = _cues([h for h in by_family.get("cue", []) if not _begins_in(h, named)], topics)
    facets = Spans(by_family.get("facet", []))
    return Scan(text, Spans(topics), facets, Spans(cues), Spans(places))


def _order(hit: Hit | PlaceHit) -> tuple[int, int]:
    return hit.start, -hit.end


def _leftmost_longest(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end or (hit.start, hit.end) == kept[-1][:2]:
            kept.append(hit)
    return kept


def _inside(hit: Hit, others: list[Hit]) -> bool:
    """Whether one of the other hits (sorted, not overlapping) holds the hit and more."""
    last = bisect_left(others, hit.start + 1, key=lambda other: other.start)
    return any(
        other.start <= hit.start and hit.end <= other.end and other[:2] != hit[:2]
        for other in others[max(0, last - 2) : last]
    )


def _counts(text: str, hit: Hit) -> bool:
    """Whether the first character is the unit of a number: 四百家纺织企业 has no 家纺."""
    return text[hit.start] == "家" and text[max(0, hit.start - 1)] in _NUMERALS


def _begins_in(hit: Hit, named: list[Hit]) -> bool:
    """Whether the hit shares characters with a name it does not open: 于都有 is not 都有."""
    last = bisect_left(named, hit.start, key=lambda name: name.start)
    return (last > 0 and hit.start < named[last - 1].end) or _inside(hit, named)


def _opens(hit: Hit, topics: list[Hit]) -> bool:
    """Whether a topic word begins with the cue (拓展市场)."""
    at = bisect_left(topics, hit.start, key=lambda topic: topic.start)
    return at < len(topics) and topics[at].start == hit.start


def _cues(hits: list[Hit], topics: list[Hit]) -> list[Hit]:
    """Without the cues that a longer cue or a topic word hides."""
    holders = {"kind": _holders(hits, lambda role: role in KINDS or role == "event"), "other": []}
    holders["other"] = _holders(hits, lambda role: role not in KINDS or role == "ignore")
    kept = []
    for hit in hits:
        role, scope = hit.entry.ref.role, hit.entry.ref.scope
        if _inside(hit, holders["kind" if role in KINDS else "other"]):
            continue
        fragile = scope in {"bare", "quantity"} or role in {"enumeration", "contrast"}
        hidden = _inside(hit, topics) and (fragile or (role == "goal" and not _opens(hit, topics)))
        if role != "ignore" and not hidden:
            kept.append(hit)
    return kept


def _holders(hits: list[Hit], wanted: Callable[[str], bool]) -> list[Hit]:
    solid = [hit for hit in hits if not hit.entry.rest and wanted(hit.entry.ref.role)]
    return _leftmost_longest(solid)


def _places(text: str, hits: list[Hit]) -> list[PlaceHit]:
    places: dict[int, PlaceHit] = {}
    for hit in hits:
        found = _place_hit(text, hit)
        known = places.get(found.start)
        if known is None or (found.rank, found.landmark) > (known.rank, known.landmark):
            places[found.start] = found
    taken = sorted(places.values(), key=_order)
    places |= {p.start: p for p in _unregistered(text, taken) if p.start not in places}
    return sorted(places.values(), key=_order)


def _place_hit(text: str, hit: Hit) -> PlaceHit:
    entry: Entry = hit.entry
    suffix = _SUFFIXES.match(text, hit.end)
    end = suffix.end() if suffix and entry.family != "landmark" else hit.end
    if isinstance(entry.ref, Place):
        place = entry.ref
        landmark = entry.family == "landmark"
        return PlaceHit(hit.start, end, place.name_zh, place.slug, place.kind, 3, landmark)
    name = text[hit.start : hit.end]
    return PlaceHit(hit.start, end, name, None, entry.ref, _LEVELS[entry.ref])


def _unregistered(text: str, taken: list[PlaceHit]) -> Iterable[PlaceHit]:
    """Places that only their form gives away, there and wherever else they are named."""
    names = {
        match[1]
        for match in _named(text, taken)
        if not _overlaps(*match.span(1), taken) and _is_name(match[1])
    }
    if not names:
        return
    longest_first = sorted(names, key=lambda name: (-len(name), name))[:_MOST_NAMES]
    for match in re.finditer("|".join(map(re.escape, longest_first)), text):
        if not _overlaps(*match.span(), taken):
            suffix = _SUFFIXES.match(text, match.end())
            end = suffix.end() if suffix else match.end()
            yield PlaceHit(match.start(), end, match[0], None, "cluster", 2)


def _named(text: str, taken: list[PlaceHit]) -> Iterable[re.Match[str]]:
    for pattern in (_NAMED_CLUSTER, _NAMED_BY_SUFFIX, _NAMED_EN):
        yield from pattern.finditer(text)
    for region in taken:
        match = _NAMED_AFTER_REGION.match(text, region.end)
        if match and region.rank < 3:
            yield match


def _is_name(name: str) -> bool:
    return not _NOT_NAMES_ZH.search(name) and name.split(maxsplit=1)[0] not in _NOT_NAMES_EN


def _overlaps(start: int, end: int, taken: list[PlaceHit]) -> bool:
    last = bisect_left(taken, end, key=lambda place: place.start)
    return any(place.end > start for place in taken[max(0, last - 2) : last])
