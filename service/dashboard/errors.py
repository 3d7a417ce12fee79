"""What went wrong, as a page for people."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from service.dashboard.contexts import ProblemPage
from service.dashboard.frame import language_of, make_frame, sign_in_href
from service.dashboard.rendering import render
from service.errors import SignInRequired
from service.guard import SAFE_METHODS


def render_problem(request: Request, status: int, title: str, detail: str, slug: str) -> Response:
    """The facts of a problem document as HTML; ``title`` and ``detail`` as the reader reads.

    Who has to sign in first is led there, and back afterwards.
    """
    if must_sign_in(request, slug):
        return RedirectResponse(sign_in_href(request), 303, {"Cache-Control": "no-store"})
    name = language_of(request).find(f"problem.{slug}") or title
    page = ProblemPage(
        frame=make_frame(request, name),
        status=status,
        name=name,
        detail=detail,
        kind=f"/problems/{slug}",
        path=request.url.path,
    )
    return render(request, page, status)


def unreadable(request: Request, errors: Sequence[str]) -> Response:
    """An export has no form to show the errors in: they become a page."""
    title = language_of(request).translate("pairings.invalid")
    return render_problem(request, 422, title, " ".join(errors), "invalid-request")


def must_sign_in(request: Request, slug: str) -> bool:
    """Programs, which send a key, and forms are refused in words instead."""
    with_key = "authorization" in request.headers
    return slug == SignInRequired.slug and request.method in SAFE_METHODS and not with_key
