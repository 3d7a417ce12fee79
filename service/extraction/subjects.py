"""Who a sentence speaks of: headings, speakers, places as subjects, anaphora, officials."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from service.extraction.layout import Clause, Sentence
from service.extraction.lexicon import Hit
from service.extraction.places import PlaceHit
from service.extraction.scan import Scan, within

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武"
    "戴莫孔向汤倪洪乔俞庄施阎尤柳翁章葛包季",
)
_NAME_ZH = re.compile(
    r" ?([\u4e00-\u9fff]{2,3}?) ?(?:\Z|代表|首先|随后|最后|在|对|就|从|向|致辞|发言|介绍|,|、|[(])",
)
_NAME_EN = re.compile(r"\b([A-Z][a-z]+(?: [A-Z][a-z.]+){1,2})")
_LINK = re.compile(r"[·、/和与及同跟]|以及|\band\b")
_HEAD_WIDTH = 80
_RANKS = ("", "市", "县", "区", "镇", "省", "州")
_BARE_HEADING = 8
_ROUND_TABLE, _OPENING = 3, 12
_FALLBACK = 0.5
_JOINT = frozenset({"、", "和", "及", "/", "and"})
BODIES = frozenset({"institution", "association"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A place that a stretch of text speaks of; ``certainty`` in (0, 1]."""

    name: str
    slug: str | None
    certainty: float
    kind: str = "cluster"


Subjects = tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A sentence with its speaker and, for each clause, who is spoken of from which position.

    ``label`` is the word under which it stands (短板:, 二、存在问题).
    """

    sentence: Sentence
    speaker: str | None
    body: int
    marks: tuple[tuple[int, Subjects], ...]
    label: Hit | None = None

    def subjects_at(self, position: int) -> Subjects:
        """The places of which speaks what stands at ``position``; several are spoken of alike."""
        found: Subjects = ()
        for start, subjects in self.marks:
            if start > position:
                break
            found = subjects
        return found


class Attribution:
    """Walks through the sentences and remembers who spoke last."""

    def __init__(self, scan: Scan, original: str, title: Iterable[PlaceHit] = ()) -> None:
        self.scan = scan
        self.original = original
        self.fallback = self._default(title)
        self.several = len({p.name for p in scan.places if p.kind == "cluster"}) > _ROUND_TABLE
        self.current = () if self.several else self.fallback
        self.home = self.fallback
        self.label: Hit | None = None
        self.parties: dict[str, Subjects] = {}
        self.speaker: str | None = None
        self.headed = False
        self.parents = {
            (outer.name, inner.name)
            for outer, inner in pairwise(scan.places)
            if inner.start <= outer.end
        }

    def turns(self, sentences: Iterable[Sentence]) -> Iterator[Turn]:
        """The sentences that can state something, each with its speaker and subjects."""
        for sentence in sentences:
            if sentence.heading:
                self._heading(sentence)
            else:
                yield self._turn(sentence)

    def _default(self, title: Iterable[PlaceHit]) -> Subjects:
        """The cluster that the document is about: the only one, or by far the most named.

        What its title or its first line names counts more.
        """
        opening = self.scan.text.find("\n", 1)
        counts: Counter[tuple[str, str | None]] = Counter()
        for place in (*title, *self.scan.places):
            if place.kind in ("cluster", "city"):
                counts[place.name, place.slug] += 1 + (place.start < opening)
        (top, most), *rest = [*counts.most_common(2), (("", None), 0)][:2]
        second = rest[0][1] if rest else 0
        if not most or (second and most < max(2, 2 * second)):
            return ()
        return (Subject(*top, certainty=0.75 if top[1] is not None else 0.65),)

    def _heading(self, sentence: Sentence) -> None:
        labels = self.scan.roles("label", sentence.start, sentence.end)
        self.label = labels[-1] if labels else None
        places = chains(self.scan.text, within(self.scan.places, sentence.start, sentence.end))
        titled = self.scan.roles("title", sentence.start, sentence.end)
        if len(places) != 1:
            return
        bare = sentence.end - sentence.start - (places[0].end - places[0].start) <= _BARE_HEADING
        if titled or bare:
            self.current = self.home = (_subject(places[0], 0.9),)
            self.speaker = self._name(sentence.start, sentence.end) if titled else None
            self.headed = self.speaker is not None

    def _turn(self, sentence: Sentence) -> Turn:
        self._come_home(sentence)
        body = self._head(sentence)
        marks: list[tuple[int, Subjects]] = [(sentence.start, self.current)]
        first: Subjects = ()
        passing = False
        for clause in sentence.clauses:
            if passing:
                marks.append((clause.start, marks[-2][1]))
            passing = False
            for position, subjects in self._clause(clause, body):
                marks.append((position, subjects))
                passing = any(map(_is_body, subjects)) or position > max(clause.start, body)
                if not passing:
                    first = first or subjects
        if first and not any(map(self._is_wider, first)):
            self.current = tuple(replace(subject, certainty=0.85) for subject in first)
        marks.sort(key=lambda mark: mark[0])
        return Turn(sentence, self.speaker, body, tuple(marks), self._labelled(sentence))

    def _labelled(self, sentence: Sentence) -> Hit | None:
        """The label that opens the sentence, else that of the heading above it."""
        opening = min(sentence.end, sentence.start + _OPENING)
        for hit in self.scan.roles("label", sentence.start, opening):
            if self.scan.text[hit.end : hit.end + 1] == ":":
                return hit
        return self.label

    def _is_wider(self, subject: Subject) -> bool:
        """Whether it is a province or country, named in passing while a cluster is spoken of."""
        spoken_of = any(known.slug is not None for known in self.current)
        return spoken_of and subject.kind in ("province", "country")

    def _head(self, sentence: Sentence) -> int:
        """Who says the sentence; the position where what is said begins."""
        scan, start = self.scan, sentence.start
        speech = scan.roles("speech", start, min(sentence.end, start + _HEAD_WIDTH))
        speech = [h for h in speech if h.start > start and not self._has_stated(sentence, h.start)]
        if not speech:
            if sentence.opens_line and not self.headed:
                self.speaker = None
            return start
        head, body = (start, speech[0].start), speech[0].end
        if any(scan.roles(role, speech[0].start, body) for role in ("gap", "goal", "wish")):
            body = speech[0].start
        name = self._name(*head)
        titled = bool(scan.roles("title", *head))
        places = chains(scan.text, within(scan.places, *head))
        official = bool(scan.roles("official", *head)) or any(p.kind in BODIES for p in places)
        places = [place for place in places if place.kind not in BODIES]
        if name or titled or places:
            self.speaker, self.headed = name, False
        if places and not official:
            self.current = self.home = self._spoken_for(places)
        elif official:
            self.current = self._guest_of(start)
        return body

    def _come_home(self, sentence: Sentence) -> None:
        """Who says we, or 甲方, speaks of the place that it stands for, whoever came between."""
        opening = min(sentence.end, sentence.start + _OPENING)
        for hit in self.scan.roles("party", sentence.start, opening):
            name = self.scan.text[hit.start : hit.end]
            places = chains(self.scan.text, within(self.scan.places, hit.end, sentence.end))
            if places and not self.scan.roles("speech", hit.end, places[0].start):
                self.parties.setdefault(name, (_subject(places[0], 0.9),))
            self.current = self.home = self.parties.get(name, self.current)
            return
        if self.home and self.scan.roles("we", sentence.start, opening):
            self.current = tuple(replace(subject, certainty=0.8) for subject in self.home)

    def _has_stated(self, sentence: Sentence, position: int) -> bool:
        """Whether a clause before the one at the position already judges something."""
        earlier = [clause.end for clause in sentence.clauses if clause.end <= position]
        roles = ("gap", "goal", "wish")
        end = max(earlier, default=sentence.start)
        return any(self.scan.roles(role, sentence.start, end) for role in roles)

    def _guest_of(self, position: int) -> Subjects:
        """Of whom an official speaks: the one place that the document is about, once named."""
        if self.several:
            return ()
        named = {place.name for place in self.scan.places if place.start < position}
        return tuple(replace(s, certainty=_FALLBACK) for s in self.fallback if s.name in named)

    def _spoken_for(self, places: list[PlaceHit]) -> Subjects:
        """Who the speaker stands for: all the places that are named side by side."""
        leading = self._leading(places)
        group = next((g for g in self._groups(places) if leading in g), [leading])
        return tuple(map(self._resolved, group))

    def _leading(self, places: list[PlaceHit]) -> PlaceHit:
        free = [p for p in places if not self.scan.ends_at("preposition", p.start)]
        return (free or places)[0]

    def _clause(self, clause: Clause, body: int) -> Iterator[tuple[int, Subjects]]:
        places = chains(self.scan.text, within(self.scan.places, clause.start, clause.end))
        places = [p for p in places if p.start >= body or p.kind not in BODIES]
        if (host := self._visited(clause, places)) is not None:
            yield clause.start, (self._resolved(host),)
            return
        groups = self._groups(places)
        grouped = {place for group in groups for place in group}
        seen = False
        alone = [[place] for place in places if place not in grouped]
        for group in sorted([*groups, *alone], key=lambda group: group[0].start):
            if (mark := self._opened(clause, body, group, seen=seen)) is not None:
                seen = True
                yield mark

    def _opened(
        self, clause: Clause, body: int, group: list[PlaceHit], *, seen: bool
    ) -> tuple[int, Subjects] | None:
        """From where on the clause speaks of the place or the group; None for a mere mention."""
        place = group[0]
        embedded = self.scan.ends_at("embedding", place.start)
        if self._is_mention(place, clause, group[-1].end):
            return None
        if not embedded and (seen or self._is_led(place, max(clause.start, body))):
            return None
        inside = embedded or place.start >= body > clause.start
        opening = place.start if inside else clause.start
        if len(group) > 1 and not self._is_joint(group, clause):
            if self.scan.text[place.end] == "·":
                return None
            group = group[:1]
        return opening, tuple(map(self._resolved, group))

    def _is_joint(self, group: list[PlaceHit], clause: Clause) -> bool:
        """Whether what is said of a group is said of each: A、B, or A与B都."""
        text = self.scan.text
        links = {text[a.end : b.start].strip() for a, b in pairwise(group)}
        both = bool(self.scan.roles("both", group[-1].end, min(clause.end, group[-1].end + 16)))
        return both or links <= _JOINT

    def _visited(self, clause: Clause, places: list[PlaceHit]) -> PlaceHit | None:
        """The cluster that officials visit: what follows is about it, not about them."""
        if not self.scan.roles("visit", clause.start, clause.end):
            return None
        hosts = [p for p in places if p.rank > 1 and self.scan.ends_at("preposition", p.start)]
        guests = [p for p in places if p.kind == "cluster" and p not in hosts]
        return hosts[0] if len(hosts) == 1 and not guests else None

    def _is_led(self, place: PlaceHit, start: int) -> bool:
        """Whether a verb or a noun of judgement stands before the place: then it is an object."""
        roles = ("gap", "goal", "wish", "strength")
        return any(self.scan.roles(role, start, place.start) for role in roles)

    def _resolved(self, place: PlaceHit) -> Subject:
        """The place, or the cluster in it that the text is about (南昌 for 南昌青山湖)."""
        now = self.current[0] if len(self.current) == 1 else None
        if place.slug is None and now is not None and now.slug is not None:
            inside = now.name.startswith(place.name)
            if inside or (place.name, now.name) in self.parents:
                return replace(now, certainty=0.85)
        return _subject(place, 1.0)

    def _groups(self, places: list[PlaceHit]) -> list[list[PlaceHit]]:
        """Places that are named side by side, each group in order."""
        groups: list[list[PlaceHit]] = []
        for left, right in pairwise(places):
            between = self.scan.text[left.end : right.start].strip()
            if left.name == right.name or not _LINK.fullmatch(between):
                continue
            if groups and groups[-1][-1] == left:
                groups[-1].append(right)
            else:
                groups.append([left, right])
        return groups

    def _is_mention(self, place: PlaceHit, clause: Clause, end: int) -> bool:
        scan = self.scan
        if self._is_setting(place, clause):
            return False
        if scan.ends_at("preposition", place.start) and not scan.ends_at("embedding", place.start):
            return True
        if place.start > clause.start + 4 and scan.roles("event", clause.start, clause.end):
            return True
        suffixes = scan.roles("orgsuffix", end, min(clause.end, end + 10))
        suffixes = [
            hit for hit in suffixes if not _of_cluster(place, scan.text[hit.start : hit.end])
        ]
        return bool(suffixes) and place.kind not in BODIES

    def _is_setting(self, place: PlaceHit, clause: Clause) -> bool:
        """Whether what follows is about the place: 在盛泽,…; mills in Surat lack …."""
        setting = [
            hit
            for hit in self.scan.roles("setting", max(clause.start, place.start - 8), place.start)
            if hit.end >= place.start - 1
        ]
        if not setting or self.scan.roles("event", clause.start, clause.end):
            return False
        if setting[0].start == clause.start:
            return True
        first = (
            not self.scan.text.rstrip().endswith(",", 0, clause.start) and place.start < clause.end
        )
        latin = self.scan.text[place.start].isascii()
        return first and latin and not self._is_led(place, clause.start)

    def _name(self, start: int, end: int) -> str | None:
        """The person after a speaker's titles, simplified."""
        for title in reversed(self.scan.roles("title", start, end)):
            match = _NAME_ZH.match(self.original[title.end : min(end, title.end + 8)])
            if match and match[1][0] in _SURNAMES:
                return match[1]
        text = self.original[start:end]
        found = _NAME_EN.findall(text)
        return found[-1] if found and text.isascii() else None


def _of_cluster(place: PlaceHit, suffix: str) -> bool:
    return place.rank >= 2 and suffix in ("协会", "商会", "联合会", "委员会", "学会")


def _subject(place: PlaceHit, certainty: float) -> Subject:
    return Subject(place.name, place.slug, certainty, place.kind)


def _is_body(subject: Subject) -> bool:
    """Whether it is a body, that speaks for itself only where it is named."""
    return subject.kind in BODIES


def chains(text: str, places: list[PlaceHit]) -> list[PlaceHit]:
    """Of places that follow each other at once (湖州长兴) only the last, most precise one.

    A market named after a registered place (绍兴轻纺城) counts as that place.
    """
    kept: list[PlaceHit] = []
    for place in places:
        if kept and text[kept[-1].end : place.start] in _RANKS:
            kept.append(_joined(kept.pop(), place))
        else:
            kept.append(place)
    return kept


def _joined(outer: PlaceHit, inner: PlaceHit) -> PlaceHit:
    if inner.landmark and outer.slug is not None:
        return replace(outer, end=inner.end)
    return replace(inner, start=outer.start)
