"""Admins manage accounts in the browser."""

import csv
from io import BytesIO, StringIO
from urllib.parse import urlsplit

import openpyxl
import pytest
from sqlalchemy import func, select

from models import Account
from models.enums import Role
from service.dashboard.once import ShownOnce
from tests.accounts.office import SENTENCE
from tests.dashboard.desk import Browser, Desk, Form
from tests.dashboard.reading import Node

HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>'


def link_on(page: Node) -> str:
    return urlsplit(page.one("p", "secret").one("code").text).path


def filled(page: Node) -> Form:
    """The fields of the main form, as a browser would send them."""
    (form,) = [f for f in page.one("main").all("form") if f.all("fieldset")]
    fields: dict[str, str | list[str]] = {}
    for field in form.all("input"):
        a = field.attributes
        if a.get("type") in {"radio", "checkbox"} and "checked" not in a:
            continue
        fields[a["name"]] = a.get("value", "")
    return fields


def count(desk: Desk) -> int:
    with desk.app.state.sessions.read() as session:
        return int(session.scalar(select(func.count(Account.id))))


def new(admin: Browser, **typed: str) -> Form:
    return {**filled(admin.page("/accounts/new")), **typed}


def test_a_new_account_gets_a_link_that_is_shown_once(desk: Desk, admin: Browser) -> None:
    form = new(admin, name="jiang", role="representative", cluster="大连", display_name=HOSTILE)
    answer = admin.post("/accounts", form)
    assert answer.headers["cache-control"] == "no-store"
    page = admin.sent("/accounts", new(admin, name="zhou", role="viewer"))
    assert desk.browser().went(link_on(page), {"password": SENTENCE, "again": SENTENCE}) == "/"
    listed = admin.page("/accounts")
    rows = [row.texts("th") + row.texts("td") for row in listed.one("tbody").all("tr")]
    at = "2026年11月23日 12:00"
    assert rows == [
        ["张管理", "admin", "管理员", "", "可用", at],
        [HOSTILE, "jiang", "集群代表", "大连", "可用 尚未设密码", at],
        ["zhou", "zhou", "读者", "", "可用", at],
    ]
    assert listed.all("script") == []
    assert "/welcome/" not in listed.raw


def test_a_double_click_makes_one_account_and_both_see_the_link(desk: Desk, admin: Browser) -> None:
    form, before = new(admin, name="jiang", role="viewer"), count(desk)
    one, two = admin.sent("/accounts", form), admin.sent("/accounts", form)
    assert link_on(one) == link_on(two)
    assert count(desk) == before + 1
    desk.app.state.shown_once = ShownOnce()  # as another process, or a minute later
    again = admin.sent("/accounts", form, 409)
    assert again.one("h1").text == "这个账户已经建立过了"
    assert count(desk) == before + 1


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"name": "", "role": "viewer"}, "f-name", "请填写"),
        ({"name": "a" * 81, "role": "viewer"}, "f-name", "80"),
        ({"name": "ADMIN", "role": "viewer"}, "f-name", "ADMIN"),
        ({"name": "\u202e", "role": "viewer"}, "f-name", "80"),
        ({"name": "x"}, "role", "请填写"),
        ({"name": "x", "role": "emperor"}, "role", "请选一项"),
        ({"name": "x", "role": "representative"}, "f-cluster", "产业集群"),
        (
            {"name": "x", "role": "representative", "cluster": "亚特兰蒂斯"},
            "f-cluster",
            "亚特兰蒂斯",
        ),
        ({"name": "x", "role": "viewer", "display_name": "a" * 121}, "f-display_name", "120"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    desk: Desk, admin: Browser, typed: dict[str, str], field: str, error: str
) -> None:
    before = count(desk)
    page = admin.sent("/accounts", new(admin, **{"display_name": "显示", **typed}), 422)
    (wrong,) = [node for node in page.walk() if "wrong" in node.attributes.get("class", "")]
    ids = {node.attributes.get("id") or node.attributes["name"] for node in wrong.all("input")}
    assert field in ids or any(part.startswith(f"f-{field}-") for part in ids)
    assert error in wrong.one("p", "error").text
    assert page.one("div", "alert").attributes["role"] == "alert"
    kept = page.one("input", id="f-display_name").attributes["value"]
    assert kept == typed.get("display_name", "显示")
    assert count(desk) == before


def test_an_edit_is_saved_and_ends_sign_ins_where_rights_change(desk: Desk, admin: Browser) -> None:
    lin = desk.person("lin", Role.ORGANISER)
    path = f"/accounts/{desk.numbers['lin']}"
    form = {**filled(admin.page(path)), "role": "representative", "cluster": "柯桥"}
    assert admin.went(path, form) == f"{path}?done=saved"
    page = admin.page(f"{path}?done=saved")
    assert page.one("p", "done").text == "已保存。"
    assert page.one("input", id="f-cluster").attributes["value"] == "柯桥"
    assert lin.get("/account").status_code == 303


def test_of_two_editors_the_second_sees_both_versions_and_decides(
    desk: Desk, admin: Browser
) -> None:
    desk.invite("lin", Role.VIEWER, display_name="林")
    path = f"/accounts/{desk.numbers['lin']}"
    mine, theirs = filled(admin.page(path)), filled(admin.page(path))
    assert admin.went(path, {**theirs, "role": "organiser"}) == f"{path}?done=saved"
    stale = admin.sent(path, {**mine, "display_name": "小林"}, 412)
    rows = [row.texts("th") + row.texts("td") for row in stale.one("tbody").all("tr")]
    assert rows == [
        ["显示名", "林", "小林"],
        ["角色", "组织者", "读者"],
        ["代表的集群", "—", "—"],
    ]
    assert "您看到的是第 1 版，现在是第 2 版" in stale.one("p", "alert").text
    assert stale.one("main").one("a").attributes["href"] == path
    kept = admin.page(path)
    assert kept.one("input", id="f-display_name").attributes["value"] == "林"
    form = stale.one("main").one("form")
    again: Form = {f.attributes["name"]: f.attributes["value"] for f in form.all("input")}
    assert admin.went(path, again) == f"{path}?done=saved"
    saved = filled(admin.page(path))
    assert (saved["display_name"], saved["role"], saved["version"]) == ("小林", "viewer", "3")


def test_a_form_without_a_version_changes_nothing(desk: Desk, admin: Browser) -> None:
    desk.invite("lin")
    path = f"/accounts/{desk.numbers['lin']}"
    for version in ("", "x", "-1", "9" * 30, "0"):
        form: Form = {"display_name": "小林", "role": "viewer", "version": version}
        assert admin.post(path, form).status_code == 412
        assert admin.post(f"{path}/state", {**form, "state": "disabled"}).status_code == 422
    assert filled(admin.page(path))["version"] == "1"


def test_a_disabled_account_is_out_at_once_and_can_come_back(desk: Desk, admin: Browser) -> None:
    lin = desk.person("lin")
    path = f"/accounts/{desk.numbers['lin']}"
    button = admin.page(path).one("form", action=f"{path}/state")
    form: Form = {f.attributes["name"]: f.attributes["value"] for f in button.all("input")}
    assert admin.went(f"{path}/state", form) == f"{path}?done=disabled_done"
    assert lin.get("/account").status_code == 303
    assert admin.post(f"{path}/link").status_code == 409
    button = admin.page(path).one("form", action=f"{path}/state")
    form = {f.attributes["name"]: f.attributes["value"] for f in button.all("input")}
    assert admin.went(f"{path}/state", form) == f"{path}?done=enabled_done"
    signed = {"name": "lin", "password": SENTENCE}
    assert desk.browser().post("/sign-in", signed).status_code == 303


def test_the_last_admin_stays_and_nothing_of_the_try_remains(desk: Desk, admin: Browser) -> None:
    path = f"/accounts/{desk.numbers['admin']}"
    form = filled(admin.page(path))
    page = admin.sent(path, {**form, "role": "viewer", "display_name": "另一个"}, 422)
    assert "admin" in page.one("fieldset", "wrong").one("p", "error").text
    assert page.one("input", id="f-display_name").attributes["value"] == "另一个"
    assert filled(admin.page(path)) == form
    state: Form = {"state": "disabled", "version": "2"}
    refused = admin.sent(f"{path}/state", state, 422)
    assert "admin" in refused.one("div", "alert").text
    assert admin.get("/account").status_code == 200


def test_a_new_link_and_a_sign_out_from_the_account_page(desk: Desk, admin: Browser) -> None:
    lin = desk.person("lin")
    path = f"/accounts/{desk.numbers['lin']}"
    address = link_on(admin.sent(f"{path}/link"))
    assert lin.get("/account").status_code == 200
    assert admin.went(f"{path}/sign-out") == f"{path}?done=signed_out"
    assert lin.get("/account").status_code == 303
    assert desk.browser().get(address).status_code == 200


def test_the_list_is_filtered_and_exported_without_formulas(desk: Desk, admin: Browser) -> None:
    desk.invite("lin", Role.ORGANISER, display_name=HOSTILE)
    desk.invite("zhou", Role.VIEWER)
    page = admin.page("/accounts?role=organiser&q=hyper")
    assert [row.one("a").text for row in page.one("tbody").all("th")] == [HOSTILE]
    assert admin.page("/accounts?role=emperor", 422).one("div", "wrong").all("p", "error")
    assert admin.get("/accounts.csv?state=sleeping").status_code == 422
    text = admin.get("/accounts.csv?role=organiser").content.decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text))
    assert [row[head.index("显示名")] for row in rows] == [f"'{HOSTILE}"]
    book = openpyxl.load_workbook(BytesIO(admin.get("/accounts.xlsx").content))
    cells = [row[2] for row in book["账户"].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        *(("张管理", "s"), (HOSTILE, "s"), ("zhou", "s"))
    ]
