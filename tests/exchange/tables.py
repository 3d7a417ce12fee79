"""Tables as staff type them, and what the service says of them."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import xlsxwriter
from fastapi.testclient import TestClient

from service.exchange.columns import What

URL = "/api/v1/exchange"
Rows = Sequence[Sequence[Any]]


def csv_of(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(sheets: Mapping[str, Rows]) -> bytes:
    """Written by openpyxl, which the service does not write with."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def large_xlsx(rows: int, columns: int, *, distinct: bool = True) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("陈述")
        for row in range(rows):
            for column in range(columns):
                sheet.write_string(row, column, f"{row}-{column}" if distinct else "x")
    return content.getvalue()


def send(
    client: TestClient,
    content: bytes,
    what: What = What.STATEMENTS,
    *,
    name: str = "table.csv",
    language: str = "zh",
    **form: str,
) -> Any:
    """The answer to an upload."""
    return client.post(
        f"{URL}/{what}?lang={language}",
        files={"file": (name, content, "application/octet-stream")},
        data=form,
        headers={"Accept-Language": language},
    )


def rehearsed(client: TestClient, content: bytes, what: What = What.STATEMENTS, **more: str) -> Any:
    answer = send(client, content, what, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def applied(client: TestClient, content: bytes, what: What = What.STATEMENTS) -> Any:
    """After a dry run whose plan goes along."""
    plan = rehearsed(client, content, what)["plan"]
    answer = send(client, content, what, apply="true", plan=plan)
    assert answer.status_code == 200, answer.text
    return answer.json()


def faults(client: TestClient, rows: Rows, what: What = What.STATEMENTS, **more: str) -> list[str]:
    found = rehearsed(client, csv_of(rows), what, **more)
    return [error["detail"] for error in found["errors"]]


def exported(client: TestClient, what: What, kind: str = "csv", query: str = "") -> bytes:
    answer = client.get(f"{URL}/{what}.{kind}?lang=zh{query}")
    assert answer.status_code == 200, answer.text
    return answer.content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))
