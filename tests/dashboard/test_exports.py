import csv
from io import BytesIO, StringIO
from itertools import groupby
from math import fsum

import openpyxl
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from service.tables import FORMULA, Table, csv_response, plain, safe, xlsx_response
from tests.support.clock import NOW

TABLE = Table(["名称"], [["=1+1"], ["@SUM(A1)"], ["-5 年"], [-5], ["柯桥"]])


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


@given(st.text())
def test_no_text_starts_like_a_formula_and_none_is_lost(text: str) -> None:
    cell = safe(text)
    assert isinstance(cell, str)
    assert not cell.startswith(FORMULA)
    assert plain(cell) == text


@pytest.mark.parametrize("text", ["=1", "'=1", "''-1", "'97", "'", "-", "\t'="])
def test_an_apostrophe_of_ones_own_is_kept(text: str) -> None:
    cell = safe(text)
    assert plain(str(cell)) == text
    assert (cell == text) == (text in {"'97", "'"})


def test_numbers_stay_numbers() -> None:
    assert safe(-0.5) == -0.5


def test_csv_begins_with_a_byte_order_mark_and_disarms_formulas() -> None:
    response = csv_response(TABLE, "x")
    assert rows_of(bytes(response.body)) == [
        *(["名称"], ["'=1+1"], ["'@SUM(A1)"], ["'-5 年"], ["-5"], ["柯桥"])
    ]


def test_workbooks_hold_text_as_text_and_are_the_same_bytes_each_time() -> None:
    one, two = (xlsx_response({"表": TABLE}, "x", NOW).body for _ in range(2))
    assert one == two
    sheet = openpyxl.load_workbook(BytesIO(bytes(one)))["表"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        *(("=1+1", "s"), ("@SUM(A1)", "s"), ("-5 年", "s"), (-5, "n"), ("柯桥", "s"))
    ]


def test_the_export_holds_what_the_page_shows(client: TestClient) -> None:
    query = "cluster=dalian&topic=fabric&min_score=0.1"
    head, *rows = rows_of(client.get(f"/pairings.csv?{query}").content)
    found = client.get(f"/api/v1/clusters/dalian/suggestions?{query}&limit=20").json()
    at = {name: place for place, name in enumerate(head)}
    exported = [
        (key[0], float(key[1]), fsum(float(row[at["贡献"]]) for row in group))
        for key, group in groupby(rows, key=lambda row: (row[at["对方"]], row[at["得分"]]))
    ]
    assert [(slug, score) for slug, score, _ in exported] == [
        (row["cluster"], row["score"]) for row in found
    ]
    assert all(abs(score - total) < 1e-9 for _, score, total in exported)
    assert rows[0][at["需求原话"]] == "缺少做面料的企业"
    assert rows[0][at["需求出处"]] == "2017年虎门圆桌会议 · 2017年11月18日 · 发言：姜广茂"


def test_the_workbook_has_pairs_reasons_and_the_run(client: TestClient) -> None:
    response = client.get("/pairings.xlsx?cluster=dalian&topic=fabric&lang=en")
    disposition = response.headers["content-disposition"]
    assert disposition == 'attachment; filename="duijie-pairings-2026-11-23.xlsx"'
    book = openpyxl.load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["Pairings", "Reasons", "This computation"]
    found = client.get("/api/v1/clusters/dalian/suggestions?topic=fabric&limit=20").json()
    assert book["Pairings"].max_row == len(found) + 1
    assert book["Reasons"].max_row == sum(len(row["reasons"]) for row in found) + 1


@pytest.mark.parametrize("name", ["pairings.csv", "pairings.xlsx"])
def test_a_query_that_cannot_be_read_is_no_file(client: TestClient, name: str) -> None:
    response = client.get(f"/{name}?as_of=soon&lang=en")
    assert response.status_code == 422
    assert "As of: Write it as 2017-11-18, 2017-11 or 2017." in response.text


def test_the_register_is_exported_with_the_filter_of_the_page(client: TestClient) -> None:
    head, *rows = rows_of(client.get("/clusters.csv?kind=market").content)
    slugs = [row["slug"] for row in client.get("/api/v1/clusters?kind=market&limit=200").json()]
    assert [row[head.index("标识")] for row in rows] == slugs
    book = openpyxl.load_workbook(BytesIO(client.get("/clusters.xlsx?kind=market").content))
    assert book.worksheets[0].max_row == len(slugs) + 1
