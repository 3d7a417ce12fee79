"""Documents of every format through the API: kept as what the bytes are, quoted to the letter."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.integrity.documents import altered_documents, misplaced_quotes
from service.reading.types import DOCX, HTML, PDF, TEXT
from service.runtime import Runtime
from tests.reading.documents import SAID, column, pdf, word
from tests.reading.pages import FIRST

SPEECH = "大连产业集群代表李明表示，大连缺少面料企业，希望引进印染企业。"
FILES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "text": (lambda: SPEECH.encode("gb18030"), TEXT, "gb18030", "text/plain; charset=gb18030"),
    "page": (
        lambda: FIRST["government"].html.replace(SAID[0], SPEECH).encode("gb18030"),
        HTML,
        "gb18030",
        "application/octet-stream",
    ),
    "word": (lambda: word(SPEECH, *SAID), DOCX, "unicode", DOCX),
    "pdf": (lambda: pdf(column([SPEECH])), PDF, "unicode", PDF),
}


@pytest.fixture
def client(app: FastAPI, client: TestClient) -> Iterator[TestClient]:
    reader = app.state.reader
    yield client
    reader.close()


def upload(client: TestClient, content: bytes, **more: Any) -> Any:
    file = {"file": ("minutes.txt", content, "image/png")}
    return client.post("/api/v1/meetings/1/documents", files=file, **more)


@pytest.mark.parametrize("name", FILES)
def test_a_document_becomes_drafts_whose_quotes_point_into_its_text(
    client: TestClient, seeded: Runtime, name: str
) -> None:
    make, media_type, charset, safe_type = FILES[name]
    content = make()
    answer = upload(client, content)
    assert answer.status_code == 201, answer.text
    document, drafts = answer.json()["document"], answer.json()["drafts"]
    assert (document["media_type"], document["charset"]) == (media_type, charset)
    assert {draft["cluster"] for draft in drafts} >= {"dalian"}
    path = f"/api/v1/meetings/1/documents/{document['id']}"
    text = client.get(path).json()["text"]
    assert SPEECH in text
    assert [d for d in drafts if text[d["start"] : d["end"]] != d["quote"]] == []
    original = client.get(f"{path}/content")
    assert original.content == content
    assert original.headers["content-type"] == safe_type
    assert original.headers["content-disposition"].startswith("attachment;")
    with seeded.sessions.read() as session:
        assert list(misplaced_quotes(session)) == []
        assert list(altered_documents(session)) == []


def test_what_was_left_out_is_told(client: TestClient) -> None:
    (note,) = upload(client, FIRST["government"].html.encode()).json()["notes"]
    assert note["key"] == "page-left-out"
    assert note["values"]["count"] > 100


def test_a_refusal_says_what_to_do_and_stores_nothing(client: TestClient) -> None:
    before = client.get("/api/v1/meetings/1/documents").json()
    answer = upload(client, pdf([], picture=0), headers={"Accept-Language": "zh"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "第 1 页只有图片；请先做文字识别（OCR）"
    assert answer.json()["pages"] == "1"
    assert client.get("/api/v1/meetings/1/documents").json() == before


def test_nobody_waits_for_a_file_that_is_being_read(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writing transaction begins when there is nothing left to do but to store."""
    order: list[str] = []

    def noted(name: str, work: Any) -> Any:
        def noting(*given: Any, **more: Any) -> Any:
            order.append(name)
            return work(*given, **more)

        return noting

    state = app.state
    monkeypatch.setattr(state, "reader", noted("read", state.reader))
    monkeypatch.setattr(state, "extractor", noted("extract", state.extractor))
    monkeypatch.setattr(state.sessions, "write", noted("write", state.sessions.write))
    assert upload(client, word(SPEECH)).status_code == 201
    assert order[-3:] == ["read", "extract", "write"]


def test_a_repeated_upload_is_answered_as_before(client: TestClient) -> None:
    key, content = {"Idempotency-Key": "one"}, word(SPEECH)
    first, second = (upload(client, content, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
