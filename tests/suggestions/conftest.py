"""Commands on the database of the test."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from service.runtime import Runtime

Run = Callable[..., Result]


@pytest.fixture
def run(seeded: Runtime, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command that must do well; English messages."""
    monkeypatch.setenv("DUIJIE_DATABASE_URL", seeded.settings.database)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def call(*arguments: str) -> Result:
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        return done

    return call
