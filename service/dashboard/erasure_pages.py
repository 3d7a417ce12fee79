"""/erasures: take back what a person said. For admins; a rehearsal comes first."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request
from pydantic import ValidationError
from starlette.responses import Response

from service.access import Action, Principal
from service.clock import Now
from service.dashboard import once
from service.dashboard.access_contexts import ErasurePage, Fact
from service.dashboard.directory import Directory, Known
from service.dashboard.fields import Input
from service.dashboard.forms import Sent, Wrong, faults, refusal, typed_values
from service.dashboard.frame import make_frame
from service.dashboard.rendering import render_private
from service.erasures.schemas import ErasureIn
from service.erasures.scrub import scrub
from service.erasures.usecases import Wanted, erase
from service.erasures.views import ErasureView
from service.errors import DomainError
from service.guard import Caller, Guarded, needs
from service.idempotency import Claim
from service.messages import Catalogue

router = APIRouter(route_class=Guarded)
NAMES = ("speaker", "meeting", "statements")
REFUSED = {"erase-nothing": "speaker", "erase-unknown": "speaker"}
"""At which field of the form a refusal is shown."""
SEPARATORS = str.maketrans("，、；;\n\t", "," * 6)


@router.get("/erasures")
@needs(Action.ERASE)
def asked(request: Request, directory: Known) -> Response:
    return page_of(request, directory, {}, {})


@router.post("/erasures")
@needs(Action.ERASE)
def sent(
    request: Request,
    directory: Known,
    who: Caller,
    sent: Sent,
    now: Now,
    background: BackgroundTasks,
) -> Response:
    """A rehearsal, unless it is one that was looked at and agreed to."""
    c, values = directory.catalogue, typed_values(sent, NAMES)
    carried_out = sent.get("carry_out") == "1"
    wrong: dict[str, str] = {}
    if carried_out and sent.get("sure") != "1":
        carried_out, wrong = False, {"sure": c.translate("erasure.sure_missing")}
    try:
        wanted = wanted_of(values)
        if carried_out:
            view = carry_out(request, who, wanted, once.claim_of(who, request.url.path, sent), now)
        else:
            view = rehearse(request, who, wanted, now)
    except ValidationError as error:
        return page_of(request, directory, values, faults(c, error))
    except DomainError as error:
        return page_of(request, directory, values, refusal(c, error, REFUSED))
    if view is not None and carried_out:
        request.app.state.runtime.rankings.forget()
        background.add_task(scrub, request.app.state.runtime.engine)
    return page_of(request, directory, values, wrong, view=view, done=carried_out)


def wanted_of(values: Mapping[str, str]) -> Wanted:
    """What was typed, by the rules of the API.

    Raises
    ------
    ValidationError
        A number is none.
    """
    numbers = [part.strip() for part in values["statements"].translate(SEPARATORS).split(",")]
    fields: dict[str, Any] = {"statements": [number(part) for part in numbers if part]}
    if values["speaker"]:
        fields["speaker"] = values["speaker"]
    if values["meeting"]:
        fields["meeting"] = number(values["meeting"])
    given = ErasureIn.model_validate(fields)
    return Wanted(given.statements, given.speaker, given.meeting)


def number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else text


def rehearse(request: Request, who: Principal, wanted: Wanted, now: Now) -> ErasureView:
    state = request.app.state
    with state.sessions.read() as session:
        folders = state.settings.report_folders
        return erase(session, who, wanted, rehearsal=True, folders=folders, now=now)


def carry_out(
    request: Request, who: Principal, wanted: Wanted, claim: Claim, now: Now
) -> ErasureView | None:
    """None for the second of two clicks."""
    state = request.app.state
    with state.sessions.write() as session:
        if not once.is_first(session, claim, now):
            return None
        folders = state.settings.report_folders
        return erase(session, who, wanted, rehearsal=False, folders=folders, now=now)


def page_of(
    request: Request,
    directory: Directory,
    values: Mapping[str, str],
    wrong: Wrong,
    *,
    view: ErasureView | None = None,
    done: bool = False,
) -> Response:
    c = directory.catalogue
    page = ErasurePage(
        frame=make_frame(request, c.translate("erasure.title"), "erasures"),
        fields=[field(c, name, values, wrong) for name in NAMES],
        errors=[text for name, text in wrong.items() if name == "sure" or name not in NAMES]
        + [f"{c.translate(f'erasure.{name}')}: {wrong[name]}" for name in NAMES if name in wrong],
        facts=facts(c, view) if view else [],
        done=done,
        once=once.new_form(),
    )
    return render_private(request, page, 422 if wrong else 200)


def field(c: Catalogue, name: str, values: Mapping[str, str], wrong: Wrong) -> Input:
    label, hint = c.translate(f"erasure.{name}"), c.translate(f"erasure.{name}_hint")
    return Input(name, label, values.get(name, ""), hint, wrong.get(name))


def facts(c: Catalogue, view: ErasureView) -> list[Fact]:
    """What goes, and what it cannot reach; never the words themselves."""
    shown: dict[str, object] = {
        "gone_statements": ", ".join(map(str, view.statements)),
        "gone_documents": ", ".join(map(str, view.documents)),
        "gone_characters": view.characters or "",
        "gone_reports": ", ".join(f"{r.schedule} · {r.due:%Y-%m-%d %H:%M}" for r in view.reports),
        "gone_runs": ", ".join(map(str, view.runs)),
        "gone_files": view.files or "",
        "sent_to": ", ".join(sorted({to for r in view.reports for to in r.sent_to})),
        "elsewhere": ", ".join(str(e.document) for e in view.elsewhere),
    }
    nothing = c.translate("erasure.none")
    return [
        Fact(c.translate(f"erasure.{key}"), str(value or nothing)) for key, value in shown.items()
    ]
