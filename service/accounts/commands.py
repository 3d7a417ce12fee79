"""``duijie account`` and ``duijie key``: who may sign in, and with which keys programs call.

No password is ever an argument: whoever gets a one-time link sets their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from service.output import Format, FormatOption, refusals, show

if TYPE_CHECKING:
    from service.runtime import Runtime

accounts = typer.Typer(help="账号 · People who may sign in, and their roles.", no_args_is_help=True)
keys = typer.Typer(help="密钥 · API keys for programs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What is typed to sign in.", metavar="NAME")]
ROLES = "admin, organiser, representative or viewer."
RoleOption = Annotated[str, typer.Option(help=ROLES)]
ClusterOption = Annotated[
    str | None, typer.Option(help="Whom a representative speaks for: slug, name or alias.")
]
Limit = Annotated[int, typer.Option(min=1, max=200)]


@contextmanager
def opened() -> Iterator["Runtime"]:
    """The database, open; refusals end the command with their cause and exit code 1."""
    from service.runtime import open_runtime  # noqa: PLC0415 - keeps --help quick

    with refusals(), open_runtime() as runtime:
        yield runtime


@accounts.command("create")
def create_account(
    name: Name,
    role: RoleOption,
    cluster: ClusterOption = None,
    display: Annotated[
        str | None, typer.Option(help="As others see it; NAME unless given.")
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """新建账号 · Make an account; prints the one-time link with which its owner sets a password."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    fields = {"name": name, "display_name": display, "role": role, "cluster": cluster}
    checked = console.checked_account(fields)
    with opened() as runtime:
        row = console.create_account(runtime, checked)
    show_once(format_, row, "link")


@accounts.command("link")
def new_link(name: Name, format_: FormatOption = Format.TABLE) -> None:
    """一次性链接 · Print a new one-time link; earlier ones end."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.new_link(runtime, name)
    show_once(format_, row, "link")


@accounts.command("list")
def list_accounts(
    role: Annotated[str | None, typer.Option(help=f"Only {ROLES}")] = None,
    state: Annotated[str | None, typer.Option(help="Only active or disabled.")] = None,
    q: Annotated[str | None, typer.Option("--q", help="A part of a name.")] = None,
    limit: Limit = 200,
    format_: FormatOption = Format.TABLE,
) -> None:
    """列出账号 · In the order in which they were made."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        rows = console.list_accounts(runtime, role=role, state=state, q=q, limit=limit)
    show(format_, rows, rows, console.account_lines(rows))


@accounts.command("edit")
def edit_account(
    name: Name,
    role: Annotated[str | None, typer.Option(help=ROLES)] = None,
    cluster: ClusterOption = None,
    display: Annotated[str | None, typer.Option(help="As others see it.")] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """修改账号 · Another role or cluster ends all sign-ins."""
    fields = {"role": role, "cluster": cluster, "display_name": display}
    _edit(name, {key: value for key, value in fields.items() if value is not None}, format_)


@accounts.command("disable")
def disable_account(name: Name, format_: FormatOption = Format.TABLE) -> None:
    """停用 · Nobody signs in with it any more; ends all its sign-ins."""
    _edit(name, {"state": "disabled"}, format_)


@accounts.command("enable")
def enable_account(name: Name, format_: FormatOption = Format.TABLE) -> None:
    """启用 · Its owner may sign in again."""
    _edit(name, {"state": "active"}, format_)


def _edit(name: str, fields: dict[str, object], form: Format) -> None:
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    checked = console.checked_edit(fields)
    with opened() as runtime:
        row = console.edit_account(runtime, name, checked)
    show(form, [row], [row], console.account_lines([row]))


@accounts.command("sign-out")
def sign_out(name: Name, format_: FormatOption = Format.TABLE) -> None:
    """退出登录 · End all sign-ins of an account."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.sign_out(runtime, name)
    show(format_, [row], [row], console.account_lines([row]))


@keys.command("create")
def create_key(
    label: Annotated[str, typer.Argument(help="Which program it is for.", metavar="LABEL")],
    role: RoleOption,
    cluster: ClusterOption = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Right of the role; repeatable. Without it, all.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Until it expires.")] = 90,
    format_: FormatOption = Format.TABLE,
) -> None:
    """新建密钥 · Print a new API key. It cannot be read again."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    fields = {"label": label, "role": role, "cluster": cluster, "scopes": scope, "days": days}
    checked = console.checked_key(fields)
    with opened() as runtime:
        row = console.create_key(runtime, checked)
    show_once(format_, row, "secret")


@keys.command("list")
def list_keys(limit: Limit = 200, format_: FormatOption = Format.TABLE) -> None:
    """列出密钥 · Newest first, with when each was used last."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        rows = console.list_keys(runtime, limit)
    show(format_, rows, console.flat_keys(rows), console.key_lines(rows))


@keys.command("revoke")
def revoke_key(
    id_: Annotated[int, typer.Argument(min=1, max=2**31 - 1, metavar="KEY")],
    format_: FormatOption = Format.TABLE,
) -> None:
    """撤销 · It is refused within a second."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        rows = [console.revoke_key(runtime, id_)]
    show(format_, rows, console.flat_keys(rows), console.key_lines(rows))


def show_once(form: Format, row: dict[str, object], member: str) -> None:
    """What is shown once stands on a line of its own: no table may break it."""
    from service.accounts import console  # noqa: PLC0415 - keeps --help quick

    if form is not Format.TABLE:
        show(form, [row], console.flat_keys([row]))
        return
    told = {name: value for name, value in row.items() if name != member}
    lines = console.account_lines([told]) if member == "link" else console.key_lines([told])
    show(form, [told], [told], lines)
    typer.echo(row[member])
