"""Entries of every kind, in every circle, so that each reader has something it may not see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Delivery, SignIn
from models.enums import DeliveryState
from service.db import Sessions
from service.guard import COOKIE
from service.main import attach
from service.reports.jobs import make_worker
from service.runtime import Runtime
from tests.access.principals import OTHER_CLUSTER, OWN_CLUSTER, headers_of
from tests.accounts.office import SENTENCE, quick
from tests.reports.conftest import Clock
from tests.support.evidence import add_decisions

ONE_ENGINE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
"""For what the database has no part in."""
BOTH_ENGINES = pytest.mark.parametrize(
    "databases", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
"""For what takes long: PostgreSQL's turn is among the slow proofs."""

Json = dict[str, Any]
Names = dict[str, str | int]

WORDS = "大连：我们缺少辅料企业，希望引进拉链厂。\n大连：我们有职业装制造优势。\n"


@dataclass
class Cast:
    """The application on a database with the cast in it; ``names`` says what has which id."""

    app: FastAPI
    runtime: Runtime
    clock: Clock
    names: Names = field(default_factory=dict)
    clients: dict[str, TestClient] = field(default_factory=dict, repr=False)

    def client(self, principal: str) -> TestClient:
        if principal not in self.clients:
            browser = {"Cookie": f"{COOKIE}={self.names.get('cookie')}"}
            self.clients[principal] = TestClient(
                self.app,
                raise_server_exceptions=False,
                headers=browser if principal == "person" else headers_of(principal),
                follow_redirects=False,
            )
        found = self.clients[principal]
        found.cookies.clear()  # each is who it says, whatever an answer wants it to keep
        return found

    def perform(self, runtime: Runtime) -> None:
        """Go on with this runtime; hashing a password is quick."""
        attach(self.app, runtime)
        self.app.state.passwords = quick()

    def write(self, method: str, path: str, **sent: Any) -> Json:
        """As the admin; the answer, which must be a success."""
        headers = {"If-Match": "*"} if method in {"PUT", "PATCH", "DELETE"} else {}
        answer = self.client("admin").request(method, path, headers=headers, **sent)
        assert answer.status_code < 300, (method, path, answer.text)
        found: Json = answer.json() if answer.content else {}
        return found

    def meeting(self, visibility: str, **fields: Any) -> int:
        body = {"title_zh": f"{visibility} 会议", "visibility": visibility, **fields}
        return int(self.write("POST", "/api/v1/meetings", json=body)["id"])

    def statement(self, cluster: str, *, confirmed: bool = True, **fields: Any) -> int:
        body = {
            "cluster": cluster,
            "kind": "gap",
            "topic": "trims",
            "phrase": "拉链",
            "meeting": self.names["public_meeting"],
            **fields,
        }
        id_ = int(self.write("POST", "/api/v1/statements", json=body)["id"])
        if confirmed:
            self.write("POST", f"/api/v1/statements/{id_}/confirm")
        return id_

    def event(self, *participants: str) -> int:
        body = {
            "name_zh": "对接会",
            "held_on": "2026-12-12",
            "place": "大连",
            "participants": list(participants),
        }
        return int(self.write("POST", "/api/v1/events", json=body)["id"])


def assemble(cast: Cast) -> None:
    names, other = cast.names, OTHER_CLUSTER
    for circle in ("public", "members", "organisers"):
        names[f"{circle}_meeting"] = cast.meeting(circle)
    for whose, cluster in (("own", OWN_CLUSTER), ("other", other)):
        names[f"{whose}_draft"] = cast.statement(cluster, confirmed=False)
        for circle in ("public", "members", "organisers"):
            names[f"{whose}_{circle}"] = cast.statement(cluster, visibility=circle)
    for circle in ("members", "organisers"):
        names[f"public_in_{circle}"] = cast.statement(
            other, visibility="public", meeting=names[f"{circle}_meeting"]
        )
    names["own_event"] = cast.event(OWN_CLUSTER, "humen")
    names["other_event"] = cast.event(OTHER_CLUSTER, "humen")
    cast.write("PUT", f"/api/v1/clusters/{OWN_CLUSTER}/vetoes/humen", json={"reason": "已有合同"})
    for circle in ("public", "members", "organisers"):
        upload(cast, circle)
    add_places(cast)
    add_report(cast)
    add_decided(cast)
    add_people(cast)


def add_places(cast: Cast) -> None:
    """A proposed place, a dismissed one, and a change to the lexicon."""
    text = "贺州代表说，贺州缺少面料企业。\n青州镇代表说，青州镇缺少设计人才。\n"
    url = f"/api/v1/meetings/{cast.names['members_meeting']}/documents"
    cast.write("POST", url, files={"file": ("places.txt", text.encode(), "text/plain")})
    found = cast.client("admin").get("/api/v1/proposals").json()
    keys = {row["name"]: row["key"] for row in found}
    cast.names |= {"proposal": keys["贺州"], "dismissed": keys["青州"]}
    cast.write("POST", f"/api/v1/proposals/{keys['青州']}/dismiss", json={"reason": "不是产地"})
    body = {"part": "topic", "target": "trims", "form": "盘纽襻子", "apply": True}
    cast.names["change"] = cast.write("POST", "/api/v1/lexicon", json=body)["change"]["id"]


def add_decided(cast: Cast) -> None:
    """A decision and an outcome of the own cluster, and a blend learnt from simulated ones."""
    names, pair = cast.names, {"for": OWN_CLUSTER, "cluster": "humen"}
    names["decided_event"] = cast.event(OWN_CLUSTER, "humen")
    body = {**pair, "side": OWN_CLUSTER, "verdict": "yes"}
    url = f"/api/v1/events/{names['decided_event']}/decisions"
    names["decision"] = cast.write("POST", url, json=body)["id"]
    body = {**pair, "result": "met", "happened_on": "2026-11-01"}
    names["outcome"] = cast.write("POST", "/api/v1/outcomes", json=body)["id"]
    with cast.runtime.sessions.write() as session:
        add_decisions(session)
    for name in ("blend", "spare_blend"):
        names[name] = cast.write("POST", "/api/v1/blends")["id"]
    cast.write("POST", f"/api/v1/blends/{names['blend']}/activate", json={"force": True})


def add_people(cast: Cast) -> None:
    """An account with an unused link, one that can sign in as ``clerk``, its browser, and a key."""
    for name in ("account", "clerk"):
        body = {"name": name, "role": "viewer"}
        made = cast.write("POST", "/api/v1/accounts", json=body)
        cast.names[name], token = made["id"], made["link"].rpartition("/")[2]
        if name == "clerk":
            form = {"password": SENTENCE, "again": SENTENCE}
            welcomed = cast.client("visitor").post(f"/welcome/{token}", data=form)
            assert welcomed.status_code == 303, welcomed.text
            cast.names["cookie"] = welcomed.cookies[COOKIE]
        else:
            cast.names["link"] = token
    made = cast.write("POST", "/api/v1/keys", json={"label": "spare", "role": "viewer"})
    cast.names["key"] = made["id"]
    with cast.runtime.sessions.read() as session:
        cast.names["browser"] = session.scalars(select(SignIn.id)).one()


def upload(cast: Cast, circle: str) -> None:
    """One document in the circle's meeting, and one with a sentence that only organisers read."""
    meeting = cast.names[f"{circle}_meeting"]
    for name, hidden in ((f"{circle}_document", False), (f"{circle}_partly_hidden", True)):
        text = (WORDS + name).encode()
        taken = cast.write(
            "POST",
            f"/api/v1/meetings/{meeting}/documents",
            files={"file": (f"{name}.txt", text, "text/plain")},
        )
        cast.names[name] = taken["document"]["id"]
        assert taken["drafts"], "the document speaks of nothing"
        for place, draft in enumerate(taken["drafts"]):
            seen = "organisers" if hidden and place == 0 else circle
            url = f"/api/v1/statements/{draft['id']}"
            cast.write("PATCH", url, json={"visibility": seen})


def add_report(cast: Cast) -> None:
    """A schedule, a report of it, and a delivery that failed."""
    names = cast.names
    schedule = {
        "name": "每周配对",
        "cron": "0 8 * * MON",
        "top": 3,
        "folder": "weekly",
        "recipients": ["zhang@assoc.example"],
        "audience": "members",
    }
    for name in ("paused_schedule", "schedule"):
        names[name] = cast.write("POST", "/api/v1/schedules", json=schedule)["id"]
    cast.write("POST", f"/api/v1/schedules/{names['paused_schedule']}/pause")
    run = cast.write("POST", f"/api/v1/schedules/{names['schedule']}/run")
    names["due"] = run["due_at"]
    names["run"] = cast.write("POST", "/api/v1/runs?cluster=dalian&limit=3")["id"]
    worker = make_worker(cast.runtime)
    while worker.work_once():
        pass
    with cast.runtime.sessions.write() as session:
        session.execute(update(Delivery).values(state=DeliveryState.FAILED, sent_at=None))
    report = cast.client("admin").get(f"/api/v1/reports/{names['schedule']}/{names['due']}").json()
    names["delivery"] = report["deliveries"][0]["id"]


class Rehearsal(Sessions):
    """Every write is answered as ever, and then undone."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._write() as session:
            yield session
            session.flush()
            session.rollback()
