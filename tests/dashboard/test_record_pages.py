"""Clusters, meetings, documents and events."""

import csv

from fastapi.testclient import TestClient

from service.messages import catalogue
from tests.conftest import SEED
from tests.dashboard.reading import Node, read_page


def page_of(client: TestClient, path: str) -> Node:
    response = client.get(path)
    assert response.status_code == 200
    return read_page(response.text)


def test_the_register_is_read_page_by_page(client: TestClient) -> None:
    expected = [row["slug"] for row in client.get("/api/v1/clusters?limit=200").json()]
    shown: list[str] = []
    path = "/clusters"
    while path:
        page = page_of(client, path)
        shown += [row.one("a").attributes["href"] for row in page.one("tbody").all("th")]
        following = page.all("a", rel="next")
        path = following[0].attributes["href"] if following else ""
    assert shown == [f"/clusters/{slug}" for slug in expected]


def test_the_register_is_filtered_by_name_kind_and_province(client: TestClient) -> None:
    page = page_of(client, "/clusters?q=大连&kind=cluster&province=辽宁")
    assert [row.one("a").text for row in page.one("tbody").all("th")] == ["大连"]
    assert page.one("input", id="f-q").attributes["value"] == "大连"
    assert "没有符合条件的集群" in page_of(client, "/clusters?q=亚特兰蒂斯").text


def test_a_cluster_shows_what_it_said_and_where(client: TestClient) -> None:
    page = page_of(client, "/clusters/大连")
    assert page.one("h1").text == "大连 Dalian"
    strengths, gaps, goals = page.one("div", "said").all("section")
    assert gaps.one("h3").text == "缺口 2"
    statement = gaps.all("li", "statement")[1]
    assert statement.one("blockquote").text == "缺少做面料的企业"
    assert statement.one("p", "source").texts("span") == [
        *("2017年虎门圆桌会议", "2017年11月18日", "发言：姜广茂", "分量 5/5")
    ]
    assert goals.one("li", "statement").one("span", "tag").text == "目标（寻求对接）"
    assert all(text.startswith("出处：") for text in strengths.texts("p", "source"))


def test_a_cluster_shows_only_confirmed_statements(client: TestClient) -> None:
    page = page_of(client, "/clusters/changshu")
    found = client.get("/api/v1/statements?cluster=changshu&limit=200").json()
    states = [statement["status"] for statement in found]
    assert states.count("draft") > 0
    assert len(page.all("li", "statement")) == states.count("confirmed")


def test_a_cluster_shows_partners_dockings_and_events(client: TestClient) -> None:
    page = page_of(client, "/clusters/keqiao")
    found = client.get("/api/v1/clusters/keqiao/suggestions?limit=5").json()
    partners = [card.one("h2").all("a")[1].attributes["href"] for card in page.all("li", "card")]
    assert partners == [f"/clusters/{row['cluster']}" for row in found]
    events = page.one("div", "columns").all("section")[1]
    assert events.texts("li") == ["2026年12月12日 面料与设计对接会 大连"]


def test_a_cluster_shows_the_dockings_that_were_held(client: TestClient) -> None:
    with (SEED / "dockings.csv").open(encoding="utf-8", newline="") as file:
        held = [
            row for row in csv.DictReader(file) if "keqiao" in (row["supplier"], row["receiver"])
        ]
    section = page_of(client, "/clusters/keqiao").one("div", "columns").all("section")[0]
    shown = [item.one("p").text for item in section.all("li")]
    assert sorted(shown) == sorted(row["facts_zh"] for row in held)
    assert len(shown) > 10
    first = section.all("li")[0]
    assert first.one("span", "when").text == catalogue("zh").day(max(row["date"] for row in held))


def test_meetings_stand_newest_first(client: TestClient) -> None:
    page = page_of(client, "/meetings")
    found = client.get("/api/v1/meetings?limit=200").json()
    dates = sorted((row["held_on"] or "" for row in found), reverse=True)
    links = [row.one("a").attributes["href"] for row in page.one("tbody").all("th")]
    by_id = {f"/meetings/{row['id']}": row["held_on"] or "" for row in found}
    assert [by_id[link] for link in links] == dates


def test_a_meeting_lists_its_documents_and_what_was_said(client: TestClient) -> None:
    page = page_of(client, "/meetings/1")
    documents = client.get("/api/v1/meetings/1/documents").json()
    assert [d["sha256"] in page.text for d in documents] == [True]
    found = client.get("/api/v1/statements?meeting=1&limit=200").json()
    kept = [s for s in found if s["status"] in {"confirmed", "draft"}]
    assert len(page.all("li", "statement")) == len(kept)


def test_a_document_shows_its_whole_text_with_every_quote_marked(client: TestClient) -> None:
    document = client.get("/api/v1/meetings/1/documents").json()[0]
    page = page_of(client, f"/meetings/1/documents/{document['id']}")
    text = client.get(f"/api/v1/meetings/1/documents/{document['id']}").json()["text"]
    assert page.one("article", "text").raw == text
    found = client.get("/api/v1/statements?meeting=1&limit=200").json()
    starts = {f"s{s['start']}" for s in found if s["document"] == document["id"]}
    anchors = {mark.attributes.get("id") for mark in page.all("mark")} - {None}
    assert anchors == starts
    items = [li for li in page.one("ol", "index").all("li") if li.attributes.get("class")]
    assert len(items) == len(found)


def test_an_event_shows_participants_themes_and_suggestions(client: TestClient) -> None:
    event = client.get("/api/v1/events").json()[0]
    assert page_of(client, "/events").one("tbody").one("th").text == "面料与设计对接会"
    page = page_of(client, f"/events/{event['id']}")
    assert sorted(page.one("ul", "linked").texts("li")) == sorted(
        ["大连", "柯桥", "大朗", "西樵", "西平"]
    )
    themes = page.one("dl", "facts").texts("dd")[-1]
    assert sorted(themes.split(" · ")) == sorted(["面料", "设计与设计师"])
    found = client.get(f"/api/v1/events/{event['id']}/suggestions?limit=20").json()
    assert [card.one("p", "total").one("b").text for card in page.all("li", "card")] == [
        f"{row['score']:.3f}" for row in found
    ]
    assert page.all("li", "card")[0].one("p", "rank").text == "1"
