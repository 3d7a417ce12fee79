"""The order in which a page is read: columns one after the other, rows of a table row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from service.reading.gutters import Run, bands, gutter_of, rows_of

DEEPEST = 3
"""Columns are sought within columns this often."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """``left`` and ``right`` bound the column that it stands in."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    left: float
    right: float


def page_lines(runs: Sequence[Run]) -> list[PageLine]:
    return list(_read(list(runs), DEEPEST))


def _read(runs: list[Run], depth: int) -> Iterator[PageLine]:
    gutter = gutter_of(rows_of(runs)) if depth else None
    if gutter is not None:
        yield from _divided(runs, gutter, depth)
    elif depth:
        yield from _in_bands(runs, depth)
    else:
        yield from _plain(runs)


def _in_bands(runs: list[Run], depth: int) -> Iterator[PageLine]:
    """Columns that fill a part of the height only, between lines of full width."""
    plain: list[Run] = []
    for rows, gutter in bands(rows_of(runs)):
        inside = [run for row in rows for run in row]
        if gutter is None:
            plain += inside
            continue
        yield from _plain(plain)
        plain = []
        yield from _divided(inside, gutter, depth)
    yield from _plain(plain)


def _divided(runs: list[Run], gutter: float, depth: int) -> Iterator[PageLine]:
    band: list[Run] = []
    for row in rows_of(runs):
        crossing = [run for run in row if run.x0 < gutter < run.x1]
        if crossing:
            yield from _sides(band, gutter, depth)
            band = []
            yield from _plain(row)
        else:
            band += row
    yield from _sides(band, gutter, depth)


def _sides(band: list[Run], gutter: float, depth: int) -> Iterator[PageLine]:
    for side in ([r for r in band if r.x1 <= gutter], [r for r in band if r.x1 > gutter]):
        if side:
            yield from _read(side, depth - 1)


def _plain(runs: list[Run]) -> Iterator[PageLine]:
    if not runs:
        return
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    for row in rows_of(runs):
        text = "\t".join(run.text for run in row if run.text)
        if text:
            low, high = min(run.y0 for run in row), max(run.y1 for run in row)
            size = median(run.size for run in row)
            yield PageLine(text, row[0].x0, low, row[-1].x1, high, size, left, right)
