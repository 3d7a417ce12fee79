"""Text files: the encoding is found, the text is kept to the character, the rest is refused."""

import codecs

import pytest
from opencc import OpenCC

from service.errors import UnreadableDocument
from service.reading.decoding import decode
from tests.reading.documents import ENGLISH, SAID, TRADITIONAL

TEXT = "\n".join(SAID)
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        decode(content)
    return caught.value.message


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("length", [22, 60, 100_000])
def test_simplified_chinese(charset: str, length: int) -> None:
    text = (TEXT * (length // len(TEXT) + 1))[:length]
    assert decode(text.encode(charset))[0] == text


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "big5hkscs", "utf-16-le"])
@pytest.mark.parametrize("length", [22, len(TRADITIONAL)])
def test_traditional_chinese(charset: str, length: int) -> None:
    text = TRADITIONAL[:length]
    assert decode(text.encode(charset))[0] == text


@pytest.mark.parametrize("charset", MARKS)
def test_a_mark_says_which_utf_16_it_is(charset: str) -> None:
    assert decode(MARKS[charset] + TEXT.encode(charset)) == (TEXT, "utf-16")


def test_a_utf_8_mark_stays_so_that_offsets_are_those_of_the_plain_decoding() -> None:
    content = codecs.BOM_UTF8 + TEXT.encode()
    assert decode(content) == (content.decode("utf-8"), "utf-8")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be"])
def test_short_windows_of_minutes(charset: str) -> None:
    """Every window of 22 characters, as measured before the choice was made."""
    convert = OpenCC("s2t" if charset == "big5" else "t2s").convert
    text = convert(TEXT).replace("\n", "")
    windows = [text[start : start + 22] for start in range(len(text) - 22)]
    fitting = [(window, encoded) for window in windows if (encoded := fits(window, charset))]
    assert len(fitting) > 90
    assert [window for window, encoded in fitting if decode(encoded)[0] != window] == []


def fits(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return b""


def test_english_with_curly_quotes_of_old_windows() -> None:
    text = f"“{ENGLISH[0]}” – said Tirupur’s delegate; cafés too."
    assert decode(text.encode("cp1252")) == (text, "cp1252")


def test_a_wrong_declaration_does_not_mislead() -> None:
    assert decode(TEXT.encode("gb18030"), "big5")[0] == TEXT
    assert decode(TEXT.encode(), "gb2312")[0] == TEXT
    assert decode(TRADITIONAL.encode("big5"), "utf-8")[0] == TRADITIONAL


def test_a_declaration_decides_what_the_bytes_leave_open() -> None:
    content = "镇".encode("gb18030")
    assert decode(content, "gb2312")[1] == "gb18030"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "file-empty"),
        (" \n\u3000\ufeff".encode(), "file-blank"),
        (b"\0" * 5000, "file-binary"),
        (bytes(range(256)) * 40, "file-binary"),
        (bytes(range(0x80, 0xFF)) * 40, "file-encoding"),
        (bytes(range(1, 32)) * 40, "file-binary"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, message: str) -> None:
    assert refusal(content) == message


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_broken_byte_is_named_by_its_line(charset: str) -> None:
    lines = [line.encode(charset) for line in SAID]
    lines[2] = lines[2][:-1]
    with pytest.raises(UnreadableDocument) as caught:
        decode(b"\n".join(lines))
    assert caught.value.message == "file-broken"
    assert caught.value.values == {"charset": charset, "line": 3}
