"""/lexicon/new and /lexicon/…/withdraw: a change is measured first, then taken over."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from models.enums import LexiconEffect, LexiconPart
from service.access import Action
from service.clock import Now
from service.dashboard import once
from service.dashboard.directory import Directory, Known
from service.dashboard.fields import Choice, Choices, Input, Option
from service.dashboard.forms import Sent, Wrong, faults, given, refusal, typed, typed_version
from service.dashboard.frame import make_frame
from service.dashboard.lexicon_pages import effect_of, row_of
from service.dashboard.moments import zone_of
from service.dashboard.rendering import render
from service.dashboard.trust_contexts import ChangeForm, Effect, NewChangePage, WithdrawPage
from service.errors import DomainError
from service.extractor import Extractor
from service.guard import Caller, Guarded, needs
from service.lexicon import IGNORING
from service.lexicon_changes import usecases
from service.lexicon_changes.schemas import ChangeIn
from service.messages import Catalogue
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
FIELDS = ("part", "effect", "target", "form", "note")
REFUSED = {
    **dict.fromkeys(
        (
            *("form-empty", "form-long", "form-pattern", "form-wildcard", "form-open"),
            *("form-everywhere", "form-in-force", "form-not-in-force", "form-ignored"),
            *("form-contradicts", "change-opposite"),
        ),
        "form",
    ),
    "target-unknown": "target",
}
"""At which field of the form a refusal is shown."""

Values = Mapping[str, str]


@router.get("/lexicon/new")
@needs(Action.WRITE_LEXICON)
def new_change(request: Request, directory: Known) -> Response:
    asked = {name: request.query_params.get(name, "").strip()[:400] for name in FIELDS}
    return new_page(request, directory, {"effect": "add", **given(asked)}, {})


def new_page(
    request: Request,
    directory: Directory,
    values: Values,
    wrong: Wrong,
    effect: Effect | None = None,
) -> Response:
    c = directory.catalogue
    page = NewChangePage(
        frame=make_frame(request, c.translate("lexicon.new"), "lexicon"),
        form=change_form(directory, request.app.state.extractor, values, wrong),
        refusal=wrong.get(""),
        once=once.new_form(),
        effect=effect,
        values=[(name, values.get(name, "")) for name in FIELDS],
    )
    return render(request, page, 422 if wrong else 200)


def change_form(
    directory: Directory, extractor: Extractor, values: Values, wrong: Wrong
) -> ChangeForm:
    c = directory.catalogue
    inputs = {
        name: Input(
            name,
            c.translate(f"lexicon.{name}"),
            values.get(name, ""),
            c.translate(f"lexicon.{name}_hint"),
            wrong.get(name),
        )
        for name in ("target", "form", "note")
    }
    return ChangeForm(
        part=radio(c, "part", list(LexiconPart), values, wrong),
        effect=radio(c, "effect", list(LexiconEffect), values, wrong),
        targets=targets(directory, extractor),
        **inputs,
    )


def radio(c: Catalogue, name: str, words: Sequence[str], values: Values, wrong: Wrong) -> Choices:
    choices = [
        Choice(
            word,
            c.translate(f"{name}.{word}"),
            c.translate(f"{name}.{word}_about"),
            word == values.get(name),
        )
        for word in words
    ]
    return Choices(name, c.translate(f"lexicon.{name}"), "", choices, wrong.get(name))


def targets(directory: Directory, extractor: Extractor) -> list[Option]:
    """What can be entered as the target, with its name."""
    seed, zh = extractor.seed, directory.catalogue.language == "zh"
    rules = [(cue.id, cue.role) for cue in seed.cues if cue.role != IGNORING]
    topics = [(t.notation, t.label_zh if zh else t.label_en) for t in seed.topics]
    values = [(f"{f.facet}:{f.value}", f.label_zh if zh else f.label_en) for f in seed.facets]
    return [Option(value, label, selected=False) for value, label in (*rules, *topics, *values)]


@router.post("/lexicon")
@needs(Action.WRITE_LEXICON)
def change(request: Request, directory: Known, who: Caller, sent: Sent, now: Now) -> Response:
    """Measure what was typed or, with the button below the measurement, take it over."""
    c, state = directory.catalogue, request.app.state
    values = {name: typed(sent, name) for name in FIELDS}
    apply = typed(sent, "step") == "apply"
    claim = once.claim_of(who, request.url.path, sent)
    try:
        fields = ChangeIn.model_validate({"target": "", "form": "", **given(values)}).model_dump()
        fields.pop("apply")
        with (state.sessions.write if apply else state.sessions.read)() as session:
            if apply and not once.is_first(session, claim, now):
                return RedirectResponse("/lexicon?origin=own&done=created", 303)
            told = usecases.propose(session, who, state.extractor, fields, apply=apply, now=now)
    except ValidationError as error:
        return new_page(request, directory, values, faults(c, error))
    except DomainError as error:
        return new_page(request, directory, values, refusal(c, error, REFUSED))
    if apply:
        return RedirectResponse("/lexicon?origin=own&done=created", 303)
    effect = effect_of(directory, told.measured)
    return new_page(request, directory, {**values, "form": told.change.form}, {}, effect)


@router.get("/lexicon/{id_}/withdraw")
@needs(Action.WRITE_LEXICON)
def ask_to_withdraw(
    id_: RowId, request: Request, session: ReadSession, directory: Known, who: Caller, now: Now
) -> Response:
    c = directory.catalogue
    told = usecases.withdraw(
        session, who, request.app.state.extractor, id_, apply=False, version=None, now=now
    )
    page = WithdrawPage(
        frame=make_frame(request, c.translate("lexicon.withdraw"), "lexicon"),
        wording=row_of(directory, told.change, zone_of(request)),
        lead=c.translate("lexicon.withdraw_lead", form=told.change.form),
        action=f"/lexicon/{id_}/withdraw",
        version=told.change.version or 0,
        effect=effect_of(directory, told.measured),
    )
    return render(request, page)


@router.post("/lexicon/{id_}/withdraw")
@needs(Action.WRITE_LEXICON)
def withdraw(id_: RowId, request: Request, who: Caller, sent: Sent, now: Now) -> Response:
    state, version = request.app.state, typed_version(sent)
    with state.sessions.write() as session:
        usecases.withdraw(session, who, state.extractor, id_, apply=True, version=version, now=now)
    return RedirectResponse("/lexicon?origin=own&done=withdrawn", 303)
