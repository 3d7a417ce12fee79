"""/lexicon: the wordings by which documents are read, and how well they do."""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.enums import LexiconEffect, LexiconPart
from service.access import Action
from service.dashboard.account_forms import choice
from service.dashboard.citations import tag_of
from service.dashboard.directory import Directory, Known
from service.dashboard.fields import Input
from service.dashboard.filters import Typed, query_string, word_field
from service.dashboard.frame import make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render
from service.dashboard.trust_contexts import (
    DifferenceGroup,
    Effect,
    LexiconForm,
    LexiconPage,
    MeasurementPage,
    ScoreRow,
    WordingRow,
)
from service.guard import Guarded, needs
from service.lexicon_changes import usecases
from service.lexicon_changes.gold import shipped_minutes
from service.lexicon_changes.measuring import Difference, Measurement
from service.lexicon_changes.usecases import Asked, WordingView
from service.messages import Catalogue
from service.paging import Cursor
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
ROWS = 100
TYPED = ("q", "part", "origin", "target")
ORIGINS = ("shipped", "own")
STEPS = ("created", "withdrawn")
BEFORE_AND_AFTER = ("lexicon.before", "lexicon.after")
SHIPPED_AND_NOW = ("lexicon.shipped", "lexicon.in_force")
TONES = {"won": "strength", "lost": "gap", "invented": "gap", "dropped": "strength"}


def typed_of(request: Request) -> dict[str, str]:
    values = {name: request.query_params.get(name, "").strip()[:80] for name in TYPED}
    return {name: value for name, value in values.items() if value}


def read_form(c: Catalogue, typed: Typed) -> LexiconForm:
    origins = [("", c.translate("filter.any"))]
    origins += [(name, c.translate(f"lexicon.origin_{name}")) for name in ORIGINS]
    return LexiconForm(
        q=Input(
            "q", c.translate("lexicon.form"), typed.get("q", ""), c.translate("lexicon.q_hint")
        ),
        part=word_field(c, "part", typed.get("part", ""), list(LexiconPart), "lexicon.part"),
        origin=choice(c, "origin", c.translate("lexicon.origin"), typed.get("origin", ""), origins),
        target=Input(
            "target",
            c.translate("lexicon.target"),
            typed.get("target", ""),
            c.translate("lexicon.target_filter_hint"),
        ),
    )


@router.get("/lexicon")
@needs(Action.WRITE_LEXICON)
def lexicon(
    request: Request, session: ReadSession, directory: Known, cursor: Cursor = None
) -> Response:
    c, typed = directory.catalogue, typed_of(request)
    form = read_form(c, typed)
    asked = Asked(
        part=None if form.part.error else form.part.value or None,
        target=form.target.value or None,
        origin=None if form.origin.error else form.origin.value or None,
        q=form.q.value,
    )
    extractor = request.app.state.extractor
    page = usecases.list_lexicon(
        session, directory.who, extractor, asked, limit=ROWS, cursor=cursor
    )
    done = request.query_params.get("done")
    following = query_string(typed, cursor=page.next_cursor)
    shown = LexiconPage(
        frame=make_frame(request, c.translate("lexicon.title"), "lexicon"),
        form=form,
        rows=[row_of(directory, view, zone_of(request)) for view in page.items],
        next_href=f"/lexicon{following}" if page.next_cursor else None,
        first_href=f"/lexicon{query_string(typed)}" if cursor else None,
        done=c.translate(f"lexicon.done_{done}") if done in STEPS else None,
    )
    return render(request, shown, 422 if form.errors else 200)


def row_of(directory: Directory, view: WordingView, zone: str) -> WordingRow:
    c, is_own = directory.catalogue, view.id is not None
    taking = urlencode(
        {"part": view.part, "target": view.target, "form": view.form, "effect": "remove"}
    )
    origin = "lexicon.origin_own_removed" if view.effect == LexiconEffect.REMOVE else None
    return WordingRow(
        form=view.form,
        tag=tag_of(view.form),
        part=c.translate(f"part.{view.part}"),
        target=view.target,
        target_label=target_label(directory, view.part, view.target),
        own=is_own,
        origin=c.translate(origin or f"lexicon.origin_{view.origin}"),
        note=view.note or "",
        by=f"{view.created_by} · {moment(c, view.created_at, zone)}" if is_own else "",
        withdraw_href=f"/lexicon/{view.id}/withdraw" if is_own else None,
        remove_href=None if is_own else f"/lexicon/new?{taking}",
    )


def target_label(directory: Directory, part: str, target: str) -> str:
    """In the reader's language; cue rules have no name but their own."""
    if part == LexiconPart.TOPIC and target in directory.topics:
        return directory.topic(target)
    facet, _, value = target.partition(":")
    return directory.facets.get((facet, value), "") if part == LexiconPart.FACET else ""


@router.get("/lexicon/measure")
@needs(Action.WRITE_LEXICON)
def measure(request: Request, session: ReadSession, directory: Known) -> Response:
    c, extractor = directory.catalogue, request.app.state.extractor
    minutes = shipped_minutes(extractor.seed)
    measured = usecases.measure_changes(session, directory.who, extractor, minutes)
    page = MeasurementPage(
        frame=make_frame(request, c.translate("lexicon.measure_title"), "lexicon"),
        effect=effect_of(directory, measured, SHIPPED_AND_NOW),
    )
    return render(request, page)


def effect_of(
    directory: Directory, measured: Measurement, sides: Sequence[str] = BEFORE_AND_AFTER
) -> Effect:
    """``sides`` are the keys by which the two lexicons are called."""
    c = directory.catalogue
    groups = [
        DifferenceGroup(
            c.translate(f"lexicon.{name}", count=len(found)),
            tone,
            [difference_words(directory, row) for row in found],
        )
        for name, tone in TONES.items()
        if (found := list(getattr(measured, name)))
    ]
    lead = c.translate(
        "lexicon.measured", documents=measured.documents, statements=measured.annotated
    )
    if not groups:
        lead += c.translate("lexicon.no_difference")
    return Effect(lead=lead, scores=score_rows(c, measured, sides), groups=groups)


def difference_words(directory: Directory, row: Difference) -> tuple[str, str, str]:
    c = directory.catalogue
    known = row.topic in directory.topics
    parts = (
        row.cluster,
        c.translate(f"statement.{row.kind}"),
        directory.topic(row.topic) if known else row.topic,
        row.document,
    )
    return " · ".join(parts), row.quote, tag_of(row.quote)


def score_rows(c: Catalogue, measured: Measurement, sides: Sequence[str]) -> list[ScoreRow]:
    return [
        ScoreRow(
            count=c.translate(f"lexicon.count_{way}"),
            lexicon=c.translate(side),
            precision=f"{score.precision:.3f}",
            recall=f"{score.recall:.3f}",
            f1=f"{score.f1:.3f}",
        )
        for way in ("strict", "need")
        for side, scores in zip(sides, (measured.before, measured.after), strict=True)
        for score in [scores.strict if way == "strict" else scores.need]
    ]
