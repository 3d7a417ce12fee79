"""Who may do what: every route times everybody, against one table written from the policy.

``matrix.csv`` has a line for each route and, where it matters, for each kind of entry; a cell is
``ok``, 401 (a page leads to /sign-in instead), 403 or 404. ``with`` fills the slots of the path, by
a value or by a name of the cast; ``?…`` is a query, and ``name:value`` another value in the body.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.access.cast import BOTH_ENGINES, ONE_ENGINE, Cast, Names
from tests.access.principals import PRINCIPALS
from tests.access.requests import sent_with
from tests.access.walk import routes_of

TABLE = Path(__file__).with_name("matrix.csv")
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
CLASSES = {401: "401", 403: "403", 404: "404"}


@dataclass(frozen=True)
class Row:
    method: str
    path: str
    filling: str
    expected: dict[str, str]

    def url(self, names: Names) -> str:
        path, query = self.path, ""
        for part in self.filling.split():
            if part.startswith("?"):
                query = part
            elif "=" in part:
                slot, _, value = part.partition("=")
                path = path.replace(f"{{{slot}}}", str(names.get(value, value)))
        return path + query

    def sent(self) -> dict[str, Any]:
        sent = sent_with(self.method, self.path)
        changes = dict(part.split(":") for part in self.filling.split() if ":" in part)
        return {**sent, "json": {**sent["json"], **changes}} if changes else sent


def table() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Row(row["method"], row["path"], row["with"], {who: row[who] for who in PRINCIPALS})
            for row in csv.DictReader(file)
        ]


def test_every_route_has_a_row_and_every_row_a_route(bare_app: FastAPI) -> None:
    routes, rows = set(routes_of(bare_app)), {(row.method, row.path) for row in table()}
    forgotten = sorted(routes - rows)
    assert not forgotten, (
        f"{forgotten}: add a line to tests/access/matrix.csv that says who may call it, and, if it"
        " takes a body, a valid one to tests/access/requests.py"
    )
    assert not rows - routes, f"{sorted(rows - routes)}: no such route; remove its line"


def surprises(cast: Cast, rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for principal in PRINCIPALS:
            answer = cast.client(principal).request(row.method, row.url(cast.names), **row.sent())
            found = CLASSES.get(answer.status_code, str(answer.status_code))
            if answer.headers.get("location", "").startswith("/sign-in?next="):
                found = "401"
            elif answer.status_code < 400:
                found = "ok"
            if found != row.expected[principal]:
                yield (
                    f"{row.method} {row.path} [{row.filling}] as {principal}:"
                    f" {found} instead of {row.expected[principal]}: {answer.text[:150]}"
                )


@BOTH_ENGINES
def test_nobody_gets_more_or_less_than_the_table_says(cast: Cast) -> None:
    found = list(surprises(cast, table()))
    assert not found, "\n".join(found)


@ONE_ENGINE
def test_the_table_would_show_one_forgotten_guard(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the lists of vetoes and of schedules let everybody in."""
    monkeypatch.setattr("service.guard.require_reach", lambda *_: None)
    rows = [row for row in table() if row.path == "/api/v1/schedules" and row.method == "GET"]
    found = list(surprises(cast, rows))
    assert len(found) == 6, found  # visitor, viewers, both representatives, the reading key


def turned_away() -> list[tuple[str, str, str, str]]:
    """Method, path, principal and answer, where whatever is asked for gets the same refusal."""
    answers: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in table():
        if row.method in WRITING:
            for principal in ("visitor", "viewer", "other", "reading", "revoked"):
                answers[row.method, row.path, principal].add(row.expected[principal])
    same = {key: min(found) for key, found in answers.items() if found in ({"401"}, {"403"})}
    return [(method, path, who, answer) for (method, path, who), answer in same.items()]


def unknown(path: str) -> str:
    return "/".join("2147483647" if part.startswith("{") else part for part in path.split("/"))


ODD: dict[str, dict[str, Any]] = {
    "no body": {},
    "no JSON": {"content": b"{]", "headers": {"Content-Type": "application/json"}},
    "bytes": {"content": b"\xff\xfe\x00" * 40, "headers": {"Content-Type": "image/png"}},
    "deep": {"content": b"[" * 50_000, "headers": {"Content-Type": "application/json"}},
    "broken form": {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
    "bad version": {"json": {}, "headers": {"If-Match": "nonsense"}},
    "bad key": {"json": {}, "headers": {"Idempotency-Key": "k" * 4000}},
    "50 MB declared": {
        "content": b"x",
        "headers": {"Content-Length": "50000000", "Content-Type": "text/plain"},
    },
    "a wrong host's form": {"json": {}, "headers": {"Origin": "https://elsewhere.example"}},
}


@ONE_ENGINE
@pytest.mark.parametrize("odd", ODD)
def test_who_may_not_write_learns_that_before_anything_else(cast: Cast, odd: str) -> None:
    found, tried = [], turned_away()
    assert len(tried) > 80
    for method, path, principal, expected in tried:
        answer = cast.client(principal).request(method, unknown(path), **ODD[odd])
        if str(answer.status_code) != expected:
            found.append((method, path, principal, answer.status_code, answer.text[:100]))
    assert found == []
