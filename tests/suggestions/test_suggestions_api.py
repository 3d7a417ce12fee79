"""Rankings over HTTP: pages, entity tags, filters, exclusions, explanations."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

Json = dict[str, Any]


def pages(client: TestClient, url: str) -> list[list[Json]]:
    found = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        url = answer.links.get("next", {}).get("url", "")
    return found


def test_pages_together_are_the_whole_ranking(client: TestClient) -> None:
    whole = client.get("/api/v1/clusters/xiping/suggestions?limit=200").json()
    parts = pages(client, "/api/v1/clusters/xiping/suggestions?limit=7")
    assert [row for page in parts for row in page] == whole
    assert [row["rank"] for row in whole] == list(range(1, len(whole) + 1))
    assert {len(page) for page in parts[:-1]} == {7}


def test_scores_descend_and_no_pair_comes_twice(client: TestClient) -> None:
    rows = [
        row
        for page in pages(client, "/api/v1/suggestions?limit=200&min_score=0.12")
        for row in page
    ]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0.12
    pairs = [frozenset((row["for"], row["cluster"])) for row in rows]
    assert len(set(pairs)) == len(pairs)


def test_the_same_call_gives_the_same_bytes_and_then_304(client: TestClient) -> None:
    url = "/api/v1/suggestions?limit=20"
    first, second = client.get(url), client.get(url)
    assert first.content == second.content
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{url}&as_of=2020-01-01", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_write_changes_the_tag(client: TestClient) -> None:
    url = "/api/v1/clusters/dalian/suggestions"
    tag = client.get(url).headers["ETag"]
    veto = client.put("/api/v1/clusters/dalian/vetoes/keqiao", json={"reason": "旧怨"})
    assert veto.status_code == 200
    answer = client.get(url, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "keqiao" not in [row["cluster"] for row in answer.json()]


def test_excluded_pairs_are_listed_with_their_cause(client: TestClient) -> None:
    client.put("/api/v1/clusters/dalian/vetoes/柯桥", json={"reason": "旧怨"})
    listed = client.get("/api/v1/suggestions/excluded").json()
    veto = {"for": "dalian", "cluster": "keqiao", "cause": "veto", "detail": "旧怨"}
    assert veto in listed
    assert {"for": "shaoxing", "cluster": "keqiao", "cause": "member", "detail": ""} in listed
    explained = client.get("/api/v1/suggestions/explain?a=dalian&b=keqiao").json()
    assert explained["excluded"] == [veto]
    lifted = client.delete("/api/v1/clusters/keqiao/vetoes/dalian", headers={"If-Match": '"1"'})
    assert lifted.status_code == 204
    assert veto not in client.get("/api/v1/suggestions/excluded").json()


def test_who_met_lately_is_left_out_on_request(client: TestClient) -> None:
    def names(since: str) -> set[str]:
        url = "/api/v1/clusters/humen/suggestions"
        rows = client.get(url, params={"limit": 200, "met_since": since}).json()
        return {row["cluster"] for row in rows}

    assert "keqiao" not in names("2017-05-06")
    assert "keqiao" in names("2017-05-07")


def test_why_not_names_the_obstacle_and_what_would_lift_the_score(client: TestClient) -> None:
    explained = client.get("/api/v1/suggestions/explain?a=dalian&b=xiping&topic=fabric").json()
    assert explained["suggestion"]["need"] == 0
    assert "unmet" in {obstacle["code"] for obstacle in explained["obstacles"]}
    best = explained["lifts"][0]
    assert best["cluster"] == "xiping"
    assert best["gain"] == pytest.approx(best["score"] - explained["suggestion"]["score"])
    assert best["gain"] > 0.05


def test_weights_can_be_chosen_and_must_sum_to_one(client: TestClient) -> None:
    url = "/api/v1/clusters/dalian/suggestions?topic=fabric&limit=1"
    row = client.get(f"{url}&weight_need=1").json()[0]
    assert row["score"] == pytest.approx(row["need"])
    refused = client.get(f"{url}&weight_need=0.5")
    assert refused.status_code == 422
    assert "sum to 1" in refused.json()["detail"]


def test_partners_can_be_asked_by_kind_and_province(client: TestClient) -> None:
    url = "/api/v1/clusters/dalang/suggestions?limit=50"
    schools = client.get(f"{url}&kind=institution").json()
    assert schools
    for row in schools[:5]:
        assert client.get(f"/api/v1/clusters/{row['cluster']}").json()["kind"] == "institution"
    there = client.get(f"{url}&province=浙江").json()
    assert there
    for row in there[:5]:
        assert client.get(f"/api/v1/clusters/{row['cluster']}").json()["province"] == "浙江"


def test_updated_since_keeps_what_rests_on_a_changed_statement(client: TestClient) -> None:
    url = "/api/v1/clusters/dalian/suggestions?limit=50"
    changed = "&updated_since=2026-11-23T04:00:00Z"
    stated = [
        row
        for row in client.get(url).json()
        if {"meeting", "register"} & {side["basis"] for side in sides(row)}
    ]
    assert client.get(url + changed).json() == stated
    assert client.get(f"{url}&updated_since=2026-11-23T04:00:01Z").json() == []


def sides(row: Json) -> list[Json]:
    return [side for r in row["reasons"] for side in (r["gap"], r["strength"]) if side]


def test_a_basis_is_kept_whatever_the_ranking_goes_by(client: TestClient) -> None:
    url = "/api/v1/clusters/dalang/suggestions?rank_by=similarity&limit=100"
    mixed = client.get(url).json()
    for basis in ("similarity", "complementarity"):
        wanted = [row["cluster"] for row in mixed if row["basis"] == basis]
        kept = client.get(f"{url}&basis={basis}").json()
        assert [row["cluster"] for row in kept] == wanted
        first = client.get(f"{url.replace('limit=100', 'limit=1')}&basis={basis}").json()
        assert [row["cluster"] for row in first] == wanted[:1]
