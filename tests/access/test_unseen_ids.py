"""What a reader may not see looks exactly like what is not there."""

import re
from collections.abc import Iterator

import pytest
from httpx2 import Response

from tests.access.cast import Cast
from tests.access.principals import PRINCIPALS
from tests.access.requests import sent_with
from tests.access.test_matrix import Row, table

NOWHERE = 2_000_000_000
"""No entry has this number."""
STATEMENTS = "/api/v1/statements"


def hidden_rows() -> Iterator[tuple[Row, str]]:
    """Each line of the table and principal for whom the entry does not exist."""
    for row in table():
        for principal in PRINCIPALS:
            if row.expected[principal] == "404":
                yield row, principal


def facts(answer: Response, shown: dict[str, str]) -> tuple[object, ...]:
    """All that a caller sees, with the numbers it asked for itself taken out."""
    body = answer.text
    for slot, value in shown.items():
        body = re.sub(rf"(?<![\w=.-]){value}(?!\w)", f"<{slot}>", body)
    headers = {k: v for k, v in answer.headers.items() if k not in VARYING}
    headers["content-length"] = "" if "content-length" in headers else "none"
    return answer.status_code, body, headers


VARYING = {"date", "x-request-id", "server-timing"}


def test_an_entry_that_may_not_be_seen_looks_like_one_that_is_not_there(cast: Cast) -> None:
    found, tried = [], 0
    for row, principal in hidden_rows():
        parts = [part for part in row.filling.split() if not part.startswith("?")]
        slots = dict(part.split("=") for part in parts)
        asked = {slot: str(cast.names.get(value, value)) for slot, value in slots.items()}
        for slot, value in asked.items():
            if not value.isdecimal():
                continue
            tried += 1
            absent = {**asked, slot: str(NOWHERE)}
            pair = []
            for ids in (asked, absent):
                url = row.path
                for name, id_ in ids.items():
                    url = url.replace(f"{{{name}}}", id_)
                sent = sent_with(row.method, row.path)
                answer = cast.client(principal).request(row.method, url, **sent)
                pair.append(facts(answer, ids))
            if pair[0] != pair[1]:
                found.append((row.method, row.path, slot, principal, pair))
    assert tried > 80
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("principal", ["visitor", "viewer", "own", "other"])
def test_lists_hold_exactly_what_can_be_opened(cast: Cast, principal: str) -> None:
    """No list, filter or page counts an entry that its reader may not open."""
    client = cast.client(principal)
    for noun in ("statements", "meetings", "events"):
        names = [name for name in cast.names if name.endswith(ENTRIES[noun])]
        listed = set(every_id(cast, principal, f"/api/v1/{noun}"))
        for name in names:
            opened = client.get(f"/api/v1/{noun}/{cast.names[name]}").status_code == 200
            assert (cast.names[name] in listed) == opened, (noun, name)


ENTRIES = {
    "statements": ("_draft", "_public", "own_members", "other_members", "_organisers"),
    "meetings": ("_meeting",),
    "events": ("_event",),
}


def every_id(cast: Cast, principal: str, path: str) -> Iterator[int]:
    """Of a list, page by page; the pages are full to the last, so that gaps would show."""
    url, limit = f"{path}?limit=50", 50
    while url:
        page = cast.client(principal).get(url)
        if page.status_code != 200:
            return
        rows = page.json()
        yield from (row["id"] for row in rows)
        url = page.links.get("next", {}).get("url", "")
        assert not url or len(rows) == limit


@pytest.mark.parametrize("principal", ["visitor", "viewer", "other"])
@pytest.mark.parametrize("name", ["organisers_meeting", "organisers_document"])
def test_filters_by_what_may_not_be_seen_find_what_unknown_numbers_find(
    cast: Cast, principal: str, name: str
) -> None:
    client, slot = cast.client(principal), name.partition("_")[2]
    hidden = client.get(STATEMENTS, params={slot: cast.names[name]})
    absent = client.get(STATEMENTS, params={slot: NOWHERE})
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    assert hidden.json() == []


def test_a_statement_cannot_be_put_into_a_meeting_that_may_not_be_seen(cast: Cast) -> None:
    body = sent_with("POST", STATEMENTS)["json"]
    answers = []
    for meeting in (int(cast.names["organisers_meeting"]), NOWHERE):
        answer = cast.client("own").post(STATEMENTS, json={**body, "meeting": meeting})
        answers.append(facts(answer, {"id": str(meeting)}))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_the_wideness_of_a_statement_never_exceeds_that_of_its_meeting(cast: Cast) -> None:
    for circle, readers in (("members", {"viewer", "own", "other"}), ("organisers", set())):
        url = f"{STATEMENTS}/{cast.names[f'public_in_{circle}']}"
        seen = {
            who
            for who in ("visitor", "viewer", "own", "other")
            if cast.client(who).get(url).status_code == 200
        }
        assert seen == readers
        assert cast.client("organiser").get(url).json()["visibility"] == "public"
