"""Back-up, restore and check as a user meets them."""

import json
from pathlib import Path

from sqlalchemy import text

from tests.backup.conftest import Open
from tests.conftest import Databases
from tests.test_cli import duijie


def test_three_commands_move_a_database(
    databases: Databases, seeded_url: str, file: Path, opened: Open
) -> None:
    done = duijie("db", "backup", str(file), DUIJIE_DATABASE_URL=seeded_url, LANG="en_US.UTF-8")
    assert (done.returncode, done.stdout) == (0, "")
    assert "keep it as safe" in done.stderr
    again = duijie("db", "backup", str(file), DUIJIE_DATABASE_URL=seeded_url, LANG="C.UTF-8")
    assert (again.returncode, again.stdout) == (1, "")
    assert "--force" in again.stderr
    assert "已存在" in again.stderr
    place = databases.blank()
    assert duijie("db", "restore", str(file), DUIJIE_DATABASE_URL=place).returncode == 0
    with opened(place).begin() as connection:
        connection.execute(text("UPDATE cluster SET sort_key = '=1' WHERE id = 3"))
    found = duijie("db", "check", "--format", "json", DUIJIE_DATABASE_URL=place, LANG="en_US.UTF-8")
    assert found.returncode == 1
    (row,) = json.loads(found.stdout)
    assert (row["table"], row["row"], row["fault"]) == ("cluster", "3", "sort-key")
    assert "set it" in row["detail"]
