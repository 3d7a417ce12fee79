"""The pages in a real Chromium: what a visitor clicks, and what must never happen."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
WIDTH = 390
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(e.blockedURI));
"""
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
    *("/events", "/events/1", "/clusters/atlantis"),
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True),
]


@dataclass
class Visit:
    """One browser tab, and everything suspicious that happened in it."""

    page: "Page"
    base: str
    trouble: list[str] = field(default_factory=list)

    def watch(self) -> "Visit":
        self.page.add_init_script(WATCH)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.trouble.append(message.text) if message.type == "error" else None,
        )
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(self.base) else self.trouble.append(request.url)
            ),
        )
        return self

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def check(self) -> None:
        assert self.page.evaluate("window.violations") == []
        assert self.trouble == []

    def overflow(self) -> int:
        """Pixels that can be scrolled sideways."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))


@pytest.fixture(scope="module")
def playwright() -> "Iterator[Playwright]":
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used

    with sync_playwright() as started:
        yield started


@pytest.fixture
def base(shown: FastAPI) -> Iterator[str]:
    """The address of the application on a free port of this machine."""
    config = uvicorn.Config(shown, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    deadline = monotonic() + 20
    while not server.started:
        assert monotonic() < deadline, "the server did not start"
        sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def visit(playwright: "Playwright", base: str) -> Iterator[Visit]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield Visit(context.new_page(), base).watch()
    browser.close()


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
