"""Lists that were shown, decisions on their pairs, and what came of them, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from tests.support.people import OWN_CLUSTER, bearer

Json = dict[str, Any]
ANY = {"If-Match": "*"}
EVENT: Json = {
    "name_zh": "秋季面料对接会",
    "held_on": "2026-12-08",
    "place": "虎门",
    "themes": ["fabric", "trims"],
    "participants": ["dalian", "xiping", "keqiao", "xiqiao", "shishi", "dalang"],
}


@pytest.fixture
def event(client: TestClient) -> int:
    return int(sent(client, "/api/v1/events", EVENT)["id"])


def sent(client: TestClient, url: str, body: Json, status: int = 201) -> Json:
    answer = client.post(url, json=body)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def pairs(client: TestClient, url: str) -> list[tuple[str, str]]:
    return [(row["for"], row["cluster"]) for row in client.get(url).json()]


def test_a_list_is_kept_as_it_was_shown(client: TestClient, event: int) -> None:
    url = f"/api/v1/events/{event}"
    ranked = client.get(f"{url}/suggestions?limit=4").json()
    shown = sent(client, f"{url}/showings", {"top": 4})
    assert [p["place"] for p in shown["pairs"]] == [1, 2, 3, 4]
    for row, pair in zip(ranked, shown["pairs"], strict=True):
        assert {name: pair[name] for name in pair if name != "place"} == {
            name: row[name] for name in pair if name != "place"
        }
    assert shown["weights"] == {"need": 0.45, "offer": 0.35, "mutual": 0.15, "similarity": 0.05}
    assert (shown["to"], shown["audience"]) == (None, "organisers")
    own = sent(client, f"{url}/showings", {"to": "dalian"})
    assert {pair["for"] for pair in own["pairs"]} == {"dalian"}
    assert (own["to"], own["audience"]) == ("dalian", "members")
    assert client.get(f"{url}/showings").json() == [own, shown]


def test_a_decision_remembers_the_list_that_showed_it(client: TestClient, event: int) -> None:
    url = f"/api/v1/events/{event}"
    first = sent(client, f"{url}/showings", {"top": 5})
    third = first["pairs"][2]
    body = {"for": third["cluster"], "cluster": third["for"], "verdict": "must"}
    taken = sent(client, f"{url}/decisions", body)
    terms = ("for", "cluster", "place", "need", "offer", "mutual", "similarity")
    assert {name: taken[name] for name in terms} == {name: third[name] for name in terms}
    assert (taken["showing"], taken["side"], taken["verdict"]) == (first["id"], None, "must")
    # Nobody had put a list before the side itself: its terms are those of the day.
    taken = sent(client, f"{url}/decisions", {**body, "side": third["for"], "verdict": "yes"})
    assert (taken["showing"], taken["place"], taken["for"]) == (None, None, third["cluster"])
    assert (taken["need"], taken["offer"]) == (third["offer"], third["need"])
    assert len(client.get(f"{url}/decisions").json()) == 2


def test_a_refusal_holds_for_its_event_alone(client: TestClient, event: int) -> None:
    other = int(sent(client, "/api/v1/events", EVENT)["id"])
    here, there = (f"/api/v1/events/{id_}/suggestions?limit=200" for id_ in (event, other))
    before, tag = pairs(client, here), client.get(here).headers["ETag"]
    body = {"for": before[0][0], "cluster": before[0][1], "side": before[0][1], "verdict": "no"}
    taken = sent(client, f"/api/v1/events/{event}/decisions", body)
    assert client.get(here, headers={"If-None-Match": tag}).status_code == 200
    assert pairs(client, here) == before[1:]
    assert pairs(client, there) == before
    shown = sent(client, f"/api/v1/events/{event}/showings", {})
    assert set(before[0]) not in [{pair["for"], pair["cluster"]} for pair in shown["pairs"]]
    url = f"/api/v1/events/{event}/decisions/{taken['id']}"
    assert client.delete(url).status_code == 428
    assert client.delete(url, headers={"If-Match": '"7"'}).status_code == 412
    assert client.delete(url, headers={"If-Match": '"1"'}).status_code == 204
    assert client.get(here, headers={"If-None-Match": tag}).status_code == 304
    assert client.delete(url, headers=ANY).status_code == 404


def test_a_refusal_leaves_kept_runs_alone_and_every_list_of_its_event(
    client: TestClient, event: int
) -> None:
    run = f"/api/v1/runs/{client.post(f'/api/v1/runs?event={event}&limit=40').json()['id']}"
    answer, lists = client.get(run), f"/api/v1/events/{event}/lists?spread=0&top=5&limit=50"
    first, tag = answer.json()["suggestions"][0], client.get(lists).headers["ETag"]
    pair = {first["for"], first["cluster"]}
    body = {"for": first["for"], "cluster": first["cluster"], "verdict": "no"}
    sent(client, f"/api/v1/events/{event}/decisions", body)
    assert client.get(run).content == client.get(f"{run}/again").content == answer.content
    found = client.get(f"{run}/compare").json()
    assert found["asked"] == [{"field": "refused", "before": [], "after": [sorted(pair)]}]
    (gone,) = [p for p in found["pairs"] if p["status"] == "went"]
    assert ({gone["for"], gone["cluster"]}, gone["excluded"]) == (pair, "refused")
    now = client.get(lists, headers={"If-None-Match": tag})
    assert now.status_code == 200
    shown = [
        {i["suggestion"]["for"], i["suggestion"]["cluster"]} for r in now.json() for i in r["items"]
    ]
    assert shown
    assert pair not in shown


def test_a_side_decides_once_until_it_takes_it_back(client: TestClient, event: int) -> None:
    url = f"/api/v1/events/{event}/decisions"
    body = {"for": "大连", "cluster": "柯桥", "side": "dalian", "verdict": "yes"}
    taken = sent(client, url, body)
    turned = {**body, "for": "keqiao", "cluster": "dalian", "verdict": "no"}
    assert sent(client, url, turned, 409)["id"] == taken["id"]
    sent(client, url, {**turned, "side": "keqiao"})
    assert client.delete(f"{url}/{taken['id']}", headers=ANY).status_code == 204
    assert sent(client, url, turned)["verdict"] == "no"


def test_two_at_once_decide_for_a_side_once(client: TestClient, event: int) -> None:
    url = f"/api/v1/events/{event}/decisions"
    body = {"for": "dalian", "cluster": "keqiao", "verdict": "yes"}
    with ThreadPoolExecutor() as pool:
        codes = sorted(pool.map(lambda _: client.post(url, json=body).status_code, range(2)))
    assert codes in ([201, 409], [201, 503])  # 503: it waited too long for the other
    assert len(client.get(url).json()) == 1


@pytest.mark.parametrize(
    ("change", "status", "cause"),
    [
        ({"cluster": "dalian"}, 422, "unprocessable"),
        ({"side": "xiping"}, 422, "unprocessable"),
        ({"cluster": "humen"}, 422, "unprocessable"),
        ({"cluster": "atlantis"}, 404, "cluster-not-found"),
        ({"verdict": "perhaps"}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    client: TestClient, event: int, change: Json, status: int, cause: str
) -> None:
    body = {"for": "dalian", "cluster": "keqiao", "verdict": "yes", **change}
    refused = sent(client, f"/api/v1/events/{event}/decisions", body, status)
    assert refused["type"] == f"/problems/{cause}"
    assert client.get(f"/api/v1/events/{event}/decisions").json() == []


def test_a_representative_decides_and_reads_for_its_own_side(
    app: FastAPI, client: TestClient, event: int
) -> None:
    url = f"/api/v1/events/{event}/decisions"
    own = TestClient(app, headers=bearer(Role.REPRESENTATIVE))
    pair = {"for": OWN_CLUSTER, "cluster": "keqiao", "verdict": "yes"}
    mine = sent(own, url, {**pair, "side": OWN_CLUSTER})
    sent(own, url, pair, 403)
    sent(own, url, {**pair, "side": "keqiao"}, 403)
    theirs = sent(client, url, {**pair, "side": "keqiao"})
    assert own.get(url).json() == [mine]
    assert own.delete(f"{url}/{theirs['id']}", headers=ANY).status_code == 404
    assert client.get(url).json() == [theirs, mine]


def test_outcomes_are_steps_of_a_pair(app: FastAPI, client: TestClient, event: int) -> None:
    body = {"event": event, "for": "dalian", "cluster": "keqiao", "happened_on": "2026-12-08"}
    met = sent(client, "/api/v1/outcomes", {**body, "result": "met", "note": "谈得好"})
    signed = {**body, "result": "contract", "amount_yuan": 3_000_000_000}
    contract = sent(client, "/api/v1/outcomes", signed)
    assert (contract["amount_yuan"], met["note"]) == (3_000_000_000, "谈得好")
    sent(client, "/api/v1/outcomes", {**signed, "result": "intent"}, 422)
    sent(client, "/api/v1/outcomes", {**body, "result": "met", "event": 99999}, 404)
    elsewhere = {**body, "event": None, "for": "xiping", "result": "none"}
    later = sent(client, "/api/v1/outcomes", elsewhere)
    assert client.get(f"/api/v1/outcomes?event={event}").json() == [contract, met]
    assert client.get("/api/v1/outcomes?cluster=xiping").json() == [later]
    own = TestClient(app, headers=bearer(Role.REPRESENTATIVE))
    assert own.get("/api/v1/outcomes").json() == [contract, met]
    sent(own, "/api/v1/outcomes", elsewhere, 403)
    url = f"/api/v1/outcomes/{met['id']}"
    assert client.delete(url, headers={"If-Match": '"1"'}).status_code == 204
    assert client.get("/api/v1/outcomes?cluster=dalian").json() == [contract]


def test_a_cancelled_event_takes_its_decisions_along(client: TestClient, event: int) -> None:
    url = f"/api/v1/events/{event}"
    sent(client, f"{url}/showings", {})
    sent(client, f"{url}/decisions", {"for": "dalian", "cluster": "keqiao", "verdict": "yes"})
    outcome = {"event": event, "for": "dalian", "cluster": "keqiao", "happened_on": "2026-12-08"}
    sent(client, "/api/v1/outcomes", {**outcome, "result": "met"})
    assert client.delete(url, headers=ANY).status_code == 204
    assert client.get("/api/v1/outcomes").json() == []
    assert client.get("/api/v1/blends/active").json()["evidence"]["decided"] == 0
