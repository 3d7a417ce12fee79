"""Proposed places, the lexicon and warnings in a real Chromium, with JavaScript switched off."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from models.enums import Role
from tests.accounts.office import SENTENCE
from tests.dashboard.browsing import Visit, served, visiting
from tests.dashboard.desk import Desk
from tests.proposals.conftest import MINUTES, take_in
from tests.support.people import bearer

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

WIDTH = 390

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True),
]


@pytest.fixture(scope="module")
def playwright() -> "Iterator[Playwright]":
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used

    with sync_playwright() as started:
        yield started


@pytest.fixture
def visit(playwright: "Playwright", desk: Desk) -> Iterator[Visit]:
    """An organiser has signed in; a document was taken in twice."""
    writer = desk.browser(**bearer(Role.ORGANISER)).http
    take_in(writer, MINUTES)
    take_in(writer, MINUTES.replace("大连：", "大连说：").replace("优势", "短板"), "转载.txt")
    with served(desk.app) as address, visiting(playwright, address) as visit:
        visit.open(desk.invite("clerk", Role.ORGANISER, display_name="李组织"))
        visit.page.get_by_label("新密码").fill(SENTENCE)
        visit.page.get_by_label("再输入一次").fill(SENTENCE)
        visit.page.get_by_role("button", name="设置密码并登录").click()
        yield visit


def test_a_place_is_merged_and_another_dismissed_and_restored(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="待定地名").click()
    page.get_by_role("link", name="贺州", exact=True).click()
    assert page.locator(".warnings li").count() > 0
    page.get_by_label("已登记的地方").fill("大连")
    page.get_by_role("button", name="归并").dblclick()
    assert page.get_by_role("status").inner_text() == "已归并。"
    page.get_by_role("link", name="青州", exact=True).click()
    page.get_by_label("原因").fill("只是路过")
    page.get_by_role("button", name="忽略").click()
    assert "只是路过" in page.locator("tbody").last.inner_text()
    page.get_by_role("button", name="恢复“青州”").click()
    assert page.get_by_role("link", name="青州", exact=True).is_visible()
    visit.check()


def test_a_wording_is_measured_taken_over_and_withdrawn(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="词库").click()
    page.get_by_role("link", name="增删词语").click()
    page.get_by_label("去除", exact=False).check()
    page.get_by_label("主题", exact=False).check()
    page.get_by_role("textbox", name="词语").fill("面料")
    page.get_by_role("combobox", name="归属").fill("fabric")
    page.get_by_role("button", name="测量得失").click()
    assert page.locator("table.scores tbody tr").count() == 4
    assert page.get_by_text("不再找到").is_visible()
    page.get_by_role("button", name="采用").click()
    assert "本处去除" in page.locator("tbody").inner_text()
    page.get_by_role("link", name="撤回“面料”的改动").click()
    page.get_by_role("button", name="撤回改动").click()
    assert urlsplit(page.url).query == "origin=own&done=withdrawn"
    visit.check()


def test_no_page_is_wider_than_a_telephone(visit: Visit) -> None:
    page = visit.page
    visit.open("/proposals")
    place = page.get_by_role("link", name="贺州", exact=True).get_attribute("href") or ""
    paths = (
        *("/proposals", place, "/drafts", "/blend"),
        *("/lexicon?q=面", "/lexicon/new", "/lexicon/measure"),
    )
    for width, language in ((WIDTH, "zh"), (WIDTH, "en"), (1280, "en")):
        page.set_viewport_size({"width": width, "height": 844})
        for path in paths:
            visit.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.get_by_role("heading", level=1).is_visible()
            assert visit.overflow() == 0, (width, path, language)
    visit.check()
