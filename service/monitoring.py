"""What watches the service asks it: does it live, is it ready, what has it done."""

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from starlette.exceptions import HTTPException

from service.metrics import CONTENT_TYPE
from service.problems import spoken
from service.schema import require_current
from service.settings import Settings
from service.transactions import ReadSession

router = APIRouter(tags=["health"])


@router.get("/healthz", response_class=Response)
async def alive() -> Response:
    """The process answers. Touches nothing else, so that no outage restarts it."""
    return Response("ok", media_type="text/plain")


@router.get("/readyz", response_class=Response)
def ready(request: Request, session: ReadSession) -> Response:
    """The database answers at the right schema."""
    session.execute(text("SELECT 1"))
    require_current(request.app.state.runtime.engine)
    return Response("ready", media_type="text/plain")


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "In the Prometheus format."}},
)
async def metrics(request: Request) -> Response:
    """Counts and times, for the networks that may read them."""
    if not may_read(request, request.app.state.settings):
        raise HTTPException(403, spoken(request).translate("error.metrics-from"))
    return Response(request.app.state.runtime.metrics.text(), media_type=CONTENT_TYPE)


def may_read(request: Request, settings: Settings) -> bool:
    """Whether the caller's address is in ``metrics_from``.

    What a proxy that is not trusted forwards comes from anywhere, whatever the proxy's address.
    """
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if forwarded and not settings.trusted_proxies:
        return False
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(address in network for network in settings.metrics_from)
