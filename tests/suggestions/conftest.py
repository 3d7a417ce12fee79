import pytest

from service.runtime import Runtime
from tests.support.commands import Run, commands_on


@pytest.fixture
def run(seeded: Runtime, monkeypatch: pytest.MonkeyPatch) -> Run:
    return commands_on(seeded, monkeypatch)
