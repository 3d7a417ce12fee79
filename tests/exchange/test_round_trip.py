"""Export, then import: nothing changes, whatever characters there are."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.enums import Role
from service.exchange.cells import joined, listed, read_cell, written
from service.exchange.columns import COLUMNS, Column, Form, What
from service.exchange.delimited import read_delimited
from service.exchange.output import workbook
from service.exchange.sheets import Row
from service.exchange.workbooks import read_workbook
from service.messages import LANGUAGES, catalogue
from service.tables import Table, csv_bytes
from service.text import Line, Passage
from tests.exchange.tables import exported, rehearsed, rows_of, send
from tests.support.people import bearer

ODD = (
    "'=1",
    "''",
    "=1+1",
    "+a",
    "-b",
    "@c",
    "_x0041_",
    "_x005F_",
    "x005F_",
    "a\ufffeb",
    "_x0000_x0000_",
    "_x0000_x005F_x0000_",
    "\u3000中",
)


def valid(kind: Any) -> st.SearchStrategy[str]:
    """Texts that the service stores, as it stores them."""
    adapter = TypeAdapter(kind)

    def accepted(text: str) -> str | None:
        try:
            return str(adapter.validate_python(text))
        except ValidationError:
            return None

    pieces = st.one_of(st.text(), st.sampled_from(ODD), st.sampled_from(list("'=+-@;；,，\n\"_x")))
    texts = st.lists(pieces, min_size=1, max_size=6).map("".join)
    return texts.map(accepted).filter(lambda text: text is not None).map(str)


OVERLAPPING = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
LINES, PASSAGES = valid(Line), valid(Passage)


@given(st.lists(LINES, max_size=5))
def test_lists_are_read_as_they_were(items: list[str]) -> None:
    assert listed(joined(items)) == items


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(LINES, PASSAGES), min_size=1, max_size=5))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_hold_every_character(kind: str, pairs: list[tuple[str, str]]) -> None:
    """Through the bytes of both formats, texts of one line and of several.

    Save texts like ``_x0000_x005F_``, in which Excel's codes for characters overlap: XlsxWriter
    marks them so that no reader can tell what was meant.
    """
    assume(kind == "csv" or not any(OVERLAPPING.search(text) for pair in pairs for text in pair))
    text, words = Column("quote"), catalogue("zh")
    columns = [column.name for column in COLUMNS[What.STATEMENTS]]
    at = [columns.index(name) for name in ("phrase", "quote")]
    table = Table(columns, [])
    rows = []
    for pair in pairs:
        cells: list[Any] = [""] * len(columns)
        for place, value in zip(at, pair, strict=True):
            cells[place] = written(text, value, None, words)
        rows.append(cells)
    table = Table(columns, rows)
    if kind == "csv":
        sheet = read_delimited(csv_bytes(table))
    else:
        (sheet, *_) = read_workbook(workbook(FACTS, {What.STATEMENTS: table}))
    found = [
        tuple(read_cell(text, row.cells[place], None, words) for place in at)
        for row in sheet.rows[1:]
        if isinstance(row, Row)
    ]
    assert found == pairs


class _Facts:
    words = catalogue("zh")
    vocabularies: dict[str, Any] = {}  # noqa: RUF012 - stands for a value


FACTS: Any = _Facts()


@given(st.floats(-90, 90))
def test_degrees_keep_every_digit(value: float) -> None:
    column, words = Column("latitude", Form.DEGREES), catalogue("en")
    cell = written(column, value, None, words)
    seen = float(f"{cell:.16G}") if isinstance(cell, float) else cell  # as XlsxWriter writes it
    assert read_cell(column, str(seen), None, words) == value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("what", list(What))
def test_an_export_changes_nothing(
    client: TestClient, what: What, kind: str, language: str
) -> None:
    url = f"/api/v1/exchange/{what}.{kind}?lang={language}"
    content = client.get(url).content
    found = rehearsed(client, content, what, name=f"x.{kind}")
    count = {What.CLUSTERS: 187, What.STATEMENTS: 725}[what]
    assert found["counts"] == {"new": 0, "changed": 0, "unchanged": count, "refused": 0}
    assert found["errors"] == found["warnings"] == []
    assert client.get(url).content == content


def test_odd_entries_come_back_as_they_are(client: TestClient) -> None:
    """Through the whole service: stored, exported, imported again."""
    for number, odd in enumerate(ODD):
        text = odd.strip()
        cluster = {
            "slug": f"odd-{number}",
            "name_zh": f"奇{number}{text}",
            "name_en": f"Odd {number} {text}",
            "country": "BR",
            "latitude": 12.345678901234567,
            "longitude": 1e-7,
            "titles": [f"{text};1", text],
            "products": [f"{text}；"],
            "aliases": [f"又{number};名"],
        }
        answer = client.post("/api/v1/clusters", json=cluster)
        assert answer.status_code == 201, answer.text
        statement = {
            "cluster": f"odd-{number}",
            "kind": "goal",
            "asks": True,
            "topic": "fabric",
            "phrase": text,
            "quote": f"{text}\n{text}\t.",
            "speaker": text,
            "meeting": 1,
            "facets": {"material": ["wool", "cotton"]},
        }
        assert client.post("/api/v1/statements", json=statement).status_code == 201
    for what in What:
        for kind in ("csv", "xlsx"):
            found = rehearsed(client, exported(client, what, kind), what, name=f"x.{kind}")
            assert found["errors"] == found["rows"] == []
            assert found["counts"]["unchanged"] > 190


def test_the_reader_exports_what_it_may_see_and_nothing_tells_of_more(
    app: Any, client: TestClient
) -> None:
    hidden = {
        "cluster": "dalian",
        "kind": "gap",
        "topic": "fabric",
        "phrase": "不外传",
        "meeting": 1,
        "visibility": "organisers",
    }
    id_ = client.post("/api/v1/statements", json=hidden).json()["id"]
    viewer = TestClient(app, headers=bearer(Role.VIEWER))
    before = exported(viewer, What.STATEMENTS, "xlsx")
    client.post(f"/api/v1/statements/{id_}/confirm", headers={"If-Match": "*"})
    assert exported(viewer, What.STATEMENTS, "xlsx") == before
    assert "不外传" not in exported(viewer, What.STATEMENTS).decode()
    assert "不外传" in exported(client, What.STATEMENTS).decode()
    row = {"编号": str(id_), "分量": "2", "版本": "2"}
    own = TestClient(app, headers=bearer(Role.REPRESENTATIVE))
    answer = send(own, f"编号,分量,版本\n{row['编号']},2,2\n99999,2,2\n".encode())
    details = [e["detail"].partition("：")[2] for e in answer.json()["errors"]]
    assert details[0].replace(str(id_), "N") == details[1].replace("99999", "N")


def test_filters_narrow_the_export(client: TestClient) -> None:
    rows = rows_of(exported(client, What.STATEMENTS, query="&cluster=dalian&kind=gap"))
    assert rows
    assert {(row["集群"], row["类别"]) for row in rows} == {("大连", "缺口")}
    assert (
        rows_of(exported(client, What.STATEMENTS, query="&updated_since=2099-01-01T00:00:00Z"))
        == []
    )
    market = rows_of(exported(client, What.CLUSTERS, query="&kind=market"))
    assert {row["类型"] for row in market} == {"专业市场"}
