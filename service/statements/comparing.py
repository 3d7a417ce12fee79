"""Whether two things that a place said at different meetings contradict or repeat each other."""

import re
from collections.abc import Callable
from enum import StrEnum

from rapidfuzz import fuzz

from models import Statement
from models.enums import StatementKind
from service.extraction.normalise import normalise
from service.statements.views import facets_of

SAME_WORDING = 80.0
"""Percent. Of 569 pairs of shipped statements of one kind and topic but of different sentences,
none reaches it; ``tests/statements/test_comparing.py`` measures that, and how many altered
sentences do."""
OPPOSED = {StatementKind.STRENGTH, StatementKind.GAP}
Words = Callable[[str | None], str]
NOT_WORDS = re.compile(r"[\W_]+")


class Code(StrEnum):
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"


def plain(words: str | None) -> str:
    """What two spellings of one sentence have in common.

    >>> plain("我們「缺少」面料(liào)。")
    '我们缺少面料'
    """
    return NOT_WORDS.sub("", normalise(words or "").text).lower()


def likeness(one: Statement, other: Statement, words: Words = plain) -> float:
    """Percent of equal characters of the quotes; of the phrases where a quote is missing."""
    if one.quote and other.quote:
        return fuzz.ratio(words(one.quote), words(other.quote), score_cutoff=SAME_WORDING)
    return fuzz.ratio(words(one.phrase), words(other.phrase), score_cutoff=SAME_WORDING)


def related(one: Statement, other: Statement) -> bool:
    """Whether one topic is the other, or a special case of it."""
    return (
        one.topic_id in {other.topic_id, other.topic.broader_id}
        or one.topic.broader_id == other.topic_id
    )


def of_different_things(one: Statement, other: Statement) -> bool:
    """Whether both name a facet and agree on no value of it: cotton cloth is not silk cloth."""
    mine, theirs = facets_of(one), facets_of(other)
    return any(not {*mine[facet]} & {*theirs[facet]} for facet in mine.keys() & theirs.keys())


def compared(one: Statement, other: Statement, words: Words = plain) -> Code | None:
    """What to warn of; both are of one place, and of different meetings.

    A repeated sentence is a repetition, whatever kind it was taken for. A goal contradicts nothing.
    ``words`` is ``plain``, or what remembers its answers while many are compared.
    """
    if not related(one, other):
        return None
    same_topic = one.topic_id == other.topic_id
    if same_topic and one.kind == other.kind and likeness(one, other, words):
        return Code.DUPLICATE
    if same_topic and one.quote and words(one.quote) == words(other.quote):
        return Code.DUPLICATE
    opposed = {one.kind, other.kind} == OPPOSED and not of_different_things(one, other)
    return Code.CONTRADICTION if opposed else None


def order(own: str | None, others: str | None) -> str:
    """Whether what has the date ``others`` is ``earlier`` or ``later``; ``same`` as far as known.

    >>> order("2017-11-18", "2016"), order("2017", "2017-11")
    ('earlier', 'same')
    """
    if not own or not others:
        return "unknown"
    known = min(len(own), len(others))
    mine, theirs = own[:known], others[:known]
    return "same" if mine == theirs else "earlier" if theirs < mine else "later"
