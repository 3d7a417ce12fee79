"""The one transaction of a request: committed before the answer, or nothing of it happened."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Form, Header, Request
from sqlalchemy.orm import Session

from service import idempotency
from service.access import ANONYMOUS, Principal
from service.clock import Now
from service.db import data_revision
from service.errors import Behind


def _reading(
    request: Request,
    duijie_revision: Annotated[
        int | None,
        Header(ge=0, le=2**31 - 1, description="Of your last write: nothing older is read."),
    ] = None,
) -> Iterator[Session]:
    with request.app.state.sessions.read() as session:
        if duijie_revision is not None:
            who: Principal = getattr(request.state, "principal", ANONYMOUS)
            found = data_revision(session, who.audience)
            if found < duijie_revision:
                raise Behind("behind", found=found, needed=duijie_revision)
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with request.app.state.sessions.write() as session:
        request.state.session = session
        yield session


def _posting(
    request: Request,
    now: Now,
    idempotency_key: Annotated[
        str | None,
        Header(description="Sent again with the same body, the request takes effect once."),
    ] = None,
) -> Iterator[Session]:
    del idempotency_key  # read before the body, by ``idempotency.claim_of``
    with request.app.state.sessions.write() as session:
        request.state.session = session
        claim = getattr(request.state, "claim", None)
        if claim is not None:
            idempotency.take(session, claim, now)
        yield session


def _trying(
    request: Request,
    now: Now,
    apply: Annotated[bool, Form()] = False,  # noqa: FBT002 - FastAPI calls it by name
    idempotency_key: Annotated[
        str | None,
        Header(description="With `apply`: sent again with the same body, it takes effect once."),
    ] = None,
) -> Iterator[Session]:
    """A dry run reads beside any writer; only what is applied is written, once."""
    yield from _posting(request, now, idempotency_key) if apply else _reading(request)


# The commit must come before the response, or a failed one reaches the client as success.
ReadSession = Annotated[Session, Depends(_reading, scope="function")]
WriteSession = Annotated[Session, Depends(_writing, scope="function")]
PostSession = Annotated[Session, Depends(_posting, scope="function")]
TrialSession = Annotated[Session, Depends(_trying, scope="function")]
