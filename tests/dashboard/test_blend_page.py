"""The blend on its page: evidence, proposal with figures, activate, go back."""

import pytest

from models.enums import Role
from service.runtime import Runtime
from tests.dashboard.desk import Browser, Desk
from tests.dashboard.reading import Node
from tests.support.evidence import add_decisions


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    return desk.person("clerk", Role.ORGANISER)


def form(page: Node, action: str) -> dict[str, str]:
    (found,) = [f for f in page.all("form") if f.attributes.get("action") == action]
    return {
        i.attributes["name"]: i.attributes["value"]
        for i in found.all("input")
        if i.attributes["type"] == "hidden"
    }


def test_without_evidence_the_page_says_what_is_missing(clerk: Browser) -> None:
    page = clerk.page("/blend")
    assert "随附的权重" in page.text
    assert "依据还不够" in page.text
    assert not [f for f in page.all("form") if "/blend" in f.attributes.get("action", "")]
    refused = clerk.sent("/blend/learn", {"once": "x"}, 409)
    assert "60" in refused.one(role="alert").text


def test_a_proposal_is_shown_with_figures_then_activated_and_taken_back(
    clerk: Browser, seeded: Runtime
) -> None:
    with seeded.sessions.write() as session:
        add_decisions(session, events=6)
    once = form(clerk.page("/blend"), "/blend/learn")
    for _ in range(2):  # a second click
        assert clerk.went("/blend/learn", once) == "/blend?done=learnt"
    page = clerk.page("/blend?done=learnt")
    (card,) = page.all("article")
    assert "更好" in card.text
    assert "对数损失" in card.text
    action = next(f.attributes["action"] for f in card.all("form"))
    assert clerk.went(action, form(page, action)) == "/blend?done=activated"
    page = clerk.page("/blend?lang=en")
    assert "activated by clerk" in page.text
    assert not page.one("article").all("form")
    once = form(page, "/blend/back")
    for _ in range(2):  # a second click does not go back twice
        assert clerk.went("/blend/back", once) == "/blend?done=back"
    assert "The shipped blend" in clerk.page("/blend").text
