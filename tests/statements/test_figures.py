"""Figures of a statement: stored with it, moved, erased and checked with its words."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from models import Statement
from models.enums import Role
from service.extraction.types import DraftStatement, Figure
from service.integrity.documents import misplaced_quotes
from tests.support.people import bearer

Json = dict[str, Any]
TEXT = "大连有织造企业2500家，织机2.5万台，王五说。"
QUOTE = TEXT[:-4]


def figure(text: str, value: float, unit: str, of: str) -> Figure:
    start = TEXT.index(text)
    return Figure(text, start, start + len(text), value, unit, of)


FOUND = (figure("2500家", 2500, "家", "织造企业"), figure("2.5万台", 25_000, "台", "织机"))


def reading(_: Session, text: str, title: str) -> list[DraftStatement]:
    del title
    return [
        DraftStatement(
            cluster="大连",
            cluster_slug="dalian",
            kind="strength",
            topic="fabric",
            subtopic=None,
            secondary_topics=(),
            facets={},
            quote=QUOTE,
            start=0,
            end=len(QUOTE),
            speaker="王五",
            confidence=0.9,
            asks=False,
            weight=3,
            phrase="织造企业",
            rule="strength: 有",
            figures=FOUND if text == TEXT else (),
        )
    ]


@pytest.fixture
def draft(app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Json:
    """Taken in with an extractor that finds two figures."""
    monkeypatch.setattr(app.state, "extractor", reading)
    meeting = client.post("/api/v1/meetings", json={"title_zh": "会"}).json()["id"]
    answer = client.post(
        f"/api/v1/meetings/{meeting}/documents",
        files={"file": ("a.txt", TEXT.encode(), "text/plain")},
    )
    assert answer.status_code == 201, answer.text
    (found,) = answer.json()["drafts"]
    return dict(found)


def test_figures_are_attributes_of_the_statement(client: TestClient, draft: Json) -> None:
    assert [f["value"] for f in draft["figures"]] == [2500, 25_000]
    for found in draft["figures"]:
        assert TEXT[found["start"] : found["end"]] == found["text"]
    assert draft["figures"][0] == {
        "text": "2500家",
        "start": 7,
        "end": 12,
        "value": 2500.0,
        "unit": "家",
        "of": "织造企业",
    }
    (line,) = client.get(f"/api/v1/statements/{draft['id']}/history").json()
    assert line["after"]["figures"] == draft["figures"]


def test_a_quote_that_is_cut_loses_the_figures_outside(client: TestClient, draft: Json) -> None:
    cut = TEXT.index("，")
    moved = client.patch(
        f"/api/v1/statements/{draft['id']}", json={"end": cut}, headers={"If-Match": "*"}
    ).json()
    assert [f["text"] for f in moved["figures"]] == ["2500家"]


def test_what_was_typed_has_none(client: TestClient) -> None:
    typed = {"cluster": "大连", "kind": "gap", "topic": "trims", "phrase": "拉链", "meeting": 1}
    assert client.post("/api/v1/statements", json=typed).json()["figures"] == []


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, headers=bearer(Role.ADMIN))


def test_an_erasure_takes_the_figures_along(
    app: FastAPI, client: TestClient, admin: TestClient, draft: Json
) -> None:
    url = f"/api/v1/statements/{draft['id']}"
    erased = admin.post("/api/v1/erasures", json={"statements": [draft["id"]], "rehearsal": False})
    assert erased.status_code == 200, erased.text
    assert client.get(url).status_code == 404
    with app.state.sessions.read() as session:
        assert session.get(Statement, draft["id"]) is None


def test_a_figure_goes_with_a_name_that_is_erased_inside_it(
    app: FastAPI, client: TestClient, admin: TestClient, draft: Json
) -> None:
    """The name is that of another speaker, who is only mentioned here."""
    with app.state.sessions.write() as session:
        stored = session.get_one(Statement, draft["id"])
        stored.speaker = None
    told = {"speaker": "2500", "rehearsal": False}
    assert admin.post("/api/v1/erasures", json=told).status_code == 200
    left = client.get(f"/api/v1/statements/{draft['id']}").json()
    assert [f["text"] for f in left["figures"]] == ["2.5万台"]
    assert "2500" not in left["quote"]


@pytest.mark.parametrize("harm", [{"start": 8}, {"text": "9家"}, {"end": None}])
def test_a_figure_that_stands_elsewhere_is_a_fault(app: FastAPI, draft: Json, harm: Json) -> None:
    with app.state.sessions.write() as session:
        assert list(misplaced_quotes(session)) == []
        stored = session.get_one(Statement, draft["id"])
        stored.figures = [{**stored.figures[0], **harm}]
        session.flush()
        (fault,) = misplaced_quotes(session)
        assert (fault.row, fault.kind) == (str(draft["id"]), "figure")
