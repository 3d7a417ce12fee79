"""A cookie counts only for forms of our own pages: a truth table over what browsers send.

The rule is that of ``guard.from_own_page``, written down here a second time and as a table: a
reading method and a key never matter; else ``Sec-Fetch-Site`` decides, without it ``Origin``, and
without both it is no browser.
"""

from collections.abc import Sequence
from itertools import product

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from service import guard
from service.guard import COOKIE
from service.runtime import Runtime
from tests.access.cast import ONE_ENGINE
from tests.dashboard.desk import Desk
from tests.support.people import bearer

OWN, SUBDOMAIN, CROSS = "http://testserver", "http://a.testserver", "https://elsewhere.example"
SITES = (None, "same-origin", "none", "same-site", "cross-site", "nonsense")
ORIGINS = (None, OWN, f"{OWN}:81", SUBDOMAIN, CROSS, "null", "")
CREDENTIALS = ("cookie", "bearer", "both", "neither")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PATHS = {"POST": "/api/v1/clusters", "GET": "/api/v1/clusters", "HEAD": "/api/v1/clusters"}
CLUSTER = "/api/v1/clusters/dalian"
PATHS |= {"PUT": CLUSTER, "PATCH": "/api/v1/statements/1", "OPTIONS": CLUSTER}
PATHS |= {"DELETE": f"{CLUSTER}/vetoes/humen"}

ALLOWED = {
    # Sec-Fetch-Site: decides alone
    "same-origin": True,
    "none": True,
    "same-site": False,
    "cross-site": False,
    "nonsense": False,
}
ALLOWED_ORIGINS = {
    # without Sec-Fetch-Site
    None: True,
    OWN: True,
    f"{OWN}:81": False,
    SUBDOMAIN: False,
    CROSS: False,
    "null": False,
    "": False,
}


def expected(method: str, site: str | None, origin: str | None, credential: str) -> bool:
    """Whether the request gets as far as the route."""
    if method in {"GET", "HEAD", "OPTIONS"} or credential in {"bearer", "both"}:
        return True
    return ALLOWED[site] if site is not None else ALLOWED_ORIGINS[origin]


@pytest.fixture
def cookie(app: FastAPI) -> str:
    token = Desk(app).person("lin", Role.ORGANISER).cookie
    assert token is not None
    return token


def sent(
    app: FastAPI, cookie: str, method: str, site: str | None, origin: str | None, credential: str
) -> str:
    """``ok``, ``forged`` or ``sign-in-required``, as the problem says."""
    headers = {"sec-fetch-site": site, "origin": origin}
    given = {name: value for name, value in headers.items() if value is not None}
    if credential in {"bearer", "both"}:
        given |= bearer(Role.ORGANISER)
    if credential in {"cookie", "both"}:
        given["cookie"] = f"{COOKIE}={cookie}"
    client = TestClient(app, raise_server_exceptions=False, headers=given)
    body = {"nonsense": 1} if method in {"POST", "PUT", "PATCH"} else None
    answer = client.request(method, PATHS[method], json=body)
    if answer.status_code in {401, 403}:
        problem = answer.json()
        forged = problem["detail"].startswith("the request did not come from our own page")
        return "forged" if forged else str(problem["type"])
    return "ok"


def surprises(
    app: FastAPI, cookie: str, credentials: Sequence[str] = CREDENTIALS
) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for method, site, origin, credential in product(METHODS, SITES, ORIGINS, credentials):
        came = sent(app, cookie, method, site, origin, credential)
        if expected(method, site, origin, credential):
            reading = method in {"GET", "HEAD", "OPTIONS"}
            right = came == "ok" or (credential == "neither" and not reading and came != "forged")
        else:
            right = came in {"forged", "/problems/sign-in-required"}
            right &= came == "forged" or credential == "neither"
        if not right:
            found.append((method, site, origin, credential, came))
    return found


@ONE_ENGINE
def test_a_cookie_counts_only_for_forms_of_our_own_pages(app: FastAPI, cookie: str) -> None:
    assert len(METHODS) * len(SITES) * len(ORIGINS) * len(CREDENTIALS) == 1176
    assert surprises(app, cookie) == []


@ONE_ENGINE
def test_the_table_would_show_a_guard_that_trusts_every_page(
    app: FastAPI, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: four writing methods with a cookie, for each refused pair of headers."""
    monkeypatch.setattr(guard, "from_own_page", lambda *_, **__: True)
    found = surprises(app, cookie, ["cookie"])
    refused = 3 * len(ORIGINS) + sum(not allowed for allowed in ALLOWED_ORIGINS.values())
    assert len(found) == 4 * refused


@ONE_ENGINE
@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_no_form_of_ours_can_be_sent_from_elsewhere(
    app: FastAPI, seeded: Runtime, site: str
) -> None:
    """Also where nobody has signed in: a stranger must not sign somebody in as somebody else."""
    desk = Desk(app)
    lin = desk.person("lin", Role.ADMIN)
    lin.http.headers["sec-fetch-site"] = site
    address = desk.invite("zhou")
    for path in (
        *("/sign-in", "/sign-out", address, "/account/password", "/account/sign-out-everywhere"),
        *("/accounts", "/accounts/1", "/accounts/1/state", "/accounts/1/link", "/keys"),
        "/keys/1/revoke",
    ):
        answer = lin.post(path)
        assert answer.status_code == 403, path
        assert "该请求不是从本系统的页面发出的" in answer.text
