"""Docking events over HTTP, and the suggestions among their participants."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.test_cli import duijie

Json = dict[str, Any]

EVENT: Json = {
    "name_zh": "秋季面料对接会",
    "held_on": "2026-12-08",
    "place": "虎门会展中心",
    "themes": ["fabric", "trims"],
    "participants": ["大连", "xiping", "柯桥", "xiqiao", "石狮", "dalang"],
}


@pytest.fixture
def event(client: TestClient) -> Json:
    answer = client.post("/api/v1/events", json=EVENT)
    assert answer.status_code == 201, answer.text
    stored: Json = answer.json()
    return stored


def test_an_event_is_stored_with_slugs(client: TestClient, event: Json) -> None:
    slugs = {"dalian", "xiping", "keqiao", "xiqiao", "shishi", "dalang"}
    assert set(event["participants"]) == slugs
    assert event["time_zone"] == "Asia/Shanghai"
    assert client.get(f"/api/v1/events/{event['id']}").json() == event
    assert client.get("/api/v1/events?held_from=2026-12-09").json() == []
    assert client.get("/api/v1/events?held_until=2026-12-08").json() == [event]


def test_suggestions_stay_among_participants_and_themes(client: TestClient, event: Json) -> None:
    rows = client.get(f"/api/v1/events/{event['id']}/suggestions").json()
    broader = {
        t["notation"]: t["broader"] or t["notation"] for t in client.get("/api/v1/topics").json()
    }
    assert rows
    for row in rows:
        assert {row["for"], row["cluster"]} <= set(event["participants"])
        topics = {reason["topic"] for reason in row["reasons"] if reason["topic"]}
        assert {broader[topic] for topic in topics} <= {"fabric", "trims"}
    pairs = [(row["for"], row["cluster"]) for row in rows]
    assert ("dalian", "keqiao") in pairs
    assert ("xiping", "shishi") in pairs


def test_the_command_line_ranks_the_same_event(
    client: TestClient, event: Json, seeded_url: str
) -> None:
    rows = client.get(f"/api/v1/events/{event['id']}/suggestions?as_of=2026-11-23").json()
    asked = ("suggest", "--event", str(event["id"]), "--as-of", "2026-11-23", "--top", "50")
    done = duijie(*asked, "--format", "json", DUIJIE_DATABASE_URL=seeded_url)
    assert json.loads(done.stdout) == rows


def test_an_edit_replaces_and_a_cancelled_event_is_gone(client: TestClient, event: Json) -> None:
    url = f"/api/v1/events/{event['id']}"
    edited = client.put(
        url,
        json=EVENT | {"participants": ["dalian", "keqiao"], "themes": []},
        headers={"If-Match": '"1"'},
    )
    assert edited.json()["participants"] == ["dalian", "keqiao"]
    assert edited.json()["version"] == 2
    rows = client.get(f"{url}/suggestions").json()
    assert [(row["for"], row["cluster"]) for row in rows] == [("dalian", "keqiao")]
    assert client.delete(url, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(url, headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(url).status_code == 404


def test_dockings_are_told_from_the_clusters_side(client: TestClient) -> None:
    rows = client.get("/api/v1/clusters/虎门/dockings").json()
    first = next(row for row in rows if row["partner"] == "keqiao")
    assert (first["held_on"], first["topic"]) == ("2017-05-06", "fabric")
    assert (first["supplies"], first["registered"]) == (False, True)
    assert first["facts_zh"]
    assert first["source_zh"]
    dates = [row["held_on"] or "" for row in rows]
    assert dates == sorted(dates, reverse=True)
    assert client.get("/api/v1/clusters/atlantis/dockings").status_code == 404
