"""Who a sentence speaks of: headings, speakers, places as subjects, anaphora, officials."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from service.extraction.layout import Clause, Sentence
from service.extraction.lexicon import Hit
from service.extraction.mentions import (
    BODIES,
    chains,
    groups,
    is_joint,
    is_led,
    is_mention,
    visited,
)
from service.extraction.persons import person
from service.extraction.places import PlaceHit
from service.extraction.scan import Scan, within

_HEAD_WIDTH = 80
_BARE_HEADING = 8
_ROUND_TABLE, _OPENING = 3, 12
_FALLBACK = 0.5


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
        self.named_at = {place.name: place.start for place in reversed(scan.places)}
        self.parents = {
            (outer.name, inner.name)
            for outer, inner in pairwise(scan.places)
            if inner.start <= outer.end
        }

    def turns(self, sentences: Iterable[Sentence]) -> Iterator[Turn]:
        """The sentences that can state something, each with its speaker and subjects."""
        for sentence in sentences:
            self.scan.open(sentence.start, sentence.end)
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
            self.speaker = (
                person(self.scan, self.original, sentence.start, sentence.end) if titled else None
            )
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
        name = person(self.scan, self.original, *head)
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
        return tuple(
            replace(subject, certainty=_FALLBACK)
            for subject in self.fallback
            if self.named_at.get(subject.name, position) < position
        )

    def _spoken_for(self, places: list[PlaceHit]) -> Subjects:
        """Who the speaker stands for: all the places that are named side by side."""
        leading = self._leading(places)
        group = next((g for g in groups(self.scan, places) if leading in g), [leading])
        return tuple(map(self._resolved, group))

    def _leading(self, places: list[PlaceHit]) -> PlaceHit:
        free = [p for p in places if not self.scan.ends_at("preposition", p.start)]
        return (free or places)[0]

    def _clause(self, clause: Clause, body: int) -> Iterator[tuple[int, Subjects]]:
        places = chains(self.scan.text, within(self.scan.places, clause.start, clause.end))
        places = [p for p in places if p.start >= body or p.kind not in BODIES]
        if (host := visited(self.scan, clause, places)) is not None:
            yield clause.start, (self._resolved(host),)
            return
        beside = groups(self.scan, places)
        grouped = {place for group in beside for place in group}
        seen = False
        alone = [[place] for place in places if place not in grouped]
        for group in sorted([*beside, *alone], key=lambda group: group[0].start):
            if (mark := self._opened(clause, body, group, seen=seen)) is not None:
                seen = True
                yield mark

    def _opened(
        self, clause: Clause, body: int, group: list[PlaceHit], *, seen: bool
    ) -> tuple[int, Subjects] | None:
        """From where on the clause speaks of the place or the group; None for a mere mention."""
        place = group[0]
        embedded = self.scan.ends_at("embedding", place.start)
        if is_mention(self.scan, place, clause, group[-1].end):
            return None
        if not embedded and (seen or is_led(self.scan, place, max(clause.start, body))):
            return None
        inside = embedded or place.start >= body > clause.start
        opening = place.start if inside else clause.start
        if len(group) > 1 and not is_joint(self.scan, group, clause):
            if self.scan.text[place.end] == "·":
                return None
            group = group[:1]
        return opening, tuple(map(self._resolved, group))

    def _resolved(self, place: PlaceHit) -> Subject:
        """The place, or the cluster in it that the text is about (南昌 for 南昌青山湖)."""
        now = self.current[0] if len(self.current) == 1 else None
        if place.slug is None and now is not None and now.slug is not None:
            inside = now.name.startswith(place.name)
            if inside or (place.name, now.name) in self.parents:
                return replace(now, certainty=0.85)
        return _subject(place, 1.0)


def _subject(place: PlaceHit, certainty: float) -> Subject:
    return Subject(place.name, place.slug, certainty, place.kind)


def _is_body(subject: Subject) -> bool:
    """Whether it is a body, that speaks for itself only where it is named."""
    return subject.kind in BODIES
