"""What the commands ``duijie account`` and ``duijie key`` do, as rows in the shape of the API."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from models.enums import AccountState, Role
from service.access import command_line
from service.accounts import accounts, keys
from service.accounts.schemas import (
    AccountEdit,
    AccountIn,
    AccountOut,
    InvitationOut,
    KeyIn,
    KeyOut,
    NewKeyOut,
)
from service.accounts.views import Invitation
from service.errors import Unprocessable
from service.runtime import Runtime

Form = TypeVar("Form", bound=BaseModel)
Word = TypeVar("Word", bound=StrEnum)
Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def checked_account(fields: Row) -> Row:
    return _checked(AccountIn, fields).model_dump()


def checked_edit(fields: Row) -> Row:
    if not fields:
        raise typer.BadParameter("say what is to change: see --help")
    return _checked(AccountEdit, fields).model_dump(exclude_unset=True)


def checked_key(fields: Row) -> Row:
    return _checked(KeyIn, fields).model_dump()


def _checked(form: type[Form], fields: Row) -> Form:
    """Fields as the API takes them, or a usage error that names those at fault."""
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        found = (f"{'.'.join(map(str, e['loc'])) or 'options'}: {e['msg']}" for e in error.errors())
        raise typer.BadParameter("; ".join(found)) from error


def create_account(runtime: Runtime, fields: Row) -> Row:
    with runtime.sessions.write() as session:
        made = accounts.create_account(session, command_line(), **fields, now=runtime.clock())
    return _invitation(runtime, made)


def new_link(runtime: Runtime, name: str) -> Row:
    with runtime.sessions.write() as session:
        id_ = accounts.find_account(session, command_line(), name).id
        made = accounts.new_link(session, command_line(), id_, now=runtime.clock())
    return _invitation(runtime, made)


def list_accounts(
    runtime: Runtime, *, role: str | None, state: str | None, q: str | None, limit: int
) -> list[Row]:
    with runtime.sessions.read() as session:
        page = accounts.list_accounts(
            session,
            command_line(),
            role=_choice("--role", Role, role),
            state=_choice("--state", AccountState, state),
            q=q,
            limit=limit,
        )
    return [_account(view) for view in page.items]


def _choice(option: str, words: type[Word], given: str | None) -> Word | None:
    if given is None:
        return None
    if given not in set(words):
        raise Unprocessable("option-choice", option=option, choices=", ".join(words))
    return words(given)


def edit_account(runtime: Runtime, name: str, fields: Row) -> Row:
    """Whatever its version: the person at the terminal names the fields that are to change."""
    with runtime.sessions.write() as session:
        who = command_line()
        id_ = accounts.find_account(session, who, name).id
        now = runtime.clock()
        return _account(accounts.edit_account(session, who, id_, fields, version=None, now=now))


def sign_out(runtime: Runtime, name: str) -> Row:
    with runtime.sessions.write() as session:
        id_ = accounts.find_account(session, command_line(), name).id
        view = accounts.sign_out_account(session, command_line(), id_, now=runtime.clock())
    return _account(view)


def create_key(runtime: Runtime, fields: Row) -> Row:
    with runtime.sessions.write() as session:
        made = keys.create_key(session, command_line(), **fields, now=runtime.clock())
    return NewKeyOut.of(made).model_dump(mode="json")


def list_keys(runtime: Runtime, limit: int) -> list[Row]:
    with runtime.sessions.read() as session:
        page = keys.list_keys(session, command_line(), limit=limit, now=runtime.clock())
    return [_key(view) for view in page.items]


def revoke_key(runtime: Runtime, id_: int) -> Row:
    with runtime.sessions.write() as session:
        return _key(keys.revoke_key(session, command_line(), id_, now=runtime.clock()))


def _invitation(runtime: Runtime, made: Invitation) -> Row:
    return InvitationOut.of(made, runtime.settings.link_base).model_dump(mode="json")


def _account(view: object) -> Row:
    return AccountOut.model_validate(view).model_dump(mode="json")


def _key(view: object) -> Row:
    return KeyOut.model_validate(view).model_dump(mode="json")


def account_lines(rows: Rows) -> list[Row]:
    names = ("id", "name", "display_name", "role", "cluster", "state", "can_sign_in")
    return [{name: row[name] for name in names} for row in rows]


def flat_keys(rows: Rows) -> list[Row]:
    """For CSV: a list of rights is one cell."""
    return [
        {name: " ".join(value) if isinstance(value, list) else value for name, value in row.items()}
        for row in rows
    ]


def key_lines(rows: Rows) -> list[Row]:
    names = ("id", "label", "prefix", "role", "cluster", "state")
    return [
        {name: row[name] for name in names}
        | {"expires": row["expires_at"][:10], "used": (row["used_at"] or "")[:10]}
        for row in rows
    ]
