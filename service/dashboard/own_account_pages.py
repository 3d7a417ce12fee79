"""/account: one's own name, password and signed-in browsers."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.access import Action, Principal
from service.accounts import sign_ins
from service.accounts.views import SignInView
from service.clock import Now
from service.dashboard.access_contexts import BrowserRow, OwnAccountPage
from service.dashboard.agents import browser
from service.dashboard.fields import Input
from service.dashboard.forms import Sent, refusal
from service.dashboard.frame import OWN_ACCOUNT, SIGN_IN, Reader, make_frame, person_of
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render_private
from service.dashboard.sign_in_pages import let_out, new_password_fields, wait
from service.errors import DomainError, TooManyRequests
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue
from service.text import RowId
from service.transactions import ReadSession, WriteSession

router = APIRouter(route_class=Guarded)
DONE = {"password": "own.password_changed", "ended": "own.ended"}
FAULTS = {
    "old-password-wrong": "old",
    "password-length": "password",
    "password-obvious": "password",
}


@router.get(OWN_ACCOUNT)
@needs(Action.OWN_ACCOUNT)
def own_account(
    request: Request, session: ReadSession, c: Reader, who: Caller, now: Now
) -> Response:
    browsers = sign_ins.list_sign_ins(session, who, now=now)
    return own_page(request, c, who, browsers)


def own_page(
    request: Request,
    c: Catalogue,
    who: Principal,
    browsers: list[SignInView],
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wrong, zone = wrong or {}, zone_of(request)
    new, again = new_password_fields(c, wrong)
    done = DONE.get(request.query_params.get("done", ""))
    page = OwnAccountPage(
        frame=make_frame(request, c.translate("own.title"), "account"),
        person=person_of(c, who, "account"),
        name=who.actor,
        old=Input("old", c.translate("password.old"), "", "", wrong.get("old")),
        password=new,
        again=again,
        refusal=wrong.get(""),
        rows=[browser_row(c, view, zone) for view in browsers],
        done=c.translate(done) if done else None,
    )
    return render_private(request, page, status)


def browser_row(c: Catalogue, view: SignInView, zone: str) -> BrowserRow:
    unknown = c.translate("own.unknown")
    return BrowserRow(
        id=view.id,
        origin=view.origin or unknown,
        agent=browser(view.agent) or unknown,
        whole_agent=view.agent or "",
        since=moment(c, view.created_at, zone),
        seen=moment(c, view.seen_at, zone),
        current=view.current,
    )


@router.post("/account/password")
@needs(Action.OWN_ACCOUNT)
def change_password(request: Request, c: Reader, who: Caller, sent: Sent, now: Now) -> Response:
    state = request.app.state
    old, new = sent.get("old", ""), sent.get("password", "")
    wrong = unlike(c, sent)
    status = 422
    if not wrong:
        try:
            sign_ins.change_password(state.sessions, state.passwords, who, old, new, now=now)
        except TooManyRequests as error:
            wrong, status = {"": wait(c, int(error.values["seconds"]))}, 429
        except DomainError as error:
            wrong = refusal(c, error, FAULTS)
    if not wrong:
        state.identities.forget()
        return RedirectResponse(f"{OWN_ACCOUNT}?done=password", 303)
    with state.sessions.read() as session:
        browsers = sign_ins.list_sign_ins(session, who, now=now)
    return own_page(request, c, who, browsers, wrong, status)


def unlike(c: Catalogue, sent: Sent) -> dict[str, str]:
    if not sent.get("old"):
        return {"old": c.translate("password.missing")}
    if sent.get("password", "") != sent.get("again", ""):
        return {"again": c.translate("password.differ")}
    return {}


@router.post("/account/browsers/{id_}/end")
@needs(Action.OWN_ACCOUNT)
def end_browser(
    id_: RowId, request: Request, session: WriteSession, who: Caller, now: Now
) -> Response:
    request.app.state.identities.forget_after(session)
    sign_ins.end_sign_in(session, who, id_, now=now)
    if id_ == who.sign_in_id:
        return let_out(request, "/")
    return RedirectResponse(f"{OWN_ACCOUNT}?done=ended", 303)


@router.post("/account/sign-out-everywhere")
@needs(Action.OWN_ACCOUNT)
def sign_out_everywhere(request: Request, session: WriteSession, who: Caller, now: Now) -> Response:
    request.app.state.identities.forget_after(session)
    sign_ins.sign_out_everywhere(session, who, now=now)
    return let_out(request, SIGN_IN)
