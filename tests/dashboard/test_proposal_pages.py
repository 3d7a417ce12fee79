"""Proposed places on pages: listed, accepted, merged, dismissed; without JavaScript."""

import csv
from io import StringIO

import pytest

from models.enums import Role
from tests.dashboard.desk import Browser, Desk
from tests.dashboard.reading import Node
from tests.proposals.conftest import MINUTES, take_in
from tests.support.people import bearer


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    """An organiser who has just taken in a document."""
    browser = desk.person("clerk", Role.ORGANISER)
    writer = desk.browser(**bearer(Role.ORGANISER))
    take_in(writer.http, MINUTES)
    return browser


def place(page: Node, name: str) -> str:
    """The address of a proposal."""
    (link,) = [a for a in page.all("a") if a.text == name]
    return link.attributes["href"]


def form(page: Node, action: str) -> dict[str, str]:
    """What the form at ``action`` sends unless something else is typed."""
    (found,) = [f for f in page.all("form") if f.attributes["action"].endswith(action)]
    sent = {i.attributes["name"]: i.attributes.get("value", "") for i in found.all("input")}
    for select in found.all("select"):
        chosen = [o for o in select.all("option") if "selected" in o.attributes]
        sent[select.attributes["name"]] = chosen[0].attributes["value"] if chosen else ""
    return sent


def test_the_list_says_how_many_drafts_where_and_what_is_near(clerk: Browser) -> None:
    page = clerk.page("/proposals")
    rows = [row.text for row in page.one("tbody").all("tr")]
    assert rows[0].startswith("贺州 产业集群 2 条草稿 minutes.txt · minutes.txt")
    assert "待定地名" in [link.text for link in page.all("a", href="/proposals")]
    table = list(csv.reader(StringIO(clerk.get("/proposals.csv").content.decode("utf-8-sig"))))
    assert table[0][:3] == ["地名", "类型", "草稿"]
    assert [row[0] for row in table[1:]] == ["贺州", "青州"]
    assert clerk.get("/proposals.xlsx").content.startswith(b"PK")
    assert clerk.page("/proposals?kind=x", 422).one(class_="alert")
    assert clerk.page("/proposals?q=青").all("th", scope="row")[0].text == "青州"


def test_the_page_of_a_place_shows_its_drafts(clerk: Browser) -> None:
    page = clerk.page(place(clerk.page("/proposals"), "贺州"))
    assert page.texts("blockquote") == ["我们缺少面料企业", "希望引进拉链厂"]
    sent = form(page, "/accept")
    assert (sent["slug"], sent["name_zh"], sent["kind"]) == ("he-zhou", "贺州", "cluster")


def test_registering_and_merging_lead_back_to_the_list(clerk: Browser) -> None:
    listed = clerk.page("/proposals")
    url = place(listed, "贺州")
    sent = form(clerk.page(url), "/accept")
    assert clerk.went(f"{url}/accept", sent) == "/proposals?done=accepted"
    assert clerk.went(f"{url}/accept", sent) == "/proposals?done=accepted"  # a second click
    assert clerk.page("/clusters/he-zhou").one("h1").text == "贺州 Hezhou"
    other = place(listed, "青州")
    sent = {**form(clerk.page(other), "/merge"), "cluster": "大连", "alias": "yes"}
    assert clerk.went(f"{other}/merge", sent) == "/proposals?done=merged"
    assert "青州" in clerk.page("/clusters/dalian").text
    page = clerk.page("/proposals?done=merged")
    assert page.one(class_="done").text == "已归并。"
    assert page.all("tbody") == []


def test_dismissing_is_listed_and_undone(clerk: Browser) -> None:
    url = place(clerk.page("/proposals"), "贺州")
    sent = {**form(clerk.page(url), "/dismiss"), "reason": "只是路过"}
    assert clerk.went(f"{url}/dismiss", sent) == "/proposals?done=dismissed"
    page = clerk.page("/proposals")
    assert "只是路过" in page.all("tbody")[-1].text
    assert clerk.went(f"{url}/restore") == "/proposals?done=restored"
    assert place(clerk.page("/proposals"), "贺州") == url


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("accept", {"slug": "Hé Zhōu"}, "slug"),
        ("accept", {"slug": "keqiao"}, "slug"),
        ("accept", {"name_zh": ""}, "name_zh"),
        ("accept", {"kind": "planet"}, "kind"),
        ("accept", {"part_of": "atlantis"}, "part_of"),
        ("merge", {"cluster": "亚特兰蒂斯"}, "cluster"),
        ("merge", {"cluster": ""}, "cluster"),
        ("dismiss", {"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    clerk: Browser, step: str, typed: dict[str, str], field: str
) -> None:
    url = place(clerk.page("/proposals"), "贺州")
    page = clerk.sent(f"{url}/{step}", {**form(clerk.page(url), f"/{step}"), **typed}, 422)
    (wrong,) = [node for node in page.walk() if node.attributes.get("aria-invalid") == "true"]
    assert wrong.attributes["name"] == field
    assert place(clerk.page("/proposals"), "贺州") == url


def test_an_older_page_is_told_what_came_meanwhile(clerk: Browser, desk: Desk) -> None:
    url = place(clerk.page("/proposals"), "贺州")
    sent = form(clerk.page(url), "/accept")
    writer = desk.browser(**bearer(Role.ORGANISER))
    take_in(writer.http, MINUTES.replace("李某", "王某"), "again.txt")
    page = clerk.sent(f"{url}/accept", sent, 422)
    assert page.one(class_="alert").text
    assert len(page.texts("blockquote")) == 4
    again = {**sent, "version": form(page, "/accept")["version"]}
    assert clerk.went(f"{url}/accept", again) == "/proposals?done=accepted"


def test_a_decided_place_is_gone(clerk: Browser) -> None:
    assert "待定地名" in clerk.page("/proposals/0123456789abcdef", 404).text
