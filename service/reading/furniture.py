"""Running heads, running feet and page numbers of a printed document."""

import re
from collections import Counter
from collections.abc import Sequence

from service.reading.gutters import Run, rows_of

OUTERMOST = 2
"""Rows at the top and at the bottom of a page that may be furniture."""
REPEATED = 0.3
"""Of the pages, and at least two, bear the same row there."""
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(
    r"第?[-—–‐·.]*\d{1,4}[-—–‐·.]*页?(?:[/／,，共of]{1,3}第?\d{1,4}页?)?|page\d{1,4}(?:of\d{1,4})?",
    re.IGNORECASE,
)
"""Of a row without its blanks."""
PRINTED_FROM = re.compile(r"(?:file|https?)://[^ ]+ \d{1,3}/\d{1,3}")
"""The last row of a page that a browser printed; the first one bears the date and the title."""


def without_furniture(pages: Sequence[Sequence[Run]]) -> tuple[list[list[Run]], int]:
    """The pages without it, and how many rows were taken away."""
    edges = [_edges(runs) for runs in pages]
    counts = Counter(key for found in edges for key in {_key(row) for row in found})
    least = max(2.0, REPEATED * len(pages))
    kept, gone = [], 0
    for runs, found in zip(pages, edges, strict=True):
        rows = [row for row in found if counts[_key(row)] >= least or _is_number(row)]
        if len(found) > 1 and PRINTED_FROM.fullmatch(_words(found[-1])):
            rows = [found[0], found[-1], *(row for row in rows if row not in (found[0], found[-1]))]
        gone += len(rows)
        taken = {id(run) for row in rows for run in row}
        kept.append([run for run in runs if id(run) not in taken])
    return kept, gone


def _edges(runs: Sequence[Run]) -> list[list[Run]]:
    rows = rows_of(runs)
    return [*rows[:OUTERMOST], *rows[max(OUTERMOST, len(rows) - OUTERMOST) :]]


def _words(row: Sequence[Run]) -> str:
    return " ".join(run.text for run in row)


def _key(row: Sequence[Run]) -> tuple[str, int]:
    """Its words with all numbers alike, and its height on the page to half a centimetre."""
    return DIGITS.sub("#", _words(row)), round(row[0].y0 / 14)


def _is_number(row: Sequence[Run]) -> bool:
    return PAGE_NUMBER.fullmatch("".join(_words(row).split())) is not None
