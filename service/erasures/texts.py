"""Erased words in documents: which spans go, and what lies across them."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from models import Document, Statement
from service.erasures import queries
from service.erasures.views import Elsewhere
from service.meetings.blanks import blanked

Span = tuple[int, int]
SHORTEST = 6
"""Characters from which on the same words elsewhere are hardly a coincidence."""


def overlapping(spans: Iterable[Span], others: Iterable[Statement]) -> list[Statement]:
    """Statements whose quote shares a character with a span, or with one that does."""
    taken, waiting = list(spans), list(others)
    found: list[Statement] = []
    while True:
        hit = [s for s in waiting if any(crosses(span_of(s), span) for span in taken)]
        if not hit:
            return found
        found += hit
        taken += [span_of(statement) for statement in hit]
        waiting = [statement for statement in waiting if statement not in hit]


def crosses(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def span_of(statement: Statement) -> Span:
    return statement.span_start or 0, statement.span_end or 0


def mentions(text: str, name: str) -> list[Span]:
    """Every place where a person is named."""
    return [found.span() for found in re.finditer(re.escape(name), text)]


def blank(
    document: Document, spans: Sequence[Span], others: Sequence[Statement]
) -> list[Statement]:
    """Blank the spans and drop the original; the statements whose quotes lost a name by it.

    A figure goes with any of its characters.
    """
    document.text = blanked(document.text, spans)
    document.content = None
    renamed = []
    for statement in others:
        start, end = span_of(statement)
        quote = document.text[start:end]
        figures = [
            f for f in statement.figures if document.text[f["start"] : f["end"]] == f["text"]
        ]
        if statement.quote != quote or statement.figures != figures:
            statement.quote, statement.figures = quote, figures
            renamed.append(statement)
    return renamed


def elsewhere(session: Session, words: Sequence[str], done: Sequence[int]) -> list[Elsewhere]:
    long = [word for word in words if len(word) >= SHORTEST]
    if not long:
        return []
    return [
        Elsewhere(meeting, id_, text.index(word))
        for id_, meeting, text in queries.other_documents(session, done)
        for word in long
        if word in text
    ]
