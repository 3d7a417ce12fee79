"""Two lexicons side by side on annotated minutes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon
from service.extraction.types import Document, DraftStatement
from service.lexicon_changes.gold import Annotated, names_of
from service.lexicon_changes.scoring import Compared, Said, Score, Triple, compare

Tick = Callable[[], None]
"""Called after each document."""


@dataclass(frozen=True, slots=True)
class Scores:
    strict: Score
    need: Score


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement that one lexicon finds and the other does not."""

    document: str
    cluster: str
    kind: str
    topic: str
    quote: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """``won`` and ``lost`` are annotated statements; ``invented`` and ``dropped`` are not."""

    documents: int
    annotated: int
    before: Scores
    after: Scores
    won: Sequence[Difference]
    lost: Sequence[Difference]
    invented: Sequence[Difference]
    dropped: Sequence[Difference]


def measure(
    before: Lexicon,
    after: Lexicon,
    minutes: Sequence[Annotated],
    tick: Tick = lambda: None,
    names: Mapping[str, str] | None = None,
) -> Measurement:
    """Read every document with both; ``names`` are those of the register unless given."""
    known = names_of(after.places.values()) if names is None else names
    totals = [Scores(Score(), Score()), Scores(Score(), Score())]
    differences: dict[str, list[Difference]] = {
        name: [] for name in ("won", "lost", "invented", "dropped")
    }
    for minute in minutes:
        pair = [found_in(minute, lexicon) for lexicon in (before, after)]
        strict = [compare(found, minute.said, known) for found in pair]
        need = [compare(found, minute.said, known, merged=True) for found in pair]
        totals = [
            Scores(total.strict + one.score, total.need + other.score)
            for total, one, other in zip(totals, strict, need, strict=True)
        ]
        for name, found in _differences(minute.name, *strict).items():
            differences[name] += found
        tick()
    annotated = totals[0].strict.tp + totals[0].strict.fn
    return Measurement(len(minutes), annotated, totals[0], totals[1], **differences)


def found_in(minute: Annotated, lexicon: Lexicon) -> list[Said]:
    drafts = extract(Document(text=minute.text, title=minute.title), lexicon)
    return [said_of(draft) for draft in drafts]


def said_of(draft: DraftStatement) -> Said:
    topics = (draft.topic, *draft.secondary_topics)
    return Said(draft.cluster, draft.kind, topics, draft.quote)


def _differences(document: str, old: Compared, new: Compared) -> dict[str, list[Difference]]:
    gained, missing = new.got.keys() - old.got.keys(), old.got.keys() - new.got.keys()
    must, may = new.must, new.may

    def rows(triples: set[Triple], quotes: Mapping[Triple, str]) -> list[Difference]:
        return [Difference(document, *triple, quotes[triple]) for triple in sorted(triples)]

    return {
        "won": rows(gained & must.keys(), new.got),
        "lost": rows(missing & must.keys(), old.got),
        "invented": rows(gained - may.keys(), new.got),
        "dropped": rows(missing - may.keys(), old.got),
    }
