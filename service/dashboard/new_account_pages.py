"""/accounts/new: a new account, and the one-time link that lets its owner in."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from service.access import Action
from service.accounts import accounts as usecases
from service.accounts.schemas import AccountIn
from service.accounts.views import Invitation
from service.clock import Now
from service.dashboard import once
from service.dashboard.access_contexts import LinkPage, MadeBeforePage, NewAccountPage
from service.dashboard.account_forms import REFUSED, account_form
from service.dashboard.directory import Directory, Known
from service.dashboard.forms import Sent, Wrong, faults, given, refusal, typed_values
from service.dashboard.frame import Link, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render, render_private
from service.errors import DomainError
from service.guard import Caller, Guarded, needs

router = APIRouter(route_class=Guarded)
NEW = ("name", "display_name", "role", "cluster")


@router.get("/accounts/new")
@needs(Action.MANAGE_ACCOUNTS)
def new_account(request: Request, directory: Known) -> Response:
    return new_page(request, directory, {}, {})


def new_page(
    request: Request, directory: Directory, values: Mapping[str, str], wrong: Wrong
) -> Response:
    title = directory.catalogue.translate("accounts.new")
    page = NewAccountPage(
        frame=make_frame(request, title, "accounts"),
        form=account_form(directory, values, wrong, new=True),
        once=once.new_form(),
    )
    return render_private(request, page, 422 if wrong else 200)


@router.post("/accounts")
@needs(Action.MANAGE_ACCOUNTS)
def create_account(
    request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    c = directory.catalogue
    values = typed_values(sent, NEW)
    state, claim = request.app.state, once.claim_of(who, request.url.path, sent)
    try:
        fields = AccountIn.model_validate(given(values)).model_dump()
        with state.sessions.write() as session:
            if not once.is_first(session, claim, now):
                return state.shown_once.find(claim) or made_before(request, directory)
            made = usecases.create_account(session, who, **fields, now=now)
            page = link_page(request, directory, made)
            state.shown_once.keep(claim, page)
    except ValidationError as error:
        return new_page(request, directory, values, faults(c, error))
    except DomainError as error:
        return new_page(request, directory, values, refusal(c, error, REFUSED))
    return page


def made_before(request: Request, directory: Directory) -> Response:
    c = directory.catalogue
    page = MadeBeforePage(
        frame=make_frame(request, c.translate("accounts.again_title"), "accounts"),
        lead=c.translate("accounts.again_lead"),
        back=Link(c.translate("accounts.back"), "/accounts"),
    )
    return render(request, page, 409)


def link_page(request: Request, directory: Directory, made: Invitation) -> Response:
    """Shows the one-time link, which nobody can read again."""
    c = directory.catalogue
    until = moment(c, made.expires_at, zone_of(request))
    page = LinkPage(
        frame=make_frame(request, c.translate("accounts.link_title"), "accounts"),
        lead=c.translate("accounts.link_lead", name=made.account.display_name),
        link=made.link(request.app.state.settings.link_base),
        until=c.translate("accounts.link_until", time=until),
        account=Link(c.translate("accounts.open"), f"/accounts/{made.account.id}"),
    )
    return render_private(request, page)
