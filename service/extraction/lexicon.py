"""The lexicon as one automaton over topics, facets, cues and places.

The columns of the cue table, one row per group of forms:

``role``
    gap, goal, wish, strength: the words that tell the kind of a statement;
    overcome, past, now: what lifts a gap; ignore: longer words that hide a cue inside them;
    event, visit, speech, pronoun, official, title, preposition, embedding, orgsuffix, placesuffix,
    contrast, enumeration, boilerplate, tail: how a document is put together;
    region, landmark: places besides the register; weak: topic words too general to stand
    beside a better one; intensifier: raises the weight.
``scope``
    Where the topic stands: after, before or on any side of the form; ``tail`` before it and the
    form ends its item; ``bare`` after it and the form opens its clause; ``quantity`` the form
    follows a number; ``few`` the form stands right before a number and belittles it.
``value``
    Of a landmark the registered place, of a region its level, of a goal ``bring`` or ``ask``
    when it fetches something from outside, of a weak word how weak it is (1 to 3),
    of a bare verb the group of topics it can govern: ``chain`` or ``capability``.
``forms``
    Words; ``…`` inside one stands for up to 16 characters of the same clause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import ahocorasick

from service.extraction.divisions import division_names
from service.extraction.forms import classes_of, expand
from service.extraction.normalise import normalise, simplify
from service.extraction.types import Cue, FacetValue, Place, Topic

_GAP_WIDTH = 16
_LATIN_END = "\x80"
_COUNTING = frozenset({"quantity", "few"})
_BREAKS = frozenset(",。;!?\n、")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a form of the lexicon means; ``rest`` are its parts after each ``…``."""

    family: str
    ref: Any
    rest: tuple[str, ...] = ()
    name: str = ""
    head: int = 0


class Hit(NamedTuple):
    """An entry found in the normalised text."""

    start: int
    end: int
    entry: Entry


def match_form(text: str) -> str:
    """The form under which words are compared: folded, lower case, no hyphens, equal length."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lowered.replace("-", " ").replace("’", "'")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """An immutable value: build it once, share it between threads."""

    topics: dict[str, Topic]
    places: dict[str, Place]
    weak: dict[str, int]
    units: dict[str, Cue]
    few: dict[str, Cue]
    weights: Mapping[str, float]
    automaton: Any = field(repr=False)

    def terms(self) -> tuple[str, ...]:
        """All words for capabilities: names of topics, simplified, sorted, each once."""
        return tuple(sorted({simplify(n) for t in self.topics.values() for n in t.names if n}))

    def top(self, notation: str) -> str:
        """The top-level topic above ``notation``, itself when it has none above."""
        broader = self.topics[notation].broader
        return notation if broader is None else self.top(broader)

    def scan(self, text: str) -> list[Hit]:
        """All hits in ``text`` (already in its match form), by start, then longest first."""
        hits: list[Hit] = []
        for last, (form, entries) in self.automaton.iter(text):
            start, end = last + 1 - len(form), last + 1
            stop: int | None = end
            if form[0] < _LATIN_END or form[-1] < _LATIN_END:
                stop = _word_end(text, start, end)
            if stop is None:
                continue
            for entry in entries:
                if not entry.rest:
                    hits.append(Hit(start, stop, entry))
                elif (far := _rest_end(text, end, entry.rest)) is not None:
                    hits.append(Hit(start, far, entry))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _word_end(text: str, start: int, end: int) -> int | None:
    """The end of the word with its plural ending, None when the form is part of a longer one."""
    if _is_latin(text[start]) and start and _is_latin(text[start - 1]):
        return None
    if not _is_latin(text[end - 1]) or text[end - 1].isdigit():
        return end
    for ending in ("", "s", "es"):
        stop = end + len(ending)
        follows = text[stop : stop + 1]
        if text.startswith(ending, end) and not (follows and _is_latin(follows)):
            return stop
    return None


def _rest_end(text: str, end: int, rest: Sequence[str]) -> int | None:
    for part in rest:
        at = text.find(part, end, end + _GAP_WIDTH + len(part))
        if at < 0 or not _BREAKS.isdisjoint(text[end:at]):
            return None
        end = at + len(part)
    return end


def _expanded(cues: Iterable[Cue]) -> Iterable[Cue]:
    rows = list(cues)
    classes = classes_of((row.id, row.role, row.forms) for row in rows)
    for row in rows:
        forms = dict.fromkeys(word for form in row.forms for word in expand(form, classes))
        yield replace(row, forms=tuple(forms))


def _cue_entries(cues: Iterable[Cue], places: dict[str, Place]) -> Iterable[tuple[str, Entry]]:
    by_name = {place.name_zh: place for place in places.values()}
    by_name |= {name: place for place in places.values() for name in place.names}
    for cue in cues:
        for form in cue.forms:
            if cue.role == "landmark":
                if (owner := by_name.get(cue.value)) is not None:
                    yield form, Entry("landmark", owner)
            elif cue.role == "region":
                yield form, Entry("region", cue.value, name=form)
            elif cue.role != "weak" and cue.scope not in _COUNTING:
                head, *rest = form.split("…")
                yield head, Entry("cue", cue, tuple(map(match_form, rest)), head=len(head))


def _short_names(
    places: Iterable[Place], regions: set[str], words: set[str]
) -> Iterable[tuple[str, Entry]]:
    """A registered name without the bracket, and without the region that opens it.

    What is left must be a name and no word for a product: 佛山童装 is not called 童装.
    """
    for place in places:
        bare = place.name_zh.split("(")[0].split("（")[0]
        yield bare, Entry("place", place)
        parent, child = bare[:2], bare[2:]
        if place.kind == "cluster" and parent in regions and len(child) >= 2 and child not in words:
            yield child, Entry("place", place)


def build_lexicon(
    *,
    topics: Iterable[Topic],
    facets: Iterable[FacetValue],
    cues: Iterable[Cue],
    places: Iterable[Place],
    weights: Mapping[str, float] | None = None,
) -> Lexicon:
    """Compile the tables; names are folded as documents are.

    ``weights`` are the coefficients of ``score``; without them plain rules decide.

    Raises
    ------
    ValueError
        When a topic names a broader one that is not in ``topics``.
    """
    topic_of = {topic.notation: topic for topic in topics}
    place_of = {place.slug: place for place in places}
    rows = [row for row in _expanded(cues) if row.role != "class"]
    for topic in topic_of.values():
        if topic.broader is not None and topic.broader not in topic_of:
            raise ValueError(f"topic {topic.notation!r} has no broader topic {topic.broader!r}")
    regions = {form for cue in rows if cue.role == "region" for form in cue.forms}
    regions |= {place.name_zh for place in place_of.values()}
    pairs: list[tuple[str, Entry]] = []
    pairs += [(name, Entry("topic", t)) for t in topic_of.values() for name in t.names]
    pairs += [(name, Entry("facet", value)) for value in facets for name in value.names]
    pairs += [(name, Entry("place", p)) for p in place_of.values() for name in p.names]
    pairs += _cue_entries(rows, place_of)
    common = {form for cue in rows if cue.role == "nowhere" for form in cue.forms}
    divisions = division_names(common | regions)
    pairs += [(name, Entry("region", level, name=name)) for name, level in divisions.items()]
    pairs += _short_names(place_of.values(), regions | set(divisions), {name for name, _ in pairs})
    weak = {
        match_form(simplify(form)): int(cue.value or 1)
        for cue in rows
        if cue.role == "weak"
        for form in cue.forms
    }
    units = {form: cue for cue in rows if cue.scope == "quantity" for form in cue.forms}
    few = {form: cue for cue in rows if cue.scope == "few" for form in cue.forms}
    return Lexicon(topic_of, place_of, weak, units, few, dict(weights or {}), _automaton(pairs))


def _automaton(pairs: Iterable[tuple[str, Entry]]) -> Any:
    forms: dict[str, list[Entry]] = {}
    for name, entry in pairs:
        form = match_form(normalise(name).text)
        found = forms.setdefault(form, [])
        if form and entry not in found:
            found.append(entry)
    # A search in an automaton without words is an error.
    forms.setdefault("\0", [])
    automaton = ahocorasick.Automaton()
    for form, entries in forms.items():
        if form:
            automaton.add_word(form, (form, tuple(entries)))
    automaton.make_automaton()
    return automaton
