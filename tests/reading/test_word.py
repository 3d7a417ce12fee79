"""Word documents: what is read, in which order, and what is refused."""

import io
import zipfile
from typing import Any

import pytest

from service.errors import UnreadableDocument
from service.reading.word import read_word
from tests.reading.documents import NAMESPACES, SAID, forged, raw_block, with_part, word

BODY = f"<w:document {NAMESPACES}><w:body>%s</w:body></w:document>"
RUN = "<w:r><w:t>%s</w:t></w:r>"


def lines(content: bytes) -> list[str]:
    return read_word(content).text.split("\n")


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_word(content)
    return caught.value.message


def body(xml: str) -> bytes:
    return with_part(word("x"), "word/document.xml", (BODY % xml).encode())


def test_headings_paragraphs_and_tables_in_order() -> None:
    def change(document: Any) -> None:
        document.add_heading("会议纪要", 1)
        table = document.add_table(2, 2)
        for cell, words in zip(table._cells, ["集群", "缺口", "青湖镇", "印染企业"], strict=True):
            cell.text = words
        document.add_paragraph(SAID[1])

    expected = [SAID[0], "会议纪要", "集群\t缺口", "青湖镇\t印染企业", SAID[1]]
    assert lines(word(SAID[0], change=change)) == expected


def test_the_header_leads_and_is_said_once() -> None:
    def change(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "2026年座谈会纪要 地点：虎门"
        document.add_section()
        document.sections[0].footer.paragraphs[0].text = "第 1 页"

    assert lines(word(*SAID, change=change)) == ["2026年座谈会纪要 地点：虎门", *SAID]


def test_long_cells_keep_their_paragraphs() -> None:
    def change(document: Any) -> None:
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "\n".join(SAID[:2])
        table.cell(0, 1).text = SAID[2]

    assert lines(word("会", change=change)) == ["会", *SAID[:3]]


def test_text_boxes_insertions_and_forms_are_read_and_deletions_are_not() -> None:
    box = f"<w:txbxContent><w:p>{RUN % '框中的话'}</w:p></w:txbxContent>"
    paragraphs = (
        f"<w:p>{RUN % '我们'}<w:del><w:r><w:delText>不</w:delText></w:r></w:del>"
        f"<w:ins>{RUN % '缺少'}</w:ins>{RUN % '面料'}</w:p>"
        f"<w:sdt><w:sdtContent><w:p>{RUN % '表单里的话'}</w:p></w:sdtContent></w:sdt>"
        f"<w:p>{RUN % '旁边'}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    reading = read_word(body(paragraphs))
    assert reading.text.split("\n") == ["我们缺少面料", "表单里的话", "旁边", "框中的话"]
    assert [(note.key, note.values) for note in reading.notes] == [("word-deleted", {"count": 1})]


def test_annotations_over_characters_are_left_out() -> None:
    ruby = f"<w:ruby><w:rt>{RUN % 'zhī'}</w:rt><w:rubyBase>{RUN % '织'}</w:rubyBase></w:ruby>"
    assert lines(body(f"<w:p><w:r>{ruby}</w:r>{RUN % '造'}</w:p>")) == ["织造"]


def test_line_breaks_and_tabs_of_a_paragraph() -> None:
    run = "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"
    assert lines(body(f"<w:p>{run}</w:p>")) == ["甲\t乙", "丙"]


def test_a_block_added_by_other_programs_is_found() -> None:
    block = "<w:customXml><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:customXml>"
    assert lines(word("乙", change=lambda document: raw_block(document, block))) == ["乙", "甲"]


BIG = b"<w:document>" + b" " * (70 * 2**20) + b"</w:document>"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]><w/>'


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(2001):
            archive.writestr(f"word/{number}.xml", b"")
        archive.writestr("word/document.xml", b"")
    return out.getvalue()


REFUSED = {
    "docx-bomb": lambda: with_part(word("x"), "word/document.xml", BIG),
    "docx-damaged": lambda: forged(with_part(word("x"), "word/document.xml", BIG), 1000),
    "docx-entities": lambda: with_part(word("x"), "word/document.xml", ENTITIES),
    "docx-empty": lambda: word(" ", "\u3000"),
    "docx-parts": many_parts,
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused_and_why(message: str) -> None:
    assert refusal(REFUSED[message]()) == message


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_entities_are_found_in_other_encodings_too(charset: str) -> None:
    hidden = with_part(word("x"), "word/styles.xml", ENTITIES.decode().encode(charset))
    assert refusal(hidden) == "docx-entities"


@pytest.mark.parametrize("cut", [30, 500, -30])
def test_a_cut_document_is_damaged(cut: int) -> None:
    assert refusal(word(*SAID)[:cut]) == "docx-damaged"


@pytest.mark.parametrize("part", ["[Content_Types].xml", "_rels/.rels", "word/document.xml"])
def test_a_document_with_a_ruined_part_is_damaged(part: str) -> None:
    assert refusal(with_part(word(*SAID), part, b"<x")) == "docx-damaged"


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(word(*SAID))
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    assert refusal(bytes(content)) == "docx-locked"
