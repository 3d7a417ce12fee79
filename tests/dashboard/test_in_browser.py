"""The pages in a real Chromium: what a visitor clicks, and what must never happen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from models.enums import Role
from service.guard import COOKIE
from tests.accounts.office import SENTENCE
from tests.dashboard.browsing import Visit, enter, served, visiting
from tests.dashboard.desk import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

WIDTH = 390
EVERY_PAGE = (
    *(
        "/",
        "/?cluster=大连&open=all",
        "/?kind=association&lang=en",
        "/clusters/keqiao?lang=en",
        "/?as_of=昨天",
        "/clusters",
        "/clusters/keqiao",
    ),
    *("/pairs/dalian/keqiao", "/meetings", "/meetings/1", "/meetings/1/documents/1"),
    *("/events", "/events/1", "/events/1/lists", "/clusters/atlantis"),
    *("/round-tables?form=chain", "/gaps?lang=en"),
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True),
]


@pytest.fixture
def base(shown: FastAPI) -> Iterator[str]:
    """The address of the application."""
    with served(shown) as address:
        yield address


@pytest.fixture
def visit(playwright: "Playwright", base: str) -> Iterator[Visit]:
    with visiting(playwright, base) as visit:
        yield visit


def test_a_visitor_finds_a_partner_and_reads_both_sides(visit: Visit) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415 - only where it is used

    page = visit.page
    visit.open("/")
    page.get_by_label("集群", exact=True).fill("大连")
    page.get_by_label("主题", exact=True).select_option("fabric")
    page.get_by_role("button", name="查询").click()
    assert page.get_by_role("heading", level=1).inner_text() == "大连应当见谁"
    card = page.locator("li.card").first
    quote = card.locator("blockquote").first
    assert not quote.is_visible()
    card.locator("summary").click()
    assert quote.is_visible()
    sides = card.locator(".evidence").first.locator("blockquote")
    assert sides.all_inner_texts() == ["缺少做面料的企业", "柯桥是化纤面料的世界级产地"]
    card.get_by_role("link", name="在原文中查看").first.click()
    marked = page.locator("mark:target")
    assert marked.inner_text() == "缺少做面料的企业"
    expect(marked).to_be_in_viewport()
    visit.check()


def test_a_visitor_changes_the_language_and_opens_a_cluster(visit: Visit) -> None:
    page = visit.page
    visit.open("/?cluster=大连&topic=fabric")
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Whom Dalian")
    assert page.locator("#f-cluster").input_value() == "大连"
    page.locator("li.card h2").first.get_by_role("link", name="Keqiao").click()
    assert page.get_by_role("heading", level=1).inner_text().split() == ["Keqiao", "柯桥"]
    assert page.get_by_role("heading", name="What it said").is_visible()
    visit.check()


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit.page
    visit.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-cluster"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    visit.check()


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_is_wider_than_a_telephone(visit: Visit, path: str) -> None:
    visit.page.set_viewport_size({"width": WIDTH, "height": 844})
    visit.open(path)
    assert visit.page.get_by_role("heading", level=1).is_visible()
    assert visit.overflow() == 0
    assert visit.page.evaluate("window.violations") == []
    others = [text for text in visit.trouble if "server responded with a status of 4" not in text]
    assert others == []


def test_paper_shows_every_reason_and_no_controls(visit: Visit) -> None:
    visit.open("/?cluster=大连&topic=fabric")
    visit.page.emulate_media(media="print")
    assert visit.page.locator("blockquote").first.is_visible()
    assert not visit.page.locator("form").is_visible()
    visit.check()


def test_the_api_can_be_tried_out_in_its_documentation(visit: Visit) -> None:
    page = visit.page
    visit.open("/docs")
    page.locator("#operations-health-alive_healthz_get").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    assert page.locator(".live-responses-table .response-col_status").last.inner_text() == "200"
    assert "ok" in page.locator(".live-responses-table .microlight").first.inner_text()
    page.locator("#operations-meetings-record_meeting_api_v1_meetings_post").click()
    assert page.get_by_text("application/problem+json").first.is_visible()
    visit.check()


HOSTILE = "<img src=x onerror=alert(1)>"
OFFICE = (
    *("/account", "/accounts", "/accounts/new", "/accounts/1", "/accounts/2", "/keys", "/keys/new"),
    *(
        "/keys/1/revoke",
        "/erasures",
        "/runs",
        "/audit",
        "/audit?since=x",
        "/sign-in",
        "/welcome/x",
        "/accounts/99999",
    ),
)


def test_an_admin_enters_makes_an_account_and_a_key_and_leaves(entering: Visit, desk: Desk) -> None:
    visit, page = entering, entering.page
    enter(visit, desk.invite("admin", Role.ADMIN, display_name=HOSTILE))
    assert page.locator(".signed-in b").inner_text() == HOSTILE
    (cookie,) = [c for c in page.context.cookies() if c["name"] == COOKIE]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"

    page.get_by_role("link", name="账户", exact=True).click()
    page.get_by_role("link", name="新建账户").click()
    page.get_by_label("登录名").fill("jiang")
    page.get_by_label("显示名").fill(HOSTILE)
    assert not page.get_by_label("代表的集群").is_visible()
    page.get_by_label("集群代表").check()
    page.get_by_label("代表的集群").fill("大连")
    page.get_by_role("button", name="新建").dblclick()
    link = page.locator(".secret code").inner_text()
    assert re.fullmatch(r"http://[^/]+/welcome/[\w-]{43}", link)
    page.get_by_role("link", name="回到账户列表").click()
    assert page.locator("tbody tr").count() == 2
    assert HOSTILE in page.locator("tbody").inner_text()

    page.get_by_role("link", name="接口密钥").click()
    before = page.locator("tbody tr").count()
    page.get_by_role("link", name="新建密钥").click()
    page.get_by_label("用途").fill(HOSTILE)
    assert not page.get_by_label("阅读名录").first.is_visible()
    page.get_by_label("读者", exact=False).check()
    page.get_by_role("button", name="新建密钥").dblclick()
    assert page.locator(".secret code").inner_text().startswith("dj_")
    page.get_by_role("link", name="回到密钥列表").click()
    assert page.locator("tbody tr").count() == before + 1
    assert HOSTILE in page.locator("tbody tr").first.inner_text()

    page.get_by_role("link", name="审计记录").click()
    page.locator("table.audit summary").first.click()
    assert HOSTILE in page.locator("table.comparison").first.inner_text()

    page.get_by_role("button", name="退出登录").click()
    visit.open("/accounts")
    assert urlsplit(page.url).path == "/sign-in"
    page.get_by_label("登录名").fill("admin")
    page.get_by_label("密码").fill(SENTENCE)
    page.get_by_role("button", name="登录").click()
    assert page.get_by_role("heading", level=1).inner_text() == "账户"
    visit.check()


def test_a_form_that_was_filled_in_wrongly_is_announced(entering: Visit, desk: Desk) -> None:
    visit, page = entering, entering.page
    enter(visit, desk.invite("admin", Role.ADMIN))
    visit.open("/accounts/new")
    page.get_by_role("button", name="新建").click()
    assert "登录名" in page.get_by_role("alert").inner_text()
    field = page.get_by_label("登录名")
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text() == "请填写。"


def test_no_page_around_access_is_wider_than_a_telephone(entering: Visit, desk: Desk) -> None:
    visit, page = entering, entering.page
    desk.invite("x" * 80, display_name="y" * 120)
    enter(visit, desk.invite("admin", Role.ADMIN, display_name="W" * 120))
    for width, language in ((WIDTH, "zh"), (WIDTH, "en"), (1280, "en")):
        page.set_viewport_size({"width": width, "height": 844})
        for path in OFFICE:
            visit.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.get_by_role("heading", level=1).is_visible()
            assert visit.overflow() == 0, (width, path, language)
            assert page.evaluate("window.violations") == []


def test_paper_shows_the_audit_and_no_controls(entering: Visit, desk: Desk) -> None:
    visit, page = entering, entering.page
    enter(visit, desk.invite("admin", Role.ADMIN))
    visit.open("/audit?action=account")
    page.emulate_media(media="print")
    assert page.locator("table.comparison").first.is_visible()
    assert [form.is_visible() for form in page.locator("form").all()] == [False, False]
    visit.check()


def test_a_table_is_imported_on_the_page(entering: Visit, desk: Desk, tmp_path: Path) -> None:
    """Upload, faults at their cells, a corrected file, apply; on a narrow screen too."""
    lin = desk.person("lin", Role.ORGANISER)
    page = entering.page
    page.context.add_cookies([{"name": COOKIE, "value": str(lin.cookie), "url": entering.base}])
    head = "集群,类别,主题,要点,会议\n"
    wrong, right = tmp_path / "错.csv", tmp_path / "对.csv"
    wrong.write_text(head + "大连,短板,面聊,面料新厂,1\n", encoding="gb18030")
    right.write_text(head + "大连,短板,面料,面料新厂,1\n", encoding="utf-8-sig")
    entering.open("/")
    page.get_by_role("link", name="导入导出").click()
    page.get_by_label("文件").set_input_files(wrong)
    page.get_by_role("button", name="预演").click()
    assert "不认识“面聊”，是否“面料”？" in page.locator("table.faults").inner_text()
    assert page.get_by_role("button", name="写入").count() == 0
    entering.trouble.clear()  # Chromium reports the status 422 of the page itself
    page.get_by_label("换一个文件").set_input_files(right)
    page.get_by_role("button", name="预演").click()
    page.set_viewport_size({"width": WIDTH, "height": 800})
    assert entering.overflow() == 0
    page.get_by_role("button", name="写入").click()
    assert "已写入：新增 1 行" in page.locator(".done").inner_text()
    assert entering.overflow() == 0
    with page.expect_download() as got:
        page.get_by_role("link", name="Excel 模板").click()
    assert got.value.suggested_filename == "duijie-template.xlsx"
    entering.check()
