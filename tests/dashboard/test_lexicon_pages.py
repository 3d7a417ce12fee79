"""The lexicon on pages: found, changed after a measurement, withdrawn."""

import pytest

from models.enums import Role
from tests.dashboard.desk import Browser, Desk
from tests.dashboard.reading import Node

NEW = {"part": "topic", "effect": "add", "target": "trims", "form": "盘纽襻子", "note": "旗袍用"}


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    return desk.person("clerk", Role.ORGANISER)


def hidden(page: Node) -> dict[str, str]:
    found = page.one("form", class_="actions")
    return {i.attributes["name"]: i.attributes["value"] for i in found.all("input")}


def test_wordings_are_found_by_part_target_and_words(clerk: Browser) -> None:
    page = clerk.page("/lexicon?part=cue&target=gap-lack&q=缺少")
    (row,) = [r.text for r in page.one("tbody").all("tr")]
    assert row.startswith("缺少 句型 gap-lack 随附")
    assert clerk.page("/lexicon").all("a", rel="next")
    assert clerk.page("/lexicon?part=x", 422).one(class_="alert")


def test_a_change_is_measured_then_taken_over_then_withdrawn(clerk: Browser) -> None:
    page = clerk.sent("/lexicon", {**NEW, "step": "measure"})
    assert [cell.text for cell in page.one("table", class_="scores").all("th", scope="row")] == [
        *("集群、类型、主题全对",) * 2,
        *("缺口与目标并作需求",) * 2,
    ]
    assert "没有哪一条因此不同" in page.text
    assert clerk.page("/lexicon?origin=own").all("tbody") == []
    sent = hidden(page)
    assert sent["step"] == "apply"
    for _ in range(2):  # a second click
        assert clerk.went("/lexicon", sent) == "/lexicon?origin=own&done=created"
    page = clerk.page("/lexicon?origin=own")
    (row,) = page.one("tbody").all("tr")
    assert row.text.startswith("盘纽襻子 主题 辅料与配件 trims 本处增加 旗袍用 clerk")
    (link,) = row.all("a")
    page = clerk.page(link.attributes["href"])
    assert "撤回对“盘纽襻子”的改动之后" in page.text
    assert clerk.went(link.attributes["href"], hidden(page)) == "/lexicon?origin=own&done=withdrawn"
    assert clerk.page("/lexicon?origin=own").all("tbody") == []


def test_what_is_lost_is_named_with_its_quote(clerk: Browser) -> None:
    page = clerk.page("/lexicon?part=topic&target=fabric&q=面料")
    (row,) = [r for r in page.one("tbody").all("tr") if r.all("th")[0].text == "面料"]
    page = clerk.page(row.all("a")[-1].attributes["href"])
    assert page.one("input", id="f-form").attributes["value"] == "面料"
    (removing,) = [i for i in page.all("input", name="effect") if "checked" in i.attributes]
    assert removing.attributes["value"] == "remove"
    fields = {"part": "topic", "effect": "remove", "target": "fabric", "form": "面料"}
    page = clerk.sent("/lexicon", {**fields, "step": "measure"})
    assert any("不再找到" in text for text in page.texts("h3"))
    assert any("面料" in quote for quote in page.texts("q"))
    assert "现行" in clerk.page("/lexicon/measure").one("table", class_="scores").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"form": ""}, "form"),
        ({"form": "盘.*"}, "form"),
        ({"form": "盘" * 41}, "form"),
        ({"target": "buttons"}, "target"),
        ({"part": ""}, "part"),
        ({"note": "长" * 401}, "note"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    clerk: Browser, typed: dict[str, str], field: str
) -> None:
    page = clerk.sent("/lexicon", {**NEW, "step": "measure", **typed}, 422)
    wrong = {n.attributes["name"] for n in page.walk() if n.attributes.get("aria-invalid")}
    assert wrong == {field}
