"""/ and /pairs: who should meet whom, and why."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.access import Action
from service.clock import Today
from service.dashboard import exports
from service.dashboard.contexts import ExcludedRow, PairingsPage, PairPage
from service.dashboard.directory import Directory, Known
from service.dashboard.errors import unreadable
from service.dashboard.filters import (
    MOST_SHOWN,
    SHOWN,
    Asked,
    query_string,
    read_pairing_form,
    shown_of,
    typed_of,
)
from service.dashboard.frame import Link, make_frame
from service.dashboard.pairings import (
    Card,
    card_of,
    contradiction_row,
    lift_row,
    obstacle_row,
    run_lines,
)
from service.dashboard.rendering import render
from service.guard import Guarded, needs
from service.messages import Catalogue
from service.suggestions.usecases import explain_pair, suggest_for, suggest_pairs
from service.suggestions.views import Excluded, PairExplanation, Ranking, query_of
from service.tables import csv_response, xlsx_response
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
FIRST_OBSTACLES = 8


@router.get("/")
@needs(Action.READ)
def pairings(request: Request, session: ReadSession, today: Today, directory: Known) -> Response:
    c = directory.catalogue
    typed = typed_of(request.query_params)
    asked = read_pairing_form(session, directory, typed, today)
    ranking = ranked(request, session, asked)
    shown = shown_of(typed)
    more = ranking is not None and ranking.more and shown < MOST_SHOWN
    unfolded = typed.get("open") == "all"
    title = c.translate("pairings.title")
    if asked.cluster:
        title = c.translate("pairings.title_for", name=directory.cluster(asked.cluster).label)
    page = PairingsPage(
        frame=make_frame(request, title, "pairings"),
        form=asked.form,
        cards=[card_of(directory, s) for s in ranking.suggestions] if ranking else None,
        excluded=excluded_rows(directory, ranking.excluded if ranking else ()),
        run=run_lines(directory, ranking.run) if ranking else [],
        unfolded=unfolded,
        unfold_href="/" + query_string(typed, open=None if unfolded else "all"),
        more_href="/" + query_string(typed, shown=str(shown + SHOWN)) if more else None,
        csv_href="/pairings.csv" + query_string(typed, open=None),
        xlsx_href="/pairings.xlsx" + query_string(typed, open=None),
    )
    return render(request, page, 422 if asked.form.errors else 200)


def ranked(request: Request, session: Session, asked: Asked) -> Ranking | None:
    """None while the form holds errors."""
    if asked.query is None:
        return None
    rankings = request.app.state.rankings
    if asked.cluster:
        return suggest_for(session, rankings, asked.cluster, asked.query)
    return suggest_pairs(session, rankings, asked.query)


def excluded_rows(directory: Directory, excluded: Iterable[Excluded]) -> list[ExcludedRow]:
    c = directory.catalogue
    return [
        ExcludedRow(
            one=directory.cluster(pair.for_),
            other=directory.cluster(pair.cluster),
            cause=c.translate(f"excluded.{pair.cause}"),
            detail=c.day(pair.detail) if pair.cause == "met_before" else pair.detail,
        )
        for pair in excluded
    ]


@router.get("/pairings.csv")
@needs(Action.READ)
def pairings_csv(
    request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    asked = read_pairing_form(session, directory, typed_of(request.query_params), today)
    ranking = ranked(request, session, asked)
    if ranking is None:
        return unreadable(request, asked.form.errors)
    table = exports.reason_table(directory, ranking)
    return csv_response(table, f"duijie-pairings-{ranking.run.as_of}")


@router.get("/pairings.xlsx")
@needs(Action.READ)
def pairings_xlsx(
    request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    asked = read_pairing_form(session, directory, typed_of(request.query_params), today)
    ranking = ranked(request, session, asked)
    if ranking is None:
        return unreadable(request, asked.form.errors)
    sheets = {
        c.translate("export.pairs"): exports.pair_table(directory, ranking),
        c.translate("export.reasons"): exports.reason_table(directory, ranking),
        c.translate("export.run"): exports.run_table(directory, ranking),
    }
    made = datetime.combine(ranking.run.as_of, time(), UTC)
    return xlsx_response(sheets, f"duijie-pairings-{ranking.run.as_of}", made)


@router.get("/pairs/{a}/{b}")
@needs(Action.READ)
def pair(
    a: str, b: str, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    query = query_of(directory.who, today)
    found = explain_pair(session, request.app.state.rankings, a, b, query)
    card = card_of(directory, found.suggestion)
    obstacles = [obstacle_row(directory, view) for view in found.obstacles]
    swap = c.translate("pair.swap", name=card.other.label)
    title = c.translate("pair.title", one=card.one.label, other=card.other.label)
    page = PairPage(
        frame=make_frame(request, title, "pairings"),
        one=card.one,
        other=card.other,
        card=card,
        swap=Link(swap, f"/pairs/{found.suggestion.cluster}/{found.suggestion.for_}"),
        excluded=[
            c.translate("pair.excluded", cause=row.cause, detail=row.detail)
            for row in excluded_rows(directory, found.excluded)
        ],
        obstacles=obstacles[:FIRST_OBSTACLES],
        further_obstacles=obstacles[FIRST_OBSTACLES:],
        lifts=[lift_row(directory, view) for view in found.lifts],
        drafts=[lift_row(directory, view) for view in found.drafts],
        standing=standing_of(c, found, card),
        best=lift_row(directory, found.best) if found.best else None,
        contradictions=[contradiction_row(directory, view) for view in found.contradictions],
        run=run_lines(directory, found.run),
    )
    return render(request, page)


def standing_of(c: Catalogue, found: PairExplanation, card: Card) -> str:
    """Where the other stands in the list of the one today."""
    names = {"one": card.one.label, "other": card.other.label}
    if found.rank is None:
        return c.translate("pair.not_in_list", **names)
    return c.translate("pair.in_list", rank=found.rank, listed=found.listed, **names)
