"""A document's text cut where quotes begin and end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.statements.views import StatementView


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that no quote begins or ends within; ``kind`` is empty outside quotes.

    ``anchor`` names the place where a quote begins.
    """

    text: str
    kind: str
    anchor: str | None


def mark(text: str, statements: Sequence[StatementView]) -> list[Passage]:
    """The passages in order; together they are the text.

    Where quotes overlap, the one that began last gives the kind.
    """
    spans = [(s.start, s.end, s.kind) for s in statements if s.start is not None and s.end]
    spans = [(start, min(end, len(text)), kind) for start, end, kind in spans if start < len(text)]
    cuts = sorted({0, len(text), *(place for span in spans for place in span[:2])})
    starts = {start for start, _, _ in spans}
    return [
        Passage(text[here:there], _kind(spans, here), f"s{here}" if here in starts else None)
        for here, there in pairwise(cuts)
    ]


def _kind(spans: Sequence[tuple[int, int, str]], here: int) -> str:
    covering = [span for span in spans if span[0] <= here < span[1]]
    return max(covering, default=(0, 0, ""))[2]
