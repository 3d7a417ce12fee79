"""Accounts and keys as the API takes and gives them."""

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.enums import AccountState, Role, Visibility
from service.access import PEOPLES, Action, Principal
from service.accounts.keys import DAYS, MOST_DAYS
from service.accounts.views import Invitation, KeyState, NewKey
from service.text import Line

Name = Annotated[Line, Field(max_length=80)]
DisplayName = Annotated[Line, Field(max_length=120)]
Scopes = Annotated[list[Action], Field(max_length=len(Action))]


class AccountIn(BaseModel):
    """A person who may sign in once the one-time link was used."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="What is typed to sign in, in any spelling.")
    display_name: DisplayName | None = Field(default=None, description="`name` unless given.")
    role: Role
    cluster: Line | None = Field(
        default=None, description="Whom a representative speaks for: slug, name or alias."
    )


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _kept() -> Any:
    """A field that is left as it is unless sent; null is no way to leave it out."""
    return Field(default=None, json_schema_extra=_without_default)


class AccountEdit(BaseModel):
    """Only the fields that are sent change. Another role, cluster or state ends all sign-ins."""

    model_config = ConfigDict(extra="forbid")

    display_name: DisplayName = _kept()
    role: Role = _kept()
    cluster: Line | None = _kept()
    state: AccountState = _kept()


class KeyIn(BaseModel):
    """A key for a program."""

    model_config = ConfigDict(extra="forbid")

    label: Name
    role: Role
    cluster: Line | None = Field(
        default=None, description="Whom a representative speaks for: slug, name or alias."
    )
    scopes: Scopes | None = Field(
        default=None, description="What of the role's rights the key has; null for all of them."
    )
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, strict=True)] = Field(
        default=DAYS, description="Until it expires."
    )


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AccountOut(Out):
    id: int
    name: str
    display_name: str
    role: Role
    cluster: str | None
    state: AccountState
    can_sign_in: bool = Field(description="Whether it is active and has a password.")
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime


class InvitationOut(AccountOut):
    """An account with a new one-time link. It is shown once; a repeated answer lacks it."""

    link: str | None = Field(description="Opens a page that sets the password, once.")
    link_expires_at: AwareDatetime

    @classmethod
    def of(cls, invitation: Invitation, base_url: str) -> Self:
        account = AccountOut.model_validate(invitation.account).model_dump()
        link, expires_at = invitation.link(base_url), invitation.expires_at
        return cls(**account, link=link, link_expires_at=expires_at)


class KeyOut(Out):
    id: int
    label: str
    prefix: str = Field(description="How the key begins.")
    role: Role
    cluster: str | None
    scopes: list[str]
    state: KeyState
    created_by: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None
    used_at: AwareDatetime | None = Field(description="To the minute.")
    used_from: str | None


class NewKeyOut(KeyOut):
    """A key with its secret. It is shown once; a repeated answer lacks it."""

    secret: str | None = Field(description="Send it as `Authorization: Bearer dj_…`.")

    @classmethod
    def of(cls, new: NewKey) -> Self:
        return cls(**KeyOut.model_validate(new.key).model_dump(), secret=new.secret)


class MeOut(BaseModel):
    """Who asks, and what they may do."""

    actor: str = Field(description="As the audit names it.")
    role: Role | None = Field(description="Null for visitors.")
    cluster: str | None
    scopes: list[str]
    audience: Visibility = Field(description="The narrowest circle of statements to be seen.")
    account: int | None
    key: int | None

    @classmethod
    def of(cls, who: Principal) -> Self:
        return cls(
            actor=who.actor,
            role=who.role,
            cluster=who.cluster,
            scopes=[a.value for a in Action if a not in PEOPLES and who.reach(a) is not None],
            audience=who.audience,
            account=who.account_id,
            key=who.key_id,
        )
