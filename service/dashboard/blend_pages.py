"""/blend: by which weights scores are blended, what decisions say of them, and the way back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.access import Action
from service.blends import usecases
from service.blends.usecases import BlendState, BlendView
from service.clock import Now
from service.dashboard import once
from service.dashboard.blend_contexts import (
    BlendCard,
    BlendPage,
    EvidenceRow,
    FigureRow,
    WeightRow,
)
from service.dashboard.forms import Sent, typed, typed_version
from service.dashboard.frame import Reader, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render
from service.errors import Conflict
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
STEPS = ("learnt", "activated", "back")
METRICS = ("auc", "log_loss", "pairwise")
SHOWN = 20


@router.get("/blend")
@needs(Action.WRITE_BLENDS)
def blend(request: Request, session: ReadSession, who: Caller, c: Reader) -> Response:
    return page_of(request, session, who, c)


def page_of(
    request: Request, session: Session, who: Caller, c: Catalogue, refusal: str | None = None
) -> Response:
    state = usecases.present(session, who)
    learnt = usecases.list_blends(session, who, limit=SHOWN).items
    zone, done = zone_of(request), request.query_params.get("done")
    page = BlendPage(
        frame=make_frame(request, c.translate("blend.title"), "blend"),
        present=present_words(c, state, zone),
        weights=[(c.translate(f"term.{name}"), f"{w:g}") for name, w in state.weights.items()],
        can_go_back=state.active is not None,
        evidence=evidence_rows(c, state),
        enough=state.enough,
        cards=[card_of(c, view, zone) for view in learnt],
        once=once.new_form(),
        done=c.translate(f"blend.done_{done}") if done in STEPS and refusal is None else None,
        refusal=refusal,
    )
    return render(request, page, 409 if refusal else 200)


def present_words(c: Catalogue, state: BlendState, zone: str) -> str:
    view = state.active
    if view is None:
        return c.translate("blend.present_shipped")
    at = moment(c, view.activated_at, zone)
    words = c.translate("blend.present_learnt", id=view.id, by=view.activated_by, at=at)
    return f"{words} · {c.translate('blend.forced')}" if view.forced else words


def evidence_rows(c: Catalogue, state: BlendState) -> list[EvidenceRow]:
    floor, lacking = asdict(state.floor), asdict(state.missing)
    return [
        EvidenceRow(c.translate(f"blend.amount_{name}"), have, floor[name], lacking[name])
        for name, have in asdict(state.evidence).items()
    ]


def card_of(c: Catalogue, view: BlendView, zone: str) -> BlendCard:
    evidence, figures = view.evidence, view.figures
    button = "activate" if view.better else "activate_forced"
    by = c.translate("blend.learnt_by", by=view.learnt_by, at=moment(c, view.learnt_at, zone))
    return BlendCard(
        heading=c.translate("blend.heading", id=view.id),
        state=c.translate(f"blend.state_{view.state}"),
        learnt=by,
        better=view.better,
        verdict=c.translate("blend.better" if view.better else "blend.no_better"),
        based_on=c.translate(
            "blend.based_on",
            decided=evidence["decided"],
            events=evidence["events"],
            aside=figures["events"],
        ),
        decay=c.translate(
            "blend.decay_estimated" if evidence["estimated"] else "blend.decay_stated",
            decay=f"{evidence['decay']:.2f}",
        ),
        weights=[
            WeightRow(c.translate(f"term.{name}"), f"{old:g}", f"{view.weights[name]:g}")
            for name, old in evidence["compared_with"].items()
        ],
        figures=[figure_row(c, name, figures[name]) for name in METRICS],
        activate=None if view.state == "active" else c.translate(f"blend.{button}"),
        activate_label=c.translate("blend.activate_of", id=view.id),
        action=f"/blend/{view.id}/activate",
        version=view.version,
        forced=not view.better,
    )


def figure_row(c: Catalogue, name: str, figure: Mapping[str, Mapping[str, Any]]) -> FigureRow:
    def words(side: str, form: str) -> str:
        parts = {key: format(value, form) for key, value in figure[side].items()}
        return c.translate("blend.figure", **parts)

    return FigureRow(
        label=c.translate(f"blend.metric_{name}"),
        old=words("old", ".3f"),
        new=words("new", ".3f"),
        difference=words("difference", "+.3f"),
    )


def done_or_told(
    request: Request, who: Caller, c: Catalogue, step: str, do: Callable[[Session], object]
) -> Response:
    """Back to the page with what was done or, in its place, why not."""
    sessions = request.app.state.sessions
    try:
        with sessions.write() as session:
            do(session)
    except Conflict as error:
        with sessions.read() as session:
            return page_of(request, session, who, c, c.detail_of(error))
    return RedirectResponse(f"/blend?done={step}", 303)


@router.post("/blend/learn")
@needs(Action.WRITE_BLENDS)
def learn(request: Request, who: Caller, c: Reader, sent: Sent, now: Now) -> Response:
    claim = once.claim_of(who, request.url.path, sent)

    def do(session: Session) -> None:
        if once.is_first(session, claim, now):
            usecases.learn(session, who, now=now)

    return done_or_told(request, who, c, "learnt", do)


@router.post("/blend/back")
@needs(Action.WRITE_BLENDS)
def go_back(request: Request, who: Caller, c: Reader, sent: Sent, now: Now) -> Response:
    claim = once.claim_of(who, request.url.path, sent)

    def do(session: Session) -> None:
        if once.is_first(session, claim, now):
            usecases.go_back(session, who, now=now)

    return done_or_told(request, who, c, "back", do)


@router.post("/blend/{id_}/activate")
@needs(Action.WRITE_BLENDS)
def activate(
    id_: RowId, request: Request, who: Caller, c: Reader, sent: Sent, now: Now
) -> Response:
    force, version = typed(sent, "force") == "yes", typed_version(sent)

    def do(session: Session) -> None:
        usecases.activate(session, who, id_, force=force, version=version, now=now)

    return done_or_told(request, who, c, "activated", do)
