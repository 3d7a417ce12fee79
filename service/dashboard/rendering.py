"""A page context becomes HTML; static files for the pages."""

from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from service.dashboard.contexts import Page
from service.dashboard.frame import COOKIE, chosen

HERE = Path(__file__).parent
STATIC = HERE / "static"
YEAR_SECONDS = 365 * 24 * 3600


def asset(name: str) -> str:
    """Address of a static file; it changes with the content, so browsers may keep it for long."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals.update(
    stylesheet=asset("duijie.css"), icon=asset("icon.svg"), upload_script=asset("upload.js")
)


def context_of(page: Page) -> dict[str, Any]:
    """What the template sees: the fields of the page, and ``t`` to translate with."""
    shown = {field.name: getattr(page, field.name) for field in fields(page)}
    return {**shown, "t": page.frame.t}


def render(request: Request, page: Page, status: int = 200) -> Response:
    html = environment.get_template(page.template).render(context_of(page))
    response = HTMLResponse(html, status)
    response.headers["Content-Language"] = page.frame.tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    language = chosen(request)
    if language:
        response.set_cookie(
            COOKIE, language, max_age=YEAR_SECONDS, httponly=True, samesite="lax", path="/"
        )
    return response


def render_private(request: Request, page: Page, status: int = 200) -> Response:
    """For pages that hold a secret, or ask for one: kept nowhere."""
    response = render(request, page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def render_unnamed(request: Request, page: Page, status: int = 200) -> Response:
    """For pages whose very address is a secret: told to nobody either."""
    response = render_private(request, page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


class Assets(StaticFiles):
    """Static files that browsers keep for a year when asked for by content, else for minutes."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        scope = kwargs.get("scope") or args[2]
        lasting = scope["query_string"].startswith(b"v=")
        age = f"max-age={YEAR_SECONDS}, immutable" if lasting else "max-age=300"
        response.headers["Cache-Control"] = f"public, {age}"
        return response
