"""A report as one HTML page that mail programs show: tables, inline styles, no outside asset."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.reports.digest import largest
from service.reports.views import Change, Pairing, Report
from service.reports.wording import Words, score

REASONS_SHOWN = 4
"""Of each pair; the workbook has all."""
PAIRINGS_SHOWN = 12
"""Of each kind of change; the workbook has all. Mail programs cut pages off at about 100 KB."""

SECTIONS = ((Change.NEW, "#1b7f4b"), (Change.CHANGED, "#b36b00"), (Change.GONE, "#8c8c8c"))

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True, slots=True)
class Section:
    """``count`` pairs changed this way, the first of which are shown."""

    change: str
    colour: str
    count: int
    pairings: list[Pairing]


def render_html(report: Report) -> str:
    sections = [
        Section(change.value, colour, len(found), found[:PAIRINGS_SHOWN])
        for change, colour in SECTIONS
        for found in [report.digest.of(change)]
    ]
    return ENVIRONMENT.get_template("report.html").render(
        words=Words(report),
        sections=sections,
        score=score,
        largest=largest,
        reasons_shown=REASONS_SHOWN,
        identifier=identifier(report.schedule_id, report.due_at),
    )


def identifier(schedule_id: int, due_at: datetime) -> str:
    """Names a report in file names and messages, the same at every attempt.

    >>> identifier(3, datetime(2026, 11, 23, tzinfo=UTC))
    'duijie-3-20261123T000000Z'
    """
    return f"duijie-{schedule_id}-{due_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
