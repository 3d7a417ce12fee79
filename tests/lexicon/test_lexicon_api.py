"""The lexicon over HTTP: rehearsed, applied, used at once, withdrawn."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from tests.lexicon.conftest import NEW, TAKEN, Json, change, listed, read

SPEECH = "大连：我们缺少盘纽襻子。"


def test_all_that_is_in_force_is_listed_once(client: TestClient) -> None:
    rows = listed(client)
    keys = [(row["part"], row["target"], row["form"].lower()) for row in rows]
    assert len(keys) == len(set(keys)) > 2000
    assert {row["origin"] for row in rows} == {"shipped"}
    assert {row["part"] for row in rows} == {"cue", "topic", "facet", "ignore"}
    forms = {row["form"] for row in listed(client, part="cue", target="gap-lack", q="缺")}
    assert {"缺少", "缺乏"} <= forms
    assert all("缺" in form for form in forms)
    assert listed(client, origin="own") == []


def test_a_rehearsal_changes_nothing_and_says_what_would(client: TestClient) -> None:
    told = change(client, TAKEN, apply=False)
    assert not told["applied"]
    assert told["change"]["id"] is None
    assert listed(client, origin="own") == []
    before, after = (told["measured"][name]["strict"] for name in ("before", "after"))
    lost, won = len(told["measured"]["lost"]), len(told["measured"]["won"])
    assert lost > 0
    assert before["tp"] - after["tp"] == lost - won
    assert before["fn"] - after["fn"] == won - lost
    assert before["fp"] - after["fp"] == len(told["measured"]["dropped"]) - len(
        told["measured"]["invented"]
    )
    assert any("面料" in row["quote"] for row in told["measured"]["lost"])


def test_an_applied_wording_is_read_at_once(client: TestClient) -> None:
    assert [d["topic"] for d in read(client, SPEECH)] == []
    told = change(client, NEW)
    assert told["applied"]
    (row,) = listed(client, origin="own")
    assert row == told["change"]
    assert (row["form"], row["note"], row["effect"]) == ("盘纽襻子", "旗袍用", "add")
    (draft,) = read(client, SPEECH + "会后。")
    assert (draft["topic"], draft["kind"]) == ("trims", "gap")


def test_what_was_taken_out_is_listed_as_taken_out(client: TestClient) -> None:
    id_ = change(client, TAKEN)["change"]["id"]
    (row,) = [r for r in listed(client, target="fabric") if r["form"] == "面料"]
    assert (row["origin"], row["effect"], row["id"]) == ("own", "remove", id_)
    measured = client.get("/api/v1/lexicon/measure").json()
    assert measured["before"]["strict"]["tp"] > measured["after"]["strict"]["tp"]


def test_an_ignored_wording_hides_the_cue_inside(client: TestClient) -> None:
    text = "大连：我们缺少面料企业。"
    assert [draft["kind"] for draft in read(client, text)] == ["gap"]
    change(client, {"part": "ignore", "form": "我们缺少面料"})
    assert "gap" not in {draft["kind"] for draft in read(client, text + "又一份。")}


def test_a_facet_value_gets_another_name(client: TestClient) -> None:
    change(client, {"part": "facet", "target": "material:silk", "form": "天蚕绸"})
    (draft,) = read(client, "大连：我们缺少天蚕绸面料企业。")
    assert draft["facets"]["material"] == ["silk"]


def test_withdrawing_is_rehearsed_then_done(client: TestClient, admin: TestClient) -> None:
    id_ = change(client, TAKEN)["change"]["id"]
    url = f"/api/v1/lexicon/{id_}/withdraw"
    told = client.post(url, json={}).json()
    assert (told["applied"], len(listed(client, origin="own"))) == (False, 1)
    assert len(told["measured"]["won"]) > 0
    stale = client.post(url, json={"apply": True}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    done = client.post(url, json={"apply": True}, headers={"If-Match": '"1"'}).json()
    assert done["applied"]
    assert done["change"]["withdrawn_at"]
    assert listed(client, origin="own") == []
    again = client.post(url, json={"apply": True})
    assert again.status_code == 409
    assert client.post("/api/v1/lexicon/99999/withdraw", json={}).status_code == 404
    assert change(client, TAKEN)["change"]["id"] != id_
    lines = admin.get("/api/v1/audit?entity=lexicon_change").json()
    assert [line["action"] for line in lines] == [
        "lexicon_change.created",
        "lexicon_change.withdrawn",
        "lexicon_change.created",
    ]


REFUSED: dict[str, tuple[Json, int, str]] = {
    "empty": ({**NEW, "form": " "}, 422, "词语为空"),
    "only dots": ({**NEW, "form": "……"}, 422, "词语为空"),
    "only punctuation": ({**NEW, "form": "，。"}, 422, "词语为空"),
    "too long": ({**NEW, "form": "盘" * 41}, 422, "41"),
    "a regular expression": ({**NEW, "form": "盘扣.*"}, 422, "正则"),
    "a class": ({**NEW, "form": "[盘扣]"}, 422, "正则"),
    "a wildcard in a topic": ({**NEW, "form": "盘…扣"}, 422, "只有句型"),
    "an open end": ({"part": "cue", "target": "gap-lack", "form": "缺…"}, 422, "前后都要有字"),
    "an open start": ({"part": "cue", "target": "gap-lack", "form": "…缺"}, 422, "前后都要有字"),
    "everything": ({"part": "cue", "target": "gap-lack", "form": "的"}, 422, "%"),
    "one letter": ({**NEW, "form": "产"}, 422, "%"),
    "in force": ({**NEW, "form": "拉链", "target": "fasteners"}, 409, "已在该处使用"),
    "in force, folded": ({**NEW, "form": "拉鏈", "target": "fasteners"}, 409, "已在该处使用"),
    "not in force": ({**NEW, "effect": "remove"}, 422, "没有使用"),
    "no such topic": ({**NEW, "target": "buttons_of_gold"}, 422, "buttons_of_gold"),
    "no such rule": ({"part": "cue", "target": "ignore", "form": "盘扣"}, 422, "ignore"),
    "no target": ({**NEW, "target": ""}, 422, "没有句型"),
    "a target to ignore": ({"part": "ignore", "target": "x", "form": "盘扣"}, 422, "x"),
    "hides a cue": ({"part": "ignore", "form": "缺少"}, 422, "不能既识别又忽略"),
    "the contrary": (
        {"part": "cue", "target": "strength-plenty", "form": "匮乏"},
        422,
        "相反的句型",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_form_is_refused_with_the_cause(client: TestClient, case: str) -> None:
    fields, status, cause = REFUSED[case]
    for apply in (False, True):
        answer = client.post(
            "/api/v1/lexicon",
            json={**fields, "apply": apply},
            headers={"Accept-Language": "zh"},
        )
        assert answer.status_code == status, answer.text
        assert cause in answer.json()["detail"]
    assert listed(client, origin="own") == []


def test_the_opposite_of_an_own_change_is_sent_to_that_change(client: TestClient) -> None:
    id_ = change(client, NEW)["change"]["id"]
    refused = client.post("/api/v1/lexicon", json={**NEW, "effect": "remove"})
    assert refused.status_code == 409
    assert refused.json()["id"] == id_


def test_the_same_change_twice_is_told(client: TestClient) -> None:
    once = {"Idempotency-Key": "one"}
    body = {**NEW, "apply": True}
    first = client.post("/api/v1/lexicon", json=body, headers=once)
    second = client.post("/api/v1/lexicon", json=body, headers=once)
    assert second.json() == first.json()
    assert client.post("/api/v1/lexicon", json=body).status_code == 409
    assert len(listed(client, origin="own")) == 1


def test_two_at_once_add_it_once(client: TestClient) -> None:
    def add(_: int) -> int:
        return client.post("/api/v1/lexicon", json={**NEW, "apply": True}).status_code

    with ThreadPoolExecutor() as pool:
        codes = sorted(pool.map(add, range(2)))
    assert codes in ([200, 409], [200, 503])  # 503: it waited too long for the other's measuring
    assert len(listed(client, origin="own")) == 1
