"""When two statements contradict or repeat each other, and how often that is told wrongly."""

import random
from itertools import combinations

import pytest
from opencc import OpenCC
from pypinyin import Style, pinyin

from models import FacetValue, Statement, Topic
from service.seeding.files import read_seed
from service.seeding.rows import MeetingStatementRow
from service.statements.comparing import SAME_WORDING, Code, compared, likeness, order, plain
from tests.conftest import SEED

FABRIC = Topic(id=1, notation="fabric", broader_id=None)
KNITTED = Topic(id=2, notation="knitted_fabric", broader_id=1)
WOVEN = Topic(id=3, notation="woven_fabric", broader_id=1)
TRIMS = Topic(id=4, notation="trims", broader_id=None)


def said(
    kind: str, topic: Topic = FABRIC, quote: str | None = None, phrase: str = "面料", **facets: str
) -> Statement:
    return Statement(
        kind=kind,
        topic=topic,
        topic_id=topic.id,
        quote=quote,
        phrase=phrase,
        facet_values=[FacetValue(facet=facet, value=value) for facet, value in facets.items()],
    )


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (said("strength"), said("gap"), Code.CONTRADICTION),
        (said("gap"), said("strength", KNITTED), Code.CONTRADICTION),
        (said("gap", KNITTED), said("strength"), Code.CONTRADICTION),
        (said("gap", KNITTED), said("strength", WOVEN), None),
        (said("gap", TRIMS), said("strength"), None),
        (said("goal"), said("gap"), None),
        (said("goal"), said("strength"), None),
        (said("gap", material="silk"), said("strength", material="cotton"), None),
        (said("gap", material="silk"), said("strength", end_use="suits"), Code.CONTRADICTION),
        (said("gap", quote="缺少面料企业"), said("gap", quote="缺少面料的企业"), Code.DUPLICATE),
        (said("gap", quote="缺少面料企业"), said("gap", quote="印染还不完善"), None),
        (said("gap", quote="缺少面料企业"), said("gap", TRIMS, quote="缺少面料企业"), None),
        (said("gap", phrase="拉链"), said("gap", phrase="拉链"), Code.DUPLICATE),
        (said("gap", phrase="拉链"), said("gap", phrase="纽扣"), None),
        (said("gap", quote="缺少面料"), said("strength", quote="缺少面料。"), Code.DUPLICATE),
    ],
)
def test_what_is_warned_of(one: Statement, other: Statement, code: Code | None) -> None:
    assert compared(one, other) == code
    assert compared(other, one) == code


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ("2017-11-18", "2016", "earlier"),
        ("2016", "2017-11-18", "later"),
        ("2017", "2017-11-18", "same"),
        ("2017-11-18", "2017-11-18", "same"),
        (None, "2017", "unknown"),
        ("2017", None, "unknown"),
    ],
)
def test_partial_dates_are_compared_as_far_as_known(
    own: str | None, others: str | None, expected: str
) -> None:
    assert order(own, others) == expected


def different() -> list[tuple[MeetingStatementRow, MeetingStatementRow]]:
    """Shipped statements of one kind and topic that are different sentences."""
    rows = read_seed(SEED).meeting_statements
    return [
        (one, other)
        for one, other in combinations(rows, 2)
        if (one.kind, one.notation) == (other.kind, other.notation)
        and plain(one.quote) != plain(other.quote)
    ]


def test_no_two_different_shipped_sentences_count_as_one() -> None:
    pairs = different()
    assert len(pairs) > 500
    wrong = [
        (one.quote, other.quote)
        for one, other in pairs
        if likeness(said(one.kind, quote=one.quote), said(one.kind, quote=other.quote))
    ]
    assert wrong == []


def retold(quote: str, luck: random.Random) -> str:
    """Generated: as a page that copies another alters a sentence."""
    way = luck.choice(("traditional", "pinyin", "word", "punctuation", "number"))
    at = luck.randrange(len(quote))
    if way == "traditional":
        return str(OpenCC("s2t").convert(quote))
    if way == "pinyin" and "\u4e00" <= quote[at] <= "\u9fff":
        tone = pinyin(quote[at], style=Style.TONE)[0][0]
        return f"{quote[: at + 1]}({tone}){quote[at + 1 :]}"
    if way == "punctuation":
        return f"“{quote[:at]}，{quote[at:]}”"
    if way == "number":
        return quote.replace("一", "1").replace("二", "2")
    return quote[:at] + luck.choice("的了已也还") + quote[at:]


def test_nearly_all_altered_copies_are_recognised() -> None:
    """Generated copies of every shipped sentence; three characters are too few to tell."""
    luck = random.Random(7)
    quotes = [row.quote for row in read_seed(SEED).meeting_statements]
    copies = [(quote, retold(quote, luck)) for quote in quotes]
    found = [
        bool(likeness(said("gap", quote=one), said("gap", quote=other))) for one, other in copies
    ]
    assert len(found) > 300
    assert sum(found) / len(found) > 0.99
    assert SAME_WORDING == 80.0
