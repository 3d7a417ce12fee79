"""Dropping minutes on a meeting's page in a real Chromium, with and without script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models.enums import Role
from tests.dashboard.browsing import Visit, enter
from tests.dashboard.desk import Desk
from tests.reading.documents import SAID, column, pdf, word
from tests.reading.pages import FIRST

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH = 390
SPEECH = "大连产业集群代表李明表示，大连缺少面料企业，希望引进印染企业。"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True),
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """One of each kind, a scan, and one of the old Word."""
    contents = {
        "纪要.docx": word(SPEECH, *SAID),
        "网页.html": FIRST["government"].html.encode("gb18030"),
        "扫描件.pdf": pdf([], picture=0),
        "旧纪要.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "讲话.pdf": pdf(column([SPEECH])),
    }
    paths = []
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        paths.append(str(tmp_path / name))
    return paths


@pytest.fixture
def organiser(entering: Visit, desk: Desk) -> Iterator[Visit]:
    enter(entering, desk.invite("clerk", Role.ORGANISER))
    yield entering
    desk.app.state.reader.close()


def recorded(visit: Visit, title: str) -> "Page":
    """The page of a meeting that was just recorded by form."""
    page = visit.page
    visit.open("/meetings")
    page.get_by_role("link", name="登记会议").click()
    page.get_by_label("名称", exact=True).fill(title)
    page.get_by_label("日期").fill("2026-11-20")
    page.get_by_role("button", name="登记").dblclick()
    page.wait_for_url(re.compile(r"/meetings/\d+$"))
    assert page.get_by_role("heading", level=1).inner_text() == title
    return page


def outcomes(page: "Page") -> list[str]:
    return [item.inner_text() for item in page.locator(".outcomes li").all()]


def check_outcomes(page: "Page") -> None:
    said = outcomes(page)
    assert [line.split(" ")[0] for line in said] == [
        *("纪要.docx", "网页.html", "扫描件.pdf", "旧纪要.doc", "讲话.pdf"),
        "粘贴的文字.txt",
    ]
    assert "条陈述草稿" in said[0]
    assert "略去了菜单" in said[1]
    assert "第 1 页只有图片" in said[2]
    assert "另存为 .docx" in said[3]
    assert page.locator("#documents li").count() == 4
    assert page.locator("#said blockquote").count() > 4


def test_files_go_one_by_one_and_each_shows_how_far_it_is(
    organiser: Visit, files: list[str]
) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415 - only where it is used

    page = recorded(organiser, "虎门座谈会")
    bars: list[Any] = []
    page.expose_function("seen", lambda text: bars.append(text))  # noqa: PLW0108 - playwright marks it
    page.evaluate(
        "new MutationObserver(() => { const bar = document.querySelector('progress');"
        " if (bar) window.seen(document.querySelector('.outcomes').innerText); })"
        ".observe(document.querySelector('.outcomes'),"
        " {subtree: true, childList: true, characterData: true})"
    )
    page.locator("#f-files").set_input_files(files)
    page.locator("#f-text").fill(SAID[3])
    page.get_by_role("button", name="读取").click()
    expect(page.locator(".outcomes li")).to_have_count(6)
    expect(page.locator(".outcomes progress")).to_have_count(0, timeout=30_000)
    check_outcomes(page)
    assert any("等待" in text for text in bars)
    assert any("正在读取" in text for text in bars)
    assert page.locator("#f-text").input_value() == ""
    page.locator(".outcomes a").first.click()
    assert page.locator("mark").count() > 0
    expected = "Failed to load resource: the server responded with a status of 422"
    assert [text for text in organiser.trouble if not text.startswith(expected)] == []
    assert page.evaluate("window.violations") == []


def test_the_form_works_without_script(organiser: Visit, files: list[str]) -> None:
    recorded(organiser, "虎门座谈会")
    assert organiser.page.context.browser is not None
    state: Any = organiser.page.context.storage_state()
    plain = organiser.page.context.browser.new_context(
        locale="zh-CN", java_script_enabled=False, storage_state=state
    )
    page = plain.new_page()
    page.goto(organiser.page.url)
    page.locator("#f-files").set_input_files(files)
    page.locator("#f-text").fill(SAID[3])
    page.get_by_role("button", name="读取").click()
    check_outcomes(page)
    plain.close()


def test_a_lost_connection_is_told(organiser: Visit, files: list[str]) -> None:
    page = recorded(organiser, "虎门座谈会")
    page.route("**/documents", lambda route: route.abort())
    page.locator("#f-files").set_input_files(files[:1])
    page.get_by_role("button", name="读取").click()
    page.wait_for_selector(".outcomes li.refused")
    assert "连接中断" in outcomes(page)[0]


def test_the_pages_fit_a_telephone_in_both_languages(organiser: Visit, files: list[str]) -> None:
    page = recorded(organiser, "虎门座谈会")
    path = page.url.removeprefix(organiser.base)
    page.set_viewport_size({"width": WIDTH, "height": 844})
    for language in ("zh", "en"):
        for here in (f"{path}?lang={language}", f"/meetings/new?lang={language}"):
            organiser.open(here)
            assert organiser.overflow() == 0
    organiser.check()
