"""What a file is, is told by its bytes."""

import io
import zipfile
from collections.abc import Callable

import pytest

from service.errors import DomainError, UnreadableDocument, UnsupportedMedia
from service.messages import catalogue
from service.reading.bounds import LONGEST_TEXT
from service.reading.dispatch import charset_in, read
from service.reading.sniffing import INSIDE, OLD_OFFICE, PACKED, SIGNATURES, sniff
from service.reading.types import DOCX, HTML, PDF, TEXT
from tests.reading.documents import SAID, column, pdf, word

PAGE = f"<p>{SAID[1]}</p>"


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


READ: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (SAID[1].encode, TEXT),
    "text that speaks of tags": ("我们谈到了 <p> 标签。".encode, TEXT),
    "page": (f"<!DOCTYPE html><html><body>{PAGE}</body></html>".encode, HTML),
    "page with a mark": (lambda: b"\xef\xbb\xbf\n" + f"<html>{PAGE}</html>".encode(), HTML),
    "page in utf-16": (lambda: f"<html><body>{PAGE}</body></html>".encode("utf-16"), HTML),
    "page of xhtml": (f'<?xml version="1.0"?><html>{PAGE}</html>'.encode, HTML),
    "part of a page": (lambda: PAGE.encode("gb18030"), HTML),
    "word": (lambda: word(*SAID), DOCX),
    "pdf": (lambda: pdf(column(SAID)), PDF),
    "pdf behind a line": (lambda: b"\n" + pdf(column(SAID)), PDF),
}
REFUSED = {
    "kind-doc": OLD_OFFICE + b"\0" * 600 + "WordDocument".encode("utf-16-le"),
    "kind-xls": OLD_OFFICE + b"\0" * 600 + "Workbook".encode("utf-16-le"),
    "kind-ppt": OLD_OFFICE + b"\0" * 600 + "PowerPoint Document".encode("utf-16-le"),
    "kind-old": OLD_OFFICE + b"\0" * 600,
    "kind-rtf": b"{\\rtf1\\ansi x}",
    "kind-image": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "kind-zip": packed("minutes.docx"),
    "kind-xlsx": packed("xl/workbook.xml"),
    "kind-pptx": packed("ppt/presentation.xml"),
    "kind-odt": packed("mimetype", "content.xml"),
    "kind-archive": b"Rar!\x1a\x07\x01\x00",
    "kind-recording": b"ID3\x03" + b"\0" * 40,
    "kind-postscript": b"%!PS-Adobe-3.0\n",
    "kind-mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("called", ["minutes.txt", "minutes.docx", "x.exe", ""])
def test_neither_name_nor_declaration_decide(name: str, called: str) -> None:
    content, kind = READ[name]
    assert read(content(), filename=called, declared="image/png").media_type == kind


@pytest.mark.parametrize("message", REFUSED)
def test_other_kinds_are_refused_with_what_to_do(message: str) -> None:
    with pytest.raises(UnsupportedMedia) as caught:
        read(REFUSED[message], filename="纪要.txt")
    assert caught.value.message == message
    assert caught.value.values == {"filename": "纪要.txt"}


def test_every_refusal_has_words() -> None:
    kinds = {kind for _, kind in (*SIGNATURES, *INSIDE, *PACKED) if kind}
    assert {f"error.kind-{kind}" for kind in kinds} - set(catalogue("zh").messages) == set()


@pytest.mark.parametrize("start", [b"RIFF1234WEBP", b"\0\0\0\x18ftypheic", b"BM1234\0\0\0\0"])
def test_further_pictures(start: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        sniff(start + b"\0" * 40, "x")


def test_more_text_than_a_book_is_refused() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(("面料。" * (LONGEST_TEXT // 3 + 1)).encode())
    assert caught.value.message == "text-long"


def test_japanese_minutes_are_refused_in_every_format() -> None:
    text = "本日の会議では、各産地の代表が現状と課題を発表しました。後継者が不足しています。"
    files = (text.encode(), f"<p>{text}</p>".encode(), word(text), pdf(column([text])))
    for content in files:
        with pytest.raises(DomainError) as caught:
            read(content)
        assert caught.value.message == "language-ja"


@pytest.mark.parametrize(
    ("declared", "charset"),
    [("text/plain; charset=big5", "big5"), ('text/html;charset="GBK"', "GBK"), (None, None)],
)
def test_only_the_charset_of_a_declaration_is_used(declared: str, charset: str) -> None:
    assert charset_in(declared) == charset
