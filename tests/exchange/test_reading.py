"""Files as spreadsheet programs write them, and cells as people type them."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from service.errors import UnreadableTable
from service.exchange.cells import CellProblem, read_cell
from service.exchange.columns import Column, Form, What
from service.exchange.delimited import read_delimited
from service.exchange.readings import chosen, read_sheet
from service.exchange.sheets import Row, Sheet
from service.exchange.vocabularies import closed
from service.exchange.workbooks import read_workbook, text_of
from service.messages import catalogue
from tests.exchange.tables import csv_of, xlsx_of

ROWS = [["集群", "主题", "要点"], ["大连", "面料", "a;b\t“c”, d"], ["柯桥", "fabric", "两\n行"]]
ZH = catalogue("zh")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_every_kind_is_read(encoding: str, delimiter: str) -> None:
    sheet = read_delimited(csv_of(ROWS, delimiter=delimiter, encoding=encoding))
    assert [list(row.cells) for row in sheet.rows] == ROWS


def test_a_line_that_names_the_delimiter_is_no_row() -> None:
    sheet = read_delimited(b"sep=;\r\na;b,c,d\r\n1;2\r\n")
    assert [(row.number, list(row.cells)) for row in sheet.rows] == [
        (2, ["a", "b,c,d"]),
        (3, ["1", "2"]),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'a,b\n"c,d\n', "table-quotes"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "table-unknown"),
        (b"\xff\xff\xff\xff", "table-encoding"),
        (b"a," + b"x" * 40_000, "table-cell"),
        (b"," * 150 + b"x", "table-columns"),
        (b"a,b\n" + b"," * 5_000_000, "table-columns"),
        (b"a,b\n" * 20_001, "table-rows"),
    ],
)
def test_csv_that_cannot_be_read_says_why(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_delimited(content)
    assert refused.value.message == message
    assert ZH.detail_of(refused.value)


def dated(value: Any, form: str | None = None) -> str:
    """The text of a cell that holds a date."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = value
    if form:
        sheet["A1"].number_format = form
    content = BytesIO()
    book.save(content)
    (row,) = read_workbook(content.getvalue())[0].rows
    return row.cells[0]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (date(2017, 11, 18), None, "2017-11-18"),
        (datetime(2017, 11, 18), "yyyy/m/d", "2017-11-18"),  # noqa: DTZ001 - Excel knows no zones
        (date(2017, 11, 1), 'yyyy"年"m"月"', "2017-11"),
        (date(2017, 11, 1), "mmm-yy", "2017-11"),
        (date(2017, 1, 1), "yyyy", "2017"),
        (2017, None, "2017"),
        (30.08, None, "30.08"),
        (True, None, "TRUE"),
    ],
)
def test_excels_own_values_become_text(value: Any, form: str | None, text: str) -> None:
    assert dated(value, form) == text


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (Form.DATE, "2017-11-18", "2017-11-18"),
        (Form.DATE, "2017/1/8", "2017-01-08"),
        (Form.DATE, "2017.1.8", "2017-01-08"),
        (Form.DATE, "2017年11月", "2017-11"),
        (Form.DATE, "2017年11月18日", "2017-11-18"),
        (Form.DATE, "2017年", "2017"),
        (Form.DATE, "2017-11-18 00:00:00", "2017-11-18"),
        (Form.COUNT, "４", 4),
        (Form.COUNT, "4.0", 4),
        (Form.DEGREES, "30.08°", 30.08),
        (Form.LIST, "'=a；b", ["=a", "b"]),
        (Form.TEXT, "'-5 年", "-5 年"),
    ],
)
def test_cells_are_read(form: Form, text: str, value: Any) -> None:
    assert read_cell(Column("x", form), text, None, ZH) == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        *((Form.DATE, text) for text in ("2017-13", "2017-02-30", "18.11.2017", "17年", "２")),
        *((Form.COUNT, text) for text in ("-1", "4.5", "四", "9999999999")),
        (Form.DEGREES, "北纬"),
    ],
)
def test_what_is_no_value_is_refused(form: Form, text: str) -> None:
    with pytest.raises(CellProblem):
        read_cell(Column("x", form), text, None, ZH)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kind", {"强项": "strength", "优势": "strength", "Strength": "strength", "短板": "gap"}),
        ("status", {"已确认": "confirmed", "confirmed": "confirmed", "草稿": "draft"}),
        ("visibility", {"公开": "public", "Public": "public", "組織方": "organisers"}),
        ("flag", {"是": "yes", "YES": "yes", "TRUE": "yes", "否": "no", "0": "no", "✓": "yes"}),
        ("cluster_kind", {"专业市场": "market", "协会": "association", "park": "park"}),
        ("country", {"中国": "CN", "Italy": "IT", "BR": "BR"}),
    ],
)
def test_words_are_understood_in_both_languages(name: str, words: dict[str, str]) -> None:
    vocabulary = closed(name)
    assert {word: vocabulary.find(word) for word in words} == words


def test_columns_come_in_any_order_under_chinese_or_english_names() -> None:
    rows = [("", ""), ("表一", ""), ("Main products", "名称", "ENGLISH NAME"), ("a;b", "甲", "A")]
    sheet = Sheet("", [Row(n, row) for n, row in enumerate(rows, start=1)])
    reading = read_sheet(What.CLUSTERS, sheet, {}, ZH)
    assert [(e.row, dict(e.values)) for e in reading.entries] == [
        (4, {"products": ["a", "b"], "name_zh": "甲", "name_en": "A"})
    ]


def test_the_names_of_the_columns_may_stand_there_in_both_languages() -> None:
    rows = [("名称", "英文名"), ("Chinese name", "English name"), ("甲", "A")]
    sheet = Sheet("", [Row(n, row) for n, row in enumerate(rows, start=1)])
    assert [e.row for e in read_sheet(What.CLUSTERS, sheet, {}, ZH).entries] == [3]


def test_a_column_that_is_there_twice_is_refused() -> None:
    sheet = Sheet("集群", [Row(1, ("名称", "英文名", "中文名")), Row(2, ("甲", "A", "乙"))])
    (fault,) = read_sheet(What.CLUSTERS, sheet, {}, ZH).faults
    assert (fault.cause, fault.letter, fault.row) == ("twice", 3, 1)


def test_sheets_are_found_by_name_else_by_their_columns() -> None:
    sheets = read_workbook(xlsx_of({"Statements": ROWS, "集群": ROWS, "别的": ROWS, "说明": ROWS}))
    pairs, rest = chosen(sheets, None)
    assert [(what, sheet.name) for what, sheet in pairs] == [
        (What.CLUSTERS, "集群"),
        (What.STATEMENTS, "Statements"),
    ]
    assert rest == ["别的"]
    (only,), _ = chosen([Sheet("Sheet1", [Row(1, ["集群", "主题", "要点"])])], None)
    assert only[0] is What.STATEMENTS
    with pytest.raises(UnreadableTable, match="table-sheets"):
        chosen(read_workbook(xlsx_of({"a": ROWS, "b": ROWS})), None)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("_x000D_\n", "\n"),
        ("a_x0041_", "aA"),
        ("_x005F_x0041_", "_x0041_"),
        ("_x005F_x0041_x005F_x0042_", "_x0041_x0042_"),  # as Excel writes it
        ("_x005F_x0041_x0042_", "_x0041_x0042_"),  # as XlsxWriter does
        ("x005F_", "x005F_"),
        ("_x00_", "_x00_"),
    ],
)
def test_codes_of_characters_are_read(stored: str, text: str) -> None:
    cell = {"value": stored, "style_id": 0}
    assert text_of(cell, lambda _style: "General") == text
