"""Reads of accounts, keys and sign-ins."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Account, ApiKey, SignIn


def key_by_prefix(session: Session, prefix: str) -> ApiKey | None:
    rows = select(ApiKey).where(ApiKey.prefix == prefix).options(joinedload(ApiKey.cluster))
    return session.scalars(rows).one_or_none()


def sign_in_by_digest(session: Session, token_hash: str) -> SignIn | None:
    whole = joinedload(SignIn.account).joinedload(Account.cluster)
    rows = select(SignIn).where(SignIn.token_hash == token_hash).options(whole)
    return session.scalars(rows).one_or_none()
