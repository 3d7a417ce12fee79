"""/api/v1/erasures."""

from fastapi import APIRouter, BackgroundTasks, Request

from service.access import Action
from service.clock import Now
from service.erasures import usecases
from service.erasures.schemas import ErasureIn, ErasureOut
from service.erasures.scrub import scrub
from service.guard import Caller, Guarded, needs
from service.transactions import PostSession

router = APIRouter(prefix="/erasures", tags=["erasures"], route_class=Guarded)


@router.post("", response_model=ErasureOut)
@needs(Action.ERASE)
def erase(
    wanted: ErasureIn,
    request: Request,
    background: BackgroundTasks,
    session: PostSession,
    who: Caller,
    now: Now,
) -> object:
    """Erase words for good, or, as a rehearsal, say what would go. It cannot be undone."""
    runtime = request.app.state.runtime
    erased = usecases.erase(
        session,
        who,
        usecases.Wanted(
            statements=wanted.statements,
            speaker=wanted.speaker,
            meeting=wanted.meeting,
            histories=[(history.entity, history.id) for history in wanted.histories],
        ),
        rehearsal=wanted.rehearsal,
        folders=runtime.settings.report_folders,
        now=now,
    )
    if not wanted.rehearsal:
        runtime.rankings.forget_after(session)
        background.add_task(scrub, runtime.engine)
    return erased
