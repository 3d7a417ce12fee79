"""Wires the parts into one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from service import api_docs, monitoring, problems
from service.accounts.identities import Identities
from service.accounts.passwords import Passwords
from service.accounts.router import router as accounts
from service.audit.router import router as audit
from service.blends.router import router as blends
from service.clusters.router import router as clusters
from service.dashboard import pages
from service.dashboard.directory import Directories
from service.dashboard.once import ShownOnce
from service.decisions.router import router as decisions
from service.erasures.router import router as erasures
from service.events.router import router as events
from service.exchange.router import router as exchange
from service.gatherings.router import router as gatherings
from service.lexicon_changes.router import router as lexicon_changes
from service.limits import Limits
from service.meetings.router import router as meetings
from service.middleware.bodies import BodyLimit
from service.middleware.bounds import HeadLimit
from service.middleware.identity import RequestId
from service.middleware.observing import Observed
from service.middleware.security import SecurityHeaders
from service.patience import BriefRequests
from service.problems import DOCUMENTED
from service.proposals.router import router as proposals
from service.reports.router import router as reports
from service.revisions import Revisions
from service.runs.router import router as runs
from service.runtime import Runtime, make_runtime
from service.settings import Settings
from service.statements.router import router as statements
from service.suggestions.at_once import AtOnce
from service.suggestions.router import router as suggestions
from service.topics.router import router as topics

DESCRIPTION = """\
Finds which industrial clusters should meet and says why in their own words.

Errors are `application/problem+json` with a stable `type`. Lists come in pages: follow `Link`.
"""

ROUTERS = (
    *(suggestions, clusters, topics, meetings, statements, events, reports),
    *(decisions, blends, proposals, lexicon_changes, runs, gatherings),
    *(accounts, audit, erasures, exchange),
)


class Application(FastAPI):
    """FastAPI with three layers outside its last resort, so that they see its 500 too."""

    def build_middleware_stack(self) -> ASGIApp:
        return RequestId(Observed(SecurityHeaders(super().build_middleware_stack())))


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> FastAPI:
    """The application over a runtime, made from ``settings`` unless given."""
    runtime = runtime or make_runtime(settings or Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.runtime.reader.close()
        app.state.runtime.engine.dispose()

    app = Application(
        title="Duijie 对接",
        version="1",
        summary="Matchmaking between industrial clusters",
        description=DESCRIPTION,
        lifespan=lifespan,
        responses=DOCUMENTED,
        docs_url=None,
        redoc_url=None,
        form_limits={"max_fields": 50, "max_files": 5, "max_part_size": 64 * 1024},
    )
    attach(app, runtime)
    surround(app, runtime.settings)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    for router in (monitoring.router, api_docs.router):
        app.include_router(router)
    pages.mount(app)
    api_docs.complete(app)
    return app


def surround(app: FastAPI, settings: Settings) -> None:
    """Add the limits that every request meets; the last one added is met first."""
    app.add_middleware(
        BodyLimit, max_bytes=settings.max_body_bytes, max_json_bytes=settings.max_json_bytes
    )
    app.add_middleware(AtOnce)
    app.add_middleware(HeadLimit)
    app.add_middleware(BriefRequests)


def attach(app: FastAPI, runtime: Runtime) -> None:
    """Let the application work on ``runtime``: its database, caches and clock."""
    app.state.runtime = runtime
    app.state.settings = runtime.settings
    app.state.sessions = runtime.sessions
    app.state.rankings = runtime.rankings
    app.state.extractor = runtime.extractor
    app.state.reader = runtime.reader
    app.state.clock = runtime.clock
    app.state.identities = Identities(runtime.sessions)
    app.state.passwords = Passwords()
    app.state.revisions = Revisions(runtime.sessions)
    app.state.limits = Limits(runtime.sessions, runtime.settings.requests_per_minute)
    app.state.directories = Directories()
    app.state.shown_once = ShownOnce()
