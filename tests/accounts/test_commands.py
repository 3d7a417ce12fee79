"""``duijie account`` and ``duijie key`` as a person types them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.accounts.commands import accounts, keys
from service.accounts.identities import Identities
from service.cli import app
from service.db import Sessions, make_engine
from tests.accounts.office import Office
from tests.support.clock import NOW


@pytest.fixture(autouse=True)
def home(small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DUIJIE_DATABASE_URL", small_url)
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DUIJIE_BASE_URL", "https://duijie.example/")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    return small_url


def duijie(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def row(*arguments: str) -> dict[str, Any]:
    done = duijie(*arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    (found,) = json.loads(done.stdout)
    return dict(found)


def token(link: str) -> str:
    base, _, found = link.rpartition("/")
    assert base == "https://duijie.example/welcome"
    return found


def test_an_account_is_made_and_its_link_works(home: str) -> None:
    made = row("account", "create", "li", "--role", "admin", "--display", "李华")
    assert (made["display_name"], made["state"]) == ("李华", "active")
    engine = make_engine(home)
    begun = Office(Sessions(engine)).welcome(token(made["link"]))
    engine.dispose()
    assert begun.account.name == "li"
    assert row("account", "list")["can_sign_in"] is True


def test_in_a_table_the_link_stands_whole_on_its_own_line() -> None:
    done = duijie("account", "create", "li", "--role", "viewer")
    assert token(done.stdout.splitlines()[-1])
    assert len(token(duijie("account", "link", "LI").stdout.splitlines()[-1])) == 43
    secret = duijie("key", "create", "ERP", "--role", "viewer").stdout.splitlines()[-1]
    assert secret.startswith("dj_")


def test_accounts_are_edited_disabled_enabled_and_signed_out() -> None:
    row("account", "create", "li", "--role", "viewer")
    edited = row("account", "edit", "li", "--role", "representative", "--cluster", "大连")
    assert (edited["role"], edited["cluster"]) == ("representative", "dalian")
    assert row("account", "disable", "li")["state"] == "disabled"
    assert row("account", "list", "--state", "disabled")["name"] == "li"
    refused = duijie("account", "link", "li")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "enable it first" in refused.stderr
    assert row("account", "enable", "li")["state"] == "active"
    assert row("account", "sign-out", "li")["name"] == "li"
    listed = duijie("account", "list", "--role", "representative", "--format", "csv")
    assert [one["cluster"] for one in csv.DictReader(io.StringIO(listed.stdout))] == ["dalian"]
    assert json.loads(duijie("account", "list", "--q", "wang", "--format", "json").stdout) == []


def test_a_key_is_made_listed_and_revoked(home: str) -> None:
    scopes = ("--scope", "read", "--scope", "events:read")
    made = row("key", "create", "ERP", "--role", "organiser", "--days", "30", *scopes)
    assert made["scopes"] == ["read", "events:read"]
    assert "(command line)" in made["created_by"]
    engine = make_engine(home)
    assert Identities(Sessions(engine)).find(made["secret"], NOW, None)
    listed = csv.DictReader(io.StringIO(duijie("key", "list", "--format", "csv").stdout))
    assert [key["scopes"] for key in listed if key["label"] == "ERP"] == ["read events:read"]
    assert "ERP" in duijie("key", "list").stdout
    assert row("key", "revoke", str(made["id"]))["state"] == "revoked"
    assert Identities(Sessions(engine)).find(made["secret"], NOW, None) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("account", "link", "ghost"), 1, "ghost"),
        (("account", "create", "li", "--role", "viewer", "--cluster", "dalian"), 1, "one cluster"),
        (("account", "create", "x", "--role", "representative", "--cluster", "x"), 1, "“x”"),
        (("account", "list", "--role", "boss"), 1, "organiser"),
        (("account", "create", "li", "--role", "boss"), 2, "organiser"),
        (("account", "create", "li"), 2, "--role"),
        (("account", "edit", "li"), 2, "--help"),
        (("key", "create", "x", "--role", "viewer", "--scope", "erase"), 1, "erase"),
        (("key", "create", "x", "--role", "viewer", "--scope", "fly"), 2, "scopes.0"),
        (("key", "create", "x", "--role", "viewer", "--days", "367"), 2, "366"),
        (("key", "revoke", "999"), 1, "999"),
    ],
)
def test_refusals_are_said_in_words(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = duijie(*arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_the_last_admin_stays(home: str) -> None:
    made = row("account", "create", "li", "--role", "admin")
    engine = make_engine(home)
    Office(Sessions(engine)).welcome(token(made["link"]))
    engine.dispose()
    for arguments in (("disable", "li"), ("edit", "li", "--role", "viewer")):
        refused = duijie("account", *arguments)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "only admin" in refused.stderr


def test_no_command_takes_a_password() -> None:
    for group in (accounts, keys):
        for command in group.registered_commands:
            assert command.callback is not None
            names = command.callback.__annotations__.keys()
            assert not {name for name in names if "password" in name or "secret" in name}
