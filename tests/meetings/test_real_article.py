"""The real article of the 2017 round table: upload, drafts, confirmation, matches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from service.main import attach
from tests.conftest import runtime_on
from tests.support.people import bearer

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
ARTICLE = next(iter(sorted(SEEDS.glob("*.txt"))), None)
WANTED = {
    ("dalian", "fabric"),
    ("xiping", "fabric"),
    ("xiping", "trims"),
    ("dalang", "design"),
    ("humen", "design"),
    ("shaxi", "cluster_org"),
}
Json = dict[str, Any]

pytestmark = pytest.mark.skipif(ARTICLE is None, reason="the article is not beside the project")


@pytest.fixture
def client(bare_app: FastAPI, register_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """The application on a register in which nobody has said anything yet."""
    runtime = runtime_on(register_url, tmp_path)
    attach(bare_app, runtime)
    with TestClient(bare_app, headers=bearer(Role.ORGANISER)) as client:
        yield client


def upload(client: TestClient) -> Json:
    assert ARTICLE is not None
    meeting = {"title_zh": "虎门圆桌会议", "held_on": "2017-11-18", "kind": "round_table"}
    id_ = client.post("/api/v1/meetings", json=meeting).json()["id"]
    file = ("article.txt", ARTICLE.read_bytes(), "text/plain")
    answer = client.post(f"/api/v1/meetings/{id_}/documents", files={"file": file})
    assert answer.status_code == 201, answer.text
    intake: Json = answer.json()
    return intake


def family(client: TestClient) -> dict[str, str]:
    return {
        topic["notation"]: topic["broader"] or topic["notation"]
        for topic in client.get("/api/v1/topics").json()
    }


def test_its_needs_become_confirmed_statements_that_are_matched(client: TestClient) -> None:
    intake, broader = upload(client), family(client)
    needs = {
        (draft["cluster"], broader[draft["topic"]]): draft
        for draft in intake["drafts"]
        if draft["kind"] == "gap" or draft["asks"]
    }
    assert needs.keys() >= WANTED
    for draft in intake["drafts"]:
        if draft["cluster"]:
            decided = client.post(f"/api/v1/statements/{draft['id']}/confirm")
            assert decided.json()["status"] == "confirmed", decided.text
    for cluster, topic in WANTED:
        url = f"/api/v1/clusters/{cluster}/suggestions"
        best = client.get(url, params={"topic": topic, "limit": 1}).json()[0]
        stated = [reason["gap"] for reason in best["reasons"] if reason["gap"]]
        assert "虎门圆桌会议" in {gap["meeting"] for gap in stated}


def test_its_quotes_are_spans_of_the_text_as_decoded(client: TestClient) -> None:
    assert ARTICLE is not None
    intake = upload(client)
    document = intake["document"]
    path = f"/api/v1/meetings/{document['meeting']}/documents/{document['id']}"
    text = client.get(path).json()["text"]
    assert text == ARTICLE.read_bytes().decode("utf-8")
    assert client.get(f"{path}/content").content == ARTICLE.read_bytes()
    assert len(intake["drafts"]) >= 20
    for draft in intake["drafts"]:
        assert text[draft["start"] : draft["end"]] == draft["quote"]


def test_drafts_count_only_once_confirmed(client: TestClient) -> None:
    upload(client)
    url = "/api/v1/clusters/dalian/suggestions?topic=fabric&limit=1"
    silent = client.get(url).json()[0]
    counted = client.get(f"{url}&drafts=true").json()[0]
    assert silent["reasons"][0]["gap"]["basis"] == "inferred"
    assert counted["reasons"][0]["gap"]["basis"] == "meeting"


def test_the_same_document_is_taken_in_once(client: TestClient) -> None:
    intake = upload(client)
    document = intake["document"]
    assert ARTICLE is not None
    file = ("again.txt", ARTICLE.read_bytes(), "text/plain")
    url = f"/api/v1/meetings/{document['meeting']}/documents"
    refused = client.post(url, files={"file": file})
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/duplicate-document"
    assert refused.json()["document"] == document["id"]
    assert [row["id"] for row in client.get(url).json()] == [document["id"]]
