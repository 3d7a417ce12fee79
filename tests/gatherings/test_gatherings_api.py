"""An event as a whole over HTTP and on the command line."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from models.enums import Role
from service.cli import app as commands
from service.events.dockings import list_strangers
from service.gatherings import command
from tests.gatherings.conftest import EVENT, Json, Stage
from tests.support.people import bearer

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def asked(client: TestClient, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_exposure_is_conserved_and_the_loss_is_stated(client: TestClient, event: str) -> None:
    found = asked(client, f"{event}/exposure?spread=0.05&top=4&choices=true")
    shown = found["participants"]
    assert {row["place"]["cluster"] for row in shown} == set(EVENT["participants"])
    assert sum(row["before"] for row in shown) == sum(row["after"] for row in shown) > 12
    assert [row["before"] for row in shown] == sorted((r["before"] for r in shown), reverse=True)
    before, after = found["before"], found["after"]
    assert (before["spread"], before["loss"], before["envious"]) == (0, 0, 0)
    assert after["gini"] < before["gini"]
    assert after["loss"] > 0
    for figures, name in ((before, "before"), (after, "after")):
        assert figures["most"] == max(row[name] for row in shown)
        assert figures["total"] == pytest.approx(sum(row[f"worth_{name}"] for row in shown))
    assert [row["spread"] for row in found["choices"]] == [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
    assert found["choices"][0] == before
    assert found["choices"][5] == after


def test_lists_keep_scores_and_reasons_and_say_what_moved(client: TestClient, event: str) -> None:
    exposure = asked(client, f"{event}/exposure?spread=0.05&top=4")
    lists = asked(client, f"{event}/lists?spread=0.05&top=4&limit=50")
    appearances = [i["suggestion"]["cluster"] for row in lists for i in row["items"]]
    for row in exposure["participants"]:
        assert appearances.count(row["place"]["cluster"]) == row["after"]
    moved = 0
    ranked = asked(client, f"{event}/suggestions?limit=200")
    for row in lists:
        name = row["place"]["cluster"]
        assert row["worth_after"] == pytest.approx(
            sum(i["suggestion"]["score"] for i in row["items"])
        )
        for item in row["items"]:
            suggestion = item["suggestion"]
            assert suggestion["for"] == name
            parts = sum(reason["contribution"] for reason in suggestion["reasons"])
            assert parts == pytest.approx(suggestion["score"])
            assert item["kept"] == (item["rank_before"] <= 4)
            assert any({name, suggestion["cluster"]} == {r["for"], r["cluster"]} for r in ranked)
        assert [i["suggestion"]["rank"] for i in row["items"]] == list(
            range(1, len(row["items"]) + 1)
        )
        assert len(row["dropped"]) == sum(not item["kept"] for item in row["items"])
        moved += len(row["dropped"])
    assert moved
    (one,) = asked(client, f"{event}/lists?spread=0.05&top=4&cluster=柯桥")
    assert one == next(row for row in lists if row["place"]["cluster"] == "keqiao")


def test_lists_come_in_pages(client: TestClient, event: str) -> None:
    whole = asked(client, f"{event}/lists?limit=50")
    parts: list[Json] = []
    url = f"{event}/lists?limit=5"
    while url:
        answer = client.get(url)
        parts += answer.json()
        url = answer.links.get("next", {}).get("url", "")
    assert parts == whole


def test_an_unspread_list_is_the_ranking_itself(client: TestClient, event: str) -> None:
    (found,) = asked(client, f"{event}/lists?spread=0&top=3&cluster=dalian")
    assert [item["rank_before"] for item in found["items"]] == [1, 2, 3]
    assert found["dropped"] == []
    assert found["worth_before"] == found["worth_after"]


@pytest.mark.parametrize(("form", "seats"), [("cycle", 3), ("chain", 3), ("two_way", 2)])
def test_tables_are_of_real_reasons_among_those_present(
    client: TestClient, event: str, form: str, seats: int
) -> None:
    found = asked(client, f"{event}/round-tables?form={form}&limit=3")
    assert found["complete"]
    assert found["tables"]
    for table in found["tables"]:
        places = [place["cluster"] for place in table["places"]]
        assert len(set(places)) == len(places) >= seats
        assert set(places) <= set(EVENT["participants"])
        after = [*places[1:], places[0]] if form != "chain" else places[1:]
        for link, (one, other) in zip(
            table["links"], zip(places, after, strict=False), strict=True
        ):
            assert {link["giver"], link["taker"]} == {one, other}
            assert form == "chain" or link["giver"] == one
            assert (link["gap"]["cluster"], link["strength"]["cluster"]) == (
                link["taker"],
                link["giver"],
            )
            assert link["share"] >= 0.3
            assert link["weight"] <= link["share"]
        assert table["weakest"] == min(link["weight"] for link in table["links"])
    link = found["tables"][0]["links"][0]
    url = f"/api/v1/suggestions/explain?a={link['taker']}&b={link['giver']}"
    reasons = asked(client, url)["suggestion"]["reasons"]
    assert any((r["gap"], r["strength"]) == (link["gap"], link["strength"]) for r in reasons)
    weakest = [table["weakest"] for table in found["tables"]]
    assert weakest == sorted(weakest, reverse=True)


def test_tables_are_filtered_by_place_province_and_size(client: TestClient) -> None:
    found = asked(client, "/api/v1/round-tables?cluster=大连&seats=4&limit=3")["tables"]
    assert found
    assert all(len(table["places"]) == 4 for table in found)
    assert all("dalian" in {p["cluster"] for p in table["places"]} for table in found)
    there = asked(client, "/api/v1/round-tables?province=新疆&form=chain&limit=3")["tables"]
    assert there
    assert all("新疆" in {p["province"] for p in table["places"]} for table in there)


def test_gaps_name_who_could_be_recruited(client: TestClient, event: str) -> None:
    rows = asked(client, f"{event}/gaps?limit=200")
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    present = set(EVENT["participants"])
    for row in rows:
        assert row["place"]["cluster"] == row["gap"]["cluster"]
        assert row["gap"]["cluster"] in present
        assert row["here"] < 0.3
        recruits = {recruit["place"]["cluster"] for recruit in row["recruits"]}
        assert not recruits & present
        assert bool(recruits) == (row["reach"] == "present")
        for recruit in row["recruits"]:
            assert recruit["share"] >= 0.3
            assert recruit["strength"]["cluster"] == recruit["place"]["cluster"]
    kinds = {r["place"]["kind"] for row in rows for r in row["recruits"]}
    assert {"cluster", "institution"} <= kinds
    fillable = asked(client, f"{event}/gaps?reach=present&limit=200")
    assert len(fillable) == sum(row["reach"] == "present" for row in rows)
    stated = asked(client, f"{event}/gaps?stated=true&limit=200")
    assert [row["gap"] for row in stated] == [
        row["gap"] for row in rows if row["gap"]["basis"] != "inferred"
    ]


def test_invitations_fill_each_gap_once(client: TestClient, event: str) -> None:
    invited = asked(client, f"{event}/invitations?stated=true")
    fills = [(f["place"]["cluster"], f["topic"]) for row in invited for f in row["fills"]]
    assert fills
    gains = [row["gain"] for row in invited]
    assert gains == sorted(gains, reverse=True)
    assert not {row["place"]["cluster"] for row in invited} & set(EVENT["participants"])
    gaps = asked(client, f"{event}/gaps?stated=true&reach=present&limit=200")
    assert set(fills) <= {(gap["place"]["cluster"], gap["topic"]) for gap in gaps}


def test_what_nobody_registered_fills_leads_beyond_the_register(client: TestClient) -> None:
    rows = asked(client, "/api/v1/gaps")
    assert {row["reach"] for row in rows} == {"registered"}
    land = next(row for row in rows if row["topic"] == "land_plant")
    assert land["recruits"] == []
    assert {near["topic"] for near in land["near"]} == {"receiving_transfer"}
    makers = next(row for row in rows if row["topic"] == "smart_manufacturing")
    assert "纺织智能制造与创意设计服务商" in {o["name"] for o in makers["outside"]}
    assert all(o["source_zh"] and o["facts_zh"] for row in rows for o in row["outside"])
    province = land["place"]["province"]
    there = asked(client, f"/api/v1/gaps?province={province}")
    assert [row["gap"] for row in there] == [
        row["gap"] for row in rows if row["place"]["province"] == province
    ]
    own = asked(client, f"/api/v1/gaps?cluster={land['place']['cluster']}&topic=land_plant")
    assert {row["topic"] for row in own} == {"land_plant"}


def test_only_dockings_held_by_then_name_strangers(stage: Stage) -> None:
    with stage.runtime.sessions.read() as session:
        early = list_strangers(session, date(2015, 12, 31))
        late = list_strangers(session, date(2026, 11, 23))
    assert 0 < len(early) < len(late)
    assert all(not stranger.held_on or stranger.held_on < "2016" for stranger in early)
    dates = [stranger.held_on or "" for stranger in late]
    assert dates == sorted(dates, reverse=True)
    assert {stranger.supplies for stranger in late} == {True, False}


PARTS = ("exposure", "lists", "round-tables", "gaps", "invitations")


def test_what_is_held_is_not_sent_again(client: TestClient) -> None:
    stored = client.post("/api/v1/events", json=EVENT | {"themes": ["fabric"]}).json()
    event = f"/api/v1/events/{stored['id']}"
    held = {part: client.get(f"{event}/{part}") for part in PARTS}
    for part, first in held.items():
        again = client.get(f"{event}/{part}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    body = EVENT | {"participants": EVENT["participants"][:6]}
    assert client.put(event, json=body, headers={"If-Match": "*"}).status_code == 200
    for part, first in held.items():
        changed = client.get(f"{event}/{part}", headers={"If-None-Match": first.headers["etag"]})
        assert changed.status_code == 200
        assert changed.json() != first.json()


def test_who_does_not_take_part_has_no_list_there(client: TestClient, event: str) -> None:
    answer = client.get(f"{event}/lists?cluster=changshu")
    assert answer.status_code == 422
    assert "changshu" in answer.json()["detail"]


def test_hidden_needs_make_no_gap_and_no_table(client: TestClient) -> None:
    """A visitor sees what it would see if the organisers' statement did not exist."""
    visitor = bearer(Role.VIEWER)
    urls = ("/api/v1/gaps", "/api/v1/round-tables?cluster=dalian", "/api/v1/exposure")
    before = [client.get(url, headers=visitor).json() for url in urls]
    meeting = client.post("/api/v1/meetings", json={"title_zh": "内部", "visibility": "organisers"})
    body = {
        "cluster": "dalian",
        "kind": "gap",
        "topic": "land_plant",
        "phrase": "标准厂房",
        "weight": 5,
        "meeting": meeting.json()["id"],
        "visibility": "organisers",
    }
    stored = client.post("/api/v1/statements", json=body).json()
    assert client.post(
        f"/api/v1/statements/{stored['id']}/confirm", headers={"If-Match": "*"}
    ).is_success
    own = client.get("/api/v1/gaps?cluster=dalian").json()
    assert [row["topic"] for row in own] == ["land_plant"]
    assert [client.get(url, headers=visitor).json() for url in urls] == before


FLAT: dict[str, Callable[[Any], list[Json]]] = {
    "gaps": command.gap_table,
    "round-tables": command.round_table_lines,
    "exposure": lambda found: command.exposure_lines(found[0]),
}


def test_the_command_line_says_the_same(
    client: TestClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUIJIE_DATABASE_URL", stage.database)
    number, day = stage.url.rpartition("/")[2], "2026-11-23"
    chain = ("round-tables", "--form", "chain")
    for words, url in (
        (("gaps",), f"{stage.url}/gaps?"),
        (chain, f"{stage.url}/round-tables?form=chain&"),
        (("exposure",), f"{stage.url}/exposure?choices=true&"),
    ):
        asked_for = [*words, "--event", number, "--as-of", day]
        printed = CliRunner().invoke(commands, [*asked_for, "--format", "json"])
        assert printed.exit_code == 0, printed.output
        found = client.get(f"{url}as_of={day}").json()
        rows = found["tables"] if words == chain else found
        assert json.loads(printed.stdout) == ([rows] if words == ("exposure",) else rows)
        flat = FLAT[words[0]](json.loads(printed.stdout))
        assert len(flat) == len(found["choices"] if words == ("exposure",) else rows)
        assert all(row.keys() == flat[0].keys() for row in flat)
    refused = CliRunner().invoke(commands, ["gaps", "--reach", "nobody"])
    assert refused.exit_code == 1
    assert "--reach" in refused.stderr
