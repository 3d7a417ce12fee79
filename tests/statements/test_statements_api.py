"""Statements over HTTP: typed in, found, edited, decided, with their history."""

from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

Json = dict[str, Any]

TYPED = {
    "cluster": "大连",
    "kind": "gap",
    "topic": "trims",
    "phrase": "拉链",
    "meeting": 1,
    "facets": {"end_use": ["suits"]},
    "speaker": "某主任",
    "weight": 4,
}


@pytest.fixture
def draft(client: TestClient) -> Json:
    answer = client.post("/api/v1/statements", json=TYPED)
    assert answer.status_code == 201, answer.text
    stored: Json = answer.json()
    return stored


def ids(client: TestClient, **asked: Any) -> list[int]:
    answer = client.get("/api/v1/statements", params={"limit": 200, **asked})
    return [row["id"] for row in answer.json()]


def test_what_is_typed_in_waits_as_a_draft(client: TestClient, draft: Json) -> None:
    assert draft["status"] == "draft"
    assert draft["cluster"] == "dalian"
    assert draft["stated_on"] == "2017-11-18"
    assert draft["facets"] == {"end_use": ["suits"]}
    assert draft["quote"] is None
    assert client.get(f"/api/v1/statements/{draft['id']}").json() == draft


def test_a_confirmed_need_changes_the_ranking(client: TestClient, draft: Json) -> None:
    url = "/api/v1/clusters/dalian/suggestions?topic=trims&limit=1"

    def gaps() -> set[int | None]:
        rows = client.get(url).json()
        return {r["gap"]["statement"] for row in rows for r in row["reasons"] if r["gap"]}

    assert draft["id"] not in gaps()
    client.post(f"/api/v1/statements/{draft['id']}/confirm")
    assert draft["id"] in gaps()
    client.post(f"/api/v1/statements/{draft['id']}/retire")
    assert draft["id"] not in gaps()


def test_every_step_leaves_a_line_in_the_history(client: TestClient, draft: Json) -> None:
    url = f"/api/v1/statements/{draft['id']}"
    edited = client.patch(
        url, json={"weight": 2, "topic": "fasteners"}, headers={"If-Match": '"1"'}
    ).json()
    assert (edited["weight"], edited["topic"], edited["phrase"]) == (2, "fasteners", "拉链")
    client.post(f"{url}/confirm")
    client.post(f"{url}/reject")
    history = client.get(f"{url}/history").json()
    assert [line["action"] for line in history] == ["created", "edited", "confirmed", "rejected"]
    assert [line["version"] for line in history] == [1, 2, 3, 4]
    assert history[0]["before"] is None
    assert (history[1]["before"]["weight"], history[1]["after"]["weight"]) == (4, 2)
    for earlier, later in pairwise(history):
        assert later["before"] == earlier["after"]


def test_facets_alone_can_change_and_leave_a_line(client: TestClient, draft: Json) -> None:
    url = f"/api/v1/statements/{draft['id']}"
    edited = client.patch(
        url,
        json={"facets": {"end_use": ["trousers"], "material": ["wool"]}},
        headers={"If-Match": '"1"'},
    )
    assert edited.json()["facets"] == {"material": ["wool"], "end_use": ["trousers"]}
    assert edited.json()["version"] == 2
    assert len(client.get(f"{url}/history").json()) == 2


def test_a_stale_editor_is_stopped(client: TestClient, draft: Json) -> None:
    url = f"/api/v1/statements/{draft['id']}"
    tag = client.get(url).headers["ETag"]
    assert client.patch(url, json={"weight": 5}, headers={"If-Match": tag}).status_code == 200
    stale = client.patch(url, json={"weight": 1}, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert stale.json()["version"] == 2
    assert client.get(url).json()["weight"] == 5


@pytest.mark.parametrize(("step", "from_"), [("confirm", "confirmed"), ("retire", "draft")])
def test_a_step_out_of_turn_is_refused(
    client: TestClient, draft: Json, step: str, from_: str
) -> None:
    url = f"/api/v1/statements/{draft['id']}"
    if from_ == "confirmed":
        client.post(f"{url}/confirm")
    refused = client.post(f"{url}/{step}")
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/wrong-state"
    assert refused.json()["state"] == from_


def test_the_quote_moves_only_within_its_document(client: TestClient) -> None:
    quoted = client.get("/api/v1/statements?meeting=1&limit=1").json()[0]
    path = f"/api/v1/meetings/1/documents/{quoted['document']}"
    text = client.get(path).json()["text"]
    url = f"/api/v1/statements/{quoted['id']}"
    moved = client.patch(url, json={"end": quoted["end"] - 1}, headers={"If-Match": '"1"'}).json()
    assert moved["quote"] == text[quoted["start"] : quoted["end"] - 1]
    refused = client.patch(url, json={"end": len(text) + 1}, headers={"If-Match": '"2"'})
    assert refused.status_code == 422
    assert client.get(url).json()["quote"] == moved["quote"]


def test_lists_are_filtered(client: TestClient, draft: Json) -> None:
    assert draft["id"] in ids(client, cluster="dalian", kind="gap", status="draft")
    assert draft["id"] not in ids(client, cluster="dalian", kind="strength")
    assert draft["id"] not in ids(client, cluster="xiping")
    assert ids(client, updated_since="2026-11-23T04:00:01Z") == []
    general = set(ids(client, topic="trims"))
    special = set(ids(client, topic="fasteners"))
    assert special < general


def test_pages_together_hold_every_statement_once(client: TestClient) -> None:
    url, seen = "/api/v1/statements?basis=meeting&limit=90", []
    while url:
        page = client.get(url)
        seen += [row["id"] for row in page.json()]
        url = page.links.get("next", {}).get("url", "")
    assert len(seen) == len(set(seen)) > 290
    assert seen == sorted(seen)
