"""/sign-in, /sign-out, and /welcome with the one-time link that sets a password."""

from collections.abc import Mapping
from math import ceil

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.access import VISITOR, Action, Principal
from service.accounts import links, sign_ins
from service.accounts.passwords import LONGEST, SHORTEST
from service.accounts.views import Invitation, NewSignIn
from service.clock import Now
from service.dashboard.access_contexts import LinkOverPage, SignInPage, WelcomePage
from service.dashboard.fields import Input
from service.dashboard.forms import Sent, local_path, typed
from service.dashboard.frame import SIGN_IN, Reader, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render_private, render_unnamed
from service.errors import LinkNotValid, SignInFailed, TooManyRequests, WeakPassword
from service.guard import Caller, Guarded, cookie_name, is_secure, needs
from service.messages import Catalogue
from service.transactions import WriteSession

router = APIRouter(route_class=Guarded)
MINUTES_FROM_SECONDS = 90
"""Longer waits are told in minutes."""


@router.get(SIGN_IN)
@needs(Action.ENTER)
def sign_in_form(request: Request, c: Reader, who: Caller) -> Response:
    return sign_in_page(request, c, who, "", local_path(request.query_params.get("next", "/")))


@router.post(SIGN_IN)
@needs(Action.ENTER)
def sign_in(request: Request, c: Reader, who: Caller, sent: Sent, now: Now) -> Response:
    name, password = typed(sent, "name"), sent.get("password", "")
    following = local_path(sent.get("next", "/"))
    missing = {
        field: c.translate(f"sign_in.missing_{field}")
        for field, value in (("name", name), ("password", password))
        if not value
    }
    if missing:
        return sign_in_page(request, c, who, name, following, wrong=missing, status=422)
    state, agent = request.app.state, request.headers.get("user-agent")
    try:
        begun = sign_ins.sign_in(
            state.sessions, state.passwords, who, name, password, agent=agent, now=now
        )
    except SignInFailed:
        wrong = {"": c.translate("sign_in.failed")}
        refused = sign_in_page(request, c, who, name, following, wrong=wrong, status=401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="duijie"'
        return refused
    except TooManyRequests as error:
        wrong = {"": wait(c, int(error.values["seconds"]))}
        refused = sign_in_page(request, c, who, name, following, wrong=wrong, status=429)
        refused.headers["Retry-After"] = str(error.values["seconds"])
        return refused
    return let_in(request, begun, following)


def wait(c: Catalogue, seconds: int) -> str:
    if seconds < MINUTES_FROM_SECONDS:
        return c.translate("sign_in.wait_seconds", count=seconds)
    return c.translate("sign_in.wait_minutes", count=ceil(seconds / 60))


def sign_in_page(
    request: Request,
    c: Catalogue,
    who: Principal,
    name: str,
    following: str,
    *,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wrong = wrong or {}
    known = who.display_name or who.actor
    page = SignInPage(
        frame=make_frame(request, c.translate("sign_in.title")),
        name=Input("name", c.translate("sign_in.name"), name, "", wrong.get("name")),
        password=Input("password", c.translate("sign_in.password"), "", "", wrong.get("password")),
        following=following,
        refusal=wrong.get(""),
        already=None if who.role is VISITOR else c.translate("sign_in.already", name=known),
    )
    return render_private(request, page, status)


def let_in(request: Request, begun: NewSignIn, to: str) -> Response:
    """With the cookie of a new sign-in, which ends whatever was known under the old one."""
    request.app.state.identities.forget()
    response = RedirectResponse(to, 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        cookie_name(request),
        begun.token,
        max_age=int(sign_ins.LIFETIME.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


def let_out(request: Request, to: str) -> Response:
    """Without the cookie, whose sign-in has ended."""
    response = RedirectResponse(to, 303, {"Cache-Control": "no-store"})
    response.delete_cookie(
        cookie_name(request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )
    return response


@router.post("/sign-out")
@needs(Action.ENTER)
def sign_out(request: Request, session: WriteSession, who: Caller, now: Now) -> Response:
    request.app.state.identities.forget_after(session)
    sign_ins.sign_out(session, who, now=now)
    return let_out(request, "/")


@router.get("/welcome/{token}")
@needs(Action.ENTER)
def welcome_form(token: str, request: Request, c: Reader, now: Now) -> Response:
    try:
        return welcome_page(request, c, look_at(request, token, now))
    except LinkNotValid:
        return link_over(request, c)


@router.post("/welcome/{token}")
@needs(Action.ENTER, unnamed=True)
def welcome(token: str, request: Request, c: Reader, who: Caller, sent: Sent, now: Now) -> Response:
    state, agent = request.app.state, request.headers.get("user-agent")
    password = sent.get("password", "")
    try:
        if password != sent.get("again", ""):
            wrong = {"again": c.translate("password.differ")}
            return welcome_page(request, c, look_at(request, token, now), wrong)
        begun = links.use(
            state.sessions, state.passwords, who, token, password, agent=agent, now=now
        )
    except WeakPassword as error:
        wrong = {"password": c.detail_of(error)}
        return welcome_page(request, c, look_at(request, token, now), wrong)
    except LinkNotValid:
        return link_over(request, c)
    return let_in(request, begun, "/")


def look_at(request: Request, token: str, now: Now) -> Invitation:
    with request.app.state.sessions.read() as session:
        return links.look_at(session, token, now=now)


def welcome_page(
    request: Request, c: Catalogue, invited: Invitation, wrong: Mapping[str, str] | None = None
) -> Response:
    until = moment(c, invited.expires_at, zone_of(request))
    new, again = new_password_fields(c, wrong or {})
    page = WelcomePage(
        frame=make_frame(request, c.translate("welcome.title")),
        person=invited.account.display_name,
        name=invited.account.name,
        until=c.translate("welcome.until", time=until),
        password=new,
        again=again,
    )
    return render_unnamed(request, page, 422 if wrong else 200)


def new_password_fields(c: Catalogue, wrong: Mapping[str, str]) -> tuple[Input, Input]:
    rules = c.translate("password.rules", shortest=SHORTEST, longest=LONGEST)
    return (
        Input("password", c.translate("password.new"), "", rules, wrong.get("password")),
        Input("again", c.translate("password.again"), "", "", wrong.get("again")),
    )


def link_over(request: Request, c: Catalogue) -> Response:
    frame = make_frame(request, c.translate("welcome.over_title"))
    return render_unnamed(request, LinkOverPage(frame), 404)
