"""The audit as admins read it."""

import ast
import csv
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import delete

from models import Change
from models.enums import StatementAction
from service.accounts.views import AccountView, KeyView
from service.audit.usecases import Step, record
from service.clusters.usecases import ClusterView
from service.clusters.vetoes import VetoView
from service.dashboard.audit_words import DONE, UNTOLD, done
from service.events.usecases import EventView
from service.meetings.usecases import SET_BY_HAND, DocumentView
from service.messages import LANGUAGES, Language, catalogue
from service.reports.views import ScheduleView
from service.statements.views import StatementView
from tests.dashboard.desk import Browser, Desk
from tests.dashboard.reading import Node
from tests.support.clock import NOW
from tests.support.people import ORGANISER, TESTER

SERVICE = Path(__file__).resolve().parents[2] / "service"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def told(desk: Desk) -> None:
    steps = [
        (TESTER, Step("created", "meeting", 7, 1, None, {"place": "虎门", "host": None})),
        (
            ORGANISER.at("192.0.2.7", "req-1"),
            Step(
                "edited",
                "meeting",
                7,
                2,
                {"place": "虎门", "visibility": "public", "same": 1, "version": 1},
                {"place": HOSTILE, "visibility": "organisers", "same": 1, "version": 2},
            ),
        ),
        (TESTER, Step("run", "schedule", 7, 1)),
        (TESTER, Step("frobnicated", "gadget", "x/y", None, None, {"novel": [1, "=1+1"]})),
    ]
    with desk.app.state.sessions.write() as session:
        for hour, (who, step) in enumerate(steps, start=1):
            record(session, who, step, now=NOW + timedelta(hours=hour))


def heads(page: Node) -> list[list[str]]:
    """The cells of each entry."""
    found = page.all("table", "audit")
    rows = [row for table in found for row in table.all("tr") if row.all("td", "when")]
    return [[cell.text for cell in row.children if isinstance(cell, Node)] for row in rows]


@pytest.mark.usefixtures("told")
def test_each_entry_says_when_who_from_where_what_and_which(admin: Browser) -> None:
    shown = heads(admin.page("/audit?action=meeting"))
    assert shown[0] == [
        *("2026年11月23日 14:00", "organiser", "192.0.2.7", "修改会议"),
        *("会议 7 全部经过", "版本 2"),
    ]
    assert shown[1][1:4] == ["test", "本机", "登记会议"]


@pytest.mark.usefixtures("told")
def test_an_entry_unfolds_into_the_fields_that_changed(admin: Browser) -> None:
    page = admin.page("/audit?action=meeting.edited")
    rows = page.one("table", "comparison").one("tbody").all("tr")
    assert [row.texts("th") + row.texts("td") for row in rows] == [
        ["地点", "虎门", HOSTILE],
        ["可见范围", "公开", "组织方"],
    ]
    assert page.one("table", "audit").one("summary").text == "改动的字段（2）"
    assert "req-1" in page.one("details").text
    made = admin.page("/audit?action=meeting.created").one("table", "comparison")
    assert [row.texts("td") for row in made.one("tbody").all("tr")] == [["—", "虎门"]]


@pytest.mark.usefixtures("told")
def test_what_nobody_has_a_name_for_is_shown_by_its_own(admin: Browser) -> None:
    page = admin.page("/audit?since=2026-11-23&lang=en")
    (row,) = [row for row in heads(page) if "gadget.frobnicated" in row]
    assert row[4] == "gadget x/y history"
    assert "novel" in page.text


@pytest.mark.usefixtures("told")
def test_an_erased_history_is_said_to_be_erased(desk: Desk, admin: Browser) -> None:
    with desk.app.state.sessions.write() as session:
        session.execute(delete(Change))
        record(session, TESTER, Step("erased", "meeting", 7), now=NOW + timedelta(hours=9))
    page = admin.page("/audit?entry=7")
    assert page.one("table", "audit").texts("p", "note") == ["前后内容已抹除。"] * 3


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("query", "deeds"),
    [
        ("actor=organiser", ["修改会议"]),
        ("entry=7&action=schedule", ["立即出报告"]),
        ("action=meeting&until=2026-11-23", ["修改会议", "登记会议"]),
        ("action=meeting&since=2026-11-24", []),
        ("action=meeting&until=2026-11-22", []),
        ("action=meeting&since=2026&until=2026-11", ["修改会议", "登记会议"]),
    ],
)
def test_the_form_filters(admin: Browser, query: str, deeds: list[str]) -> None:
    assert [row[3] for row in heads(admin.page(f"/audit?{query}"))] == deeds


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=2026-13-01", "since"),
        ("until=9999", "until"),
        ("since=0001", "since"),
        ("since=%00", "since"),
        ("action=no.such", "action"),
    ],
)
def test_a_filter_that_cannot_be_read_is_said_at_its_field(
    admin: Browser, query: str, field: str
) -> None:
    page = admin.page(f"/audit?{query}", 422)
    assert page.one("div", "wrong").all(id=f"f-{field}")
    assert page.all("table", "audit") == []
    for name in ("audit.csv", "audit.xlsx"):
        assert admin.get(f"/{name}?{query}").status_code == 422


@pytest.mark.usefixtures("told")
def test_the_files_hold_what_the_filter_says(admin: Browser) -> None:
    page = admin.page("/audit?action=meeting")
    (link,) = [a for a in page.all("a") if a.text == "CSV"]
    text = admin.get(link.attributes["href"]).content.decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text))
    assert [row[head.index("操作")] for row in rows] == ["meeting.edited", "meeting.created"]
    assert admin.get("/audit.xlsx?action=meeting").content.startswith(b"PK")


def test_the_list_goes_on_page_by_page(admin: Browser) -> None:
    first = admin.page("/audit")
    assert len(heads(first)) == 50
    following = first.one("a", rel="next").attributes["href"]
    second = admin.page(following)
    assert heads(second)[0] != heads(first)[0]
    assert second.one("p", "more").all("a")[0].attributes["href"] == "/audit"


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    """Those of the service that write to the audit."""
    for path in SERVICE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "Step(" in source:
            name = ".".join(path.relative_to(SERVICE.parent).with_suffix("").parts)
            yield import_module(name), ast.parse(source)


def called(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            yield node


def literals(module: ModuleType, tree: ast.Module, value: ast.expr) -> set[str]:
    """What an argument may be: a constant, a member, or what callers pass on for it."""
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.Attribute):
        return {str(getattr(getattr(module, value.value.id), value.attr))}  # type: ignore[attr-defined]
    assert isinstance(value, ast.Name)
    if value.id in vars(module):
        return {str(vars(module)[value.id])}
    return {
        text
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for text in passed(module, tree, function, value.id)
    }


def passed(
    module: ModuleType, tree: ast.Module, function: ast.FunctionDef, name: str
) -> Iterator[str]:
    """What is passed to ``function`` for its parameter ``name``."""
    for place, parameter in enumerate(function.args.args):
        if parameter.arg != name:
            continue
        if getattr(parameter.annotation, "id", "") == "StatementAction":
            yield from StatementAction
        for call in called(tree, function.name):
            if place < len(call.args) and not isinstance(call.args[place], ast.Name):
                yield from literals(module, tree, call.args[place])


def recorded() -> set[str]:
    found = set()
    for module, tree in modules():
        for step in called(tree, "Step"):
            for entity in literals(module, tree, step.args[1]):
                found |= {f"{entity}.{deed}" for deed in literals(module, tree, step.args[0])}
    return found


def test_every_action_that_is_recorded_has_a_name_and_can_be_asked_for() -> None:
    found = recorded()
    assert len(found) > 30
    assert found >= {"statement.confirmed", "schedule.paused", "account.signed-in", "key.revoked"}
    offered = {f"{entity}.{step}" for entity, steps in DONE.items() for step in steps}
    assert found - offered == set()
    for language in LANGUAGES:
        words = catalogue(language)
        assert [action for action in offered if done(words, action) == action] == []
        assert [entity for entity in DONE if not words.find(f"entity.{entity}")] == []


RECORDED: tuple[Any, ...] = (
    *(StatementView, ClusterView, VetoView, EventView, ScheduleView),
    *(DocumentView, AccountView, KeyView),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_is_compared_has_a_name(language: Language) -> None:
    names = {field.name for view in RECORDED for field in fields(view)} | {*SET_BY_HAND}
    assert [name for name in names - UNTOLD if not catalogue(language).find(f"fact.{name}")] == []
