"""Many edit one statement at once: no accepted edit is lost, and the history tells all in order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

Json = dict[str, Any]

CLIENTS = 4
URL = "/api/v1/statements/1"


def append(client: TestClient, mark: str, *, careful: bool) -> Json:
    """Add a mark to the phrase, by reading and writing as a person does; retried until taken."""
    while True:
        read = client.get(URL)
        phrase = f"{read.json()['phrase'][-150:]}{mark}"
        headers = {"If-Match": read.headers["ETag"] if careful else "*"}
        answer = client.patch(URL, json={"phrase": phrase}, headers=headers)
        if answer.status_code == 200:
            accepted: Json = answer.json()
            return accepted
        assert answer.status_code in {412, 409, 503}, answer.text


def together(client: TestClient, edits: int, *, careful: bool) -> list[Json]:
    marks = [f"<{number}>" for number in range(edits)]
    work: Callable[[str], Json] = lambda mark: append(client, mark, careful=careful)  # noqa: E731
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(work, marks))


def lost(client: TestClient, accepted: list[Json]) -> int:
    """Accepted edits whose text the next one did not build upon."""
    history = client.get(f"{URL}/history").json()[-len(accepted) :]
    built = [
        later["after"]["phrase"].startswith(earlier["after"]["phrase"][-120:])
        or earlier["after"]["phrase"][-40:] in later["after"]["phrase"]
        for earlier, later in pairwise(history)
    ]
    return built.count(False)


def in_order(client: TestClient, accepted: list[Json]) -> None:
    history = client.get(f"{URL}/history").json()
    assert [line["version"] for line in history] == list(range(1, len(history) + 1))
    for earlier, later in pairwise(history):
        assert later["before"] == earlier["after"]
    told = {line["version"]: line["after"] for line in history}
    for answer in accepted:
        assert told[answer["version"]]["phrase"] == answer["phrase"]
    assert len({answer["version"] for answer in accepted}) == len(accepted)


@pytest.mark.parametrize("edits", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_the_history_holds_every_accepted_edit_in_order(
    app: FastAPI, client: TestClient, edits: int
) -> None:
    app.state.limits.per_minute = 0  # time stands still here, and all of it is one minute
    accepted = together(client, edits, careful=True)
    assert len(accepted) == edits
    in_order(client, accepted)
    assert lost(client, accepted) == 0


def test_who_writes_over_any_version_loses_edits(client: TestClient) -> None:
    """Negative control: the same clients without the version that they read."""
    for _ in range(10):
        accepted = together(client, 40, careful=False)
        in_order(client, accepted)
        if lost(client, accepted):
            return
    pytest.fail("nothing was lost without a version: the check sees nothing")
