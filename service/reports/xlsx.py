"""A report as a workbook: what it says, every pair, and every reason with both quotes."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

import xlsxwriter

from service.reports.views import Change, Pairing, Report
from service.reports.wording import Words
from service.suggestions.views import Reason

CELL_CHARACTERS = 32_767
UNFIT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML, and so a workbook, cannot hold."""

Row = Sequence[str | float | None]

PAIRINGS = (
    ("report.column_change", 10),
    ("column.rank", 6),
    ("column.for", 14),
    ("column.cluster", 18),
    ("column.score", 9),
    ("report.column_previous", 9),
    ("report.column_score_change", 9),
    ("report.column_note", 24),
    ("column.basis", 14),
    ("column.need", 9),
    ("column.offer", 9),
    ("column.mutual", 9),
    ("column.similarity", 9),
    ("column.confidence", 10),
    ("column.causes", 36),
    ("column.last_met", 14),
)
REASONS = (
    ("report.column_change", 10),
    ("column.for", 14),
    ("column.cluster", 18),
    ("column.term", 14),
    ("column.contribution", 9),
    ("column.topic", 14),
    ("column.gap_cluster", 14),
    ("column.gap_quote", 44),
    ("report.column_need_source", 44),
    ("column.strength_cluster", 14),
    ("column.strength_quote", 44),
    ("report.column_strength_source", 44),
)


def render_xlsx(report: Report) -> bytes:
    """The same report gives the same bytes. No cell is ever a formula or a link."""
    words, target = Words(report), io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    created = report.rendered_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": cell(words.subject()), "created": created})
    _summary(book, words)
    listed = report.digest.pairings
    pairings = [_pairing(words, pairing) for pairing in listed]
    _table(book, words, "report.sheet_pairings", PAIRINGS, pairings)
    reasons = [_reason(words, pairing, r) for pairing in listed for r in pairing.suggestion.reasons]
    _table(book, words, "report.sheet_reasons", REASONS, reasons)
    book.close()
    return target.getvalue()


def cell(text: str) -> str:
    """What a cell can hold of ``text``."""
    fit = UNFIT.sub("\ufffd", text)
    return fit if len(fit) <= CELL_CHARACTERS else fit[: CELL_CHARACTERS - 1] + "…"


def _summary(book: Any, words: Words) -> None:
    sheet = book.add_worksheet(words.say("report.sheet_summary"))
    sheet.set_column(0, 0, 100)
    title = book.add_format({"bold": True, "font_size": 14, "text_wrap": True})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, cell(words.subject()), title)
    sheet.freeze_panes(1, 0)
    lines = [*words.summary(), *words.conditions()]
    lines.append(words.say("report.program", url=words.report.base_url))
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, cell(line), body)


def _table(
    book: Any, words: Words, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row]
) -> None:
    sheet = book.add_worksheet(words.say(name))
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "0.000", "valign": "top"})
    whole = book.add_format({"num_format": "0", "valign": "top"})
    for column, (title, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words.say(title), head)
    last = 0
    for last, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(last, column, cell(value), body)
            elif value is not None:
                sheet.write_number(last, column, value, whole if isinstance(value, int) else number)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _pairing(words: Words, pairing: Pairing) -> Row:
    shown = pairing.suggestion
    one, other = words.pair(pairing)
    here = pairing.change != Change.GONE
    before = pairing.previous_score
    return [
        words.say(f"report.{pairing.change}"),
        shown.rank if here else None,
        one,
        other,
        shown.score if here else None,
        before,
        shown.score - before if here and before is not None else None,
        words.note(pairing),
        words.say(f"basis.{shown.basis}"),
        shown.need,
        shown.offer,
        shown.mutual,
        shown.similarity,
        words.say(f"confidence.{shown.confidence}"),
        words.say("report.join").join(words.causes(pairing)),
        shown.last_met,
    ]


def _reason(words: Words, pairing: Pairing, reason: Reason) -> Row:
    gap, strength = reason.gap, reason.strength
    return [
        words.say(f"report.{pairing.change}"),
        *words.pair(pairing),
        words.say(f"term.{reason.term}"),
        reason.contribution,
        words.pick(reason.topic_zh, reason.topic_en),
        words.pick(gap.name_zh, gap.name_en) if gap else "",
        words.quote(gap),
        words.source(gap),
        words.pick(strength.name_zh, strength.name_en) if strength else "",
        words.quote(strength),
        words.source(strength),
    ]
