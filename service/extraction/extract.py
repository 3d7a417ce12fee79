"""The one function that turns a document into draft statements."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.extraction.clauses import Finding, cues, findings, is_purpose
from service.extraction.items import Item, items
from service.extraction.layout import Clause, sentences
from service.extraction.lexicon import Hit, Lexicon
from service.extraction.normalise import Normalised, normalise
from service.extraction.scan import Scan, scan_document, within
from service.extraction.subjects import Attribution, Subject, Turn
from service.extraction.types import Document, DraftStatement

_LIST_CLAUSE = 8
_WEAK_SHARE = 0.85
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
    context = _Context(document, normalised, scan, lexicon)
    original = normalised.text
    title = scan_document(normalise(document.title), lexicon).places
    walk = Attribution(scan, original, title)
    drafts = [d for turn in walk.turns(sentences(scan)) for d in _statements(context, turn)]
    return _without_repeats(_settle(drafts))


def _statements(context: _Context, turn: Turn) -> Iterator[DraftStatement]:
    scan, pending = context.scan, None
    previous: Finding | None = None
    for clause in turn.sentence.clauses:
        if clause.end <= turn.body:
            continue
        start = max(clause.start, turn.body)
        found = list(findings(scan, context.lexicon, clause, turn.body))
        own = cues(scan, start, clause.end)
        if previous is not None and is_purpose(scan, clause, turn.body):
            found = [f for f in found if not is_general(f, context.lexicon)]
        if not found and not own and not _turns_away(scan, start, clause.end):
            found = _carried(context, start, clause, pending, previous)
        for finding in found:
            yield from _draft(context, turn, finding, clause)
        previous = found[-1] if found else None
        open_cues = [hit for hit in own if hit.entry.ref.scope == "after"]
        pending = open_cues[-1] if open_cues and not found else pending if not own else None


def _turns_away(scan: Scan, start: int, end: int) -> bool:
    """Whether the clause cannot continue the one before: a lifted gap, a contrast, a speaker."""
    opening = scan.roles("contrast", start, end)
    return bool(
        scan.roles("overcome", start, end)
        or scan.roles("speech", start, end)
        or (opening and opening[0].start == start)
    )


def is_general(finding: Finding, lexicon: Lexicon) -> bool:
    """Whether the topic is a weak word or a composite one."""
    return finding.item.weakness > 0 or lexicon.topics[finding.item.notation].group == "composite"


def _carried(
    context: _Context,
    start: int,
    clause: Clause,
    pending: Hit | None,
    previous: Finding | None,
) -> list[Finding]:
    """A clause without a cue: the object of a cue left open, or a further item of a list."""
    short = clause.end - start <= _LIST_CLAUSE
    cue = pending or (previous.cue if previous is not None and short else None)
    if cue is None or (cue.entry.ref.role == "strength" and pending is None):
        return []
    kind = "goal" if cue.entry.ref.role == "wish" else cue.entry.ref.role
    return [
        Finding(item, cue, kind) for item in items(context.scan, context.lexicon, start, clause.end)
    ]


def _draft(
    context: _Context, turn: Turn, finding: Finding, clause: Clause
) -> Iterator[DraftStatement]:
    scan, lexicon = context.scan, context.lexicon
    item, rule = finding.item, finding.rule
    subject = turn.subject_at(item.hit.start)
    if subject is None:
        return
    start, end = _span(
        context,
        max(
            clause.start,
            turn.body,
        ),
        clause.end,
    )
    start = min(start, finding.cue.start)
    first, last = context.normalised.original(start, end)
    top = lexicon.top(item.notation)
    yield DraftStatement(
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
        confidence=_confidence(finding, subject),
        asks=_asks(scan, turn, finding),
        weight=min(5, rule.weight + bool(scan.roles("intensifier", clause.start, clause.end))),
        phrase=_phrase(context, item),
        rule=f"{rule.id}: {scan.text[finding.cue.start : finding.cue.end]}",
    )


def _span(context: _Context, start: int, end: int) -> tuple[int, int]:
    text = context.scan.text
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end


def _confidence(finding: Finding, subject: Subject) -> float:
    share = _WEAK_SHARE if finding.item.weakness else 1.0
    return round(finding.rule.confidence * subject.certainty * share, 2)


def _asks(scan: Scan, turn: Turn, finding: Finding) -> bool:
    """Whether a goal fetches something from outside: a wish, and no doing of its own."""
    rule = finding.rule
    if rule.role == "wish" or rule.value == "ask":
        return True
    wished = scan.roles("wish", turn.sentence.start, finding.item.hit.start)
    return rule.value == "bring" and bool(wished)


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


def _settle(drafts: list[DraftStatement]) -> list[DraftStatement]:
    lacks = {(d.cluster, d.topic) for d in drafts if d.kind == "gap"}
    return [
        replace(d, kind="gap", asks=False)
        if d.kind == "goal" and d.asks and (d.cluster, d.topic) not in lacks
        else d
        for d in drafts
    ]


def _without_repeats(drafts: list[DraftStatement]) -> list[DraftStatement]:
    """One draft for each place, kind, topic, sub-topic and span: the surest."""
    best: dict[tuple[str, str, str, str | None, int, int], DraftStatement] = {}
    for draft in drafts:
        key = (draft.cluster, draft.kind, draft.topic, draft.subtopic, draft.start, draft.end)
        if key not in best or draft.confidence > best[key].confidence:
            best[key] = draft
    return sorted(best.values(), key=lambda draft: (draft.start, draft.end))
