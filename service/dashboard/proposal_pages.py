"""/proposals/…: one proposed place, and the forms that register, merge or dismiss it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.access import Action
from service.clock import Now
from service.clusters.schemas import ClusterIn
from service.dashboard import once
from service.dashboard.directory import Directory, Known
from service.dashboard.fields import Choice, Choices, Input, Select, plain_options
from service.dashboard.filters import KINDS, names
from service.dashboard.forms import Sent, Wrong, faults, given, refusal, typed, typed_version
from service.dashboard.frame import make_frame
from service.dashboard.moments import zone_of
from service.dashboard.proposal_list_pages import row_of
from service.dashboard.rendering import render
from service.dashboard.statements import item_of
from service.dashboard.trust_contexts import AcceptForm, MergeForm, ProposalPage
from service.errors import DomainError
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue
from service.proposals import listing, usecases
from service.proposals.schemas import DismissIn, MergeIn
from service.proposals.views import ProposalView
from service.statements.usecases import get_statement
from service.statements.warnings import warnings_of
from service.text import sort_key
from service.transactions import ReadSession, WriteSession

router = APIRouter(route_class=Guarded)
ACCEPTED = ("slug", "name_zh", "name_en", "kind", "country", "province", "part_of")
REFUSED = {
    "slug-taken": "slug",
    "name-taken": "",
    "part-of-unknown": "part_of",
    "cluster-unknown": "cluster",
    "alias-other-place": "alias",
    "alias-a-word": "alias",
    "stale": "",
}
"""At which field of the forms a refusal is shown."""

SLUG_PARTS = re.compile("[a-z0-9]+")
SURE = 0.9
"""Likeness from which on a registered place is entered beforehand."""

Values = Mapping[str, str]
Step = Callable[[Session, int | None], object]


@router.get("/proposals/{key}")
@needs(Action.WRITE_CLUSTERS)
def proposal(key: str, request: Request, session: ReadSession, directory: Known) -> Response:
    return proposal_page(request, session, directory, key, {}, {})


def proposal_page(
    request: Request,
    session: Session,
    directory: Directory,
    key: str,
    values: Values,
    wrong: Wrong,
) -> Response:
    """With what was typed, and what is wrong with it."""
    c = directory.catalogue
    lexicon = request.app.state.extractor.lexicon(session)
    view = listing.get_proposal(session, directory.who, lexicon, key)
    warnings = warnings_of(session, directory.who, view.statements)
    said = [get_statement(session, directory.who, id_) for id_ in view.statements]
    guess = "proposals.guess" if view.kind_word else "proposals.guess_blind"
    page = ProposalPage(
        frame=make_frame(request, view.name, "proposals"),
        facts=row_of(directory, view, zone_of(request)),
        guess=c.translate(guess, word=view.kind_word),
        spellings=c.translate("list.separator").join(view.spellings[1:]),
        action=f"/proposals/{key}",
        version=view.version,
        once=once.new_form(),
        refusal=wrong.get(""),
        accept=accept_form(c, {**proposed(view), **values}, wrong),
        merge=merge_form(directory, view, values, wrong),
        reason=field(c, "reason", values, wrong),
        drafts=[item_of(directory, statement, warnings) for statement in said],
    )
    return render(request, page, 422 if wrong else 200)


def proposed(view: ProposalView) -> dict[str, str]:
    """What the form for a new place begins with."""
    sound = sort_key(view.name)
    return {
        "slug": "-".join(SLUG_PARTS.findall(sound))[:80],
        "name_zh": view.name,
        "name_en": sound.replace(" ", "").capitalize(),
        "kind": view.kind,
        "country": "CN",
    }


def field(c: Catalogue, name: str, values: Values, wrong: Wrong) -> Input:
    return Input(
        name,
        c.translate(f"proposals.{name}"),
        values.get(name, ""),
        c.translate(f"proposals.{name}_hint"),
        wrong.get(name),
    )


def accept_form(c: Catalogue, values: Values, wrong: Wrong) -> AcceptForm:
    kinds = [(kind, c.translate(f"kind.{kind}")) for kind in KINDS]
    chosen = values.get("kind", "")
    options = [plain_options(kinds, chosen)]
    inputs = {name: field(c, name, values, wrong) for name in ACCEPTED if name != "kind"}
    return AcceptForm(
        kind=Select("kind", c.translate("proposals.kind"), chosen, options, wrong.get("kind")),
        **inputs,
    )


def merge_form(directory: Directory, view: ProposalView, values: Values, wrong: Wrong) -> MergeForm:
    c = directory.catalogue
    sure = bool(view.near) and view.near[0].likeness >= SURE
    likest = directory.cluster(view.near[0].cluster).label if sure else ""
    label = c.translate("proposals.alias_choice", name=view.name)
    return MergeForm(
        cluster=field(c, "cluster", {"cluster": likest, **values}, wrong),
        alias=Choices(
            "alias",
            c.translate("proposals.alias"),
            c.translate("proposals.alias_hint"),
            [Choice("yes", label, "", values.get("alias") == "yes")],
            wrong.get("alias"),
        ),
        names=names(directory),
    )


@router.post("/proposals/{key}/accept")
@needs(Action.WRITE_CLUSTERS)
def accept(
    key: str, request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    values = {name: typed(sent, name) for name in ACCEPTED}

    def step(session: Session, version: int | None) -> object:
        fields = ClusterIn.model_validate(given(values))
        return usecases.accept(session, who, key, fields, version=version, now=now)

    return decide(request, directory, key, sent, values, step, "accepted", now)


@router.post("/proposals/{key}/merge")
@needs(Action.WRITE_CLUSTERS)
def merge(
    key: str, request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    values = {name: typed(sent, name) for name in ("cluster", "alias")}

    def step(session: Session, version: int | None) -> object:
        chosen = MergeIn(cluster=values["cluster"], alias=values["alias"] == "yes")
        lexicon = request.app.state.extractor.lexicon(session)
        return usecases.merge(
            session,
            who,
            key,
            chosen.cluster,
            lexicon,
            alias=chosen.alias,
            version=version,
            now=now,
        )

    return decide(request, directory, key, sent, values, step, "merged", now)


@router.post("/proposals/{key}/dismiss")
@needs(Action.WRITE_CLUSTERS)
def dismiss(
    key: str, request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    values = {"reason": typed(sent, "reason")}

    def step(session: Session, version: int | None) -> object:
        reason = DismissIn(reason=values["reason"]).reason
        return usecases.dismiss(session, who, key, reason, version=version, now=now)

    return decide(request, directory, key, sent, values, step, "dismissed", now)


def decide(
    request: Request,
    directory: Directory,
    key: str,
    sent: Sent,
    values: Values,
    step: Step,
    name: str,
    now: datetime,
) -> Response:
    """Carry a step out once, and go back to the list; or the page with what is wrong."""
    c, sessions = directory.catalogue, request.app.state.sessions
    claim = once.claim_of(directory.who, request.url.path, sent)
    try:
        with sessions.write() as session:
            if once.is_first(session, claim, now):
                step(session, typed_version(sent))
    except ValidationError as error:
        wrong = faults(c, error)
    except DomainError as error:
        wrong = refusal(c, error, REFUSED)
    else:
        return RedirectResponse(f"/proposals?done={name}", 303)
    with sessions.read() as fresh:
        return proposal_page(request, fresh, directory, key, values, wrong)


@router.post("/proposals/{key}/restore")
@needs(Action.WRITE_CLUSTERS)
def restore(key: str, session: WriteSession, who: Caller, now: Now) -> Response:
    usecases.restore(session, who, key, now=now)
    return RedirectResponse("/proposals?done=restored", 303)
