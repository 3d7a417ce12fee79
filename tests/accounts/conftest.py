import pytest

from service.db import Sessions
from tests.accounts.office import Office


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)
