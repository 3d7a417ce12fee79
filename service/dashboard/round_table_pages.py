"""/round-tables: of an event, or of all that is registered."""

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
from service.dashboard.frame import make_frame
from service.dashboard.gathering_cards import table_card
from service.dashboard.gathering_contexts import RoundTablesPage
from service.dashboard.gathering_exports import link_table
from service.dashboard.gathering_filters import (
    AskedGathering,
    form_field,
    read_form,
    seats_field,
    typed_of,
)
from service.dashboard.gathering_frame import Typed, back_to, scope_of, shown_of, workbook
from service.dashboard.pairings import run_lines
from service.dashboard.rendering import render
from service.gatherings.round_tables import Form, round_tables_of
from service.gatherings.views import Tables
from service.guard import Guarded, needs
from service.tables import csv_response
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
TABLES, MOST_TABLES = 10, 50


def tables_asked(
    session: Session, directory: Directory, request: Request, today: date
) -> tuple[Typed, AskedGathering]:
    typed = typed_of(request.query_params, ("form", "seats"))
    own = [
        form_field(directory, typed.get("form", "")),
        seats_field(directory, typed.get("seats", "")),
    ]
    return typed, read_form(session, directory, typed, today, own)


def tables_found(
    request: Request, session: Session, directory: Directory, asked: AskedGathering, shown: int
) -> Tables | None:
    """None while the form holds errors."""
    if asked.query is None:
        return None
    seats = asked.chosen["seats"]
    return round_tables_of(
        session,
        request.app.state.rankings,
        directory.who,
        asked.query,
        form=cast("Form", asked.chosen["form"] or "cycle"),
        seats=int(seats) if seats else None,
        limit=shown,
    )


@router.get("/round-tables")
@needs(Action.READ)
def round_tables(
    request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    typed, asked = tables_asked(session, directory, request, today)
    shown = shown_of(typed, TABLES, MOST_TABLES)
    found = tables_found(request, session, directory, asked, shown)
    scope = scope_of(session, directory, asked)
    more = found is not None and len(found.tables) == shown < MOST_TABLES
    form = asked.chosen.get("form") or "cycle"
    page = RoundTablesPage(
        frame=make_frame(request, c.translate("tables.title"), "round_tables"),
        form=asked.form,
        scope=scope,
        back=back_to(directory, asked.query, scope),
        explanation=c.translate(f"tables.about_{form}"),
        cards=[table_card(directory, table) for table in found.tables] if found else None,
        complete=found is None or found.complete,
        more_href="/round-tables" + query_string(typed, shown=str(shown + TABLES))
        if more
        else None,
        csv_href="/round-tables.csv" + query_string(typed),
        xlsx_href="/round-tables.xlsx" + query_string(typed),
        run=run_lines(directory, found.run) if found else [],
    )
    return render(request, page, 422 if found is None else 200)


@router.get("/round-tables.csv")
@needs(Action.READ)
def round_tables_csv(
    request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    typed, asked = tables_asked(session, directory, request, today)
    shown = shown_of(typed, TABLES, MOST_TABLES)
    found = tables_found(request, session, directory, asked, shown)
    if found is None:
        return unreadable(request, asked.form.errors)
    return csv_response(link_table(directory, found), f"duijie-round-tables-{found.run.as_of}")


@router.get("/round-tables.xlsx")
@needs(Action.READ)
def round_tables_xlsx(
    request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    typed, asked = tables_asked(session, directory, request, today)
    shown = shown_of(typed, TABLES, MOST_TABLES)
    found = tables_found(request, session, directory, asked, shown)
    if found is None:
        return unreadable(request, asked.form.errors)
    title = directory.catalogue.translate("tables.title")
    sheets = {title: link_table(directory, found)}
    return workbook(directory, sheets, found.run, "duijie-round-tables")
