"""Wires the parts into one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from sqlalchemy import text

from service import problems
from service.accounts.identities import Identities
from service.clusters.router import router as clusters
from service.dashboard import pages
from service.dashboard.directory import Directories
from service.erasures.router import router as erasures
from service.events.router import router as events
from service.meetings.router import router as meetings
from service.middleware import BodyLimit
from service.problems import DOCUMENTED
from service.reports.router import router as reports
from service.runtime import Runtime, make_runtime
from service.schema import require_current
from service.settings import Settings
from service.statements.router import router as statements
from service.suggestions.router import router as suggestions
from service.topics.router import router as topics
from service.transactions import ReadSession

DESCRIPTION = """\
Finds which industrial clusters should meet and says why in their own words.

Errors are `application/problem+json` with a stable `type`. Lists come in pages: follow `Link`.
"""


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> FastAPI:
    """The application over a runtime, made from ``settings`` unless given."""
    runtime = runtime or make_runtime(settings or Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.runtime.engine.dispose()

    app = FastAPIOffline(
        title="Duijie 对接",
        version="1",
        summary="Matchmaking between industrial clusters",
        description=DESCRIPTION,
        lifespan=lifespan,
        responses=DOCUMENTED,
        docs_url="/docs",
        redoc_url=None,
    )
    attach(app, runtime)
    app.add_middleware(BodyLimit, max_bytes=runtime.settings.max_body_bytes)
    problems.install(app)
    for router in (suggestions, clusters, topics, meetings, statements, events, reports, erasures):
        app.include_router(router, prefix="/api/v1")
    app.include_router(health)
    pages.mount(app)
    return app


def attach(app: FastAPI, runtime: Runtime) -> None:
    """Let the application work on ``runtime``: its database, caches and clock."""
    app.state.runtime = runtime
    app.state.settings = runtime.settings
    app.state.sessions = runtime.sessions
    app.state.rankings = runtime.rankings
    app.state.extractor = runtime.extractor
    app.state.clock = runtime.clock
    app.state.identities = Identities(runtime.sessions)
    app.state.directories = Directories()


health = APIRouter(tags=["health"])


@health.get("/healthz", response_class=Response)
async def alive() -> Response:
    """The process answers. Touches nothing else, so that no outage restarts it."""
    return Response("ok", media_type="text/plain")


@health.get("/readyz", response_class=Response)
def ready(request: Request, session: ReadSession) -> Response:
    """The database answers at the right schema."""
    session.execute(text("SELECT 1"))
    require_current(request.app.state.runtime.engine)
    return Response("ready", media_type="text/plain")
