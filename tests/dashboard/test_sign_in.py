"""Signing in and out in a browser, and what everybody sees of it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from models.enums import AccountState, Role
from service.accounts import accounts
from service.accounts.guessing import PAIR
from service.dashboard.forms import local_path
from service.guard import COOKIE, SECURE_COOKIE
from service.main import attach
from tests.accounts.office import SENTENCE
from tests.dashboard.desk import Browser, Desk, Form
from tests.support.clock import NOW
from tests.support.people import TESTER

OTHER = "另一句足够长的话 about warp and weft"


def form(name: str = "lin", password: str = SENTENCE, **more: str) -> Form:
    return {"name": name, "password": password, **more}


@pytest.fixture
def lin(desk: Desk) -> Browser:
    return desk.person("lin", Role.ORGANISER, display_name="林组织")


def test_a_refusal_does_not_tell_which_part_was_wrong(desk: Desk, lin: Browser) -> None:
    with desk.app.state.sessions.write() as session:
        gone = {"state": AccountState.DISABLED}
        desk.invite("gone")
        number = desk.numbers["gone"]
        accounts.edit_account(session, TESTER, number, gone, version=None, now=NOW)
    pages = set()
    for name, password in (("lin", OTHER), ("nobody", SENTENCE), ("gone", SENTENCE)):
        browser = desk.browser()
        answer = browser.post("/sign-in", form(name, password))
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        pages.add(answer.text.replace(f'value="{name}"', ""))
        assert browser.cookie is None
    (page,) = pages
    assert "登录名或密码不对。" in page
    assert SENTENCE not in page


def test_what_is_missing_is_said_at_its_field_and_the_name_is_kept(desk: Desk) -> None:
    page = desk.browser().sent("/sign-in", form("lin", ""), 422)
    field = page.one("div", "wrong")
    assert field.one("p", "error").text == "请填写密码。"
    assert field.one("input").attributes["aria-invalid"] == "true"
    assert page.one("input", id="f-name").attributes["value"] == "lin"


def test_too_many_tries_are_told_how_long_to_wait(desk: Desk, lin: Browser) -> None:
    desk.invite("zhou")
    for _ in range(PAIR.tries):
        assert desk.browser().post("/sign-in", form("zhou", OTHER)).status_code == 401
    answer = desk.browser().post("/sign-in", form("zhou", OTHER))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"
    assert "尝试次数太多，请在 60 秒后再试。" in answer.text


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [("http://testserver", COOKIE, False), ("https://testserver", SECURE_COOKIE, True)],
)
def test_the_cookie_is_for_this_host_alone(
    desk: Desk, lin: Browser, base: str, name: str, *, secure: bool
) -> None:
    answer = desk.browser(base).post("/sign-in", form())
    assert answer.status_code == 303
    (cookie,) = answer.headers.get_list("set-cookie")
    head, *parts = cookie.lower().split("; ")
    assert head.startswith(f"{name.lower()}=")
    assert {part for part in parts if part != "secure"} == {
        *("httponly", "samesite=lax", "path=/", f"max-age={7 * 24 * 3600}")
    }
    assert ("secure" in parts) == secure


OUTSIDE = (
    *("//elsewhere.example", "///elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere"),
    *("https://elsewhere.example", "https:elsewhere", "HTTPS://ELSEWHERE", "javascript:alert(1)"),
    *("/\t/elsewhere.example", "/\n/elsewhere", "\t//elsewhere.example", " //elsewhere", ""),
    *("data:text/html,x", "elsewhere.example", "@elsewhere", "/a\r\nSet-Cookie: x=1", "/\x00"),
    *("/ \\elsewhere", "/a\\..\\b", "/\u2028/elsewhere", f"/{'a' * 3000}", "/\ud800"),
)


@pytest.mark.parametrize("target", OUTSIDE)
def test_nobody_is_led_elsewhere_after_signing_in(target: str) -> None:
    assert local_path(target) == "/"


def test_nobody_is_led_elsewhere_over_http(desk: Desk, lin: Browser) -> None:
    for target in OUTSIDE[:-1]:
        browser = desk.browser()
        page = browser.page(f"/sign-in?next={quote(target)}")
        assert page.one("input", name="next").attributes["value"] == "/"
        answer = browser.post("/sign-in", form(next=target))
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "target", ["/", "/events?lang=en", "/clusters/大连", "/?cluster=a&topic=b", "/a//b", "/@x"]
)
def test_a_path_on_this_site_is_kept(target: str) -> None:
    assert local_path(target) == target


def test_a_visitor_is_led_to_sign_in_and_back(desk: Desk, lin: Browser) -> None:
    browser = desk.browser()
    answer = browser.get("/events?shown=5&x=大连")
    assert answer.status_code == 303
    there = answer.headers["location"]
    assert there.startswith("/sign-in?next=/events")
    assert answer.headers["cache-control"] == "no-store"
    following = browser.page(there).one("input", name="next").attributes["value"]
    assert browser.went("/sign-in", form(next=following)) == following
    assert browser.page(following).one("h1").text == "对接会"


def test_a_form_or_a_program_is_refused_in_words_instead(desk: Desk) -> None:
    sent = desk.browser().post("/accounts")
    assert sent.status_code == 401
    assert "请先登录" in sent.text
    program = desk.browser(authorization="Bearer dj_nothing").get("/events")
    assert program.status_code == 401


def test_who_may_not_is_told_so_in_words(lin: Browser) -> None:
    page = lin.page("/audit", 403)
    assert page.one("h1").text == "您没有这项权限"
    assert "查看审计记录" in page.one("dl", "facts").text
    assert page.one("p", "signed-in").text.startswith("林组织")


WHOLE = ("/round-tables", "/gaps")


@pytest.mark.parametrize(
    ("role", "cluster", "shown", "sections"),
    [
        (Role.VIEWER, None, "林 读者", ["/", "/clusters", "/meetings", "/events", *WHOLE]),
        (
            Role.REPRESENTATIVE,
            "dalian",
            "林 集群代表 大连",
            ["/", "/clusters", "/meetings", "/events", *WHOLE, "/drafts", "/import"],
        ),
        (
            Role.ADMIN,
            None,
            "林 管理员",
            [
                *("/", "/clusters", "/meetings", "/events", "/runs", *WHOLE),
                *("/drafts", "/proposals", "/lexicon"),
                *("/blend", "/import", "/accounts", "/keys", "/audit", "/erasures"),
            ],
        ),
    ],
)
def test_every_page_shows_who_is_signed_in_and_only_what_they_may_open(
    desk: Desk, role: Role, cluster: str | None, shown: str, sections: list[str]
) -> None:
    browser = desk.person("lin", role, cluster, display_name="林")
    page = browser.page("/clusters")
    assert page.one("p", "signed-in").text == shown
    links = [link.attributes["href"] for link in page.one("nav").all("a")]
    assert links == sections
    assert all(browser.get(link).status_code == 200 for link in links[1:])
    assert page.one("form", action="/sign-out").attributes["method"] == "post"
    assert page.all("a", href="/account")


def test_a_visitor_sees_a_link_to_sign_in(desk: Desk) -> None:
    page = desk.browser().page("/clusters?kind=market")
    (link,) = [a for a in page.all("a") if a.text == "登录"]
    assert link.attributes["href"] == "/sign-in?next=/clusters%3Fkind%3Dmarket"
    assert [a.attributes["href"] for a in page.one("nav").all("a")] == [
        *("/", "/clusters", "/meetings", *WHOLE)
    ]


def test_where_visitors_may_not_read_they_still_may_enter(desk: Desk, lin: Browser) -> None:
    runtime = desk.app.state.runtime
    closed = runtime.settings.model_copy(update={"public_reading": False})
    attach(desk.app, replace(runtime, settings=closed))
    closed_desk = Desk(desk.app)
    browser = closed_desk.browser()
    assert browser.get("/").headers["location"] == "/sign-in"
    assert browser.page("/sign-in").one("nav").all("a") == []
    assert browser.went("/sign-in", form()) == "/"
    assert browser.page("/clusters").one("h1").text == "产业集群与机构"


def test_signing_out_ends_it_on_the_server(desk: Desk, lin: Browser) -> None:
    token = lin.cookie
    assert lin.get("/account").status_code == 200
    assert lin.went("/sign-out") == "/"
    assert lin.cookie is None
    thief = desk.browser(cookie=f"{COOKIE}={token}")
    assert thief.get("/account").status_code == 303


def test_signing_in_again_ends_the_sign_in_before(desk: Desk, lin: Browser) -> None:
    before = lin.cookie
    assert "您已登录为 林组织" in lin.page("/sign-in").text
    assert lin.went("/sign-in", form()) == "/"
    assert lin.cookie != before
    thief = desk.browser(cookie=f"{COOKIE}={before}")
    assert thief.get("/account").status_code == 303


def test_a_one_time_link_sets_the_password_and_signs_in(desk: Desk) -> None:
    address = desk.invite("zhou", display_name="周先生")
    browser = desk.browser()
    answer = browser.get(address)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "周先生，您好" in answer.text
    assert "12 到 128 个字符" in answer.text
    sent = browser.sent(address, {"password": SENTENCE, "again": OTHER}, 422)
    assert sent.one("div", "wrong").one("p", "error").text == "两次输入不一致。"
    weak = browser.sent(address, {"password": "zhou", "again": "zhou"}, 422)
    assert "12" in weak.one("div", "wrong").one("p", "error").text
    assert SENTENCE not in sent.raw
    assert browser.went(address, {"password": SENTENCE, "again": SENTENCE}) == "/"
    assert browser.page("/account").one("h1").text == "周先生"
    assert desk.browser().went("/sign-in", form("zhou")) == "/"


def test_a_used_or_expired_link_says_what_to_do(desk: Desk, lin: Browser) -> None:
    address = desk.invite("zhou")
    passwords: Form = {"password": SENTENCE, "again": SENTENCE}
    desk.browser().went(address, passwords)
    runtime = desk.app.state.runtime
    late = desk.invite("late")
    for used, later in ((address, NOW), (late, NOW + timedelta(days=3)), ("/welcome/x", NOW)):
        attach(desk.app, replace(runtime, clock=lambda at=later: at))
        browser = Desk(desk.app).browser()
        for answer in (browser.get(used), browser.post(used, passwords)):
            assert answer.status_code == 404
            assert "请管理员再发一个链接" in answer.text
            assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_browser_that_names_no_origin_may_use_a_link_but_nothing_else(desk: Desk) -> None:
    """Over plain http browsers send no Sec-Fetch-Site, and a page without referrer no origin."""
    address = desk.invite("zhou")
    browser = desk.browser(origin="null")
    del browser.http.headers["sec-fetch-site"]
    assert browser.post("/sign-in", form("zhou")).status_code == 403
    assert browser.went(address, {"password": SENTENCE, "again": SENTENCE}) == "/"
