"""Words that nobody else would write, put wherever something confidential can stand."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from httpx2 import Response

from tests.access.cast import Cast
from tests.access.principals import OTHER_CLUSTER, OWN_CLUSTER
from tests.access.test_matrix import table

STAFF = frozenset({"organiser", "admin", "reading"})
MEMBERS = STAFF | {"viewer", "own", "other"}
READERS = ("visitor", "viewer", "other")
LANGUAGES = ("zh-CN", "en")


@dataclass
class Canaries:
    """Each word, where it stands, and who may see it."""

    places: dict[str, str] = field(default_factory=dict)
    allowed: dict[str, frozenset[str]] = field(default_factory=dict)

    def plant(self, place: str, allowed: frozenset[str]) -> str:
        word = f"zqxcanary{len(self.places):03d}k"
        self.places[word], self.allowed[word] = place, allowed
        return word

    def seen(self, principal: str, content: bytes) -> set[str]:
        """Where the words stand that ``principal`` should not have read in ``content``."""
        return {
            self.places[word] for word in self.found(content) if principal not in self.allowed[word]
        }

    def found(self, content: bytes) -> set[str]:
        return {word for word in self.places if word.encode() in content}


def plant(cast: Cast) -> Canaries:
    canaries = Canaries()
    plant_statements(cast, canaries)
    plant_meeting(cast, canaries)
    plant_document(cast, canaries)
    plant_contradictions(cast, canaries)
    plant_rest(cast, canaries)
    return canaries


def plant_statements(cast: Cast, canaries: Canaries) -> None:
    """Organisers' statements, members' statements and drafts, each of a need and a strength."""
    own, other = STAFF | {"own"}, STAFF | {"other"}
    for place, cluster, circle, confirmed, allowed in (
        ("organisers' statement", OWN_CLUSTER, "organisers", True, STAFF),
        ("organisers' statement", OTHER_CLUSTER, "organisers", True, STAFF),
        ("organisers' draft", OWN_CLUSTER, "organisers", False, STAFF),
        ("members' statement", OWN_CLUSTER, "members", True, MEMBERS),
        ("own draft", OWN_CLUSTER, "members", False, own - {"reading"}),
        ("other's draft", OTHER_CLUSTER, "public", False, other - {"reading"}),
    ):
        for kind in ("gap", "strength"):
            words = {
                name: f"面料 {canaries.plant(f'{name} of an {place}', allowed)}"
                for name in ("phrase", "phrase_en", "quote", "speaker")
            }
            fields = {"kind": kind, "topic": "fabric", "visibility": circle, "weight": 5}
            cast.statement(cluster, confirmed=confirmed, **fields, **words)


def plant_meeting(cast: Cast, canaries: Canaries) -> None:
    """A meeting of organisers, and what was said there for everybody to read."""
    words = {
        name: canaries.plant(f"{name} of an organisers' meeting", STAFF)
        for name in ("title_zh", "title_en", "host", "place")
    }
    meeting = cast.meeting("organisers", **words)
    cast.names["secret_meeting"] = meeting
    quote = canaries.plant("public quote from an organisers' meeting", STAFF)
    cast.statement(
        OWN_CLUSTER, topic="design", quote=quote, visibility="public", meeting=meeting, weight=5
    )


def plant_document(cast: Cast, canaries: Canaries) -> None:
    """A public meeting's document with a sentence for organisers only, and a document of theirs."""
    hidden = canaries.plant("text under a hidden statement", STAFF)
    text = f"大连：我们缺少辅料企业 {hidden} 。\n大连：我们有职业装制造优势。\n"
    url = f"/api/v1/meetings/{cast.names['public_meeting']}/documents"
    file = ("public.txt", text.encode(), "text/plain")
    taken = cast.write("POST", url, files={"file": file})
    cast.names["blanked_document"] = taken["document"]["id"]
    (draft,) = (row for row in taken["drafts"] if row["topic"] == "trims")
    start = text.index(hidden) - 3
    fields = {"visibility": "organisers", "start": start, "end": start + len(hidden) + 3}
    cast.write("PATCH", f"/api/v1/statements/{draft['id']}", json=fields)
    cast.write("POST", f"/api/v1/statements/{draft['id']}/confirm")
    name = canaries.plant("name of an organisers' document", STAFF)
    body = canaries.plant("text of an organisers' document", STAFF)
    url = f"/api/v1/meetings/{cast.names['secret_meeting']}/documents"
    file = (f"{name}.txt", f"大连：我们缺少面料企业 {body}。".encode(), "text/plain")
    cast.write("POST", url, files={"file": file})


def plant_contradictions(cast: Cast, canaries: Canaries) -> None:
    """A public gap, and strengths from other meetings that contradict it in every circle."""
    gap: dict[str, Any] = {"topic": "fasteners", "kind": "gap", "visibility": "public", "weight": 1}
    cast.names["contradicted"] = cast.statement(OWN_CLUSTER, quote="我们没有拉链厂", **gap)
    for place, meeting, circle, confirmed, allowed in (
        ("organisers' contradiction", "members_meeting", "organisers", True, STAFF),
        ("contradiction of an organisers' meeting", "secret_meeting", "public", True, STAFF),
        ("members' contradiction", "members_meeting", "members", True, MEMBERS),
        ("waiting contradiction", "other_meeting", "public", False, STAFF | {"own"}),
    ):
        if meeting == "other_meeting":
            cast.names[meeting] = cast.meeting("public")
            allowed -= {"reading"}
        quote = canaries.plant(f"quote of a {place}", allowed)
        fields = {**gap, "kind": "strength", "visibility": circle}
        where = cast.names[meeting]
        cast.statement(OWN_CLUSTER, confirmed=confirmed, quote=quote, meeting=where, **fields)


def plant_rest(cast: Cast, canaries: Canaries) -> None:
    # A key that only reads still reads as an organiser does: what was left out, and why.
    reason = {"reason": canaries.plant("reason of a veto", STAFF)}
    cast.write("PUT", f"/api/v1/clusters/{OWN_CLUSTER}/vetoes/shengze", json=reason)
    note = canaries.plant("note of an outcome", STAFF - {"reading"} | {"own"})
    outcome = {"for": OWN_CLUSTER, "cluster": "humen", "result": "met"}
    outcome |= {"happened_on": "2026-11-03", "note": note}
    cast.write("POST", "/api/v1/outcomes", json=outcome)
    where = canaries.plant("place of an event without keqiao", MEMBERS - {"other", "reading"})
    event: dict[str, Any] = {"name_zh": where, "held_on": "2027-03-01", "place": where}
    event["participants"] = [OWN_CLUSTER, "humen"]
    cast.names["secret_event"] = cast.write("POST", "/api/v1/events", json=event)["id"]
    name = canaries.plant("name of a schedule", STAFF - {"reading"})
    cast.write("POST", "/api/v1/schedules", json={"name": name, "cron": "0 8 1 1 *"})


PAIR = f"a={OWN_CLUSTER}&b={OTHER_CLUSTER}"
RANKINGS = (
    "/api/v1/suggestions?limit=200",
    "/api/v1/suggestions?limit=50&topic=fabric&rank_by=mutual",
    "/api/v1/suggestions?limit=50&updated_since=2026-11-01T00:00:00Z",
    f"/api/v1/clusters/{OWN_CLUSTER}/suggestions?limit=200",
    f"/api/v1/clusters/{OTHER_CLUSTER}/suggestions?limit=200&topic=fabric",
    f"/api/v1/suggestions/explain?{PAIR}",
    f"/api/v1/suggestions/explain?b={OWN_CLUSTER}&a=shengze",
    "/api/v1/suggestions/excluded",
)
LISTS = (
    "/api/v1/statements?limit=200",
    "/api/v1/statements?limit=200&updated_since=2026-11-01T00:00:00Z",
    f"/api/v1/statements?limit=200&cluster={OWN_CLUSTER}",
    "/api/v1/statements?limit=200&status=draft",
    f"/api/v1/statements?limit=200&warned=true&cluster={OWN_CLUSTER}",
    "/api/v1/meetings?limit=200",
    "/api/v1/events?limit=200",
)
PAGES = (
    "/",
    "/?cluster=大连",
    "/?topic=fabric&open=all",
    "/pairings.csv?cluster=大连",
    "/pairings.xlsx?cluster=大连",
    f"/pairs/{OWN_CLUSTER}/{OTHER_CLUSTER}",
    f"/pairs/{OWN_CLUSTER}/shengze",
    f"/clusters/{OWN_CLUSTER}",
    f"/clusters/{OTHER_CLUSTER}",
    "/clusters",
    "/meetings",
    "/events",
)


def addresses(cast: Cast) -> list[str]:
    """Everything that can be fetched, and every entry of the cast by every route to it."""
    rows = [row.url(cast.names) for row in table() if row.method == "GET"]
    own = [f"/meetings/{cast.names[name]}" for name in ("public_meeting", "secret_meeting")]
    documents = f"{own[0]}/documents/{cast.names['blanked_document']}"
    entries = [*own, documents, f"/events/{cast.names['secret_event']}"]
    api = [f"/api/v1{path}" for path in entries]
    more = [f"{api[2]}/content", f"{api[0]}/documents", f"{api[1]}/documents"]
    statements = [f"/api/v1/statements/{id_}" for id_ in range(last(cast) - 50, last(cast) + 1)]
    return list(
        dict.fromkeys([*rows, *RANKINGS, *LISTS, *PAGES, *entries, *api, *more, *statements])
    )


def last(cast: Cast) -> int:
    """The number of the newest statement."""
    found = cast.client("admin").get("/api/v1/statements?limit=200&status=draft").json()
    return int(max(row["id"] for row in found))


def everything(answer: Response) -> bytes:
    """All bytes of an answer: status, headers, and what a workbook holds inside."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
    return b"\n".join([head, *unpacked(answer.content)])


def unpacked(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                yield book.read(name)


def sweep(cast: Cast, principal: str, urls: list[str]) -> Iterator[tuple[str, bytes]]:
    """What each address answers; pages in both languages."""
    for url in urls:
        for language in LANGUAGES[: 1 if url.startswith("/api/") else 2]:
            answer = cast.client(principal).get(url, headers={"Accept-Language": language})
            assert answer.status_code < 500, (principal, url, answer.text)
            yield f"{url} ({language})", everything(answer)
