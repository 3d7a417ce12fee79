"""What went wrong, as a page for people."""

from fastapi import Request
from starlette.responses import Response

from service.dashboard.contexts import ProblemPage
from service.dashboard.frame import language_of, make_frame
from service.dashboard.rendering import render


def render_problem(request: Request, status: int, title: str, detail: str, slug: str) -> Response:
    """The facts of a problem document as HTML; ``title`` and ``detail`` as the reader reads."""
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
