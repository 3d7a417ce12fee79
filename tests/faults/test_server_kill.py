"""A write that was answered outlives ``kill -9`` of the server.

It is there whole, and one that was not answered can be sent again and takes effect once.
"""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from models import Document, IdempotencyKey, Meeting, Statement
from models.enums import Role
from service.db import Sessions, make_engine
from service.extractor import Extractor
from service.meetings.usecases import record_meeting
from tests.conftest import SEED
from tests.support.clock import NOW
from tests.support.mortal_service import MortalService, mortal_service
from tests.support.people import TESTER, bearer
from tests.support.writing import under_load

KILLS = int(os.environ.get("KILLS", "100"))
"""Of the long proofs, per database."""
PATIENCE = 60.0
"""Seconds for the first answer, generous because the machine may be busy."""
SPEECH = "大连缺少面料企业。西平缺少辅料。石狮缺少拉链、面料、检测机构、设计师、印染厂和融资渠道。"
MEETING = "/api/v1/meetings"


@dataclass
class Tally:
    kills: int = 0
    acknowledged: int = 0
    refused: int = 0
    """Answered with anything but success: in the way of the proof, no part of it."""
    lost: int = 0
    halved: int = 0
    repeated: int = 0
    """Sent again after the restart, because no answer had come."""
    unanswered_but_done: int = 0
    """Those among the repeated that had taken effect before the kill."""
    not_once: int = 0

    @property
    def sound(self) -> bool:
        return (self.refused, self.lost, self.halved, self.not_once) == (0, 0, 0, 0)


@dataclass
class Proof:
    service: MortalService
    sessions: Sessions
    minutes: int
    """The meeting that everything is said at."""
    luck: random.Random
    drafts: int
    """How many the speech gives."""
    found: Tally = field(default_factory=Tally)
    sent: set[str] = field(default_factory=set)
    """In this life of the server."""

    def cycle(self) -> None:
        self.service.start()
        self.sent = set()
        with (
            self.client() as client,
            under_load(lambda key: self.write(client, key)) as acknowledged,
        ):
            deadline = time.monotonic() + PATIENCE
            while not acknowledged and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(self.luck.uniform(0.05, 0.5))
            self.service.kill()
        self.found.kills += 1
        self.found.acknowledged += len(acknowledged)
        before = self.effects()
        lost = acknowledged - before.keys()
        unanswered = self.sent - acknowledged
        self.send_again(unanswered)
        after = self.effects()
        self.found.lost += len(lost)
        self.found.repeated += len(unanswered)
        self.found.unanswered_but_done += len(unanswered & before.keys())
        self.found.not_once += sum(after[key] != 1 for key in self.sent - lost)

    def send_again(self, keys: set[str]) -> None:
        self.service.start()
        with self.client() as client:
            for key in keys:
                self.write(client, key)
        self.service.kill()

    def client(self) -> httpx2.Client:
        headers = bearer(Role.ORGANISER)
        address = self.service.address
        return httpx2.Client(base_url=address, headers=headers, trust_env=False, timeout=20)

    def write(self, client: httpx2.Client, key: str) -> None:
        """Raises unless the write was acknowledged."""
        self.sent.add(key)
        answer = client.post(headers={"Idempotency-Key": key}, **self.request(key))
        self.found.refused += not answer.is_success
        answer.raise_for_status()

    def request(self, key: str) -> dict[str, Any]:
        """Of every four one uploads a document, one records a meeting, two say something."""
        match int(key[0], 16) % 4:
            case 0:
                file = (f"{key}.txt", f"{SPEECH}\n{key}\n".encode(), "text/plain")
                return {"url": f"{MEETING}/{self.minutes}/documents", "files": {"file": file}}
            case 1:
                return {"url": MEETING, "json": {"title_zh": key}}
            case _:
                said = {"cluster": "dalian", "kind": "gap", "topic": "fabric", "phrase": key}
                return {"url": "/api/v1/statements", "json": said | {"meeting": self.minutes}}

    def effects(self) -> Counter[str]:
        """How often each key sent in this life took effect; halves are counted on the way."""
        with self.sessions.read() as session:
            effects = Counter(session.scalars(select(Meeting.title_zh)))
            effects.update(session.scalars(select(Statement.phrase)))
            drafts = dict(
                session.execute(
                    select(Document.filename, func.count(Statement.id))
                    .outerjoin(Statement, Statement.document_id == Document.id)
                    .group_by(Document.id)
                ).all()
            )
            answered = set(
                session.scalars(
                    select(IdempotencyKey.key_hash).where(IdempotencyKey.status.is_not(None))
                )
            )
            claimed = set(session.scalars(select(IdempotencyKey.key_hash)))
        effects.update(name.removesuffix(".txt") for name in drafts)
        ours = Counter({key: effects[key] for key in self.sent if effects[key]})
        kept = {key for key in self.sent if sha256(key.encode()).hexdigest() in answered}
        self.found.halved += len(kept ^ ours.keys()) + len(claimed - answered)
        self.found.halved += sum(
            drafts[f"{key}.txt"] != self.drafts for key in ours if f"{key}.txt" in drafts
        )
        return ours


def kill(url: str, folder: Path, cycles: int, *, late: bool = False) -> Tally:
    engine = make_engine(url)
    sessions = Sessions(engine)
    with sessions.write() as session:
        minutes = record_meeting(
            session, TESTER, {"title_zh": "圆桌会议", "kind": "other"}, now=NOW
        ).id
        found = Extractor(SEED)(session, SPEECH, "圆桌会议")
        drafts = sum(1 + len(draft.secondary_topics) for draft in found)
    assert drafts > 3, "a document that gives few drafts has no halves"
    with mortal_service(url, folder, late=late) as service:
        proof = Proof(service, sessions, minutes, random.Random(cycles), drafts)
        for _ in range(cycles):
            proof.cycle()
            engine.dispose()
    print(f"{engine.dialect.name}: {proof.found}")  # noqa: T201 - the figure
    return proof.found


def test_nothing_answered_is_lost_when_the_server_is_killed(
    seeded_url: str, tmp_path: Path
) -> None:
    found = kill(seeded_url, tmp_path, 2)
    assert found.acknowledged > 0
    assert found.sound, found


@pytest.mark.slow
def test_nothing_answered_is_lost_in_a_hundred_kills(seeded_url: str, tmp_path: Path) -> None:
    found = kill(seeded_url, tmp_path, KILLS)
    assert found.acknowledged > KILLS
    assert found.sound, found


@pytest.mark.slow
def test_a_server_that_answers_before_it_commits_loses_answered_writes(
    seeded_url: str, tmp_path: Path
) -> None:
    found = kill(seeded_url, tmp_path, KILLS, late=True)
    assert found.lost > 0, found
