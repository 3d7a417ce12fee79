"""The one function that turns a document into draft statements."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.extraction.candidates import Candidate, candidates
from service.extraction.figures import counted
from service.extraction.items import Item
from service.extraction.layout import Clause
from service.extraction.lexicon import Lexicon
from service.extraction.normalise import Normalised, normalise
from service.extraction.scan import Scan, within
from service.extraction.scanner import scan_document
from service.extraction.score import probability
from service.extraction.types import Cue, Document, DraftStatement, Figure

_TRIM = " \t\r\n,;:、。!?\"“”‘’'-"


@dataclass(frozen=True, slots=True)
class _Context:
    document: Document
    normalised: Normalised
    scan: Scan
    lexicon: Lexicon


def extract(document: Document, lexicon: Lexicon) -> list[DraftStatement]:
    """The statements of the document in reading order; none without place, cue and topic.

    Any string is accepted. Time is linear in its length. ``quote == text[start:end]`` holds for
    every draft. A wish to bring something in from outside is a goal when the same place states
    the lack elsewhere in the document, else it is the gap itself.
    """
    normalised = normalise(document.text)
    scan = scan_document(normalised, lexicon)
    title = scan_document(normalise(document.title), lexicon).places
    context = _Context(document, normalised, scan, lexicon)
    drafts = [
        _draft(context, candidate, likely)
        for candidate in candidates(scan, normalised.text, lexicon, title)
        if (likely := probability(candidate, lexicon)) is not None
    ]
    return _without_repeats(drafts)


def _draft(context: _Context, candidate: Candidate, likely: float) -> DraftStatement:
    scan, lexicon = context.scan, context.lexicon
    turn, clause, finding = candidate.turn, candidate.clause, candidate.finding
    item, rule, subject = finding.item, finding.rule, candidate.subject
    start, end = _span(context, max(clause.start, turn.body), clause.end)
    if finding.rule.role != "label":
        start = min(start, finding.cue.start)
    first, last = context.normalised.original(start, end)
    top = lexicon.top(item.notation)
    return DraftStatement(
        cluster=subject.name,
        cluster_slug=subject.slug,
        kind=finding.kind,
        topic=top,
        subtopic=None if top == item.notation else item.notation,
        secondary_topics=(),
        facets=_facets(scan, item.start, item.end),
        quote=context.document.text[first:last],
        start=first,
        end=last,
        speaker=turn.speaker,
        confidence=likely,
        asks=candidate.asks,
        weight=_weight(scan, clause, rule),
        phrase=_phrase(context, item),
        rule=f"{rule.id}: {scan.text[finding.cue.start : finding.cue.end]}",
        figures=tuple(_figures(context, item)),
    )


def _weight(scan: Scan, clause: Clause, rule: Cue) -> int:
    """The weight of the rule in 1 to 5: one more for 严重, one less for 略有."""
    more = bool(scan.roles("intensifier", clause.start, clause.end))
    less = bool(scan.roles("hedge", clause.start, clause.end))
    return max(1, min(5, rule.weight + more - less))


def _span(context: _Context, start: int, end: int) -> tuple[int, int]:
    text = context.scan.text
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end


def _figures(context: _Context, item: Item) -> Iterator[Figure]:
    """The numbers beside the topic, in the stretch of the enumeration that is its own."""
    for number in within(context.scan.numbers, item.start, item.end):
        if number.value is None:
            continue
        first, last = context.normalised.original(number.start, number.end)
        places = within(context.scan.places, item.start, number.start)
        opening = max((place.end for place in places), default=item.start)
        span = counted(context.scan.text, number, opening, item.end)
        of = context.normalised.original(*span) if span else (first, first)
        yield Figure(
            text=context.document.text[first:last],
            start=first,
            end=last,
            value=float(number.value),
            unit=number.unit,
            of=context.document.text[slice(*of)],
        )


def _facets(scan: Scan, start: int, end: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for hit in within(scan.facets, start, end):
        values = found.setdefault(hit.entry.ref.facet, [])
        if hit.entry.ref.value not in values:
            values.append(hit.entry.ref.value)
    return found


def _phrase(context: _Context, item: Item) -> str:
    """The words for the capability: the topic with the topic words that touch it."""
    start = item.hit.start
    for hit in reversed(within(context.scan.topics, item.start, start)):
        if hit.end < start - 1:
            break
        start = hit.start
    return context.normalised.text[start : item.hit.end].strip()


def _without_repeats(drafts: list[DraftStatement]) -> list[DraftStatement]:
    """One draft for each place, kind, topic, sub-topic and span: the surest."""
    best: dict[tuple[str, str, str, str | None, int, int], DraftStatement] = {}
    for draft in drafts:
        key = (draft.cluster, draft.kind, draft.topic, draft.subtopic, draft.start, draft.end)
        if key not in best or draft.confidence > best[key].confidence:
            best[key] = draft
    return sorted(best.values(), key=lambda draft: (draft.start, draft.end))
