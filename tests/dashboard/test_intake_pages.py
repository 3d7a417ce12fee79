"""A meeting is recorded by form, and its minutes are dropped on its page."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from models.enums import Role
from tests.dashboard.desk import Browser, Desk
from tests.reading.documents import SAID, pdf, word

SPEECH = "大连产业集群代表李明表示，大连缺少面料企业。"
ONE_ENGINE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
pytestmark = ONE_ENGINE


@pytest.fixture
def clerk(app: FastAPI, desk: Desk) -> Iterator[Browser]:
    yield desk.person("clerk", Role.ORGANISER)
    app.state.reader.close()


def dropped(clerk: Browser, *files: tuple[str, bytes], text: str = "", language: str = "zh") -> Any:
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
    path = f"/meetings/1/documents?lang={language}"
    return clerk.http.post(path, files=sent or [("files", ("", b""))], data={"text": text})


def test_each_file_has_an_outcome_of_its_own(clerk: Browser) -> None:
    files = [("a.docx", word(SPEECH)), ("b.pdf", pdf([], picture=0))]
    answer = dropped(clerk, *files, text=SAID[3])
    assert answer.status_code == 200
    said = answer.text
    assert "第 1 页只有图片" in said
    assert said.count('class="taken"') == 2
    assert said.count('class="refused"') == 1
    again = dropped(clerk, files[0])
    assert again.text.count('class="known"') == 1
    assert "已经收入过" in again.text
    assert again.status_code == 200
    documents = clerk.get("/api/v1/meetings/1/documents").json()
    assert {row["filename"] for row in documents[-2:]} == {"a.docx", "粘贴的文字.txt"}


def test_when_all_is_refused_the_page_says_so(clerk: Browser) -> None:
    answer = dropped(clerk, ("b.pdf", pdf([], picture=0)), language="en")
    assert answer.status_code == 422
    assert "pages 1 hold pictures only; run text recognition (OCR) first" in answer.text


def test_an_empty_form_is_no_upload(clerk: Browser) -> None:
    answer = dropped(clerk)
    assert answer.status_code == 200
    assert 'class="refused"' not in answer.text


def test_pasted_text_is_kept_as_it_was_typed(clerk: Browser) -> None:
    dropped(clerk, text=f"{SAID[0]}\r\n{SPEECH}")
    documents = clerk.get("/api/v1/meetings/1/documents").json()
    path = f"/api/v1/meetings/1/documents/{documents[-1]['id']}"
    assert clerk.get(path).json()["text"] == f"{SAID[0]}\n{SPEECH}"


def test_hostile_names_and_texts_are_shown_as_text(clerk: Browser) -> None:
    answer = dropped(clerk, ("<img src=x>.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99))
    assert "&lt;img src=x&gt;.doc" in answer.text
    assert "<img src=x>" not in answer.text


def test_too_many_files_at_once_are_refused(clerk: Browser) -> None:
    answer = dropped(clerk, *[(f"{n}.txt", b"x") for n in range(21)])
    assert answer.status_code == 400
    assert "20" in answer.text


def test_readers_see_no_form(clerk: Browser, desk: Desk) -> None:
    viewer = desk.person("guest", Role.VIEWER)
    assert "f-files" not in viewer.get("/meetings/1").text
    assert "/meetings/new" not in viewer.get("/meetings").text
    assert 'id="f-files"' in clerk.get("/meetings/1").text


FIELDS = {"kind": "visit", "visibility": "organisers", "once": "a"}


def test_a_meeting_is_recorded_by_form(clerk: Browser) -> None:
    where = clerk.went("/meetings", {"title_zh": "调研", "held_on": "2026-11", **FIELDS})
    meeting = clerk.get(f"/api/v1{where}").json()
    assert meeting["title_zh"] == "调研"
    assert (meeting["held_on"], meeting["kind"]) == ("2026-11", "visit")
    assert (meeting["visibility"], meeting["place"]) == ("organisers", None)


def test_two_clicks_record_one_meeting(clerk: Browser) -> None:
    form = {"title_zh": "调研", **FIELDS}
    assert clerk.went("/meetings", form) == clerk.went("/meetings", form)
    assert clerk.went("/meetings", {**form, "once": "b"}) != clerk.went("/meetings", form)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"title_zh": ""}, "请填写"),
        ({"title_zh": "会", "held_on": "2026-02-30"}, "日期"),
        ({"title_zh": "会", "kind": "party"}, "类型"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    clerk: Browser, form: dict[str, str], said: str
) -> None:
    page = clerk.sent("/meetings", {**FIELDS, **form}, 422)
    assert said in page.text
