"""Every page of the dashboard, and the files they need."""

from fastapi import APIRouter, FastAPI

from service.dashboard import (
    account_list_pages,
    account_pages,
    audit_pages,
    blend_pages,
    cluster_pages,
    draft_pages,
    erasure_pages,
    event_pages,
    exchange_pages,
    exposure_pages,
    gap_pages,
    intake_pages,
    key_pages,
    lexicon_change_pages,
    lexicon_pages,
    meeting_pages,
    new_account_pages,
    own_account_pages,
    pairing_pages,
    proposal_list_pages,
    proposal_pages,
    round_table_pages,
    run_pages,
    sign_in_pages,
)
from service.dashboard.rendering import STATIC, Assets

router = APIRouter(include_in_schema=False)
PARTS = (
    *(pairing_pages, cluster_pages, intake_pages, meeting_pages, event_pages),
    *(sign_in_pages, own_account_pages, account_list_pages, new_account_pages),
    *(account_pages, key_pages, audit_pages, erasure_pages),
    *(draft_pages, proposal_list_pages, proposal_pages, lexicon_pages, lexicon_change_pages),
    *(exchange_pages, run_pages, round_table_pages, gap_pages, exposure_pages, blend_pages),
)
for part in PARTS:
    router.include_router(part.router)


def mount(app: FastAPI) -> None:
    """Add the pages and ``/static`` to the application."""
    app.include_router(router)
    assets = Assets(directory=STATIC, packages=[("fastapi_offline", "static")])  # Swagger UI
    app.mount("/static", assets, name="static")
