"""Accounts, keys and sign-ins as those see them who may: never with a digest or a hash."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from models import Account, ApiKey, SignIn
from models.enums import AccountState, Role

KeyState = Literal["live", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class AccountView:
    id: int
    name: str
    display_name: str
    role: Role
    cluster: str | None
    state: AccountState
    can_sign_in: bool
    """Whether it is active and has a password."""
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An account with a token that sets its password once. Nobody can read the token again."""

    account: AccountView
    token: str = field(repr=False)
    expires_at: datetime

    def link(self, base_url: str) -> str:
        return f"{base_url}/welcome/{self.token}"


@dataclass(frozen=True, slots=True)
class KeyView:
    id: int
    label: str
    prefix: str
    role: Role
    cluster: str | None
    scopes: list[str]
    state: KeyState
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    used_from: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which nobody can read again."""

    key: KeyView
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInView:
    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    origin: str | None
    agent: str | None
    current: bool
    """Whether it is the one that asks."""


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A browser that has just signed in, with the token for its cookie."""

    account: AccountView
    sign_in: SignInView
    token: str = field(repr=False)


def account_view(account: Account) -> AccountView:
    active = account.state == AccountState.ACTIVE
    return AccountView(
        id=account.id,
        name=account.name,
        display_name=account.display_name,
        role=Role(account.role),
        cluster=account.cluster.slug if account.cluster else None,
        state=AccountState(account.state),
        can_sign_in=active and account.password_hash is not None,
        version=account.version,
        created_at=account.created_at,
        updated_at=account.updated_at,
    )


def key_view(key: ApiKey, now: datetime) -> KeyView:
    return KeyView(
        id=key.id,
        label=key.label,
        prefix=key.prefix,
        role=Role(key.role),
        cluster=key.cluster.slug if key.cluster else None,
        scopes=list(key.scopes),
        state=state_of(key, now),
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        used_at=key.used_at,
        used_from=key.used_from,
    )


def state_of(key: ApiKey, now: datetime) -> KeyState:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at <= now else "live"


def sign_in_view(sign_in: SignIn, current: int | None) -> SignInView:
    return SignInView(
        id=sign_in.id,
        created_at=sign_in.created_at,
        seen_at=sign_in.seen_at,
        expires_at=sign_in.expires_at,
        origin=sign_in.origin,
        agent=sign_in.agent,
        current=sign_in.id == current,
    )
