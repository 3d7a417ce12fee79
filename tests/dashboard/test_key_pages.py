"""Admins make and revoke keys in the browser."""

import csv
from io import StringIO

import pytest
from fastapi import Response
from sqlalchemy import func, select

from models import ApiKey
from models.enums import Role
from service.access import scopes_of
from service.dashboard.once import ShownOnce
from service.idempotency import Claim
from tests.dashboard.desk import Browser, Desk, Form
from tests.dashboard.test_account_pages import HOSTILE


def count(desk: Desk) -> int:
    with desk.app.state.sessions.read() as session:
        return int(session.scalar(select(func.count(ApiKey.id))))


def new(admin: Browser, **typed: str | list[str]) -> Form:
    once = admin.page("/keys/new").one("input", name="once").attributes["value"]
    return {"once": once, "days": "90", **typed}


def works(desk: Desk, secret: str, path: str) -> int:
    return desk.browser(authorization=f"Bearer {secret}").get(path).status_code


def test_a_key_is_shown_once_and_does_what_was_ticked(desk: Desk, admin: Browser) -> None:
    ticked: list[str] = ["read", "events:read"]
    form = new(admin, label=HOSTILE, role="viewer", scopes_viewer=ticked, scopes_admin="audit")
    answer = admin.post("/keys", form)
    assert answer.headers["cache-control"] == "no-store"
    page = admin.sent("/keys", {**form, "label": "网站", "scopes_viewer": "read"})
    secret = page.one("p", "secret").one("code").text
    assert works(desk, secret, "/api/v1/clusters") == 200
    assert works(desk, secret, "/api/v1/events") == 403
    listed = admin.page("/keys")
    assert secret not in listed.raw
    assert listed.all("script") == []
    own, hostile = listed.one("tbody").all("tr")[:2]
    assert own.one("th").text == f"网站 {secret[:11]}…"
    assert own.one("ul").texts("li") == ["阅读名录、会议、陈述与推荐"]
    assert "最近使用 2026年11月23日 12:00" in own.text
    assert "到期 2027年2月21日 12:00" in own.text
    assert hostile.one("th").text.startswith(HOSTILE)
    assert hostile.one("ul").texts("li") == ["阅读名录、会议、陈述与推荐", "阅读对接会"]
    assert "从未使用" in hostile.text


def test_each_role_offers_its_own_scopes(admin: Browser) -> None:
    page = admin.page("/keys/new")
    for role in Role:
        boxes = page.all("input", name=f"scopes_{role}")
        assert [box.attributes["value"] for box in boxes] == scopes_of(role)
        assert [box.attributes["value"] for box in boxes if "checked" in box.attributes] == ["read"]


def test_a_double_click_makes_one_key_and_both_see_it(desk: Desk, admin: Browser) -> None:
    form, before = new(admin, label="网站", role="viewer", scopes_viewer="read"), count(desk)
    one, two = admin.sent("/keys", form), admin.sent("/keys", form)
    assert one.one("p", "secret").text == two.one("p", "secret").text
    assert count(desk) == before + 1
    desk.app.state.shown_once = ShownOnce()  # as another process, or a minute later
    assert admin.sent("/keys", form, 409).one("h1").text == "这个密钥已经建立过了"
    assert count(desk) == before + 1


def test_the_form_opened_again_makes_another_key(desk: Desk, admin: Browser) -> None:
    before = count(desk)
    for _ in range(2):
        admin.sent("/keys", new(admin, label="网站", role="viewer", scopes_viewer="read"))
    assert count(desk) == before + 2


def test_what_a_page_shows_once_is_forgotten_after_a_minute() -> None:
    seconds = 0.0
    shown = ShownOnce(timer=lambda: seconds)
    claim = Claim("a", "b", "c")
    shown.keep(claim, Response("secret"))
    seconds = 59.0
    assert shown.find(claim) is not None
    seconds = 60.0
    assert shown.find(claim) is None
    assert not shown._kept


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"label": ""}, "label", "请填写"),
        ({"role": ""}, "role", "请填写"),
        ({"days": "0"}, "days", "1 到 366"),
        ({"days": "367"}, "days", "1 到 366"),
        ({"days": "soon"}, "days", "1 到 366"),
        ({"days": "９"}, "days", "1 到 366"),
        ({"scopes_viewer": []}, "scopes_viewer", "至少勾选一项"),
        ({"scopes_viewer": "audit"}, "scopes_viewer", "audit"),
        ({"scopes_viewer": "enter"}, "scopes_viewer", "enter"),
        ({"scopes_viewer": "no-such"}, "scopes_viewer", "请选一项"),
        ({"role": "representative", "scopes_representative": "read"}, "cluster", "产业集群"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    desk: Desk, admin: Browser, typed: Form, field: str, error: str
) -> None:
    form = new(admin, label="网站", role="viewer", scopes_viewer=["read", "events:read"])
    before = count(desk)
    page = admin.sent("/keys", {**form, **typed}, 422)
    (wrong,) = [node for node in page.walk() if "wrong" in node.attributes.get("class", "")]
    assert {node.attributes["name"] for node in wrong.all("input")} == {field}
    assert error in wrong.one("p", "error").text
    label = page.one("input", id="f-label").attributes["value"]
    assert label == typed.get("label", "网站")
    assert count(desk) == before


def test_the_boxes_that_were_ticked_stay_ticked(admin: Browser) -> None:
    ticked = ["read", "events:read"]
    form = new(admin, label="", role="viewer", scopes_viewer=ticked)
    boxes = admin.sent("/keys", form, 422).all("input", name="scopes_viewer")
    assert [box.attributes["value"] for box in boxes if "checked" in box.attributes] == ticked


def test_a_key_is_revoked_after_a_question(desk: Desk, admin: Browser) -> None:
    page = admin.sent("/keys", new(admin, label="网站", role="viewer", scopes_viewer="read"))
    secret = page.one("p", "secret").one("code").text
    assert works(desk, secret, "/api/v1/clusters") == 200
    path = admin.page("/keys").one("tbody").all("tr")[0].one("a").attributes["href"]
    question = admin.page(path)
    assert "“网站”" in question.text
    assert works(desk, secret, "/api/v1/clusters") == 200
    assert question.one("main").one("form").attributes["action"] == path
    assert admin.went(path) == "/keys?done=revoked"
    assert works(desk, secret, "/api/v1/clusters") == 401
    row = admin.page("/keys?done=revoked").one("tbody").all("tr")[0]
    assert "已吊销" in row.text
    assert row.all("a") == []
    assert admin.page(path).one("main").all("form") == []


def test_the_list_is_exported_without_formulas_and_secrets(admin: Browser) -> None:
    form = new(admin, label=HOSTILE, role="viewer", scopes_viewer="read")
    secret = admin.sent("/keys", form).one("p", "secret").one("code").text
    text = admin.get("/keys.csv").content.decode("utf-8-sig")
    assert secret not in text
    head, *rows = csv.reader(StringIO(text))
    assert rows[0][head.index("用途")] == f"'{HOSTILE}"
    assert admin.get("/keys.xlsx").content.startswith(b"PK")
