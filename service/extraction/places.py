"""Places named in a text: registered ones, regions, and those that only their form gives away."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from service.extraction.lexicon import Entry, Hit
from service.extraction.types import Place
from service.extraction.words import Name, Words

_LEVELS = {"province": 1, "country": 1, "city": 2, "county": 2}
# 利辛县, 古镇镇: two or three characters and the suffix, after a region or at a clause's start.
_NAMED_BY_SUFFIX = re.compile(
    r"(?:(?<=^)|(?<=[,。;:\s和与]))([\u4e00-\u9fff]{2,3}?)(?:[县镇市](?!场|区|长|域)|街道)"
)
_TOWN = re.compile("(?:镇|街道|乡|县|村|新区|开发区)(?!长|域|办|级|城|村|政府书记|民|里|干部)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}")
_SHORTEST_TOWN = 2
_FUNCTION = re.compile("[全本该各我这几每委政府党乡镇县市区省]")
_MOST_NAMES = 200
_REGISTERED, _LONGEST = 3, 4
_OPENING, _LAST = frozenset(',。;:!?\n "“”①②③④⑤⑥⑦⑧⑨⑩'), frozenset("县市区镇省州乡")
_TRADE = re.compile("方面|服装|纺织|家纺|针织|面料|印染|毛衫|童装|女装|鞋业|袜业|产业集群|集群")
_NAMED_AFTER_REGION = re.compile(
    r"([\u4e00-\u9fff]{2,3}?)(?:[县镇区市乡](?!场|域|长)|街道)",
)
_NAMED_CLUSTER = re.compile(
    r"(?:(?<=^)|(?<=[,。;:、\s]))([\u4e00-\u9fff]{2,4}?)[市县区镇]?"
    r"(?:纺织|服装|纺织服装|毛衫|毛织|家纺|鞋服|针织)?产业集群(?:代表|负责人)",
)
_WORD_EN = r"[A-Z][a-zà-ÿ]{2,20}(?: [A-Z][a-zà-ÿ]{2,20})?"
_TRADE_EN = r"(?:textile|garment|apparel|knitwear|hosiery|weaving|spinning|dyeing)"
_PEOPLE_EN = r"(?:makers|industry|exporters|manufacturers|mills|hub|district|weavers|producers)"
_NAMED_EN = re.compile(
    rf"\b({_WORD_EN})(?:'s)? (?:(?:[a-z]{{1,20}} ){{0,2}}cluster\b"
    rf"|{_TRADE_EN} {_PEOPLE_EN}\b|{_PEOPLE_EN}\b"
    r"|(?:has|lacks|needs|wants|makes|produces|exports|hopes|plans|seeks|faces) )"
)
_NAMED_IN = re.compile(rf"\b(?:in|from|near|at|around) ({_WORD_EN})(?=[,.;:]|'s|\s[a-z])")
_NOT_NAMES_ZH = re.compile(
    r"^[本该全各我这几一两多某每]|[的个在和与及等是有了为到由]|[小古名城新重特强专乡大业]$|中国|世界|国际|产业|经开|高新|工业|新区|园",
)
_NOT_NAMES_EN = frozenset(
    {"The", "A", "An", "This", "That", "Our", "Each", "Every", "Its", "Their", "One"}
    | {"Textile", "Garment", "Apparel", "Industrial", "English", "Europe", "Asia", "Africa"}
    | {"America", "January", "February", "March", "April", "May", "June", "July", "August"}
    | {"September", "October", "November", "December", "Monday", "Tuesday", "Wednesday"}
    | {"Thursday", "Friday", "Saturday", "Sunday", "She", "They", "There", "Who", "What", "Nobody"}
    | {"Someone", "Everyone", "Government", "Industry", "Union", "Ministry", "Chinese", "Indian"}
    | {"These", "Those", "Many", "Most", "Some", "Few", "Local", "Small", "Large", "Big", "And"}
    | {"Other", "Several", "Both", "All", "Yarn", "Cotton", "Fabric", "Export", "Power", "Labour"},
)
_NOT_PLACES_EN = re.compile(r"(?:ing|tion|ment|ity|ness|ers|ors|ists)$")
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


def _order(hit: Hit | PlaceHit) -> tuple[int, int]:
    return hit.start, -hit.end


def places_of(text: str, hits: list[Hit], names: Iterable[Name], words: Words) -> list[PlaceHit]:
    """All places by start: ``hits`` of the lexicon, ``names`` of a dictionary, and others."""
    places: dict[int, PlaceHit] = {}
    for hit in hits:
        found = _place_hit(text, hit)
        known = places.get(found.start)
        if known is None or (found.rank, found.landmark) > (known.rank, known.landmark):
            places[found.start] = found
    taken = sorted(places.values(), key=_order)
    places |= {p.start: p for p in _general(text, taken, names)}
    taken = sorted(places.values(), key=_order)
    others = _unregistered(text, taken, words)
    places |= {p.start: p for p in others if p.start not in places}
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
    if entry.ref != "county":
        return PlaceHit(hit.start, end, name, None, entry.ref, _LEVELS[entry.ref])
    bare = name[:-1] if len(name) > 2 and name[-1] in _LAST else name
    return PlaceHit(hit.start, end, bare, None, "cluster", _LEVELS[entry.ref])


def _general(text: str, taken: list[PlaceHit], names: Iterable[Name]) -> Iterable[PlaceHit]:
    """Places that the register lacks but a dictionary knows: 岳西, 淮滨县.

    A word that may name anything is one after a region (贵州三穗), or when it opens a clause
    and its trade follows.
    """
    regions = {place.end for place in taken if place.rank < _REGISTERED}
    for name in names:
        if name.end - name.start > _LONGEST or _overlaps(name.start, name.end, taken):
            continue
        opens = not name.start or text[name.start - 1] in _OPENING
        suffix = _SUFFIXES.match(text, name.end)
        likely = suffix or opens or _beside(text, name, taken) if name.place else False
        if likely or name.start in regions or (opens and _TRADE.match(text, name.end)):
            word = text[name.start : name.end]
            bare = word[:-1] if len(word) > 2 and word[-1] in _LAST else word
            end = suffix.end() if suffix else name.end
            yield PlaceHit(name.start, end, bare, None, "cluster", 2)


def _beside(text: str, name: Name, taken: list[PlaceHit]) -> bool:
    """Whether a known place stands before it in a list, or a preposition: 在岳西."""
    if text[name.start - 1] in "在到赴为从自":
        return True
    at = bisect_left(taken, name.start, key=lambda place: place.start)
    return at > 0 and taken[at - 1].end == name.start - 1 and text[name.start - 1] in "、和与及"


def _unregistered(text: str, taken: list[PlaceHit], words: Words) -> Iterable[PlaceHit]:
    """Places that only their form gives away, there and wherever else they are named."""
    names = {
        match[1]
        for match in _named(text, taken)
        if not _overlaps(*match.span(1), taken) and _is_name(match[1])
    }
    names |= set(_towns(text, taken, words))
    if not names:
        return
    longest_first = sorted(names, key=lambda name: (-len(name), name))[:_MOST_NAMES]
    for match in re.finditer("|".join(map(re.escape, longest_first)), text):
        if not _overlaps(*match.span(), taken):
            suffix = _SUFFIXES.match(text, match.end())
            end = suffix.end() if suffix else match.end()
            yield PlaceHit(match.start(), end, match[0], None, "cluster", 2)


def _towns(text: str, taken: list[PlaceHit], words: Words) -> Iterable[str]:
    """What stands before 镇 or 街道 and is no word of the dictionary: 到洪合镇."""
    names = {name[:2] for name in words.names}
    for match in _TOWN.finditer(text):
        at = match.start()
        start = words.marks.rfind(1, 0, at) if words.marks[at] else at
        if at - start == 1 and start:
            start = words.marks.rfind(1, 0, start)
            known = at - start != _SHORTEST_TOWN
        else:
            known = at - start < _SHORTEST_TOWN or (start, at) not in names
        name = text[start:at]
        if known or not _CHINESE.fullmatch(name) or _overlaps(start, at, taken):
            continue
        if _is_name(name) and not _FUNCTION.search(name):
            yield name


def _named(text: str, taken: list[PlaceHit]) -> Iterable[re.Match[str]]:
    for pattern in (_NAMED_CLUSTER, _NAMED_BY_SUFFIX, _NAMED_EN, _NAMED_IN):
        yield from pattern.finditer(text)
    for region in taken:
        match = _NAMED_AFTER_REGION.match(text, region.end)
        if match and region.rank < 3:
            yield match


def _is_name(name: str) -> bool:
    first = name.split(maxsplit=1)[0]
    strange = _NOT_NAMES_ZH.search(name) or (name.isascii() and _NOT_PLACES_EN.search(first))
    return not strange and first not in _NOT_NAMES_EN


def _overlaps(start: int, end: int, taken: list[PlaceHit]) -> bool:
    last = bisect_left(taken, end, key=lambda place: place.start)
    return any(place.end > start for place in taken[max(0, last - 2) : last])
