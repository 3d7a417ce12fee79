"""Warnings of contradictions and repetitions over HTTP, in each reader's circle."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from tests.support.people import bearer

Json = dict[str, Any]


def meeting(client: TestClient, held_on: str | None, visibility: str = "public") -> int:
    body = {"title_zh": f"会议 {held_on}", "held_on": held_on, "visibility": visibility}
    return int(client.post("/api/v1/meetings", json=body).json()["id"])


def state(client: TestClient, where: int, kind: str, **fields: Any) -> Json:
    body = {
        "cluster": "humen",
        "topic": "fasteners",
        "phrase": "拉链",
        "visibility": "public",
        "kind": kind,
        "meeting": where,
        **fields,
    }
    answer = client.post("/api/v1/statements", json=body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def warned(client: TestClient, id_: int) -> list[Json]:
    found: list[Json] = client.get(f"/api/v1/statements/{id_}").json()["warnings"]
    return found


def reader(app: FastAPI, role: Role | None) -> TestClient:
    return TestClient(app, headers=bearer(role) if role else {})


@pytest.fixture
def pair(client: TestClient) -> tuple[Json, Json]:
    """A gap of 2020 and a strength of 2024."""
    gap = state(client, meeting(client, "2020-05"), "gap", quote="我们没有拉链厂", speaker="甲")
    strength = state(client, meeting(client, "2024"), "strength", quote="拉链产能全国第一")
    return gap, strength


def test_both_sides_of_a_contradiction_are_told_with_dates(
    client: TestClient, pair: tuple[Json, Json]
) -> None:
    gap, strength = pair
    (told,) = warned(client, gap["id"])
    assert told == {
        "code": "contradiction",
        "statement": strength["id"],
        "kind": "strength",
        "topic": "fasteners",
        "status": "draft",
        "words": "拉链产能全国第一",
        "reading": None,
        "meeting": strength["meeting"],
        "document": None,
        "start": None,
        "stated_on": "2024",
        "order": "later",
    }
    (other,) = warned(client, strength["id"])
    assert (other["statement"], other["order"]) == (gap["id"], "earlier")
    assert strength["warnings"] == [other]


def test_what_was_said_at_the_same_meeting_or_rejected_warns_of_nothing(
    client: TestClient, pair: tuple[Json, Json]
) -> None:
    gap, strength = pair
    beside = state(client, gap["meeting"], "strength", quote="拉链我们最强")
    assert [w["statement"] for w in warned(client, beside["id"])] == []
    client.post(f"/api/v1/statements/{strength['id']}/reject")
    assert warned(client, gap["id"]) == []
    assert warned(client, strength["id"]) == []


def test_lists_are_cheap_unless_asked_for_the_warned(
    client: TestClient, pair: tuple[Json, Json]
) -> None:
    ids = {side["id"] for side in pair}
    rows = client.get("/api/v1/statements?cluster=humen&status=draft").json()
    assert all(row["warnings"] is None for row in rows)
    asked = "cluster=humen&status=draft&topic=fasteners&warned=true"
    rows = client.get(f"/api/v1/statements?{asked}").json()
    assert {row["id"] for row in rows} == ids
    assert all(row["warnings"] for row in rows)
    seen, url = [], "/api/v1/statements?cluster=humen&warned=true&limit=1"
    while url:
        page = client.get(url)
        seen += [row["id"] for row in page.json()]
        url = page.links.get("next", {}).get("url", "")
    assert seen == sorted(set(seen))
    assert ids <= set(seen)


def test_nothing_warns_of_what_the_reader_may_not_see(app: FastAPI, client: TestClient) -> None:
    open_meeting = meeting(client, "2020")
    public = state(client, open_meeting, "gap", quote="我们没有拉链厂")
    client.post(f"/api/v1/statements/{public['id']}/confirm")
    hidden = [
        state(client, meeting(client, "2021"), "strength", visibility="organisers", quote="甲乙丙"),
        state(client, meeting(client, "2022", "organisers"), "strength", quote="丁戊己"),
        state(client, meeting(client, "2023"), "strength", visibility="members", quote="庚辛壬"),
    ]
    waiting = state(client, meeting(client, "2024"), "strength", quote="子丑寅")
    for one in hidden:
        client.post(f"/api/v1/statements/{one['id']}/confirm")
    everything = {one["id"] for one in [*hidden, waiting]}
    assert {w["statement"] for w in warned(client, public["id"])} == everything
    viewer, visitor = reader(app, Role.VIEWER), reader(app, None)
    assert {w["statement"] for w in warned(viewer, public["id"])} == {hidden[2]["id"]}
    assert warned(visitor, public["id"]) == []
    assert public["id"] in {
        row["id"] for row in viewer.get("/api/v1/statements?cluster=humen&warned=true").json()
    }
    asked = "/api/v1/statements?cluster=humen&warned=true&topic=fasteners"
    assert visitor.get(asked).json() == []


REPOSTED = "虎门：我们缺少拉链企业，希望引进拉链厂。\n"


def test_a_reposted_document_warns_at_once(client: TestClient) -> None:
    first, second = (
        client.post(
            f"/api/v1/meetings/{meeting(client, held_on)}/documents",
            files={"file": (f"{held_on}.txt", text.encode(), "text/plain")},
        ).json()
        for held_on, text in (
            ("2020", REPOSTED),
            ("2021", f"转载：\n{REPOSTED.replace('企业', '的企业')}"),
        )
    )
    assert first["drafts"]
    originals = {draft["id"]: draft for draft in first["drafts"]}
    for draft in second["drafts"]:
        repeated = [w for w in draft["warnings"] if w["code"] == "duplicate"]
        assert {w["statement"] for w in repeated} <= originals.keys()
        assert repeated, draft
        assert {w["order"] for w in repeated} == {"earlier"}
    assert len(second["drafts"]) == len(first["drafts"])


def test_places_that_the_register_lacks_are_compared_by_name(client: TestClient) -> None:
    text = "贺州产业集群代表李某表示，我们缺少面料企业。"
    for held_on in ("2020", "2021"):
        taken = client.post(
            f"/api/v1/meetings/{meeting(client, held_on)}/documents",
            files={"file": (f"{held_on}.txt", f"{held_on}\n{text}".encode(), "text/plain")},
        ).json()
    (draft,) = taken["drafts"]
    (told,) = draft["warnings"]
    assert told["code"] == "duplicate"
