"""Who looks after confidential words sees which they are; who may not read them sees blanks."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from tests.dashboard.reading import Node, read_page
from tests.support.people import bearer

TEXT = "大连：我们缺少辅料企业，希望引进拉链厂。\n大连：我们有职业装制造优势。\n"


def client_of(app: FastAPI, role: Role | None) -> TestClient:
    return TestClient(app, headers={"accept-language": "zh", **(bearer(role) if role else {})})


def page_of(app: FastAPI, role: Role | None, path: str) -> Node:
    answer = client_of(app, role).get(path)
    assert answer.status_code == 200, answer.text
    return read_page(answer.text)


@pytest.fixture
def document(app: FastAPI) -> str:
    """The page of a public meeting's document, one sentence of which is for organisers only."""
    writer = client_of(app, Role.ORGANISER)
    meeting = {"title_zh": "公开会议", "visibility": "public"}
    id_ = writer.post("/api/v1/meetings", json=meeting).json()["id"]
    file = {"file": ("a.txt", TEXT.encode(), "text/plain")}
    taken = writer.post(f"/api/v1/meetings/{id_}/documents", files=file).json()
    for draft, circle in zip(taken["drafts"], ("organisers", "public", "members"), strict=False):
        url = f"/api/v1/statements/{draft['id']}"
        writer.patch(url, json={"visibility": circle}, headers={"If-Match": "*"})
        assert writer.post(f"{url}/confirm").status_code == 200
    return f"/meetings/{id_}/documents/{taken['document']['id']}"


def tags(page: Node) -> list[str]:
    return page.texts("span", "circle")


def test_organisers_see_what_is_confidential_and_others_no_tag(app: FastAPI, document: str) -> None:
    shown = tags(page_of(app, Role.ORGANISER, document))
    assert shown[0] == "可见：公开"  # the meeting
    assert shown[1] == "可见：组织方"
    assert "可见：公开" not in shown[1:]
    meeting = document.partition("/documents")[0]
    assert tags(page_of(app, Role.ORGANISER, meeting))[0] == "可见：公开"
    assert "可见：组织方" in tags(page_of(app, Role.ADMIN, "/clusters/dalian"))
    for role in (Role.REPRESENTATIVE, Role.VIEWER, None):
        for path in (document, meeting, "/clusters/dalian"):
            assert tags(page_of(app, role, path)) == []


def test_what_was_said_among_organisers_is_theirs_however_it_is_marked(app: FastAPI) -> None:
    writer = client_of(app, Role.ORGANISER)
    meeting = {"title_zh": "内部会议", "visibility": "organisers"}
    id_ = writer.post("/api/v1/meetings", json=meeting).json()["id"]
    said = {"cluster": "dalian", "kind": "gap", "topic": "trims", "phrase": "拉链"}
    said |= {"meeting": id_, "visibility": "public"}
    assert writer.post("/api/v1/statements", json=said).status_code == 201
    page = page_of(app, Role.ORGANISER, f"/meetings/{id_}")
    assert tags(page) == ["可见：组织方", "可见：组织方"]


def test_blanks_are_explained_to_who_sees_them(app: FastAPI, document: str) -> None:
    explained = "▒ 处是您无权看到或已被抹除的话"
    for role in (Role.VIEWER, None):
        page = page_of(app, role, document)
        assert "▒" in page.one("article", "text").raw
        assert explained in page.text
    assert explained not in page_of(app, Role.ORGANISER, document).text
