"""A POST that is sent twice takes effect once: its answer is kept in the transaction of its effect.

Key and body are bound to the caller. Refusals are not kept: they changed nothing, and sending the
same again is asked anew.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from models import IdempotencyKey
from service.access import Principal
from service.db import insert_unless_there
from service.errors import Gone, KeyReused, Unprocessable

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT = timedelta(hours=48)
KEPT_HEADERS = ("content-type", "location", "etag", "duijie-revision", "cache-control")
SECRETS = ("secret", "link")
"""Members of an answer that are shown once: they are never stored, so a repetition lacks them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One POST of one caller: which key, and a digest of what it asks."""

    caller: str
    key_hash: str
    request_hash: str


class AnsweredBefore(Exception):
    """The same request was answered, and nothing is done."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


async def claim_of(request: Request, who: Principal) -> Claim | None:
    """What the ``Idempotency-Key`` of a POST claims; None without one."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return None
    if not 0 < len(key) <= LONGEST:
        raise Unprocessable("idempotency-key", longest=LONGEST)
    asked = sha256(f"{request.url.path}?{request.url.query}\n".encode())
    asked.update(await body_digest(request))
    caller = f"key:{who.key_id}" if who.key_id is not None else f"account:{who.account_id}"
    return Claim(caller, sha256(key.encode()).hexdigest(), asked.hexdigest())


async def body_digest(request: Request) -> bytes:
    """Of the body; of a form its parts, as the boundary between them differs at each try."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return sha256(await request.body()).digest()
    total = sha256()
    for name, part in (await request.form()).multi_items():
        if isinstance(part, UploadFile):
            content = await part.read()
            await part.seek(0)
        else:
            content = part.encode("utf-8", "surrogatepass")
        total.update(json.dumps([name, getattr(part, "filename", None)]).encode())
        total.update(sha256(content).digest())
    return total.digest()


def take(session: Session, claim: Claim, now: datetime) -> None:
    """Claim the key for this transaction; a twin that is under way is waited for.

    Raises
    ------
    AnsweredBefore
        The same request was answered.
    KeyReused
        The key was used for another request.
    Gone
        The answer held words that were erased since.
    """
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
    if insert_unless_there(session, IdempotencyKey, **asdict(claim), created_at=now):
        return
    rows = select(IdempotencyKey).where(*_same(claim))
    kept = session.scalars(rows).one()
    if kept.request_hash != claim.request_hash:
        raise KeyReused("idempotency-key-reused")
    if kept.body is None:
        raise Gone("answer-erased")
    headers = {**(kept.headers or {}), "Idempotency-Replayed": "true"}
    raise AnsweredBefore(Response(kept.body, kept.status or 200, headers))


def keep(session: Session, claim: Claim, response: Response) -> None:
    """Store the answer beside its effect."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    body = without_secrets(bytes(response.body))
    values = {"status": response.status_code, "headers": headers, "body": body}
    session.execute(update(IdempotencyKey).where(*_same(claim)).values(**values))


def without_secrets(body: bytes) -> bytes:
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    if not isinstance(answer, dict) or not any(answer.get(name) for name in SECRETS):
        return body
    return json.dumps(answer | {name: None for name in SECRETS if name in answer}).encode()


def forget_words(session: Session, words: list[str]) -> None:
    """Drop kept answers in which one of ``words`` stands."""
    wanted = [json.dumps(word, ensure_ascii=False)[1:-1] for word in words]
    for row in session.scalars(select(IdempotencyKey).where(IdempotencyKey.body.is_not(None))):
        text = (row.body or b"").decode("utf-8", "replace")
        if any(word in text for word in wanted):
            row.body = None


def _same(claim: Claim) -> tuple[Any, Any]:
    return (IdempotencyKey.caller == claim.caller, IdempotencyKey.key_hash == claim.key_hash)
