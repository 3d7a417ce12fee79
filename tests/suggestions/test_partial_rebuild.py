"""Whatever was written, an index that was rebuilt in part is the one that is built whole."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from models.enums import Role, Visibility
from service.db import data_revision
from service.main import attach
from service.runtime import Runtime, make_runtime
from service.settings import Settings
from service.suggestions import queries
from service.suggestions.data import DataKey, RankingData, load
from tests.support.clock import NOW
from tests.support.people import bearer
from tests.support.sameness import differences

Reader = tuple[Visibility, bool]
"""Their circle, and whether drafts count."""
READERS: list[Reader] = [
    (Visibility.PUBLIC, False),
    (Visibility.MEMBERS, False),
    (Visibility.ORGANISERS, False),
    (Visibility.ORGANISERS, True),
]
TOPICS = ("fabric", "trims", "design", "garment_making")
PLACES = ("dalian", "keqiao", "dalang", "xiping")


@dataclass
class Office:
    """Writes at random, as an admin, through the API."""

    client: TestClient
    runtime: Runtime
    draw: random.Random
    own: list[int] = field(default_factory=list)

    def type_in(self) -> int:
        statement = {
            "cluster": self.draw.choice(PLACES),
            "kind": self.draw.choice(("strength", "gap", "goal")),
            "topic": self.draw.choice(TOPICS),
            "phrase": self.draw.choice(("拉链", "面料", "设计师")),
            "meeting": self.draw.choice((1, 2)),
            "visibility": self.draw.choice(list(Visibility)),
            "facets": self.draw.choice(({}, {"material": ["cotton"]})),
            "stated_on": self.draw.choice((None, "2019", "2026-10")),
        }
        answer = self.client.post("/api/v1/statements", json=statement)
        if answer.status_code == 201:
            self.own.append(answer.json()["id"])
        return answer.status_code

    def chosen(self) -> int:
        known: list[int] = [*self.own, *range(1, 60)]
        return known[self.draw.randrange(len(known))]

    def edit(self) -> int:
        fields: dict[str, Any] = self.draw.choice(
            (
                {"weight": self.draw.randint(1, 5)},
                {"topic": self.draw.choice(TOPICS)},
                {"visibility": self.draw.choice(list(Visibility))},
                {"facets": {"end_use": ["children"]}},
                {"cluster": self.draw.choice(PLACES)},
            )
        )
        return self.to(self.client.patch, f"/api/v1/statements/{self.chosen()}", fields)

    def confirm(self) -> int:
        return self.step("confirm")

    def reject(self) -> int:
        return self.step("reject")

    def retire(self) -> int:
        return self.step("retire")

    def step(self, step: str) -> int:
        url = f"/api/v1/statements/{self.chosen()}/{step}"
        return self.client.post(url).status_code

    def forbid(self) -> int:
        one, other = self.draw.sample(PLACES, 2)
        url = f"/api/v1/clusters/{one}/vetoes/{other}"
        return self.client.put(url, json={"reason": "旧怨"}).status_code

    def rename(self) -> int:
        slug = self.draw.choice(PLACES)
        names = {"name_zh": slug, "name_en": f"{slug} {self.draw.random():.3}"}
        return self.to(self.client.put, f"/api/v1/clusters/{slug}", names)

    def open_meeting(self) -> int:
        fields = {"title_zh": "改名的会", "visibility": self.draw.choice(list(Visibility))}
        return self.to(self.client.put, f"/api/v1/meetings/{self.draw.choice((1, 2))}", fields)

    def erase(self) -> int:
        wanted = {"statements": [self.chosen()], "rehearsal": False}
        return self.client.post("/api/v1/erasures", json=wanted).status_code

    def to(self, send: Callable[..., Any], url: str, fields: dict[str, Any]) -> int:
        """With the version that an edit has to bring."""
        tag = self.client.get(url).headers.get("ETag", '"1"')
        status: int = send(url, json=fields, headers={"If-Match": tag}).status_code
        return status


WRITES = ("type_in", "edit", "confirm", "reject", "retire", "forbid", "rename", "open_meeting")
OFTEN = ("type_in", "confirm", "confirm", "edit", "edit", "erase")


@pytest.fixture
def runtime(seeded_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """On a clock that goes on by a second at each look."""
    settings = Settings(database_url=seeded_url, data_dir=tmp_path, scheduler=False)
    ticks = count()
    runtime = make_runtime(settings, clock=lambda: NOW + timedelta(seconds=next(ticks)))
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def office(bare_app: FastAPI, runtime: Runtime) -> Office:
    attach(bare_app, runtime)
    client = TestClient(bare_app, headers=bearer(Role.ADMIN))
    return Office(client, runtime, random.Random(5))


def read(runtime: Runtime, who: Reader, base: RankingData | None = None) -> RankingData:
    audience, drafts = who
    with runtime.sessions.read() as session:
        revision = data_revision(session, audience)
        key = DataKey(revision, runtime.today(), audience, drafts)
        return load(session, key, runtime.rankings.phrases, base)


def rehearse(
    office: Office, writes: list[str], readers: list[Reader], compared_each: int
) -> set[str]:
    """Do the writes one by one, each followed by a rebuild in part for one reader, by turns.

    Compared with a full build after so many writes, and at the end.
    """
    kept = {who: read(office.runtime, who) for who in readers}
    done = set()
    for number, write in enumerate(writes, 1):
        if getattr(office, write)() < 300:
            done.add(write)
        who = readers[number % len(readers)]
        kept[who] = read(office.runtime, who, kept[who])
        if number % compared_each == 0:
            assert list(compared(office.runtime, who, kept[who])) == [], (number, write)
    for who in readers:
        last = read(office.runtime, who, kept[who])
        assert list(compared(office.runtime, who, last)) == []
    return done


def compared(runtime: Runtime, who: Reader, data: RankingData) -> Iterator[str]:
    return differences(data, read(runtime, who))


def test_a_rebuild_in_part_equals_a_full_one_after_every_kind_of_write(office: Office) -> None:
    writes = [*WRITES, *OFTEN]
    office.draw.shuffle(writes)
    done = rehearse(office, ["type_in", "type_in", *writes], READERS[1:4:2], 9)
    assert done >= {"type_in", "edit", "forbid"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_rebuild_in_part_equals_a_full_one_after_many_writes(office: Office, seed: int) -> None:
    office.draw = random.Random(seed)
    writes = office.draw.choices((*WRITES, *OFTEN), k=80)
    assert rehearse(office, writes, READERS, 1) >= {*WRITES, "erase"}


def test_only_what_was_written_is_read_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = read(office.runtime, READERS[2])
    office.type_in()
    (id_,) = office.own
    asked: list[Any] = []
    statements = queries.statements

    def counted(session: Any, readable: Any, ids: Any = None) -> Any:
        asked.append(ids)
        return statements(session, readable, ids)

    monkeypatch.setattr(queries, "statements", counted)
    written: list[str] = []
    event.listen(
        office.runtime.engine,
        "before_cursor_execute",
        lambda *given: written.extend([given[2]] if given[2].startswith("SELECT") else []),
    )
    now = read(office.runtime, READERS[2], base)
    assert asked == [[id_]]
    assert now.ground is base.ground
    assert now.index.taxonomy is base.index.taxonomy
    assert len(written) == 11, "as many questions whatever was written"
    office.rename()
    assert read(office.runtime, READERS[2], now).ground is not now.ground
