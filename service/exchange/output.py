"""Clusters and statements as tables that can be read in again, and the empty form of such."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from service.access import Principal
from service.clusters.usecases import list_clusters
from service.exchange import clusters, statements
from service.exchange.cells import written
from service.exchange.columns import COLUMNS, Column, Form, What, head, sheet_name
from service.exchange.facts import EVERY_CLUSTER, Facts, read_facts
from service.exchange.memory import uncollected
from service.exchange.readings import vocabulary_of
from service.exchange.sheets import MAX_ROWS
from service.exchange.vocabularies import Vocabulary
from service.messages import Catalogue
from service.statements.usecases import list_statements
from service.tables import WRITING, Cell, Table, safe

EVERY_STATEMENT = 10_000_000
LISTED = (Form.WORD, Form.WORDS, Form.FLAG)
HELP_WIDTHS = (12, 18, 10, 70, 32)
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Stated in every workbook, so that the same facts give the same bytes."""


@uncollected()
def export_clusters(
    session: Session, who: Principal, words: Catalogue, **filters: str | None
) -> tuple[Facts, Table]:
    """The register as a table; ``filters`` as in ``list_clusters``."""
    facts = read_facts(session, who, words)
    found = list_clusters(session, limit=EVERY_CLUSTER, **filters).items
    rows = [clusters.stored_values(view) for view in found]
    return facts, table_of(facts, What.CLUSTERS, rows)


@uncollected()
def export_statements(
    session: Session, who: Principal, words: Catalogue, **filters: Any
) -> tuple[Facts, Table]:
    """What ``who`` may read, as a table; ``filters`` as in ``list_statements``.

    What ``who`` may not read is not there, and nothing says that it exists.
    """
    facts = read_facts(session, who, words)
    found = list_statements(session, who, limit=EVERY_STATEMENT, **filters).items
    rows = []
    for view in found:
        meeting = facts.meetings.get(view.meeting or 0)
        title = words.pick(meeting.title_zh, meeting.title_en) if meeting else None
        notes = {"place": view.place_name, "meeting_title": title}
        rows.append(statements.stored_values(view) | notes)
    return facts, table_of(facts, What.STATEMENTS, rows)


def table_of(facts: Facts, what: What, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = COLUMNS[what]
    cells = [[_cell(facts, column, row[column.name]) for column in columns] for row in rows]
    return Table(heads_of(facts.words, what), cells)


def _cell(facts: Facts, column: Column, value: Any) -> Cell:
    return written(column, value, vocabulary_of(column, facts.vocabularies), facts.words)


def heads_of(words: Catalogue, what: What) -> list[str]:
    return [head(words, what, column.name) for column in COLUMNS[what]]


def workbook(facts: Facts, tables: Mapping[What, Table], *, explained: bool = False) -> bytes:
    """A sheet for each table, with drop-down lists; ``explained`` adds a sheet of help."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, WRITING) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None)})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E9EDF2"}),
            "text": book.add_format({"num_format": "@", "valign": "top"}),
            "plain": book.add_format({"valign": "top"}),
            "long": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        sheets = {what: book.add_worksheet(sheet_name(facts.words, what)) for what in tables}
        if explained:
            _explain(book, facts.words, formats)
        lists = _lists(book, facts, tables, formats)
        for what, table in tables.items():
            _fill(sheets[what], what, table, lists, formats)
    return content.getvalue()


def _fill(sheet: Any, what: What, table: Table, lists: Mapping[str, str], formats: Any) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(COLUMNS[what]):
        is_number = column.form in {Form.COUNT, Form.DEGREES}
        sheet.set_column(place, place, column.width, formats["plain" if is_number else "text"])
        if column.vocabulary in lists:
            rule: dict[str, Any] = {"validate": "list", "source": lists[column.vocabulary]}
            if column.form is Form.WORDS or column.vocabulary in {"cluster", "topic", "country"}:
                rule["show_error"] = False  # several words, or another word for the same
            sheet.data_validation(1, place, MAX_ROWS, place, rule)
    sheet.write_row(0, 0, table.head, formats["head"])
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(number, place, str(safe(cell)))
            else:
                sheet.write_number(number, place, cell)


def _lists(
    book: Any, facts: Facts, tables: Mapping[What, Table], formats: Any
) -> Mapping[str, str]:
    """A sheet with the words of every vocabulary that is used; where each of them stands."""
    title = facts.words.translate("exchange.sheet.words")
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    found: dict[str, str] = {}
    for what in tables:
        for column in COLUMNS[what]:
            vocabulary = facts.vocabularies.get(column.vocabulary)
            if vocabulary is None or column.vocabulary in found or column.form not in LISTED:
                continue
            place = len(found)
            labels = [str(safe(label)) for label in _labels(vocabulary, column, facts)]
            sheet.set_column(place, place, 18, formats["text"])
            sheet.write_string(0, place, head(facts.words, what, column.name), formats["head"])
            sheet.write_column(1, place, labels)
            letter = xlsxwriter.utility.xl_col_to_name(place)
            found[column.vocabulary] = f"='{title}'!${letter}$2:${letter}${len(labels) + 1}"
    return found


def _labels(vocabulary: Vocabulary, column: Column, facts: Facts) -> list[str]:
    form = [
        value if column.form is not Form.FLAG else value == "yes" for value in vocabulary.labels
    ]
    if column.form is Form.WORDS:
        return [str(_cell(facts, column, [value])) for value in form]
    return [str(_cell(facts, column, value)) for value in form]


def _explain(book: Any, words: Catalogue, formats: Any) -> None:
    sheet = book.add_worksheet(words.translate("exchange.sheet.help"))
    sheet.freeze_panes(1, 0)
    for place, width in enumerate(HELP_WIDTHS):
        sheet.set_column(place, place, width, formats["long"])
    names = ("sheet", "column", "needed", "about", "example")
    sheet.write_row(0, 0, [words.translate(f"exchange.help.{n}") for n in names], formats["head"])
    number = 1
    for what in What:
        for column in COLUMNS[what]:
            needed = words.translate(f"exchange.flag.{'yes' if column.required else 'no'}")
            about = words.find(f"exchange.about.{what}.{column.name}") or ""
            example = words.find(f"exchange.example.{what}.{column.name}") or ""
            row = [sheet_name(words, what), head(words, what, column.name), needed, about, example]
            sheet.write_row(number, 0, row, formats["long"])
            number += 1
    for line in words.translate("exchange.help.lines").split("\n"):
        number += 1
        sheet.write_string(number, 3, line, formats["long"])


def template(session: Session, who: Principal, words: Catalogue) -> bytes:
    """The workbook to fill in: an empty sheet of each kind, help, and the words to choose from."""
    facts = read_facts(session, who, words)
    tables = {what: Table(heads_of(words, what), []) for what in What}
    return workbook(facts, tables, explained=True)
