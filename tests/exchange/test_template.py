"""The form to fill in: every column explained, every list of words to choose from."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from service.exchange.columns import COLUMNS, What, head, sheet_name
from service.messages import LANGUAGES, Language, catalogue
from tests.exchange.tables import URL, applied, csv_of, rehearsed, rows_of, send

FILLED: Mapping[str, Mapping[str, Any]] = {
    "集群": {"名称": "新镇", "英文名": "New Town", "类型": "专业市场", "主要产品": "袜子"},
    "陈述": {
        "集群": "大连",
        "类别": "缺口",
        "主题": "面料",
        "要点": "面料厂",
        "会议": "1",
        "日期": 2017,
    },
}


def book_of(client: TestClient, language: str) -> Any:
    content = client.get(f"{URL}/template.xlsx?lang={language}").content
    return openpyxl.load_workbook(BytesIO(content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_explains_every_column(client: TestClient, language: Language) -> None:
    words, book = catalogue(language), book_of(client, language)
    lines = [[cell.value for cell in row] for row in book[words.translate("exchange.sheet.help")]]
    explained = {(row[0], row[1]) for row in lines[1:]}
    for what in What:
        sheet = book[sheet_name(words, what)]
        heads = [cell.value for cell in sheet[1]]
        assert heads == [head(words, what, column.name) for column in COLUMNS[what]]
        assert {(sheet_name(words, what), name) for name in heads} <= explained
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_list_is_understood(client: TestClient, language: Language) -> None:
    """The lists that cells offer, tried word by word in rows of their own."""
    words, book = catalogue(language), book_of(client, language)
    tried = 0
    for what in What:
        sheet = book[sheet_name(words, what)]
        for rule in sheet.data_validations.dataValidation:
            title, _, area = rule.formula1.rpartition("!")
            cells = book[title.strip("'")][area.replace("$", "")]
            found = [cell.value for (cell,) in cells]
            assert all(found), area
            name = sheet[str(rule.sqref).partition(":")[0].rstrip("0123456789") + "1"].value
            rows = [[name, head(words, what, "version")], *([word, "x"] for word in found)]
            errors = rehearsed(client, csv_of(rows), what)["errors"]
            assert not [e for e in errors if e["column"] == name and "不认识" in e["detail"]]
            tried += len(found)
    assert tried > 250


def test_a_filled_in_template_is_imported(client: TestClient) -> None:
    book = book_of(client, "zh")
    for name, values in FILLED.items():
        sheet = book[name]
        at = {cell.value: cell.column for cell in sheet[1]}
        for head_, value in values.items():
            sheet.cell(2, at[head_], value)
    content = BytesIO()
    book.save(content)
    for what in What:
        found = rehearsed(client, content.getvalue(), what, name="t.xlsx")
        assert found["counts"]["new"] == 1, found
        assert found["warnings"] == [] or found["warnings"][0].startswith("没有读这些工作表：")
        assert applied(client, content.getvalue(), what)["applied"]


@pytest.mark.parametrize("what", list(What))
def test_the_csv_template_has_the_same_columns(client: TestClient, what: What) -> None:
    content = client.get(f"{URL}/{what}-template.csv?lang=en").content
    assert rows_of(content) == []
    heads = content.decode("utf-8-sig").strip().split(",")
    assert heads == [head(catalogue("en"), what, c.name) for c in COLUMNS[what]]
    assert send(client, content, what).json()["counts"]["new"] == 0
