"""What holds for every page around access: they can be read without seeing, and run nothing."""

import re

import pytest

from models.enums import Role
from tests.dashboard.desk import Browser, Desk
from tests.dashboard.reading import Node, read_page

HOSTILE = "\"><script>alert(1)</script><b onclick='x()'>"
PAGES = (
    *("/", "/sign-in", "/account", "/accounts", "/accounts/new", "/accounts/{id}", "/keys"),
    *(
        "/keys/new",
        "/keys/{key}/revoke",
        "/audit",
        "/erasures",
        "/audit?since=<b>",
        "/runs",
        "/runs/999999",
        "/accounts?role=<b>",
    ),
    *("/no-such-page", "/accounts/999999", "/keys/999999/revoke", "{link}", "/welcome/<b>"),
)
FORMS = (
    "/sign-in",
    "/account/password",
    "/accounts",
    "/accounts/{id}",
    "/keys",
    "{link}",
    "/erasures",
)


@pytest.fixture
def names(desk: Desk, admin: Browser) -> dict[str, object]:
    link = desk.invite("hostile", Role.VIEWER, display_name=HOSTILE)
    once = admin.page("/keys/new").one("input", name="once").attributes["value"]
    form = {"label": HOSTILE[:80], "role": "viewer", "scopes_viewer": "read", "days": "9"}
    admin.sent("/keys", {**form, "once": once})
    newest = admin.page("/keys").one("tbody").all("tr")[0]
    assert newest.one("th").text.startswith(HOSTILE)
    revoke = newest.one("a", "button").attributes["href"]
    return {"id": desk.numbers["hostile"], "link": link, "key": revoke.split("/")[2]}


def check(page: Node) -> None:
    assert page.all("script") == []
    assert page.all("style") == []
    for node in page.walk():
        assert "style" not in node.attributes
        assert not any(name.startswith("on") for name in node.attributes)
        for name in ("href", "src", "action"):
            assert re.match(r"/(?!/)|#", node.attributes.get(name, "/"))
    assert len(page.all("h1")) == len(page.all("main")) == 1
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.attributes["for"] for label in page.all("label")}
    for field in (*page.all("input"), *page.all("select")):
        named = field.attributes.get("id") in labelled or "aria-label" in field.attributes
        assert named or field.attributes.get("type") == "hidden", field
    described = {n.attributes.get("aria-describedby") for n in page.walk()} - {None}
    assert described <= set(ids)
    for group in page.all("fieldset"):
        assert group.one("legend").text
    for button in page.all("button"):
        assert button.text
    for head in page.all("thead"):
        assert all(cell.text for cell in head.all("th"))


def test_every_page_can_be_read_without_seeing_and_runs_nothing(
    admin: Browser, names: dict[str, object]
) -> None:
    for language in ("zh", "en"):
        admin.http.headers["accept-language"] = language
        for path in PAGES:
            answer = admin.get(path.format(**names))
            assert answer.headers["content-security-policy"].startswith("default-src 'self';")
            check(read_page(answer.text))


def test_so_can_every_form_that_was_filled_in_wrongly(
    admin: Browser, names: dict[str, object]
) -> None:
    junk = dict.fromkeys(("name", "label", "role", "cluster", "days", "version"), HOSTILE)
    for path in FORMS:
        answer = admin.post(path.format(**names), {**junk, "display_name": HOSTILE})
        assert 400 <= answer.status_code < 500
        page = read_page(answer.text)
        check(page)
        assert page.all("div", "alert") + page.all("p", "alert")


def test_pages_around_access_are_kept_nowhere(admin: Browser, names: dict[str, object]) -> None:
    for path in PAGES[1:9]:
        answer = admin.get(path.format(**names))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
