"""The blend learnt from stored decisions: proposed, put in force, taken back."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.blends.gathering import gathered
from service.cli import app as commands
from service.runtime import Runtime
from tests.support.evidence import add_decisions

Json = dict[str, Any]
SHIPPED = {"need": 0.45, "offer": 0.35, "mutual": 0.15, "similarity": 0.05}
RANKING = "/api/v1/suggestions?limit=5"


def decisions(runtime: Runtime, **how: Any) -> list[int]:
    with runtime.sessions.write() as session:
        return add_decisions(session, **how)


def post(client: TestClient, path: str, status: int = 200, **body: Any) -> Json:
    answer = client.post(f"/api/v1/blends{path}", json=body)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def active(client: TestClient) -> Json:
    found: Json = client.get("/api/v1/blends/active").json()
    return found


def test_too_little_evidence_is_silent_and_says_what_is_missing(
    client: TestClient, seeded: Runtime
) -> None:
    refused = post(client, "", 409)
    assert refused["type"] == "/problems/too-little-evidence"
    assert (refused["decided"], refused["events"]) == (60, 3)
    decisions(seeded, events=2)
    state = active(client)
    assert (state["weights"], state["active"], state["enough"]) == (SHIPPED, None, False)
    assert (state["missing"]["decided"], state["missing"]["events"]) == (18, 1)
    assert post(client, "", 409)["events"] == 1
    assert client.get("/api/v1/blends").json() == []


def test_a_blend_is_learnt_activated_and_taken_back(client: TestClient, seeded: Runtime) -> None:
    decisions(seeded, events=6)
    asked = f"{RANKING}&weight_need=1"
    before, pinned = client.get(RANKING), client.get(asked).json()
    learnt = post(client, "", 201)
    assert learnt["better"]
    assert learnt["weights"]["mutual"] > SHIPPED["mutual"]
    assert sum(learnt["weights"].values()) == pytest.approx(1)
    assert (learnt["evidence"]["decided"], learnt["figures"]["events"]) == (126, 6)
    loss = learnt["figures"]["log_loss"]
    assert loss["new"]["value"] < loss["old"]["value"]
    assert client.get(RANKING, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    done = post(client, f"/{learnt['id']}/activate")
    assert (done["state"], done["forced"]) == ("active", False)
    assert active(client)["weights"] == learnt["weights"]
    after = client.get(RANKING, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    for row in after.json():
        blended = sum(learnt["weights"][term] * row[term] for term in SHIPPED)
        assert row["score"] == pytest.approx(blended, abs=1e-9)
        assert sum(reason["contribution"] for reason in row["reasons"]) == pytest.approx(blended)
    assert client.get(asked).json() == pinned  # weights that are asked for win over the blend
    post(client, f"/{learnt['id']}/activate", 409)
    state = post(client, "/back")
    assert (state["weights"], state["active"]) == (SHIPPED, None)
    assert client.get(RANKING).json() == before.json()
    post(client, "/back", 409)
    (kept,) = client.get("/api/v1/blends").json()
    assert kept["state"] == "retired"


def test_a_kept_run_has_the_weights_that_it_used(client: TestClient, seeded: Runtime) -> None:
    decisions(seeded, events=6)
    plain, named = (
        client.post(f"/api/v1/runs?cluster=dalian&limit=5{more}").json()
        for more in ("", "&weight_need=1")
    )
    learnt = post(client, "", 201)
    post(client, f"/{learnt['id']}/activate")
    assert plain["question"]["weights"] == SHIPPED
    run = f"/api/v1/runs/{plain['id']}"
    assert client.get(f"{run}/again").content == client.get(run).content
    found = client.get(f"{run}/compare").json()
    change = {"field": "weights", "before": SHIPPED, "after": learnt["weights"]}
    assert found["asked"] == [change]
    assert {move["cause"] for pair in found["pairs"] for move in pair["moves"]} == {"weights"}
    assert client.get(f"/api/v1/runs/{named['id']}/compare").json()["pairs"] == []


def test_going_back_leads_through_all_that_was_in_force(
    client: TestClient, seeded: Runtime
) -> None:
    decisions(seeded, events=6)
    one = post(client, "", 201)
    post(client, f"/{one['id']}/activate")
    decisions(seeded, events=6, seed=9)
    two = post(client, "", 201)
    assert two["evidence"]["compared_with"] == one["weights"]
    post(client, f"/{two['id']}/activate", force=True)
    assert [b["state"] for b in client.get("/api/v1/blends").json()] == ["active", "replaced"]
    assert post(client, "/back")["active"]["id"] == one["id"]
    assert post(client, "/back")["active"] is None
    post(client, f"/{two['id']}/activate", force=True)
    assert active(client)["active"]["id"] == two["id"]


def test_what_is_no_better_needs_force(client: TestClient, seeded: Runtime) -> None:
    decisions(seeded, events=4, sense=0.0)
    learnt = post(client, "", 201)
    assert not learnt["better"]
    refused = post(client, f"/{learnt['id']}/activate", 409)
    assert refused["type"] == "/problems/blend-no-better"
    assert active(client)["active"] is None
    assert post(client, f"/{learnt['id']}/activate", force=True)["forced"]
    post(client, "/99999/activate", 404)


def test_a_pair_counts_once_with_its_best_place_and_its_furthest_result(
    client: TestClient, seeded: Runtime
) -> None:
    places = ["dalian", "xiping", "keqiao", "xiqiao"]
    event = {"name_zh": "会", "held_on": "2026-12-08", "place": "大连", "participants": places}
    id_ = client.post("/api/v1/events", json=event).json()["id"]
    shown = client.post(f"/api/v1/events/{id_}/showings", json={}).json()["pairs"]
    client.post(f"/api/v1/events/{id_}/showings", json={"to": "dalian"})
    pair = {"for": shown[0]["for"], "cluster": shown[0]["cluster"]}
    url = f"/api/v1/events/{id_}/decisions"
    client.post(url, json={**pair, "verdict": "yes"})
    client.post(url, json={**pair, "verdict": "no", "side": pair["for"]})
    with seeded.sessions.read() as session:
        evidence = gathered(session)
    assert evidence.rank.tolist().count(1) >= 1
    assert sorted(evidence.grade.tolist()) == [-1] * (len(evidence.grade) - 1) + [0]
    body = {**pair, "event": id_, "result": "samples", "happened_on": "2026-12-09"}
    client.post("/api/v1/outcomes", json=body)
    with seeded.sessions.read() as session:
        assert max(gathered(session).grade) == 4


def test_the_command_line_does_the_same(
    seeded: Runtime, seeded_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUIJIE_DATABASE_URL", seeded_url)
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path))

    def run(*words: str, code: int = 0) -> Any:
        result = CliRunner().invoke(commands, ["blend", *words, "--format", "json"])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if code == 0 else result.stderr

    run("learn", code=1)
    decisions(seeded, events=6)
    (learnt,) = run("learn")
    assert [row["id"] for row in run("list")] == [learnt["id"]]
    (done,) = run("activate", str(learnt["id"]))
    assert done["state"] == "active"
    assert run("present")[0]["weights"] == learnt["weights"]
    assert run("back")[0]["weights"] == SHIPPED
    run("back", code=1)
    table = CliRunner().invoke(commands, ["blend", "present"]).stdout
    assert "not_chosen" in table
