"""Two runs side by side: what came, went, rose and fell, and why, to the last decimal."""

import csv
import io
import json
import math
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.runtime import Runtime
from tests.access.cast import BOTH_ENGINES
from tests.dashboard.reading import read_page
from tests.support.commands import Run
from tests.support.saying import posted, say

pytestmark = BOTH_ENGINES
ASKED = "/api/v1/runs?cluster=dalian&limit=10"


def compared(client: TestClient, run: int, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/runs/{run}/compare{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    for pair in found["pairs"]:
        moved = math.fsum(move["moved"] for move in pair["moves"])
        assert moved == pytest.approx(pair["change"], abs=1e-9)
        assert pair["change"] == pair["score_after"] - pair["score_before"]
    return found


def changed(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {pair["cluster"]: pair for pair in found["pairs"]}


@pytest.mark.slow
def test_nothing_moved_nothing_is_told(client: TestClient) -> None:
    posted(client, ASKED, None)
    found = compared(client, 1)
    assert (found["pairs"], found["statements"], found["asked"]) == ([], [], [])
    assert (found["unchanged"], found["before_id"], found["after_id"]) == (10, 1, None)


def test_a_new_statement_is_named_with_what_it_moved(client: TestClient) -> None:
    posted(client, ASKED, None)
    said = say(client, "keqiao", "strength", "fabric", "面料", weight=5)
    found = compared(client, 1)
    (first,) = [p for p in found["pairs"] if p["cluster"] == "keqiao"]
    assert first["status"] in {"came", "rose"}
    assert {m["statement"] for m in first["moves"]} == {str(said["id"])}
    (told,) = found["statements"]
    assert (told["cause"], told["cluster"], told["id"]) == ("came", "keqiao", str(said["id"]))
    assert told["statement"]["phrase"] == "面料"
    assert told["moved"] == pytest.approx(first["change"])


@pytest.mark.slow
def test_two_kept_runs_differ_by_day_weights_and_topics(client: TestClient) -> None:
    posted(client, f"{ASKED}&as_of=2018-06-01", None)
    posted(client, f"{ASKED}&topic=fabric&rank_by=need", None)
    found = compared(client, 1, "?with=2")
    assert {part["field"] for part in found["asked"]} == {"topics", "rank_by"}
    causes = {move["cause"] for pair in found["pairs"] for move in pair["moves"]}
    assert {"weights", "topics", "date"} <= causes
    assert not causes & {"scorer", "ground"}
    assert {pair["status"] for pair in found["pairs"]} >= {"came", "went"}
    for pair in found["pairs"]:
        assert (pair["rank_before"] is None) == (pair["status"] == "came")
        assert (pair["rank_after"] is None) == (pair["status"] == "went")


@pytest.mark.slow
def test_a_pair_that_is_seen_from_its_other_side_says_so(client: TestClient) -> None:
    for name in ("dalian", "keqiao"):
        posted(client, f"/api/v1/runs?cluster={name}&limit=5", None)
    found = compared(client, 1, "?with=2")
    (both,) = [p for p in found["pairs"] if p["rank_before"] and p["rank_after"]]
    assert (both["for"], both["cluster"]) == ("keqiao", "dalian")
    assert [move["cause"] for move in both["moves"]] == ["turned"]


@pytest.mark.slow
def test_a_pair_that_may_not_meet_any_more_says_why_it_went(client: TestClient) -> None:
    posted(client, ASKED, None)
    first = client.get("/api/v1/runs/1").json()["suggestions"][0]["cluster"]
    client.put(f"/api/v1/clusters/dalian/vetoes/{first}", json={"reason": "旧怨"})
    pair = changed(compared(client, 1))[first]
    assert (pair["status"], pair["excluded"], pair["change"]) == ("went", "veto", 0)


@pytest.mark.slow
def test_an_edit_says_what_was_changed(client: TestClient) -> None:
    said = say(client, "keqiao", "strength", "fabric", "面料", weight=4)
    posted(client, ASKED, None)
    edited = client.patch(
        f"/api/v1/statements/{said['id']}", json={"weight": 5}, headers={"If-Match": "*"}
    )
    assert edited.status_code == 200
    (told,) = compared(client, 1)["statements"]
    assert told["cause"] == "changed"
    assert told["fields"] == [{"field": "weight", "before": 4, "after": 5}]


@pytest.mark.slow
def test_a_newer_scorer_is_a_cause_of_its_own(
    client: TestClient, seeded: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered then, by other arithmetic, against the same facts today."""
    from service.matching import terms as module  # noqa: PLC0415 - altered for this test alone

    monkeypatch.setattr("service.runs.usecases.SCORER_VERSION", "0")
    weigh = module.PairTerms.score
    with monkeypatch.context() as older:
        older.setattr(module.PairTerms, "score", lambda self, blend: weigh(self, blend) * 0.9)
        posted(client, ASKED, None)
    found = compared(client, 1)
    causes = {move["cause"] for pair in found["pairs"] for move in pair["moves"]}
    assert causes == {"scorer"}
    assert len(found["pairs"]) == 10


def test_the_command_asks_the_kept_question_again(client: TestClient, run: Run) -> None:
    posted(client, ASKED, None)
    say(client, "keqiao", "strength", "fabric", "面料", weight=5)
    ask = ("suggest", "--compare", "1", "--as-of", "2026-11-23")
    (told,) = json.loads(run(*ask, "--format", "json").stdout)
    assert told == compared(client, 1)
    rows = list(csv.DictReader(io.StringIO(run(*ask, "--format", "csv").stdout)))
    sums: dict[str, list[float]] = {}
    for row in rows:
        sums.setdefault(row["cluster"], []).append(float(row["moved"]))
    assert {name: math.fsum(moved) for name, moved in sums.items()} == pytest.approx(
        {name: pair["change"] for name, pair in changed(told).items()}, abs=1e-9
    )
    assert "new statement" in run(*ask).stdout
    (other,) = json.loads(run(*ask, "--topic", "design", "--format", "json").stdout)
    assert [part["after"] for part in other["asked"]] == [["design"]]
    assert "no run with the number 7" in run("suggest", "--compare", "7", code=1).stderr


def test_the_page_shows_what_the_api_returns(client: TestClient) -> None:
    posted(client, ASKED, None)
    say(client, "keqiao", "strength", "fabric", "面料", weight=5)
    listed = read_page(client.get("/runs?lang=en").text)
    assert listed.one("tbody").one("a").attributes["href"] == "/runs/1"
    page = read_page(client.get("/runs/1?lang=en").text)
    found = compared(client, 1)
    rows = page.one("table", "changes").one("tbody").all("tr")
    assert [row.one("th").one("a").attributes["href"] for row in rows] == [
        f"/pairs/{pair['for']}/{pair['cluster']}" for pair in found["pairs"]
    ]
    for row in rows:
        change, *moves = [float(figure.text) for figure in row.all("b")]
        assert sum(moves) == pytest.approx(change, abs=1e-9)
    assert len(page.one("ol", "lifts").all("li")) == len(found["statements"])


@pytest.mark.slow
def test_the_form_of_the_page_says_what_is_wrong(client: TestClient) -> None:
    posted(client, ASKED, None)
    posted(client, "/api/v1/runs?cluster=dalian&limit=3", None)
    assert client.get("/runs/1?with=2").status_code == 200
    wrong = client.get("/runs/1?with=x&as_of=yesterday&lang=en")
    assert wrong.status_code == 422
    texts = [p.text for p in read_page(wrong.text).all("p", "error")]
    assert texts == ["Give the number of a run", "Write the day like 2026-11-25"]
    assert client.get("/runs/99").status_code == 404
