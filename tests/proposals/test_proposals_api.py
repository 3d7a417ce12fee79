"""Places that documents name and the register lacks: listed, accepted, merged, dismissed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.proposals.conftest import MINUTES, Json, of_place, proposals, take_in

CLUSTER = {"slug": "hezhou", "name_zh": "贺州", "name_en": "Hezhou", "province": "广西"}


def step(client: TestClient, key: str, what: str, body: Json | None = None, **headers: str) -> Any:
    return client.post(f"/api/v1/proposals/{key}/{what}", json=body or {}, headers=headers)


def statement(client: TestClient, id_: int) -> Json:
    found: Json = client.get(f"/api/v1/statements/{id_}").json()
    return found


def test_a_proposal_says_who_speaks_where_and_what_it_resembles(
    client: TestClient, taken: Json
) -> None:
    found = proposals(client)
    assert list(found) == ["贺州", "青州"]  # those with most drafts first
    hezhou = found["贺州"]
    assert hezhou["statements"] == of_place(taken, "贺州")
    assert hezhou["drafts"] == 2
    (document,) = hezhou["documents"]
    assert document["document"] == taken["document"]["id"]
    assert (document["filename"], document["held_on"]) == ("minutes.txt", "2026-05")
    assert hezhou["first_seen"] == taken["document"]["uploaded_at"]
    assert (found["青州"]["kind"], found["青州"]["kind_word"]) == ("cluster", "镇")
    answer = client.get(f"/api/v1/proposals/{hezhou['key']}")
    assert answer.json() == hezhou
    assert answer.headers["ETag"] == f'"{hezhou["version"]}"'


def test_names_that_look_or_sound_alike_are_near(client: TestClient) -> None:
    take_in(client, "科桥产业集群代表李某表示，我们缺少面料企业。\n泰国代表表示，泰国缺少辅料。")
    found = proposals(client)
    assert found["科桥"]["near"][0]["cluster"] == "keqiao"
    assert found["科桥"]["near"][0]["likeness"] == 0.95
    assert found["泰国"]["kind"] == "region"


def test_proposals_are_filtered_and_paged(client: TestClient, taken: Json) -> None:
    other = take_in(client, "科桥产业集群代表李某表示，我们缺少面料企业。", "other.txt")
    assert list(proposals(client, q="州")) == ["贺州", "青州"]
    assert list(proposals(client, kind="region")) == []
    assert list(proposals(client, document=other["document"]["id"])) == ["科桥"]
    assert "科桥" in proposals(client, near=True)
    assert "科桥" not in proposals(client, near=False)
    seen, url = [], "/api/v1/proposals?limit=1"
    while url:
        page = client.get(url)
        seen += [row["name"] for row in page.json()]
        url = page.links.get("next", {}).get("url", "")
    assert seen == list(proposals(client))
    assert taken["document"]["id"] != other["document"]["id"]


def test_accepting_registers_the_place_and_gives_it_its_drafts(
    client: TestClient, taken: Json
) -> None:
    before = proposals(client)["贺州"]
    answer = step(
        client, before["key"], "accept", CLUSTER, **{"If-Match": f'"{before["version"]}"'}
    )
    assert answer.json() == {"cluster": "hezhou", "statements": of_place(taken, "贺州")}
    assert "贺州" not in proposals(client)
    for id_ in answer.json()["statements"]:
        assert statement(client, id_)["cluster"] == "hezhou"
        assert statement(client, id_)["status"] == "draft"
        history = client.get(f"/api/v1/statements/{id_}/history").json()
        assert [line["action"] for line in history] == ["created", "edited"]
        assert (history[1]["before"]["cluster"], history[1]["after"]["cluster"]) == (None, "hezhou")
        assert client.post(f"/api/v1/statements/{id_}/confirm").status_code == 200


def test_the_next_document_knows_an_accepted_place_at_once(client: TestClient, taken: Json) -> None:
    key = proposals(client)["贺州"]["key"]
    fields = {**CLUSTER, "name_zh": "广西贺州", "kind": "region"}
    assert step(client, key, "accept", fields).status_code == 200
    again = take_in(client, MINUTES.replace("李某", "王某"), "again.txt")
    assert {row["cluster"] for row in again["drafts"] if row["speaker"] == "王某"} == {"hezhou"}
    assert client.get("/api/v1/clusters/hezhou").json()["aliases"] == ["贺州"]
    assert len(of_place(again, "贺州")) == 0
    assert taken["drafts"]


def test_a_taken_slug_is_told_and_nothing_is_bound(client: TestClient, taken: Json) -> None:
    key = proposals(client)["贺州"]["key"]
    refused = step(client, key, "accept", {**CLUSTER, "slug": "keqiao"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/already-exists"
    refused = step(client, key, "accept", {**CLUSTER, "name_zh": "柯桥"})
    assert refused.status_code == 409
    assert proposals(client)["贺州"]["statements"] == of_place(taken, "贺州")
    assert client.get("/api/v1/clusters/hezhou").status_code == 404


@pytest.mark.parametrize("alias", [True, False])
def test_merging_binds_and_teaches_the_name_if_wished(
    client: TestClient, taken: Json, *, alias: bool
) -> None:
    key = proposals(client)["贺州"]["key"]
    answer = step(client, key, "merge", {"cluster": "大连", "alias": alias})
    assert answer.json() == {"cluster": "dalian", "statements": of_place(taken, "贺州")}
    assert ("贺州" in client.get("/api/v1/clusters/dalian").json()["aliases"]) == alias
    again = take_in(client, MINUTES.replace("李某", "王某"), "again.txt")
    assert (of_place(again, "贺州") == []) == alias
    assert ("贺州" in proposals(client)) != alias


def test_a_region_may_become_an_alias(client: TestClient) -> None:
    take_in(client, "泰国代表表示，泰国缺少辅料。")
    key = proposals(client)["泰国"]["key"]
    assert step(client, key, "merge", {"cluster": "keqiao", "alias": True}).status_code == 200
    assert "泰国" in client.get("/api/v1/clusters/keqiao").json()["aliases"]


def test_an_alias_that_means_something_else_is_refused(
    client: TestClient, taken: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = proposals(client)["贺州"]["key"]
    for name, cause in (("西樵", "西樵"), ("面料", "面料"), ("Keqiao", "柯桥")):
        monkeypatch.setattr("service.proposals.views.Group.name", name)
        refused = step(client, key, "merge", {"cluster": "dalian", "alias": True})
        assert refused.status_code == 422, refused.text
        assert (
            cause
            in client.post(
                f"/api/v1/proposals/{key}/merge",
                json={"cluster": "dalian", "alias": True},
                headers={"Accept-Language": "zh"},
            ).json()["detail"]
        )
    monkeypatch.undo()
    assert proposals(client)["贺州"]["statements"] == of_place(taken, "贺州")


def test_a_dismissed_place_is_not_proposed_again_until_that_is_undone(
    client: TestClient, taken: Json
) -> None:
    found = proposals(client)["贺州"]
    told = {"reason": "只是路过的城市"}
    answer = step(client, found["key"], "dismiss", told)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["name"], answer.json()["statements"]) == ("贺州", 2)
    ids = of_place(taken, "贺州")
    for id_ in ids:
        assert statement(client, id_)["status"] == "rejected"
        assert statement(client, id_)["cause"] == "只是路过的城市"
        last = client.get(f"/api/v1/statements/{id_}/history").json()[-1]
        assert (last["action"], last["after"]["cause"]) == ("rejected", "只是路过的城市")
    again = take_in(client, MINUTES.replace("李某", "王某"), "again.txt")
    assert {row["status"] for row in again["drafts"] if row["place_name"] == "贺州"} == {"rejected"}
    assert "贺州" not in proposals(client)
    (dismissed,) = client.get("/api/v1/proposals/dismissed").json()
    assert (dismissed["key"], dismissed["statements"]) == (found["key"], 4)

    restored = step(client, found["key"], "restore")
    assert restored.json() == {"statements": [*ids, *of_place(again, "贺州")]}
    assert proposals(client)["贺州"]["drafts"] == 4
    assert statement(client, ids[0])["cause"] is None
    assert client.get("/api/v1/proposals/dismissed").json() == []
    assert step(client, found["key"], "restore").status_code == 404


def test_undoing_leaves_what_a_person_decided_otherwise(client: TestClient, taken: Json) -> None:
    first, second = of_place(taken, "贺州")
    client.post(f"/api/v1/statements/{first}/reject")
    key = proposals(client)["贺州"]["key"]
    step(client, key, "dismiss", {"reason": "不是产地"})
    tag = {"If-Match": "*"}
    client.patch(f"/api/v1/statements/{second}", json={"cluster": "dalian"}, headers=tag)
    assert step(client, key, "restore").json() == {"statements": []}
    assert statement(client, first)["status"] == "rejected"
    assert statement(client, second)["cluster"] == "dalian"


STEPS = {
    "accept": CLUSTER,
    "merge": {"cluster": "dalian"},
    "dismiss": {"reason": "不是产地"},
}


@pytest.mark.parametrize("what", STEPS)
def test_who_has_not_seen_the_newest_drafts_is_stopped(
    client: TestClient, taken: Json, what: str
) -> None:
    seen = proposals(client)["贺州"]
    take_in(client, MINUTES.replace("李某", "王某"), "again.txt")
    stale = step(client, seen["key"], what, STEPS[what], **{"If-Match": f'"{seen["version"]}"'})
    assert stale.status_code == 412
    assert len(stale.json()["stored"]["statements"]) == 4
    assert {statement(client, id_)["status"] for id_ in of_place(taken, "贺州")} == {"draft"}


@pytest.mark.parametrize("what", STEPS)
def test_a_step_sent_twice_takes_effect_once(client: TestClient, taken: Json, what: str) -> None:
    key = proposals(client)["贺州"]["key"]
    once = {"Idempotency-Key": "one"}
    first, second = (step(client, key, what, STEPS[what], **once) for _ in range(2))
    assert first.status_code == 200
    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert step(client, key, what, STEPS[what]).status_code == 404
    assert taken["drafts"]


def test_of_two_who_decide_at_once_one_is_told(client: TestClient, taken: Json) -> None:
    key = proposals(client)["贺州"]["key"]
    steps: list[Callable[[], Any]] = [
        lambda: step(client, key, "accept", CLUSTER),
        lambda: step(client, key, "dismiss", {"reason": "不是产地"}),
    ]
    with ThreadPoolExecutor() as pool:
        codes = sorted(answer.result().status_code for answer in map(pool.submit, steps))
    assert codes == [200, 404]
    states = {statement(client, id_)["status"] for id_ in of_place(taken, "贺州")}
    assert len(states) == 1


def test_every_step_is_in_the_audit(client: TestClient, taken: Json, admin: TestClient) -> None:
    found = proposals(client)
    step(client, found["贺州"]["key"], "accept", CLUSTER)
    step(client, found["青州"]["key"], "dismiss", {"reason": "不是产地"})
    step(client, found["青州"]["key"], "restore")
    step(client, found["青州"]["key"], "merge", {"cluster": "dalian"})
    lines = admin.get("/api/v1/audit?entity=proposal").json()
    assert [line["action"] for line in lines][::-1] == [
        "proposal.accepted",
        "proposal.dismissed",
        "proposal.restored",
        "proposal.merged",
    ]
    assert lines[-1]["after"]["statements"] == of_place(taken, "贺州")
