"""/gaps: of an event, or of all that is registered."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.access import Action
from service.clock import Today
from service.dashboard.directory import Directory, Known
from service.dashboard.errors import unreadable
from service.dashboard.filters import query_string
from service.dashboard.frame import Link, make_frame
from service.dashboard.gathering_cards import gap_card, invited_row
from service.dashboard.gathering_contexts import CountRow, GapCard, GapsPage
from service.dashboard.gathering_exports import gap_table
from service.dashboard.gathering_filters import (
    AskedGathering,
    basis_field,
    reach_field,
    read_form,
    typed_of,
)
from service.dashboard.gathering_frame import Typed, back_to, scope_of, shown_of, workbook
from service.dashboard.pairings import run_lines
from service.dashboard.rendering import render
from service.gatherings.gaps import Reach, gaps_of
from service.gatherings.views import Count, Gaps
from service.guard import Guarded, needs
from service.tables import csv_response
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
GAPS, MOST_GAPS = 20, 500


def gaps_asked(
    session: Session, directory: Directory, request: Request, today: date
) -> tuple[Typed, AskedGathering]:
    """Who could come is asked of an event only."""
    typed = typed_of(request.query_params, ("reach", "needs"))
    own = [basis_field(directory, typed.get("needs", ""))]
    if typed.get("event"):
        own.insert(0, reach_field(directory, typed.get("reach", "")))
    return typed, read_form(session, directory, typed, today, own)


def gaps_found(
    request: Request, session: Session, directory: Directory, asked: AskedGathering, shown: int
) -> Gaps | None:
    if asked.query is None:
        return None
    return gaps_of(
        session,
        request.app.state.rankings,
        directory.who,
        asked.query,
        reach=cast("Reach | None", asked.chosen.get("reach") or None),
        stated=bool(asked.chosen["needs"]),
        limit=shown,
    )


@router.get("/gaps")
@needs(Action.READ)
def gaps(request: Request, session: ReadSession, today: Today, directory: Known) -> Response:
    c = directory.catalogue
    typed, asked = gaps_asked(session, directory, request, today)
    shown = shown_of(typed, GAPS, MOST_GAPS)
    found = gaps_found(request, session, directory, asked, shown)
    scope = scope_of(session, directory, asked)
    more = found is not None and found.more and shown < MOST_GAPS
    page = GapsPage(
        frame=make_frame(request, c.translate("gaps.title"), "gaps"),
        form=asked.form,
        scope=scope,
        back=back_to(directory, asked.query, scope),
        count=c.translate("gaps.count", total=found.total, needs=found.needs) if found else "",
        cards=gap_cards(directory, asked, found) if found else None,
        by_topic=count_rows(directory, found.by_topic, typed, "topic") if found else [],
        by_province=count_rows(directory, found.by_province, typed, "province") if found else [],
        invitations=[invited_row(directory, row) for row in found.invitations] if found else [],
        more_href="/gaps" + query_string(typed, shown=str(shown + GAPS)) if more else None,
        csv_href="/gaps.csv" + query_string(typed),
        xlsx_href="/gaps.xlsx" + query_string(typed),
        run=run_lines(directory, found.run) if found else [],
    )
    return render(request, page, 422 if found is None else 200)


def gap_cards(directory: Directory, asked: AskedGathering, found: Gaps) -> list[GapCard]:
    of_event = asked.query is not None and asked.query.event is not None
    return [gap_card(directory, gap, of_event=of_event) for gap in found.gaps]


def count_rows(
    directory: Directory, counts: Sequence[Count], typed: Typed, kind: str
) -> list[CountRow]:
    """Each leads to its own gaps."""
    rows = []
    for count in counts:
        if count.name is None:
            label, href = directory.catalogue.translate("gaps.no_province"), ""
        else:
            named = kind == "topic"
            label = directory.topic(count.name) if named else directory.provinces[count.name]
            href = "/gaps" + query_string(typed, **{kind: count.name, "shown": None})
        rows.append(CountRow(Link(label, href), count.present, count.registered))
    return rows


@router.get("/gaps.csv")
@needs(Action.READ)
def gaps_csv(request: Request, session: ReadSession, today: Today, directory: Known) -> Response:
    _, asked = gaps_asked(session, directory, request, today)
    found = gaps_found(request, session, directory, asked, MOST_GAPS)
    if found is None:
        return unreadable(request, asked.form.errors)
    return csv_response(gap_table(directory, found), f"duijie-gaps-{found.run.as_of}")


@router.get("/gaps.xlsx")
@needs(Action.READ)
def gaps_xlsx(request: Request, session: ReadSession, today: Today, directory: Known) -> Response:
    _, asked = gaps_asked(session, directory, request, today)
    found = gaps_found(request, session, directory, asked, MOST_GAPS)
    if found is None:
        return unreadable(request, asked.form.errors)
    title = directory.catalogue.translate("gaps.title")
    return workbook(directory, {title: gap_table(directory, found)}, found.run, "duijie-gaps")
