"""The extraction lexicon: the shipped words, what people changed of them, and the known places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.enums import ClusterKind, LexiconEffect, LexiconPart
from service.extraction.lexicon import Entry, Lexicon, build_lexicon, match_form
from service.extraction.normalise import normalise
from service.extraction.types import Cue, FacetValue, Place, Topic
from service.seeding.rows import SeedData

IGNORING = "ignore"
"""Role of the cues that hide other cues."""


@dataclass(frozen=True, slots=True)
class Word:
    """A wording of the lexicon, or what changes of it.

    ``target`` is the id of a cue rule, the notation of a topic, ``facet:value``, or empty for a
    wording that is ignored.
    """

    part: str
    target: str
    form: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for two spellings that documents are read alike with."""
        return self.part, self.target, folded(self.form)


@dataclass(frozen=True, slots=True)
class Change:
    effect: str
    word: Word


def folded(form: str) -> str:
    return match_form(normalise(form).text)


def place_of_cue(role: str, id_: str) -> tuple[str, str]:
    """Part and target of a cue's wordings."""
    return (LexiconPart.IGNORE, "") if role == IGNORING else (LexiconPart.CUE, id_)


class Overlay:
    """Changes laid over shipped wordings."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes: dict[tuple[str, str], list[Change]] = {}
        for change in changes:
            place = (change.word.part, change.word.target)
            self._changes.setdefault(place, []).append(change)

    def forms(self, part: str, target: str, shipped: Iterable[str]) -> tuple[str, ...]:
        """What is in force of one rule, topic or value."""
        changes = self._changes.get((part, target))
        if changes is None:
            return tuple(shipped)
        forms = {folded(form): form for form in shipped}
        for change in changes:
            form = change.word.form
            if change.effect == LexiconEffect.ADD:
                forms.setdefault(folded(form), form)
            else:
                forms.pop(folded(form), None)
        return tuple(forms.values())


def cues_of(seed: SeedData, overlay: Overlay) -> list[Cue]:
    return [
        Cue(
            id=cue.id,
            role=cue.role,
            forms=overlay.forms(*place_of_cue(cue.role, cue.id), cue.forms),
            scope=cue.scope or "any",
            weight=cue.weight or 3,
            confidence=cue.confidence or 0.7,
            value=cue.value,
        )
        for cue in seed.cues
    ]


def topics_of(seed: SeedData, overlay: Overlay) -> list[Topic]:
    return [
        Topic(
            t.notation,
            t.broader,
            t.group,
            overlay.forms(
                LexiconPart.TOPIC, t.notation, (t.label_zh, t.label_en, *t.alt_zh, *t.alt_en)
            ),
        )
        for t in seed.topics
    ]


def facets_of(seed: SeedData, overlay: Overlay) -> list[FacetValue]:
    return [
        FacetValue(
            f.facet,
            f.value,
            overlay.forms(
                LexiconPart.FACET,
                f"{f.facet}:{f.value}",
                (f.label_zh, f.label_en, *f.alt_zh, *f.alt_en),
            ),
        )
        for f in seed.facets
    ]


def lexicon_of(seed: SeedData, places: Iterable[Place], changes: Iterable[Change] = ()) -> Lexicon:
    """The shipped lexicon with ``changes`` laid over it, and ``places``."""
    overlay = Overlay(changes)
    return build_lexicon(
        topics=topics_of(seed, overlay),
        facets=facets_of(seed, overlay),
        cues=cues_of(seed, overlay),
        places=list(places),
        weights={row.feature: row.weight for row in seed.weights},
    )


def words_of(seed: SeedData, changes: Iterable[Change] = ()) -> dict[tuple[str, str, str], Word]:
    """The wordings that documents are read with, each once, by their keys."""
    overlay = Overlay(changes)
    words = [
        *(
            Word(*place_of_cue(cue.role, cue.id), form)
            for cue in cues_of(seed, overlay)
            for form in cue.forms
        ),
        *(
            Word(LexiconPart.TOPIC, topic.notation, name)
            for topic in topics_of(seed, overlay)
            for name in topic.names
        ),
        *(
            Word(LexiconPart.FACET, f"{value.facet}:{value.value}", name)
            for value in facets_of(seed, overlay)
            for name in value.names
        ),
    ]
    return {word.key: word for word in reversed(words)}


def meanings(lexicon: Lexicon, word: str) -> Sequence[Entry]:
    """What the whole of ``word`` stands for in documents."""
    found = lexicon.automaton.get(folded(word), None)
    return found[1] if found else ()


def shipped_places(seed: SeedData) -> list[Place]:
    """The register as shipped, for an extraction without a database.

    Countries and states abroad are left out: a document's own name for them says enough.
    """
    return [
        Place(row.slug, row.name_zh, row.kind, (row.name_zh, row.name_en, *aliases))
        for row in seed.clusters
        if row.kind != ClusterKind.REGION or row.country == "CN"
        for aliases in [(*row.aliases_zh, *row.aliases_en)]
    ]
