from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from service.dashboard.marking import Passage, mark
from service.statements.views import StatementView

TEXT = "大连缺少做面料的企业,希望引进几家。"


def said(start: int | None, end: int | None, kind: str = "gap") -> StatementView:
    values = dict.fromkeys(StatementView.__dataclass_fields__)
    return StatementView(
        **{
            **values,
            "id": 1,
            "kind": kind,
            "start": start,
            "end": end,
            "updated_at": datetime(2026, 1, 1, tzinfo=UTC),
        }  # type: ignore[arg-type]
    )


def test_a_quote_is_marked_and_can_be_linked_to() -> None:
    assert mark(TEXT, [said(2, 10)]) == [
        Passage("大连", "", None),
        Passage("缺少做面料的企业", "gap", "s2"),
        Passage(",希望引进几家。", "", None),
    ]


def test_quotes_inside_others_keep_their_own_place() -> None:
    assert mark(TEXT, [said(0, 10, "goal"), said(5, 7, "gap")]) == [
        Passage("大连缺少做", "goal", "s0"),
        Passage("面料", "gap", "s5"),
        Passage("的企业", "goal", None),
        Passage(",希望引进几家。", "", None),
    ]


def test_a_statement_without_a_place_marks_nothing() -> None:
    assert mark(TEXT, [said(None, None)]) == [Passage(TEXT, "", None)]


spans = st.tuples(st.integers(0, 25), st.integers(1, 25)).filter(lambda span: span[0] < span[1])


@given(st.lists(spans, max_size=8))
def test_the_passages_are_the_text_and_every_quote_has_one_anchor(
    found: list[tuple[int, int]],
) -> None:
    passages = mark(TEXT, [said(*span) for span in found])
    assert "".join(passage.text for passage in passages) == TEXT
    anchors = [passage.anchor for passage in passages if passage.anchor]
    assert sorted(anchors) == sorted({f"s{start}" for start, _ in found if start < len(TEXT)})
