"""Every page of the dashboard, and the files they need."""

from fastapi import APIRouter, FastAPI

from service.dashboard import cluster_pages, event_pages, meeting_pages, pairing_pages
from service.dashboard.rendering import STATIC, Assets

router = APIRouter(include_in_schema=False)
for part in (pairing_pages, cluster_pages, meeting_pages, event_pages):
    router.include_router(part.router)


def mount(app: FastAPI) -> None:
    """Add the pages and ``/static`` to the application."""
    app.include_router(router)
    assets = Assets(directory=STATIC, packages=[("fastapi_offline", "static")])  # Swagger UI
    app.mount("/static", assets, name="static")
