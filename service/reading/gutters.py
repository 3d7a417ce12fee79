"""Where columns of prose meet on a printed page, and which rows they fill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
NARROWEST = 0.6
"""Ems; a gutter is no narrower."""
CLOSE = 1.3
"""A row further below the last one than this many steps begins something else."""


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


def gutter_of(rows: Sequence[Sequence[Run]]) -> float | None:
    """Where two columns of prose meet; None if there is but one, or a table."""
    if len(rows) < LEAST_ROWS:
        return None
    runs = [run for row in rows for run in row]
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


def _is_prose(rows: Sequence[Sequence[Run]], gutter: float, left: float, right: float) -> bool:
    for low, high in ((left, gutter), (gutter, right)):
        filled = [
            sum(run.x1 - run.x0 for run in row if low <= run.x0 and run.x1 <= high) / (high - low)
            for row in rows
        ]
        used = [share for share in filled if share > 0]
        if len(used) < LEAST_ROWS or median(used) < FULL:
            return False
    return True


Band = tuple[list[list[Run]], float | None]


def bands(rows: Sequence[list[Run]]) -> Iterator[Band]:
    """The rows in order, in groups: those that share a gutter, with its middle, and the others."""
    start = 0
    while start < len(rows):
        stop, free = _shared(rows, start)
        found = rows[start:stop]
        gutter = (free[0] + free[1]) / 2 if free else 0.0
        left, right = (
            min(r.x0 for row in found for r in row),
            max(r.x1 for row in found for r in row),
        )
        if free and len(found) >= LEAST_ROWS and _is_prose(found, gutter, left, right):
            yield list(found), gutter
            start = stop
        else:
            yield [rows[start]], None
            start += 1


def _shared(rows: Sequence[list[Run]], start: int) -> tuple[int, tuple[float, float] | None]:
    """How far down a gap of the first row goes, and what of it is free in all of them."""
    first = rows[start]
    gaps = [(one.x1, other.x0) for one, other in pairwise(first)]
    if not gaps:
        return start + 1, None
    free = max(gaps, key=lambda gap: gap[1] - gap[0])
    stop, step, most = start + 1, 0.0, _sides(first, free)
    while stop < len(rows):
        row, below = rows[stop], rows[stop - 1][0].y1 - rows[stop][0].y1
        left = max((r.x1 for r in row if r.x0 < free[0] + 1), default=free[0])
        right = min((r.x0 for r in row if r.x1 > free[1] - 1), default=free[1])
        narrowed = max(free[0], left), min(free[1], right)
        is_narrow = narrowed[1] - narrowed[0] < NARROWEST * row[0].size
        more = any(here > there for here, there in zip(_sides(row, free), most, strict=True))
        if is_narrow or more or (step and below > CLOSE * step):
            break
        free, step = narrowed, step or below
        stop += 1
    return stop, free


def _sides(row: Sequence[Run], free: tuple[float, float]) -> tuple[int, int]:
    """Runs on either side; a table has more of them than columns of prose."""
    left = sum(run.x1 <= free[0] + 1 for run in row)
    return left, len(row) - left
