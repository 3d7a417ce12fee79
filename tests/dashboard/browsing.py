"""A real Chromium on a real server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from tests.accounts.office import SENTENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(e.blockedURI));
"""


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


def enter(visit: Visit, address: str) -> None:
    """Set the password with a one-time link."""
    page = visit.page
    visit.open(address)
    page.get_by_label("新密码").fill(SENTENCE)
    page.get_by_label("再输入一次").fill(SENTENCE)
    page.get_by_role("button", name="设置密码并登录").click()
    assert urlsplit(page.url).path == "/"


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the application on a free port of this machine."""
    config = uvicorn.Config(app, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    deadline = monotonic() + 20
    while not server.started:
        assert monotonic() < deadline, "the server did not start"
        sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def visiting(playwright: "Playwright", base: str) -> Iterator[Visit]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield Visit(context.new_page(), base).watch()
    browser.close()
