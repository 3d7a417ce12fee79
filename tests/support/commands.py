"""Commands on the database of a test."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from service.runtime import Runtime

Run = Callable[..., Result]


def commands_on(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command that must end with the exit code ``code``; English messages."""
    monkeypatch.setenv("DUIJIE_DATABASE_URL", runtime.settings.database)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == code, done.output
        return done

    return call
