"""The register over HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

NEW: dict[str, Any] = {
    "slug": "newtown",
    "name_zh": "新镇",
    "name_en": "Newtown",
    "province": "浙江",
    "latitude": 30.1,
    "longitude": 120.2,
    "part_of": "shaoxing",
    "aliases": ["Xinzhen", "新镇产业集群"],
}


@pytest.mark.parametrize("name", ["dalian", "大连", "大连(普兰店)", "大連", "Dalian"])
def test_a_cluster_is_found_by_each_of_its_names(client: TestClient, name: str) -> None:
    assert client.get(f"/api/v1/clusters/{name}").json()["slug"] == "dalian"


def test_look_alikes_stay_apart(client: TestClient) -> None:
    found = {
        name: client.get(f"/api/v1/clusters/{name}").json()["slug"]
        for name in ("大朗", "深圳大浪", "西樵")
    }
    assert found == {"大朗": "dalang", "深圳大浪": "dalang-fashion-town", "西樵": "xiqiao"}


def test_a_new_cluster_is_listed_found_and_located(client: TestClient) -> None:
    made = client.post("/api/v1/clusters", json=NEW)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == "/api/v1/clusters/newtown"
    assert {key: made.json()[key] for key in NEW} == NEW
    assert client.get("/api/v1/clusters/新镇产业集群").json()["slug"] == "newtown"
    listed = client.get("/api/v1/clusters?q=新镇").json()
    assert [row["slug"] for row in listed] == ["newtown"]


def test_an_edit_replaces_what_is_stored(client: TestClient) -> None:
    made = client.post("/api/v1/clusters", json=NEW)
    fields = {key: value for key, value in NEW.items() if key != "slug"}
    fields |= {"aliases": ["新城"], "part_of": None}
    url = "/api/v1/clusters/newtown"
    edited = client.put(url, json=fields, headers={"If-Match": made.headers["ETag"]})
    assert edited.status_code == 200, edited.text
    assert (edited.json()["aliases"], edited.json()["part_of"]) == (["新城"], None)
    assert client.get("/api/v1/clusters/Xinzhen").status_code == 404
    stale = client.put(url, json=fields, headers={"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412


def test_the_list_follows_pinyin_and_its_filters(client: TestClient) -> None:
    url, rows = "/api/v1/clusters?limit=50", []
    while url:
        page = client.get(url)
        rows += page.json()
        url = page.links.get("next", {}).get("url", "")
    assert len(rows) == len({row["slug"] for row in rows}) >= 170
    assert [rows[0]["name_zh"], rows[1]["name_zh"]] == ["阿克苏", "阿姆利则"]
    markets = client.get("/api/v1/clusters?kind=market").json()
    assert {row["kind"] for row in markets} == {"market"}
    assert {row["province"] for row in client.get("/api/v1/clusters?province=福建").json()} == {
        "福建"
    }
    assert client.get("/api/v1/clusters", params={"q": "%"}).json() == []


def test_topics_form_a_tree_with_labels_in_both_languages(client: TestClient) -> None:
    topics = client.get("/api/v1/topics").json()
    top = [topic for topic in topics if topic["broader"] is None]
    assert len(top) == 27
    assert all(topic["pref_label"]["zh"] and topic["pref_label"]["en"] for topic in topics)
    narrower = client.get("/api/v1/topics?broader=fabric").json()
    assert "denim_fabric" in {topic["notation"] for topic in narrower}
    assert client.get("/api/v1/topics/trims").json()["pref_label"]["zh"] == "辅料与配件"
    facets = client.get("/api/v1/facets").json()
    assert {row["facet"] for row in facets} == {
        "material",
        "construction",
        "end_use",
        "price_level",
    }
