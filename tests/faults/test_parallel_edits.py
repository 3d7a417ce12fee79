"""Organisers who edit one statement at once never overwrite each other."""

import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx2
import pytest

from models.enums import Role
from service.runtime import Runtime
from tests.access.requests import STATEMENT
from tests.support.people import bearer
from tests.support.server import Served, served

STATEMENTS = "/api/v1/statements"
EDITORS = 2
TURNED_AWAY = {412, 503}
"""Somebody was faster, or the database is busy: read again, and come again."""
Json = dict[str, Any]
Tag = Callable[[httpx2.Response], str]


def as_read(answer: httpx2.Response) -> str:
    return answer.headers["ETag"]


def whatever(_: httpx2.Response) -> str:
    """The careless way: any version will do."""
    return "*"


@dataclass
class Editors:
    """Each appends its marks to the phrase that it reads, until all of its marks were accepted."""

    server: Served
    url: str
    marks: int
    tag: Tag = as_read
    conflicts: int = 0
    accepted: list[str] = field(default_factory=list)

    def work(self, editor: int) -> None:
        luck = random.Random(editor)
        with caller(self.server) as client:
            for number in range(self.marks):
                mark = f"{editor}.{number}"
                while not self.edit(client, mark):
                    self.conflicts += 1
                    time.sleep(luck.uniform(0, 0.01))
                self.accepted.append(mark)

    def edit(self, client: httpx2.Client, mark: str) -> bool:
        read = client.get(self.url)
        phrase = " ".join([*read.json()["phrase"].split()[-3:], mark])
        headers = {"If-Match": self.tag(read)}
        answer = client.patch(self.url, json={"phrase": phrase}, headers=headers)
        assert answer.status_code in TURNED_AWAY | {200}, answer.text
        return answer.status_code == 200

    def together(self) -> None:
        with ThreadPoolExecutor(EDITORS) as pool:
            list(pool.map(self.work, range(EDITORS)))


def caller(server: Served) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"http://{server.host}:{server.port}",
        headers=bearer(Role.ORGANISER),
        timeout=30,
        trust_env=False,
    )


def edited(
    app: Any, runtime: Runtime, marks: int, tag: Tag = as_read
) -> tuple[Editors, list[Json]]:
    """Both editors at one new statement; its history."""
    app.state.limits.per_minute = 0
    with served(app, runtime.settings) as server, caller(server) as client:
        body = {**STATEMENT, "phrase": "始"}
        url = f"{STATEMENTS}/{client.post(STATEMENTS, json=body).json()['id']}"
        editors = Editors(server, url, marks, tag)
        editors.together()
        history = client.get(f"{url}/history").json()
    print(f"{len(editors.accepted)} edits, {editors.conflicts} turned away")  # noqa: T201 - the figure
    return editors, history


def overwritten(history: list[Json]) -> list[str]:
    """Marks that the next edit does not show any more, although it shows those around them."""
    phrases = [step["after"]["phrase"].split() for step in history]
    return [
        marks[-1]
        for marks, following in pairwise(phrases)
        if marks[-1] not in following and len(following) > 1
    ]


@pytest.mark.parametrize("marks", [30, pytest.param(500, marks=pytest.mark.slow)])
def test_no_accepted_edit_is_overwritten(app: Any, seeded: Runtime, marks: int) -> None:
    editors, history = edited(app, seeded, marks)
    assert editors.conflicts > 0, "they never met"
    assert [step["version"] for step in history] == list(range(1, EDITORS * marks + 2))
    assert history[0]["before"] is None
    for earlier, later in pairwise(history):
        assert later["before"] == earlier["after"]
    told = [step["after"]["phrase"].split()[-1] for step in history[1:]]
    assert sorted(told) == sorted(editors.accepted)
    assert len(set(told)) == EDITORS * marks
    assert overwritten(history) == []
    assert json.dumps(history).count('"edited"') == EDITORS * marks


def test_editors_who_do_not_say_what_they_read_overwrite_each_other(
    app: Any, seeded: Runtime
) -> None:
    """Negative control."""
    _, history = edited(app, seeded, 30, whatever)
    assert overwritten(history) != []
