"""All that a document may state: every topic of a clause, of whom it speaks, and its cue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from service.extraction.clauses import Finding, cues, findings, is_purpose
from service.extraction.items import items
from service.extraction.layout import Clause, sentences
from service.extraction.lexicon import Hit, Lexicon
from service.extraction.places import PlaceHit
from service.extraction.scan import Scan, within
from service.extraction.subjects import Attribution, Subject, Turn

_LIST_CLAUSE = 8
# What has no cue may still be a statement; every other doubt decides.
_OPEN = frozenset({"alone"})
_MUTUAL = frozenset({"cluster_org"})
_GIVEN = frozenset({"bring", "help"})
_SEEKING = frozenset({"ask", "bring", "open"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding for one place; the counts are those of its clause and sentence."""

    turn: Turn
    clause: Clause
    finding: Finding
    subject: Subject
    number_of_items: int
    number_of_clause: int
    named: bool
    counted: bool
    asks: bool = False
    settled: bool = False


def candidates(
    scan: Scan, original: str, lexicon: Lexicon, title: Iterable[PlaceHit]
) -> Iterator[Candidate]:
    """In reading order, one for each place; ``original`` is the text before it was folded."""
    found = list(_candidates(scan, original, lexicon, title))
    lacks = {
        (c.subject.name, lexicon.top(c.finding.item.notation))
        for c in found
        if c.finding.kind == "gap" and not c.finding.doubts
    }
    for candidate in found:
        place = candidate.subject.name, lexicon.top(candidate.finding.item.notation)
        yield candidate if place in lacks else _settled(candidate, scan, lexicon)


def _settled(candidate: Candidate, scan: Scan, lexicon: Lexicon) -> Candidate:
    """A wish to be given something says what is lacking, where no lack is stated besides."""
    finding = candidate.finding
    if finding.kind != "goal" or not is_wished(scan, candidate.turn, finding, lexicon):
        return candidate
    return replace(candidate, finding=replace(finding, kind="gap"), asks=False, settled=True)


def is_wished(scan: Scan, turn: Turn, finding: Finding, lexicon: Lexicon) -> bool:
    """Whether the place wishes that somebody gives it what it names; to cooperate is no lack."""
    rule = finding.rule
    if "wish" in (rule.role, rule.value):
        return lexicon.top(finding.item.notation) not in _MUTUAL
    wished = scan.roles("wish", turn.sentence.start, finding.item.hit.start)
    return rule.value == "ask" or (rule.value in _GIVEN and bool(wished))


def _candidates(
    scan: Scan, original: str, lexicon: Lexicon, title: Iterable[PlaceHit]
) -> Iterator[Candidate]:
    walk = Attribution(scan, original, title)
    for turn in walk.turns(sentences(scan)):
        if not any(subjects for _, subjects in turn.marks):
            continue
        for number, clause, found in _clauses(scan, lexicon, turn):
            for finding in found:
                if finding.doubts - _OPEN:
                    continue
                item = finding.item
                for subject in turn.subjects_at(item.hit.start):
                    yield Candidate(
                        turn,
                        clause,
                        finding,
                        subject,
                        len(found),
                        number,
                        named=any(
                            place.name == subject.name
                            for place in within(scan.places, clause.start, clause.end)
                        ),
                        counted=bool(within(scan.numbers, item.start, item.end)),
                        asks=finding.kind == "goal" and _asks(finding),
                    )


def _asks(finding: Finding) -> bool:
    """Whether a goal seeks something from outside: a wish, or 引进, 对接, 打通."""
    return "wish" in (finding.rule.role, finding.rule.value) or finding.rule.value in _SEEKING


def _clauses(
    scan: Scan, lexicon: Lexicon, turn: Turn
) -> Iterator[tuple[int, Clause, list[Finding]]]:
    pending: Hit | None = None
    previous: Finding | None = None
    for number, clause in enumerate(turn.sentence.clauses):
        if clause.end <= turn.body:
            continue
        start = max(clause.start, turn.body)
        found = list(findings(scan, lexicon, clause, turn.body, turn.sentence.start))
        own = cues(scan, start, clause.end)
        if previous is not None and is_purpose(scan, clause, turn.body):
            found = [_doubted(f, "purpose") if is_general(f, lexicon) else f for f in found]
        if turn.label is not None:
            found = [_under(finding, turn.label, start) for finding in found]
        said = [finding for finding in found if not finding.doubts]
        if not said and not own and not _turns_away(scan, start, clause.end):
            said = _carried(scan, lexicon, clause, start, pending, previous)
            found = said or found
        yield number, clause, found
        previous = said[-1] if said else None
        open_cues = [hit for hit in own if hit.entry.ref.scope == "after"]
        pending = open_cues[-1] if open_cues and not said else pending if not own else None


def _under(finding: Finding, label: Hit, start: int) -> Finding:
    """A topic without a cue is what the label above it says."""
    if finding.rule.scope != "none" or (
        label.end > finding.item.hit.start and label.start >= start
    ):
        return finding
    kind = "goal" if label.entry.ref.value == "wish" else label.entry.ref.value
    return Finding(finding.item, label, kind, finding.doubts - {"alone"})


def _doubted(finding: Finding, doubt: str) -> Finding:
    return replace(finding, doubts=finding.doubts | {doubt})


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
    scan: Scan,
    lexicon: Lexicon,
    clause: Clause,
    start: int,
    pending: Hit | None,
    previous: Finding | None,
) -> list[Finding]:
    """A clause without a cue: the object of a cue left open, or a further item of a list."""
    short = clause.end - start <= _LIST_CLAUSE
    cue = pending or (previous.cue if previous is not None and short else None)
    if cue is None or (cue.entry.ref.role == "strength" and pending is None):
        return []
    kind = "goal" if cue.entry.ref.role == "wish" else cue.entry.ref.role
    return [Finding(item, cue, kind) for item in items(scan, lexicon, start, clause.end)]
