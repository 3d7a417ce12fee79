"""Contradictions, repetitions and figures beside the statements that they belong to."""

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from models import Statement
from models.enums import Role
from tests.dashboard.desk import Browser, Desk
from tests.statements.test_warnings import meeting, state
from tests.support.people import bearer


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    return desk.person("clerk", Role.ORGANISER)


def test_both_dates_and_the_other_quote_are_shown(clerk: Browser, desk: Desk) -> None:
    writer = desk.browser(**bearer(Role.ORGANISER)).http
    gap = state(writer, meeting(writer, "2020-05"), "gap", quote="我们没有拉链厂")
    strength = state(writer, meeting(writer, "2024"), "strength", quote="拉链产能全国第一")
    page = clerk.page(f"/meetings/{gap['meeting']}")
    (warning,) = page.one("ul", class_="warnings").all("li")
    assert warning.text == (
        f"相矛盾 强项 拉链产能全国第一 第 {strength['id']} 号 · 会议 2024 · 2024年（更晚）"
    )
    assert warning.one("a").attributes["href"] == f"/meetings/{strength['meeting']}"
    for one in (gap, strength):
        writer.post(f"/api/v1/statements/{one['id']}/confirm")
    assert len(clerk.page("/clusters/humen").all("ul", class_="warnings")) >= 2
    english = clerk.page(f"/meetings/{gap['meeting']}?lang=en")
    assert "Contradicts" in english.one("ul", class_="warnings").text


def test_a_reader_is_not_warned_of_what_it_may_not_see(clerk: Browser, desk: Desk) -> None:
    writer = desk.browser(**bearer(Role.ORGANISER)).http
    gap = state(writer, meeting(writer, "2020-05"), "gap", quote="我们没有拉链厂")
    writer.post(f"/api/v1/statements/{gap['id']}/confirm")
    state(writer, meeting(writer, "2024", "organisers"), "strength", quote="拉链产能全国第一")
    page = f"/meetings/{gap['meeting']}"
    assert clerk.page(page).all("ul", class_="warnings")
    assert desk.person("reader").page(page).all("ul", class_="warnings") == []
    assert desk.browser().page(page).all("ul", class_="warnings") == []


def test_figures_are_shown_as_counted(app: FastAPI, clerk: Browser) -> None:
    found = [
        {"text": "2.5万台", "start": 0, "end": 5, "value": 25000.0, "unit": "台", "of": "织机"},
        {"text": "九成", "start": 5, "end": 7, "value": 90.0, "unit": "percent", "of": ""},
    ]
    with app.state.sessions.write() as session:
        session.execute(update(Statement).where(Statement.id == 420).values(figures=found))
        statement = session.get_one(Statement, 420)
        path = f"/meetings/{statement.meeting_id}"
    chips = clerk.page(path).one("ul", **{"aria-label": "数字"})
    assert chips.texts("li") == ["织机 25,000 台", "90 %"]


def test_drafts_are_listed_with_what_they_contradict(clerk: Browser, desk: Desk) -> None:
    writer = desk.browser(**bearer(Role.ORGANISER)).http
    gap = state(writer, meeting(writer, "2020-05"), "gap", quote="我们没有拉链厂")
    state(writer, meeting(writer, "2024"), "strength", quote="拉链产能全国第一")
    state(writer, meeting(writer, "2025"), "goal", quote="要做拉链品牌", topic="brand")
    words = clerk.page("/drafts").texts("blockquote")
    assert {"我们没有拉链厂", "要做拉链品牌"} <= set(words)
    warned = clerk.page("/drafts?warned=yes&kind=gap").texts("blockquote")
    assert "我们没有拉链厂" in warned
    assert "要做拉链品牌" not in clerk.page("/drafts?warned=yes").texts("blockquote")
    assert clerk.page("/drafts?kind=x", 422).one(class_="alert")
    own = desk.person("own", Role.REPRESENTATIVE, "dalian")
    assert "我们没有拉链厂" not in own.page("/drafts").texts("blockquote")
    assert gap["status"] == "draft"


def test_a_draft_is_decided_where_it_is_read(clerk: Browser, desk: Desk) -> None:
    writer = desk.browser(**bearer(Role.ORGANISER)).http
    held = meeting(writer, "2020-05")
    kept = state(writer, held, "gap", quote="我们没有拉链厂")
    dropped = state(writer, held, "gap", quote="我们没有纽扣厂")
    form = clerk.page("/drafts").one("form", action=f"/drafts/{kept['id']}")
    hidden = {
        box.attributes["name"]: box.attributes["value"] for box in form.all("input", type="hidden")
    }
    address = f"/drafts/{kept['id']}"
    back = clerk.went(address, {**hidden, "back": "/drafts?kind=gap", "step": "confirm"})
    assert back == "/drafts?kind=gap&done=confirm"
    assert "已确认" in clerk.page(back).one("p", "note").text
    clerk.went(f"/drafts/{dropped['id']}", {"version": "1", "back": "//a.b", "step": "reject"})
    found = [writer.get(f"/api/v1/statements/{s['id']}").json()["status"] for s in (kept, dropped)]
    assert found == ["confirmed", "rejected"]
    assert clerk.post(address, {**hidden, "step": "reject"}).status_code == 412
    assert clerk.post(address, {**hidden, "step": "dance"}).status_code == 422
