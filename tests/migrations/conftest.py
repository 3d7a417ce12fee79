import pytest

from tests.conftest import Databases
from tests.support.revisions import Filled


@pytest.fixture(scope="session")
def filled(databases: Databases) -> Filled:
    """Databases that are full at any revision."""
    return Filled(databases)
