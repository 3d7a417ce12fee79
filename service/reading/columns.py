"""The order in which a page is read: columns one after the other, rows of a table row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

STEP = 2.0
"""Points; how finely gutters are sought."""
MIDDLE = 0.12
"""A gutter lies at least this share of the width away from either edge."""
CROSSING = 0.15
"""Of the rows may cross a gutter: titles, captions, wide tables."""
FULL = 0.6
"""Prose fills its column to at least this share; cells of a table do not."""
LEAST_ROWS = 4
DEEPEST = 3


@dataclass(slots=True)
class Run:
    """A stretch of one line; places in points, y upwards. ``end``: that of its last character."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    end: float


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


def rows_of(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that stand beside each other, from the top down, each row from the left."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: -run.y1):
        if rows and _beside(rows[-1][0], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.x0) for row in rows]


def _beside(one: Run, other: Run) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _read(runs: list[Run], depth: int) -> Iterator[PageLine]:
    gutter = _gutter(runs) if depth else None
    if gutter is None:
        yield from _plain(runs)
        return
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


def _gutter(runs: list[Run]) -> float | None:
    """Where two columns of prose meet; None if there is but one, or a table."""
    rows = rows_of(runs)
    if len(rows) < LEAST_ROWS:
        return None
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    cells = int((right - left) / STEP) + 1
    if not 10 < cells < 5_000:
        return None
    crossed = [0] * (cells + 1)
    for run in runs:
        for cell in range(int((run.x0 - left) / STEP), int((run.x1 - left) / STEP) + 1):
            crossed[cell] += 1
    allowed = CROSSING * len(rows)
    best, start = (0, 0), None
    for cell in range(int(MIDDLE * cells), int((1 - MIDDLE) * cells) + 2):
        free = cell <= (1 - MIDDLE) * cells and crossed[cell] <= allowed
        if free and start is None:
            start = cell
        elif not free and start is not None:
            best, start = max(best, (cell - start, start)), None
    width, start = best
    middle = left + (start + width / 2) * STEP
    if width * STEP < 0.6 * median(run.size for run in runs):
        return None
    if not left < middle < right:
        return None
    return middle if _is_prose(rows, middle, left, right) else None


def _is_prose(rows: list[list[Run]], gutter: float, left: float, right: float) -> bool:
    for low, high in ((left, gutter), (gutter, right)):
        filled = [
            sum(run.x1 - run.x0 for run in row if low <= run.x0 and run.x1 <= high) / (high - low)
            for row in rows
        ]
        used = [share for share in filled if share > 0]
        if len(used) < LEAST_ROWS or median(used) < FULL:
            return False
    return True
