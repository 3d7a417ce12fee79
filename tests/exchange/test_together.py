"""Two people who import the same table at the same time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient

from tests.exchange.tables import csv_of, send

ROWS = (
    ("集群", "类别", "主题", "要点", "会议"),
    *(("大连", "短板", "面料", f"面料厂{number}", "1") for number in range(20)),
)


def test_nothing_comes_in_twice(client: TestClient) -> None:
    def once(_number: int) -> Any:
        return send(client, csv_of(ROWS), apply="true", plan="*")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(once, range(4)))
    new = [answer.json()["counts"]["new"] for answer in answers if answer.status_code == 200]
    assert max(new) == 20
    assert sum(new) == 20
    assert {answer.status_code for answer in answers} <= {200, 503}
    stored = client.get("/api/v1/statements?cluster=dalian&status=draft&limit=200").json()
    phrases = [s["phrase"] for s in stored if s["phrase"].startswith("面料厂")]
    assert len(phrases) == len({*phrases}) == 20
