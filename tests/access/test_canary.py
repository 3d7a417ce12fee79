"""Confidential words stay in their circle, whichever door somebody tries."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import true

from service import visibility
from service.meetings import queries as meeting_queries
from service.reports import queries as report_queries
from service.reports.jobs import Post, make_worker
from service.statements import queries as statement_queries
from service.suggestions import queries as suggestion_queries
from tests.access.canaries import READERS, Canaries, addresses, everything, plant, sweep, unpacked
from tests.access.cast import BOTH_ENGINES, ONE_ENGINE, Cast
from tests.access.requests import sent_with
from tests.access.test_matrix import WRITING, table
from tests.reports.mailbox import Mailbox, serving


@pytest.fixture(scope="module")
def planted(stage: Cast) -> Canaries:
    return plant(stage)


@BOTH_ENGINES
@pytest.mark.parametrize(
    "principal",
    [*READERS, *(pytest.param(who, marks=pytest.mark.slow) for who in ("own", "reading"))],
)
def test_nothing_that_can_be_fetched_holds_words_of_a_narrower_circle(
    planted: Canaries, cast: Cast, principal: str, capfd: pytest.CaptureFixture[str]
) -> None:
    urls = addresses(cast)
    assert len(urls) > 100
    found = {
        (place, url)
        for url, content in sweep(cast, principal, urls)
        for place in planted.seen(principal, content)
    }
    assert found == set()
    assert planted.seen(principal, logged(capfd)) == set()


def logged(capfd: pytest.CaptureFixture[str]) -> bytes:
    return "".join(capfd.readouterr()).encode()


@pytest.mark.slow
@ONE_ENGINE
def test_every_word_can_be_found_by_who_may_see_it(planted: Canaries, cast: Cast) -> None:
    """The sweep looks where the words are: an organiser comes across each of them."""
    urls = [*addresses(cast), "/api/v1/clusters/dalian/vetoes", "/api/v1/schedules?limit=200"]
    found = [planted.found(content) for _, content in sweep(cast, "organiser", urls)]
    met = set[str]().union(*found)
    assert {planted.places[word] for word in planted.places.keys() - met} == set()


@BOTH_ENGINES
@pytest.mark.parametrize("principal", READERS)
def test_no_refusal_tells_words_of_a_narrower_circle(
    planted: Canaries, cast: Cast, principal: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = set()
    for url, answer in refusals(cast, principal):
        found |= {(place, url) for place in planted.seen(principal, everything(answer))}
    assert found == set()
    assert planted.seen(principal, logged(capfd)) == set()


def refusals(cast: Cast, principal: str) -> Iterator[tuple[str, Any]]:
    """Every writing route on entries of every circle: as it should be, stale, and with nonsense."""
    client = cast.client(principal)
    for row in table():
        if row.method not in WRITING:
            continue
        sent, url = row.sent(), row.url(cast.names)
        yield url, client.request(row.method, url, **sent)
        stale = {**sent, "headers": {"If-Match": '"999"'}}
        yield url, client.request(row.method, url, **stale)
        yield url, client.request(row.method, url, json={"nonsense": 1}, headers=stale["headers"])
    patch = sent_with("PATCH", "/api/v1/statements/{id_}")
    for id_ in range(1, 4):
        url = f"/api/v1/statements/{id_}"
        yield url, client.patch(url, **{**patch, "json": {"topic": "nonsense", "cluster": "大连"}})


@BOTH_ENGINES
@pytest.mark.parametrize(("audience", "reader"), [("public", "visitor"), ("members", "viewer")])
def test_a_report_tells_only_what_its_audience_may_read(
    planted: Canaries, stage: Cast, audience: str, reader: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also when what an earlier report told was taken back since."""
    stage.perform(stage.runtime)
    told = planted.plant("quote that was taken back", frozenset({"organiser", "admin"}))
    fields: dict[str, Any] = {"topic": "fabric", "weight": 5, "phrase": "面料", "quote": told}
    id_ = stage.statement("dalian", visibility="public", **fields)
    schedule = {
        "name": f"{audience} 周报",
        "cron": "0 8 1 1 *",
        "audience": audience,
        "top": 100,
        "cluster": "dalian",
        "folder": audience,
        "recipients": ["zhang@assoc.example"],
    }
    url = f"/api/v1/schedules/{stage.write('POST', '/api/v1/schedules', json=schedule)['id']}"
    first = delivered(stage, url)
    assert any(told.encode() in content for content in first), "the first report tells of it"
    stage.write("PATCH", f"/api/v1/statements/{id_}", json={"visibility": "organisers"})
    second = delivered(stage, url)
    assert len(second) > 15
    assert {place for content in second for place in planted.seen(reader, content)} == set()
    assert planted.seen(reader, logged(capfd)) == set()


def delivered(cast: Cast, url: str) -> list[bytes]:
    """All that comes of one run of a schedule in each language."""
    contents: list[bytes] = []
    for language in ("zh", "en"):
        schedule = cast.client("admin").get(url).json()
        kept = {k: v for k, v in schedule.items() if k in SETTABLE}
        cast.write("PUT", url, json={**kept, "language": language})
        cast.clock.wait(minutes=1)
        due = cast.write("POST", f"{url}/run")["due_at"]
        report = f"/api/v1/reports/{schedule['id']}/{due}"
        box = Mailbox()
        with serving(box) as server:
            post = Post(server, cast.runtime.settings.data_dir / "posted")
            worker = replace(make_worker(cast.runtime), post=post)
            while worker.work_once():
                pass
            assert box.mails
            for mail in box.mails:
                contents.append(mail.as_bytes())
                for piece in mail.walk():
                    held: Any = piece.get_payload(decode=True)
                    contents += unpacked(held or b"")
        for part in ("/pairings", "/html", "/xlsx", ""):
            contents += unpacked(cast.client("admin").get(report + part).content)
        contents.append(cast.client("admin").get(f"{url}/preview").content)
        posted = cast.runtime.settings.data_dir / "posted" / schedule["folder"]
        files = sorted(posted.iterdir(), key=lambda path: path.stat().st_mtime_ns)[-2:]
        for path in files:
            contents += unpacked(path.read_bytes())
    return contents


SETTABLE = {"name", "cron", "audience", "top", "cluster", "folder", "recipients"}


@ONE_ENGINE
@pytest.mark.parametrize("principal", ["visitor", "viewer"])
def test_the_sweep_would_catch_a_warning_that_tells_too_much(
    planted: Canaries, cast: Cast, principal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: statements are compared with all others, whoever reads."""
    url = f"/api/v1/statements/{cast.names['contradicted']}"
    ((_, content),) = sweep(cast, principal, [url])
    assert planted.seen(principal, content) == set()
    monkeypatch.setattr(statement_queries, "readable_statement", lambda _who: true())
    ((_, content),) = sweep(cast, principal, [url])
    assert len(planted.seen(principal, content)) >= 3


@ONE_ENGINE
def test_the_sweep_would_catch_a_missing_condition(
    planted: Canaries, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: no query asks for the reader's circle any more."""
    for module in (visibility, meeting_queries, report_queries, suggestion_queries):
        monkeypatch.setattr(module, "statement_in", lambda _circle: true())
    urls = ["/api/v1/statements?limit=200&cluster=dalian", "/api/v1/clusters/dalian/suggestions"]
    document = cast.names["blanked_document"]
    urls.append(f"/api/v1/meetings/{cast.names['public_meeting']}/documents/{document}")
    for url in urls:
        leaks = [planted.seen("visitor", content) for _, content in sweep(cast, "visitor", [url])]
        assert all(leaks), url
