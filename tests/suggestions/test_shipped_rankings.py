"""What the shipped facts must give: the pairings that everyone in the trade would name."""

import math
from functools import cache, partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models import Statement
from models.enums import Basis
from service.runtime import Runtime

Json = dict[str, Any]


def partners(client: TestClient, slug: str, **asked: Any) -> list[Json]:
    answer = client.get(f"/api/v1/clusters/{slug}/suggestions", params=asked)
    assert answer.status_code == 200, answer.text
    rows: list[Json] = answer.json()
    return rows


def slugs(rows: list[Json]) -> list[str]:
    return [row["cluster"] for row in rows]


@pytest.mark.parametrize("seeker", ["dalian", "xiping"])
def test_who_lacks_fabric_is_led_to_keqiao_and_xiqiao(client: TestClient, seeker: str) -> None:
    assert {"keqiao", "xiqiao"} <= set(slugs(partners(client, seeker, topic="fabric", limit=5)))


def test_xiping_gets_a_maker_of_trims(client: TestClient) -> None:
    first = partners(client, "xiping", topic="trims", limit=5)[0]
    assert first["reasons"][0]["strength"]["kind"] == "strength"
    assert first["reasons"][0]["topic"] == "trims"
    assert first["reasons"][0]["gap"]["speaker"] == "朱晓燕"


def test_dalang_gets_designers_from_schools_too(client: TestClient) -> None:
    rows = partners(client, "dalang", topic="design", limit=5)
    kinds = {client.get(f"/api/v1/clusters/{slug}").json()["kind"] for slug in slugs(rows)}
    assert {"cluster", "institution"} <= kinds
    assert all(row["need"] > 0 for row in rows)


def test_two_towns_that_both_lack_fabric_do_not_top_each_other(client: TestClient) -> None:
    for seeker, other in (("dalian", "xiping"), ("xiping", "dalian")):
        assert other not in slugs(partners(client, seeker, limit=10))
        assert other not in slugs(partners(client, seeker, topic="fabric", limit=200))


def test_reasons_add_up_whatever_it_is_ranked_by(client: TestClient) -> None:
    for rank_by in ("score", "need", "mutual", "similarity"):
        rows = client.get("/api/v1/suggestions", params={"rank_by": rank_by, "limit": 40}).json()
        assert len(rows) == 40
        for row in rows:
            total = math.fsum(reason["contribution"] for reason in row["reasons"])
            assert total == pytest.approx(row["score"], abs=1e-9)


def sides(rows: list[Json]) -> list[Json]:
    return [
        side
        for row in rows
        for reason in row["reasons"]
        for side in (reason["gap"], reason["strength"])
        if side
    ]


def test_each_reason_shows_where_it_comes_from(client: TestClient) -> None:
    shown = sides(client.get("/api/v1/suggestions", params={"limit": 200}).json())
    by_basis = {basis: [s for s in shown if s["basis"] == basis] for basis in Basis}
    assert all(by_basis.values())
    read = cache(partial(document_text, client))
    for side in by_basis[Basis.MEETING]:
        text = read(side["meeting_id"], side["document_id"])
        assert text[side["start"] : side["start"] + len(side["quote"])] == side["quote"]
        assert side["meeting"]
    for side in by_basis[Basis.REGISTER]:
        assert side["source_zh"]
        assert side["phrase"]
    for side in by_basis[Basis.INFERRED]:
        assert side["rule_zh"]
        assert side["rule_en"]
        assert side["follows_from"]["basis"] in {"meeting", "register"}


def document_text(client: TestClient, meeting: int, document: int) -> str:
    path = f"/api/v1/meetings/{meeting}/documents/{document}"
    text: str = client.get(path).json()["text"]
    return text


def test_nothing_stands_in_the_register_without_a_source(seeded: Runtime) -> None:
    with seeded.sessions.read() as session:
        rows = session.scalars(select(Statement)).all()
    assert len(rows) > 600
    assert [row.id for row in rows if row.basis == "register" and not row.source_zh] == []
    assert [row.id for row in rows if row.basis == "meeting" and not row.document_id] == []


def test_a_ranking_knows_only_what_was_known_on_the_day(client: TestClient) -> None:
    before = partners(client, "dalian", topic="fabric", as_of="2017-11-17")
    after = partners(client, "dalian", topic="fabric", as_of="2017-11-18")
    assert {reason["gap"]["basis"] for row in before for reason in row["reasons"][:1]} == {
        "inferred"
    }
    assert after[0]["reasons"][0]["gap"]["quote"]
    assert after[0]["score"] > before[0]["score"]
