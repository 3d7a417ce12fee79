"""How the cost of a query grows from a thousand organisations to a million, as numbers and picture.

    python -m benchmarks growth [--write]

``--write`` draws docs/growth.svg. A million needs about 7 GB; sizes that do not fit in the memory
that is free are left out.
"""

import math
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.bench_ranking import K, one_by_one, plain, some_rows
from benchmarks.registry import Result, seconds
from benchmarks.synthetic import organisations
from service.matching.pooled import pooled
from service.matching.rank import rank_many

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
BYTES_EACH = 7_000
PICTURE = Path(__file__).parents[1] / "docs" / "growth.svg"
LINES = ("one query", "64 at once", "every pair scored")
COLOURS = ("#1f6f8b", "#99582a", "#777777")

Points = list[tuple[int, list[float]]]


def fits(n: int) -> bool:
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return n * BYTES_EACH < free


def measure() -> Iterator[tuple[int, list[float]]]:
    """CPU milliseconds a query at each size, in the order of ``LINES``."""
    for n in filter(fits, SIZES):
        index = organisations(n)
        pooled(index)
        rows = some_rows(index, 64)
        few = rows[:: 64 if n > 100_000 else 16]
        single, batched, every = seconds(
            one_by_one(index, rows[::8]),
            lambda index=index, rows=rows: rank_many(index, rows, k=K),
            lambda index=index, few=few: plain(index, few),
            rounds=3,
        )
        yield n, [1000 * single / 8, 1000 * batched / 64, 1000 * every / len(few)]


def growth() -> Iterator[Result]:
    points: Points = []
    for n, costs in measure():
        points.append((n, costs))
        for line, cost in zip(LINES[:2], costs[:2], strict=True):
            name = f"top-{K} of {n:,}, {line}"
            yield Result.less_is_better(name, cost, "CPU ms a query", costs[2])
    if "--write" in sys.argv:
        PICTURE.write_text(drawn(points), encoding="utf-8")


def drawn(points: Sequence[tuple[int, list[float]]]) -> str:
    """A double logarithmic picture as SVG."""
    left, right, top, bottom = 70, 620, 30, 330

    def across(n: float) -> float:
        return left + (right - left) * math.log10(n / 1e3) / 3

    def down(cost: float) -> float:
        return bottom - (bottom - top) * math.log10(cost / 0.1) / 4

    head = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 390" font-family="sans-serif"'
    parts = [
        f'<svg {head} font-size="13">',
        '<rect width="780" height="390" fill="white"/>',
    ]
    for n, label in ((1e3, "1,000"), (1e4, "10,000"), (1e5, "100,000"), (1e6, "1,000,000")):
        parts.append(_rule(across(n), top, across(n), bottom))
        parts.append(_text(across(n), bottom + 20, label, "middle"))
    for cost in (0.1, 1, 10, 100, 1000):
        parts.append(_rule(left, down(cost), right, down(cost)))
        parts.append(_text(left - 8, down(cost) + 4, f"{cost:g} ms", "end"))
    for i, (line, colour) in enumerate(zip(LINES, COLOURS, strict=True)):
        path = " ".join(f"{across(n):.1f},{down(costs[i]):.1f}" for n, costs in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        n, costs = points[-1]
        parts.append(_text(across(n) + 8, down(costs[i]) + 4, line, "start", colour))
    title = f"CPU time of an exact top-{K} by number of organisations"
    parts += [_text(left, bottom + 45, title, "start"), "</svg>"]
    return "\n".join(parts) + "\n"


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="#dddddd"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
