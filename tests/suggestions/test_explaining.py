"""One pair explained, the same on every face of the program."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.access.cast import BOTH_ENGINES
from tests.dashboard.reading import read_page
from tests.support.clock import NOW
from tests.support.commands import Run
from tests.support.saying import say

pytestmark = BOTH_ENGINES
PAIR = "a=dalian&b=keqiao"
ON = ("--as-of", f"{NOW.date()}")


def asked(client: TestClient, question: str = PAIR) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/suggestions/explain?{question}").json()
    return found


def everyone(client: TestClient, path: str) -> list[dict[str, Any]]:
    """The whole list, page by page."""
    answer = client.get(path)
    rows: list[dict[str, Any]] = answer.json()
    following = answer.links.get("next")
    return rows + (everyone(client, following["url"]) if following else [])


def test_api_command_and_page_agree(client: TestClient, run: Run) -> None:
    found = asked(client)
    arguments = ("explain", "dalian", "柯桥", *ON, "--format", "json")
    assert json.loads(run(*arguments).stdout) == [found]
    listed = everyone(client, "/api/v1/clusters/dalian/suggestions?limit=100")
    row = next(row for row in listed if row["cluster"] == "keqiao")
    assert found["suggestion"] == row
    assert (found["rank"], found["listed"]) == (row["rank"], len(listed))
    page = read_page(client.get("/pairs/dalian/keqiao?lang=en").text)
    assert page.one("span", "level").text.endswith(row["confidence"])
    assert page.one("p", "standing").text == (
        f"Keqiao is rank {row['rank']} of {len(listed)} possible partners of Dalian"
    )
    best, shown = found["best"], page.one("p", "best").text
    assert f"+{best['gain']:.3f}" in shown
    assert f"rank {best['rank']}" in shown
    assert best in found["lifts"]


@pytest.mark.slow
def test_the_table_names_the_best_lift_and_its_rank(client: TestClient, run: Run) -> None:
    best = asked(client)["best"]
    lines = run("explain", "dalian", "keqiao", *ON, "--format", "csv").stdout.splitlines()
    named = [line.split(",") for line in lines if line.startswith("best lift,")]
    assert [line[:5] for line in named] == [
        ["best lift", best["cluster"], best["topic"], str(best["gain"]), str(best["rank"])]
    ]


def test_what_would_lift_a_pair_does_so_once_it_is_said(client: TestClient) -> None:
    """From the explanation to the list, through the database."""
    before = asked(client)
    lift = next(lift for lift in before["lifts"] if lift["gap"]["statement"])
    gap = client.get(f"/api/v1/statements/{lift['gap']['statement']}").json()
    said = {"facets": gap["facets"]}
    say(client, lift["cluster"], "strength", lift["topic"], gap["phrase"], **said)
    after = asked(client)
    assert after["suggestion"]["score"] == pytest.approx(lift["score"], abs=1e-12)
    assert after["rank"] == lift["rank"]
    row = client.get("/api/v1/clusters/dalian/suggestions?limit=100").json()[lift["rank"] - 1]
    assert row["cluster"] == "keqiao"


def test_a_contradiction_shows_both_statements_with_their_dates(client: TestClient) -> None:
    assert asked(client)["contradictions"] == []
    said = say(client, "dalian", "strength", "fabric", "面料")
    (found,) = [
        c for c in asked(client)["contradictions"] if c["statement"]["quote"] == "缺少做面料的企业"
    ]
    assert found["statement"]["date"] == "2017-11-18"
    assert (found["by"]["statement"], found["by"]["kind"]) == (said["id"], "strength")
    assert found["by"]["date"] > found["statement"]["date"]
    page = read_page(client.get("/pairs/dalian/keqiao").text)
    sides = page.all("section", "contradiction")[0].all("figure", "quote")
    assert [side.one("span", "tag").text for side in sides] == ["缺口", "强项"]


@pytest.mark.slow
def test_a_contradiction_by_what_one_may_not_see_is_not_told(client: TestClient) -> None:
    say(client, "dalian", "strength", "fabric", "面料", visibility="organisers")
    assert asked(client)["contradictions"] != []
    assert asked(client, f"{PAIR}&audience=members")["contradictions"] == []
