"""Lines, sentences and clauses of a document, without titles, site texts and link lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.extraction.scan import Scan

_END = re.compile(r"[。!?;]+[”\"’』」)]*|(?=[①-⑳])|[|\t]|\.(?=\s|$)|\n")
_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9])|:(?![0-9/])|——")
_BULLET = re.compile(r"\s*(?:[-•·*◆■▪>]|\d{1,2}[、.)]|[(]\d{1,2}[)])\s*")
# 短板:缺印染, | 优势 | 面料齐全 |, and points of a list: they state something without a full stop.
_FIELD = re.compile(r"[|\s]{0,4}[^:|\n]{1,12}[:|].{2}")
_ORDERED = re.compile(
    r"\s{0,8}(?:[①-⑳]|[(]?[0-9]{1,2}[)、.](?![0-9])|[(][一二三四五六七八九十]{1,2}[)]).{4}"
)
_DATELINE = re.compile(
    r"\s{0,4}(?:[【\[][^】\]\n]{1,24}[】\]]|(?:本报|本刊)[^\n。,]{0,10}讯)[\s:,]{0,3}"
)
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|prof|st|no|co|ltd|inc|vs|etc|rs)|\b[a-z])\Z")
_SHORT_LINE = 40
_LONGEST_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas, colons or words of contrast."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """``heading``: a short line without an end, that can name a speaker but states nothing."""

    start: int
    end: int
    clauses: tuple[Clause, ...]
    heading: bool = False
    opens_line: bool = False


def sentences(scan: Scan) -> Iterator[Sentence]:
    """The sentences of the body in order; site texts and what follows them are left out."""
    lines = list(_lines(scan.text))
    body = 0
    for number, (start, end) in enumerate(lines):
        line = scan.text[start:end]
        ended = line.rstrip('”"’』」) ').endswith(("。", "!", "?", ";", ".", "…"))
        if scan.roles("tail", start, end) and (body > 1 or number > len(lines) // 2):
            return
        if _is_furniture(scan, start, end, ended=ended):
            continue
        short = not ended and len(lines) > 1 and end - start < _SHORT_LINE
        heading = short and not _FIELD.match(scan.text, start, end) and not _ORDERED.match(line)
        if heading:
            yield Sentence(start, end, (), heading=True, opens_line=True)
            continue
        body += ended
        yield from _split(scan, start, end)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        left = start + len(text[start:stop]) - len(text[start:stop].lstrip())
        right = start + len(text[start:stop].rstrip())
        if left < right:
            yield left, right
        start = stop + 1


def _is_furniture(scan: Scan, start: int, end: int, *, ended: bool) -> bool:
    """Whether the line belongs to the site: credits, a link, a numbered notice."""
    short = end - start < 2 * _SHORT_LINE
    if short and scan.roles("boilerplate", start, end) and not scan.roles("gap", start, end):
        return not ended or end - start < _SHORT_LINE
    bullet = _BULLET.match(scan.text, start, end)
    return (
        bool(bullet)
        and not _ORDERED.match(scan.text, start, end)
        and not ended
        and not any(scan.roles(role, start, end) for role in ("gap", "wish"))
    )


def _split(scan: Scan, start: int, end: int) -> Iterator[Sentence]:
    bullet = _BULLET.match(scan.text, start, end)
    begin = bullet.end() if bullet else start
    dateline = _DATELINE.match(scan.text, begin, end)
    begin = dateline.end() if dateline else begin
    opens = True
    for left, right in _pieces(scan.text, begin, end):
        yield _sentence(scan, left, right, opens_line=opens)
        opens = False


def _pieces(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Between full stops; what runs on without one is cut, so that time stays linear."""
    for match in _END.finditer(text, begin, end):
        if match[0] != "." or not _ABBREVIATION.search(
            text[max(begin, match.start() - 6) : match.start()]
        ):
            yield from _chunks(begin, match.start())
            begin = match.end()
    yield from _chunks(begin, end)


def _chunks(begin: int, end: int) -> Iterator[tuple[int, int]]:
    for left in range(begin, end, _LONGEST_SENTENCE):
        yield left, min(left + _LONGEST_SENTENCE, end)


def _sentence(scan: Scan, start: int, end: int, *, opens_line: bool) -> Sentence:
    cuts = [match.span() for match in _COMMA.finditer(scan.text, start, end)]
    cuts += [(hit.start, hit.start) for hit in scan.roles("contrast", start, end)]
    clauses, begin = [], start
    for stop, after in [*sorted(cuts), (end, end)]:
        left = begin + len(scan.text[begin:stop]) - len(scan.text[begin:stop].lstrip())
        if left < stop:
            clauses.append(Clause(left, stop))
        begin = max(after, begin)
    return Sentence(start, end, tuple(clauses), opens_line=opens_line)
