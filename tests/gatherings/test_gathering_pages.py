"""Round tables, gaps and spread lists as pages and files."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from fastapi.testclient import TestClient

from tests.dashboard.reading import Node, read_page

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def page_of(client: TestClient, path: str, status: int = 200) -> Node:
    response = client.get(path)
    assert response.status_code == status, response.text
    return read_page(response.text)


def test_a_round_table_shows_its_places_in_order_and_every_reason(client: TestClient) -> None:
    page = page_of(client, "/round-tables?event=1")
    tables = client.get("/api/v1/events/1/round-tables").json()["tables"]
    cards = page.all("li", "card")
    assert len(cards) == len(tables) > 0
    for card, table in zip(cards, tables, strict=True):
        links = [a.attributes["href"] for a in card.one("h2").all("a")]
        assert links == [f"/clusters/{place['cluster']}" for place in table["places"]]
        assert card.one("h2").one("span", "again").text == table["places"][0]["name_zh"]
        assert len(card.one("ul", "gives").all("li")) == len(table["links"])
        quotes = [node.one("a").text for node in card.all("div", "who")]
        sides = [c for link in table["links"] for c in (link["gap"], link["strength"])]
        assert {side["name_zh"] for side in sides} <= set(quotes)
        assert card.one("dl", "figures").texts("dd")[0] == f"{table['weakest']:.3f}"
    assert page.one("p", "up").one("a").attributes["href"] == "/events/1"


def test_a_chain_says_which_way_the_goods_go(client: TestClient) -> None:
    page = page_of(client, "/round-tables?event=1&form=chain&seats=3&lang=en")
    tables = client.get("/api/v1/events/1/round-tables?form=chain&seats=3").json()["tables"]
    for card, table in zip(page.all("li", "card"), tables, strict=True):
        assert card.all("span", "again") == []
        for line, link, place in zip(
            card.one("ul", "gives").all("li"), table["links"], table["places"], strict=False
        ):
            names = {side["cluster"]: side["name_en"] for side in (link["gap"], link["strength"])}
            assert line.text.startswith(names[place["cluster"]])
            assert ("which has the missing" in line.text) == (link["taker"] == place["cluster"])


def test_gaps_show_the_need_and_whom_to_ask(client: TestClient) -> None:
    page = page_of(client, "/gaps?event=1&needs=stated")
    gaps = client.get("/api/v1/events/1/gaps?stated=true&limit=20").json()
    cards = page.all("li", "card")
    assert len(cards) == len(gaps) > 0
    for card, gap in zip(cards, gaps, strict=True):
        assert gap["topic_zh"] in card.one("h2").text
        asked = gap["recruits"] or [*gap["weak"], *gap["near"]]
        names = [row["place"]["name_zh"] for row in asked] + [o["name"] for o in gap["outside"]]
        assert card.one("div", "asked").texts("b") == names
        words = [side["strength"] for side in asked]
        assert all((w["quote"] or w["phrase"]) in card.text for w in words)
    invited = client.get("/api/v1/events/1/invitations?stated=true").json()
    first = page.all("tbody")[0]
    assert [row.one("a").text for row in first.all("th")] == [
        r["place"]["name_zh"] for r in invited
    ]
    counted = page.one("div", "columns").all("section")[0]
    total = sum(int(cell.text) for cell in counted.all("td"))
    assert total == len(client.get("/api/v1/events/1/gaps?stated=true&limit=200").json())


def test_lists_show_what_moved_and_what_spreading_costs(client: TestClient) -> None:
    page = page_of(client, "/events/1/lists?spread=0.05")
    lists = client.get("/api/v1/events/1/lists?spread=0.05&limit=10").json()
    sections = page.all("section", "spread-list")
    assert [s.one("h2").one("a").text for s in sections] == [x["place"]["name_zh"] for x in lists]
    for section, found in zip(sections, lists, strict=True):
        entries = section.all("ol", "entries")
        shown = [node.one("b").text for node in entries[0].all("summary")] if entries else []
        assert shown == [item["suggestion"]["name_zh"] for item in found["items"]]
        moved = [item for item in found["items"] if not item["kept"]]
        assert len(section.all("small", "moved")) == len(moved) == len(found["dropped"])
        sums = section.all("p", "sum")
        assert len(sums) == len(found["items"]) + len(found["dropped"])
    current = page.one("tr", "current")
    figures = client.get("/api/v1/events/1/exposure?spread=0.05").json()["after"]
    assert current.texts("td")[0] == f"{figures['loss']:.1%}"
    assert current.texts("td")[2] == f"{figures['gini']:.2f}"
    assert page.all("a", rel="next")[0].attributes["href"].endswith("spread=0.05&from=10")


def test_the_event_says_how_evenly_it_shows_and_leads_on(client: TestClient) -> None:
    page = page_of(client, "/events/1")
    figures = client.get("/api/v1/events/1/exposure").json()
    assert f"基尼系数 {figures['before']['gini']:.2f}" in page.text
    assert f"基尼系数 {figures['after']['gini']:.2f}" in page.text
    ways = [a.attributes["href"] for a in page.one("p", "ways").all("a")]
    assert ways == ["/events/1/lists", "/round-tables?event=1", "/gaps?event=1"]


@pytest.mark.parametrize("path", ["/gaps", "/round-tables"])
def test_what_cannot_be_read_is_said_at_its_field(client: TestClient, path: str) -> None:
    page = page_of(client, f"{path}?event=99&as_of=soon&cluster=Atlantis", 422)
    wrong = [node.one("p", "error").text for node in page.all("div", "wrong")]
    assert len(wrong) == 3
    assert page.all("li", "card") == []
    file = client.get(f"{path}.csv?as_of=soon&lang=en")
    assert file.status_code == 422
    assert "As of: Write it as 2017-11-18, 2017-11 or 2017." in file.text


@pytest.mark.parametrize("path", ["/gaps", "/round-tables", "/events/1/lists"])
def test_a_page_runs_nothing_and_can_be_read_without_seeing_it(
    client: TestClient, path: str
) -> None:
    page = page_of(client, path)
    assert page.all("script") == page.all("style") == []
    assert len(page.all("h1")) == 1
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.attributes["for"] for label in page.all("label")}
    fields = {node.attributes["id"] for kind in ("input", "select") for node in page.all(kind)}
    assert fields == labelled


def test_files_hold_what_the_pages_show(client: TestClient) -> None:
    text = client.get("/round-tables.csv?event=1&form=chain").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    tables = client.get("/api/v1/events/1/round-tables?form=chain").json()["tables"]
    assert len(rows) == 1 + sum(len(table["links"]) for table in tables)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[1][1] == " → ".join(place["name_zh"] for place in tables[0]["places"])
    text = client.get("/gaps.csv?event=1").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    gaps = client.get("/api/v1/events/1/gaps?limit=200").json()
    parts = ("recruits", "weak", "near", "outside")
    assert len(rows) == 1 + sum(sum(len(gap[part]) for part in parts) or 1 for gap in gaps)
    assert {len(row) for row in rows} == {len(rows[0])}
    text = client.get("/events/1/lists.csv?spread=0.05").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    lists = client.get("/api/v1/events/1/lists?spread=0.05&limit=50").json()
    assert len(rows) == 1 + sum(len(one["items"]) + len(one["dropped"]) for one in lists)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [row[3] for row in rows[1:3]] == [
        str(item["suggestion"]["score"]) for item in lists[0]["items"][:2]
    ]
    content = client.get("/events/1/lists.xlsx?lang=en").content
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["Everybody's partners", "How much to spread", "This computation"]
    assert book.worksheets[1].max_row == 1 + 7
    for name in ("round-tables", "gaps"):
        assert client.get(f"/{name}.xlsx?event=1").content.startswith(b"PK")


def test_a_visitor_sees_the_association_but_no_event(client: TestClient) -> None:
    visitor = TestClient(client.app)
    page = read_page(visitor.get("/gaps").text)
    assert page.all("select", id="f-event") == []
    assert page.all("li", "card")
    assert visitor.get("/gaps?event=1").status_code == 422
