from datetime import date

import pytest

from service.errors import Unprocessable
from service.evaluation.pairs import (
    REGISTER_ONLY,
    Docking,
    Question,
    Register,
    other_right,
    questions,
    read_dockings,
)

REGISTER = Register(
    owners={name: name for name in ("keqiao", "humen", "xinjiang", "aksu")}
    | {"柯桥": "keqiao", "新疆": "xinjiang"},
    provinces={
        "浙江": frozenset({"keqiao"}),
        "广东": frozenset({"humen"}),
        "新疆": frozenset({"xinjiang", "aksu"}),
    },
    topics={"fabric", "design"},
)


def row(supplier: str, receiver: str, *, day: str = "", topic: str = "fabric") -> Docking:
    return Docking(2, day, supplier, receiver, topic)


def asked(*rows: Docking, provinces: bool = False) -> list[Question]:
    return questions(rows, REGISTER, provinces=provinces)


def test_columns_are_found_by_name_and_others_ignored() -> None:
    text = "id,topic,date,receiver,supplier\nE1,fabric,2010-04, 虎门 ,柯桥\n"
    assert read_dockings(text.encode()) == [Docking(2, "2010-04", "柯桥", "虎门", "fabric")]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Unprocessable) as refused:
        read_dockings(b"date,supplier,receiver\n")
    assert (refused.value.message, refused.value.values) == ("pairs-column", {"column": "topic"})


def test_a_pair_is_asked_both_ways_about_the_day_before_its_first_day() -> None:
    assert asked(row("柯桥", "humen", day="2010-04")) == [
        Question(0, "keqiao", "fabric", frozenset({"humen"}), date(2010, 3, 31)),
        Question(0, "humen", "fabric", frozenset({"keqiao"}), date(2010, 3, 31)),
    ]


def test_an_undated_pair_sees_the_register_only() -> None:
    assert {q.as_of for q in asked(row("keqiao", "humen"))} == {REGISTER_ONLY}


@pytest.mark.parametrize("name", ["新疆", "新疆维吾尔自治区"])
def test_a_province_is_answered_by_any_of_its_places_and_asks_nothing(name: str) -> None:
    found = asked(row(name, "keqiao"))
    assert [(q.asker, q.right) for q in found] == [("keqiao", frozenset({"xinjiang", "aksu"}))]


def test_only_rows_of_a_place_and_a_province_are_kept_on_demand() -> None:
    rows = [
        row("keqiao", "humen"),
        row("keqiao", "全国"),
        row("keqiao", "广东省"),
        row("广东", "新疆"),
    ]
    assert [(q.docking, q.asker) for q in asked(*rows, provinces=True)] == [(2, "keqiao")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (row("keqiao", "nowhere"), "pairs-name"),
        (row("keqiao", "柯桥"), "pairs-sides"),
        (row("广东", "新疆"), "pairs-sides"),
        (row("keqiao", "humen", topic="cloth"), "pairs-topic"),
        (row("keqiao", "humen", day="April"), "pairs-date"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_row(wrong: Docking, message: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        asked(row("keqiao", "humen"), wrong)
    assert refused.value.message == message
    assert refused.value.values["row"] == 2


def test_a_file_without_a_question_is_refused() -> None:
    with pytest.raises(Unprocessable, match="pairs-none"):
        asked(row("keqiao", "humen"), provinces=True)


def test_other_right_answers_are_those_of_the_same_asker_and_topic() -> None:
    found = asked(
        row("keqiao", "humen", day="2017"),
        row("aksu", "humen", day="2010"),
        row("aksu", "keqiao", topic="design"),
    )
    by_question = dict(
        zip([(q.asker, min(q.right)) for q in found], other_right(found), strict=True)
    )
    assert by_question["humen", "keqiao"] == {"aksu"}
    assert by_question["humen", "aksu"] == {"keqiao"}
    assert by_question["keqiao", "humen"] == frozenset()
    assert by_question["aksu", "keqiao"] == frozenset()
