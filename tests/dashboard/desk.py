"""Browsers of people who sign in, on an application of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from models.enums import Role
from service.accounts import accounts
from service.guard import COOKIE
from tests.accounts.office import SENTENCE, quick
from tests.dashboard.reading import Node, read_page
from tests.support.clock import NOW
from tests.support.people import TESTER

Form = Mapping[str, str | list[str]]


@dataclass
class Browser:
    http: TestClient

    def get(self, path: str) -> Response:
        return self.http.get(path)

    def post(self, path: str, form: Form | None = None) -> Response:
        return self.http.post(path, data=dict(form or {}))

    def page(self, path: str, status: int = 200) -> Node:
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return read_page(answer.text)

    def sent(self, path: str, form: Form | None = None, status: int = 200) -> Node:
        """The page that answers a form."""
        answer = self.post(path, form)
        assert answer.status_code == status, answer.text
        return read_page(answer.text)

    def went(self, path: str, form: Form | None = None) -> str:
        """Where a form leads."""
        answer = self.post(path, form)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    @property
    def cookie(self) -> str | None:
        found: str | None = self.http.cookies.get(COOKIE)
        return found


@dataclass
class Desk:
    app: FastAPI
    numbers: dict[str, int] = field(default_factory=dict)
    """Of the accounts, by name."""

    def __post_init__(self) -> None:
        self.app.state.passwords = quick()

    def browser(self, base: str = "http://testserver", **headers: str) -> Browser:
        sent = {"accept-language": "zh", "sec-fetch-site": "same-origin", **headers}
        http = TestClient(
            self.app,
            base_url=base,
            headers=sent,
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        return Browser(http)

    def invite(
        self, name: str, role: Role = Role.VIEWER, cluster: str | None = None, **more: str
    ) -> str:
        """The address that sets the password."""
        with self.app.state.sessions.write() as session:
            made = accounts.create_account(
                session, TESTER, name=name, role=role, cluster=cluster, now=NOW, **more
            )
        self.numbers[name] = made.account.id
        return made.link("")

    def person(
        self, name: str, role: Role = Role.VIEWER, cluster: str | None = None, **more: str
    ) -> Browser:
        """Somebody who has just signed in with a one-time link."""
        browser = self.browser()
        address = self.invite(name, role, cluster, **more)
        assert browser.went(address, {"password": SENTENCE, "again": SENTENCE}) == "/"
        return browser
