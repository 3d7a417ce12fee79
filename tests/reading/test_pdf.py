"""PDF: reading order, paragraphs, what is left out, what is refused."""

from pathlib import Path

import pytest

from service.errors import UnreadableDocument
from service.reading.glyphs import plain
from service.reading.pdf import read_pdf, spans
from tests.reading.documents import ENGLISH, LOCKED, SAID, Placed, column, pdf, wrapped

FILES = Path(__file__).with_name("files")
WIDTH = 40


def indented(lines: list[str], x: float, top: float) -> list[Placed]:
    """Printed lines whose first one stands two characters in, without blanks of its own."""
    placed = column(lines, x=x, top=top)
    return [(x + 20 if "\u3000" in words else x, y, words.strip()) for x, y, words in placed]


def paragraphs_at(x: float, top: float, width: int, said: tuple[str, ...] = SAID) -> list[Placed]:
    lines = [line for text in said for line in wrapped(text, width)]
    return indented(lines, x, top)


def refused(content: bytes) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(content)
    return caught.value


def test_lines_of_a_chinese_paragraph_are_joined_without_spaces() -> None:
    assert read_pdf(pdf(paragraphs_at(60, 760, WIDTH))).text == "\n".join(SAID)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_turned_page_gives_all_words(turned: int) -> None:
    text = read_pdf(pdf(paragraphs_at(60, 760, WIDTH), turned=turned)).text
    assert sorted(text.replace("\n", "").replace("\t", "")) == sorted("".join(SAID))


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = SAID[:3], SAID[3:] + SAID[:1]
    lines = paragraphs_at(60, 700, 20, left) + paragraphs_at(320, 700, 20, right)
    title = [(200.0, 760.0, "全市纺织产业集群座谈会会议纪要汇编")]
    by_row = sorted(lines, key=lambda line: (-line[1], line[0]))
    for order in (lines, by_row):  # whatever the order of the file
        text = read_pdf(pdf(title + order)).text
        assert text.split("\n") == [title[0][2], *left, *right]


def test_columns_between_lines_of_full_width() -> None:
    """Rows that both columns share, a full paragraph above and below, a table behind them."""
    left, right = SAID[1:3], SAID[3:] + SAID[:1]
    upper = paragraphs_at(60, 780, WIDTH, SAID[:3])
    columns = paragraphs_at(60, 640, 19, left) + paragraphs_at(280, 640, 19, right)
    table = [
        (60.0, 480.0, "集群"),
        (160.0, 480.0, "缺口"),
        (60.0, 460.0, "青湖"),
        (160.0, 460.0, "印染"),
    ]
    lower = paragraphs_at(60, 430, WIDTH, SAID[3:])
    text = read_pdf(pdf(upper + columns + table + lower)).text
    expected = [*SAID[:3], *left, *right, "集群\t缺口", "青湖\t印染", *SAID[3:]]
    assert text.split("\n") == expected


def test_three_columns() -> None:
    placed = [
        line
        for number, x in enumerate((40, 220, 400))
        for line in paragraphs_at(x, 700, 15, SAID[number : number + 3])
    ]
    expected = [*SAID[:3], *SAID[1:4], *SAID[2:]]
    assert read_pdf(pdf(placed)).text.split("\n") == expected


def test_items_of_a_list_are_lines_of_their_own() -> None:
    items = [
        "一、当地织机超过两万台。",
        "（二）缺少印染企业。",
        "1. 希望引进项目。",
        "• 建立机制。",
    ]
    assert read_pdf(pdf(column(items))).text.split("\n") == items


def test_what_a_browser_prints_around_a_page_is_left_out() -> None:
    head = [(30.0, 825.0, "11/25/26, 3:49 PM"), (280.0, 825.0, "座谈会_某市政府网")]
    foot = [(30.0, 12.0, "https://example.org/a/b.html"), (560.0, 12.0, "1/3")]
    assert read_pdf(pdf(head + paragraphs_at(60, 760, WIDTH) + foot)).text == "\n".join(SAID)


def test_a_row_of_a_table_is_a_line() -> None:
    cells = [
        ("集群", "强项", "缺口"),
        ("青湖镇", "化纤面料", "印染企业"),
        ("白沙县", "服装", "设计师"),
    ]
    table = [
        (60.0 + 150 * column_, 760.0 - 20 * row, words)
        for row, words_of in enumerate(cells)
        for column_, words in enumerate(words_of)
    ]
    assert read_pdf(pdf(table)).text.split("\n") == ["\t".join(row) for row in cells]


def test_a_hyphen_at_a_line_end_is_taken_back() -> None:
    lines = ["Tirupur said that its mills lack dye-", "ing capacity and hope to bring in fin-"]
    lines += ["ishing houses from abroad before long."]
    expected = "Tirupur said that its mills lack dyeing capacity and hope to bring in finishing"
    assert read_pdf(pdf(column(lines))).text == f"{expected} houses from abroad before long."


def test_ligatures_and_radicals_become_plain_characters() -> None:
    assert read_pdf(pdf(column(["ﬁnishing oﬃce ⼤连"]))).text == "finishing office 大连"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("缺少\ufffe", "缺少\x02"),
        ("dye\xad", "dye\x02"),
        ("\ud842\udfb7", "𠮷"),
        ("甲\ud842", "甲\ufffd"),
    ],
)
def test_signs_of_fonts_are_made_one(word: str, expected: str) -> None:
    assert plain(word) == expected


def test_running_heads_and_page_numbers_are_left_out_and_counted() -> None:
    pages = [
        [
            (60.0, 810.0, f"会议纪要 第{number}期"),
            *paragraphs_at(60, 760, WIDTH, (SAID[number],)),
            (290.0, 30.0, f"- {number} -"),
        ]
        for number in range(4)
    ]
    reading = read_pdf(pdf(*pages))
    assert reading.text.split("\n") == list(SAID[:4])
    assert [(note.key, note.values) for note in reading.notes] == [("pdf-heads", {"count": 8})]


def test_a_paragraph_goes_on_over_the_page() -> None:
    lines = wrapped(SAID[1] + SAID[2], WIDTH)
    first = indented(lines[:1], 60, 60)
    rest = column(lines[1:], top=780)
    assert read_pdf(pdf(first, rest)).text == SAID[1] + SAID[2]


def test_pages_that_are_pictures_are_named() -> None:
    reading = read_pdf(pdf(paragraphs_at(60, 760, WIDTH), [], picture=1))
    assert [(note.key, note.values) for note in reading.notes] == [("pdf-pictures", {"pages": "2"})]


def test_a_scan_is_refused_with_its_pages() -> None:
    error = refused(pdf([], picture=0))
    assert (error.message, error.values) == ("pdf-scan", {"pages": "1"})


def test_an_empty_document_is_no_scan() -> None:
    assert refused(pdf([])).message == "pdf-empty"


def test_a_locked_document_is_refused_with_the_cause() -> None:
    assert refused(pdf(column(SAID), extra=LOCKED)).message == "pdf-locked"


def test_a_damaged_document_is_refused() -> None:
    assert refused(b"%PDF-1.7 nothing of it").message == "pdf-damaged"


def test_shapes_without_characters_are_refused() -> None:
    assert refused(pdf(column(["\ue000\ue001\ue002" * 10]))).message == "pdf-fonts"


def test_page_numbers_are_said_shortly() -> None:
    assert spans([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"


@pytest.mark.parametrize("name", ["columns", "table", "english"])
def test_documents_of_a_real_typesetter(name: str) -> None:
    """Made by typst with embedded fonts, two columns, justified, hyphenated."""
    reading = read_pdf((FILES / f"{name}.pdf").read_bytes())
    expected = ENGLISH if name == "english" else SAID
    assert [line for line in expected if line not in reading.text.split("\n")] == []
    if name == "table":
        assert "内部资料" not in reading.text  # the head of both pages
        assert "\n青湖镇\t化纤面料\t缺少印染企业\n" in reading.text
