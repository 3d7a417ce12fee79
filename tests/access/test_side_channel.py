"""What a reader may not see moves no byte of what it sees: numbers, order, tags, counts, ids."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.suggestions.rankings import Rankings
from tests.access.canaries import LISTS, RANKINGS, everything
from tests.access.cast import ONE_ENGINE, Cast
from tests.access.principals import OTHER_CLUSTER, OWN_CLUSTER
from tests.access.test_matrix import table

VIEWS = (
    *RANKINGS[:1],
    *RANKINGS[3:],
    *LISTS,
    "/",
    "/?cluster=大连",
    "/pairings.xlsx?cluster=大连",
    f"/pairs/{OWN_CLUSTER}/{OTHER_CLUSTER}",
    f"/clusters/{OWN_CLUSTER}",
    "/meetings",
    f"/api/v1/clusters?limit=5&q={OWN_CLUSTER}",
)
STRONG: dict[str, Any] = {"kind": "gap", "topic": "fabric", "phrase": "高端面料", "weight": 5}
BESIDES = ("date: ", "x-request-id: ", "server-timing: ")
"""Headers that differ at each request."""


def views(cast: Cast, principal: str) -> dict[str, bytes]:
    meeting = f"/api/v1/meetings/{cast.names['public_meeting']}"
    urls = [*VIEWS, meeting, f"{meeting}/documents", meeting.removeprefix("/api/v1")]
    seen = {}
    for url in urls:
        answer = everything(cast.client(principal).get(url))
        seen[url] = b"\n".join(
            line for line in answer.split(b"\n") if not line.decode("latin-1").startswith(BESIDES)
        )
    return seen


def life(cast: Cast, **fields: Any) -> Iterator[str]:
    """A statement is added, edited, confirmed, edited, taken back, brought back and retired."""
    id_ = cast.statement(OWN_CLUSTER, confirmed=False, **{**STRONG, **fields})
    url = f"/api/v1/statements/{id_}"
    yield "added"
    cast.write("PATCH", url, json={"phrase": "进口面料"})
    yield "edited"
    cast.write("POST", f"{url}/confirm")
    yield "confirmed"
    cast.write("PATCH", url, json={"weight": 1, "topic": "design"})
    yield "edited again"
    cast.write("POST", f"{url}/reject")
    yield "rejected"
    cast.write("POST", f"{url}/confirm")
    cast.write("POST", f"{url}/retire")
    yield "retired"


def organisers_statement(cast: Cast) -> Iterator[str]:
    yield from life(cast, visibility="organisers")


def members_statement(cast: Cast) -> Iterator[str]:
    yield from life(cast, visibility="members")


def public_words_in_a_closed_meeting(cast: Cast) -> Iterator[str]:
    meeting = cast.meeting("organisers", title_zh="闭门会议")
    yield "meeting recorded"
    yield from life(cast, visibility="public", meeting=meeting)
    body = {"title_zh": "闭门会议二", "visibility": "organisers"}
    cast.write("PUT", f"/api/v1/meetings/{meeting}", json=body)
    yield "meeting edited"
    url = f"/api/v1/meetings/{meeting}/documents"
    text = "大连：我们缺少面料企业，希望引进设计师。".encode()
    cast.write("POST", url, files={"file": ("a.txt", text, "text/plain")})
    yield "document taken in"


def draft(cast: Cast) -> Iterator[str]:
    id_ = cast.statement(OWN_CLUSTER, confirmed=False, visibility="public", **STRONG)
    yield "drafted"
    cast.write("PATCH", f"/api/v1/statements/{id_}", json={"weight": 2})
    yield "edited"
    cast.write("POST", f"/api/v1/statements/{id_}/reject")
    yield "rejected"


def reason_of_a_veto(cast: Cast) -> Iterator[str]:
    """That the pair is forbidden was known."""
    url = f"/api/v1/clusters/{OWN_CLUSTER}/vetoes/humen"
    cast.write("PUT", url, json={"reason": "新的原因"})
    yield "reworded"


def event_of_others(cast: Cast) -> Iterator[str]:
    id_ = cast.event("humen", "shengze")
    yield "planned"
    cast.write("DELETE", f"/api/v1/events/{id_}")
    yield "cancelled"


LIVES: dict[str, tuple[Callable[[Cast], Iterator[str]], tuple[str, ...]]] = {
    "organisers' statement": (organisers_statement, ("visitor", "viewer", "other")),
    "members' statement": (members_statement, ("visitor",)),
    "closed meeting": (public_words_in_a_closed_meeting, ("visitor", "viewer")),
    "draft": (draft, ("visitor", "viewer", "other")),
    "reason of a veto": (reason_of_a_veto, ("visitor", "viewer")),
    "event of others": (event_of_others, ("visitor", "other")),
}


LOOKED_AFTER = {"confirmed", "document taken in", "drafted", "reworded", "planned"}


@pytest.fixture
def acted(stage: Cast) -> Cast:
    """What is written stays."""
    stage.perform(stage.runtime)
    return stage


def moves(cast: Cast, name: str, steps: set[str] | None = None) -> list[tuple[str, str, str]]:
    """Reader, step and view wherever something moved; looked for after ``steps``, or after all."""
    live, readers = LIVES[name]
    before = {reader: views(cast, reader) for reader in readers}
    moved = []
    for step in live(cast):
        cast.app.state.rankings = Rankings()  # no index that was built before is used
        for reader in readers if steps is None or step in steps else ():
            now = views(cast, reader)
            moved += [(reader, step, url) for url in now if now[url] != before[reader][url]]
    return moved


@pytest.mark.slow
@pytest.mark.parametrize("name", LIVES)
def test_no_byte_moves_at_any_step(acted: Cast, name: str) -> None:
    assert moves(acted, name) == []


@ONE_ENGINE
@pytest.mark.parametrize("name", LIVES)
def test_no_byte_moves(acted: Cast, name: str) -> None:
    assert moves(acted, name, LOOKED_AFTER) == []


@ONE_ENGINE
def test_a_public_statement_does_move_them(acted: Cast) -> None:
    """Negative control: the views rest on what is confirmed."""
    before = views(acted, "visitor")
    acted.statement(OWN_CLUSTER, visibility="public", **STRONG)
    now = views(acted, "visitor")
    moved = {url for url in now if now[url] != before[url]}
    assert moved >= {*RANKINGS[:1], *RANKINGS[3:6], "/?cluster=大连", "/pairings.xlsx?cluster=大连"}


def test_the_views_are_routes_of_the_table() -> None:
    paths = {row.path for row in table()}
    for url in VIEWS:
        path = url.partition("?")[0]
        known = {path, path.replace(OWN_CLUSTER, "{slug}").replace(OTHER_CLUSTER, "{slug}")}
        assert known & paths or path.startswith("/pairs/"), url
