"""One's own account: browsers and password."""

import pytest

from service.guard import COOKIE
from tests.accounts.office import SENTENCE
from tests.dashboard.desk import Browser, Desk, Form

OTHER = "另一句足够长的话 about warp and weft"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def lin(desk: Desk) -> Browser:
    return desk.person("lin", display_name="林组织")


@pytest.fixture
def phone(desk: Desk, lin: Browser) -> Browser:
    browser = desk.browser(**{"user-agent": PHONE})
    browser.went("/sign-in", {"name": "lin", "password": SENTENCE})
    return browser


def change(old: str = SENTENCE, new: str = OTHER, again: str = OTHER) -> Form:
    return {"old": old, "password": new, "again": again}


def test_it_shows_every_browser_that_is_signed_in(lin: Browser, phone: Browser) -> None:
    page = lin.page("/account")
    rows = [row.texts("th") + row.texts("td")[:3] for row in page.one("tbody").all("tr")]
    at = "2026年11月23日 12:00"
    assert rows == [
        ["Chrome · Android", "testclient", f"登录时间 {at}", f"最近使用 {at}"],
        ["testclient 当前浏览器", "testclient", f"登录时间 {at}", f"最近使用 {at}"],
    ]
    assert page.one("dl", "facts").texts("dd") == ["lin", "读者"]


def test_another_browser_is_signed_out(lin: Browser, phone: Browser) -> None:
    first = lin.page("/account").one("tbody").all("form")[0].attributes["action"]
    assert lin.went(first) == "/account?done=ended"
    assert "已退出该浏览器" in lin.page("/account?done=ended").one("p", "done").text
    assert phone.get("/account").status_code == 303
    assert lin.get("/account").status_code == 200


def test_nobody_signs_out_somebody_elses_browser(desk: Desk, lin: Browser) -> None:
    other = desk.person("zhou")
    action = other.page("/account").one("tbody").one("form").attributes["action"]
    assert lin.post(action).status_code == 404
    assert other.get("/account").status_code == 200


def test_signing_out_everywhere_includes_this_browser(
    desk: Desk, lin: Browser, phone: Browser
) -> None:
    token = lin.cookie
    assert lin.went("/account/sign-out-everywhere") == "/sign-in"
    assert phone.get("/account").status_code == 303
    assert desk.browser(cookie=f"{COOKIE}={token}").get("/account").status_code == 303


def test_a_new_password_keeps_this_browser_and_no_other(
    desk: Desk, lin: Browser, phone: Browser
) -> None:
    assert lin.went("/account/password", change()) == "/account?done=password"
    assert "密码已更改" in lin.page("/account?done=password").one("p", "done").text
    assert phone.get("/account").status_code == 303
    again = desk.browser()
    assert again.post("/sign-in", {"name": "lin", "password": SENTENCE}).status_code == 401
    assert again.went("/sign-in", {"name": "lin", "password": OTHER}) == "/"


@pytest.mark.parametrize(
    ("form", "field", "error"),
    [
        (change(old=OTHER), "old", "原密码不正确"),
        (change(old=""), "old", "请填写密码"),
        (change(again=SENTENCE), "again", "两次输入不一致"),
        (change(new="short", again="short"), "password", "12"),
        (change(new="linlinlin2026", again="linlinlin2026"), "password", "常见词"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    lin: Browser, form: Form, field: str, error: str
) -> None:
    page = lin.sent("/account/password", form, 422)
    wrong = page.one("div", "wrong")
    assert wrong.one("input").attributes["id"] == f"f-{field}"
    assert error in wrong.one("p", "error").text
    assert error in page.one("div", "alert", role="alert").text
    assert {node.attributes["value"] for node in page.all("input", type="password")} == {""}
    assert lin.get("/account").status_code == 200


def test_a_message_is_shown_only_if_we_wrote_it(lin: Browser) -> None:
    assert lin.page("/account?done=<b>").all("p", "done") == []
