"""Whatever comes as a table is read or refused with its cause, within 5 seconds and 256 MiB."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from service.errors import UnreadableTable
from service.exchange.columns import What
from service.exchange.delimited import read_delimited
from service.exchange.usecases import read_file
from service.exchange.workbooks import read_workbook
from service.messages import LANGUAGES, catalogue
from tests.exchange.hostile import HOSTILE, ROWS, good, with_parts
from tests.exchange.tables import csv_of, exported, send

SECONDS = 5.0
MEBIBYTES = 256
FILES = 200


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused_with_their_cause(name: str) -> None:
    make, messages = HOSTILE[name]
    content = make()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(UnreadableTable) as refused:
        read_file(content)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused.value.message in messages
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent <= SECONDS + 0.5  # of work; a busy machine takes longer on the clock
    for language in LANGUAGES:
        assert catalogue(language).detail_of(refused.value)


MEASURE = """
import resource, subprocess, sys
from service.exchange.apart import COMMAND
subprocess.run(COMMAND, stdin=open(sys.argv[1], "rb"), stdout=subprocess.DEVNULL,
               stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.parametrize(
    "name", ["zip bomb", "one long row", "empty rows and a stray cell", "deep"]
)
def test_no_workbook_takes_more_memory(name: str, tmp_path: object) -> None:
    make, _ = HOSTILE[name]
    file = f"{tmp_path}/hostile.xlsx"
    with open(file, "wb") as out:  # noqa: PTH123 - a plain path for another process
        out.write(make())
    command = [sys.executable, "-c", MEASURE, file]
    peak = subprocess.run(command, capture_output=True, check=True, text=True)
    assert int(peak.stdout) <= MEBIBYTES


def test_a_good_workbook_is_read_apart() -> None:
    (sheet,) = read_file(good())
    assert [list(row.cells) for row in sheet.rows] == ROWS


def test_pictures_are_no_xml() -> None:
    pictures = {f"xl/media/{n}.png": random.Random(n).randbytes(2_000_000) for n in range(3)}
    assert read_file(with_parts(pictures))


def test_a_child_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    dying = (sys.executable, "-c", "import os; os.abort()")
    monkeypatch.setattr("service.exchange.apart.COMMAND", dying)
    with pytest.raises(UnreadableTable, match="table-costly"):
        read_file(good())


def mutated(content: bytes, luck: random.Random) -> bytes:
    """With some bytes flipped, cut out, doubled or lost at the end."""
    found = bytearray(content)
    for _ in range(luck.randint(1, 8)):
        at, length = luck.randrange(len(found)), luck.randint(1, 40)
        match luck.randrange(4):
            case 0:
                found[at] ^= 1 << luck.randrange(8)
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[at : at + length] * luck.randint(1, 4)
            case _:
                found[at : at + length] = luck.randbytes(length)
        if not found:
            return b"x"
    return (
        bytes(found) if luck.random() < 0.8 else bytes(found[: luck.randrange(len(found))] or b"x")
    )


def read(content: bytes) -> str:
    """``read``, or the message of the refusal; anything else is a crash."""
    reader: Callable[[bytes], object] = (
        read_workbook if content.startswith(b"PK") else read_delimited
    )
    try:
        reader(content)
    except UnreadableTable as refused:
        return refused.message
    return "read"


def test_mutated_files_never_crash_the_reader() -> None:
    """Stored members are mutated too: deflated bytes hide most changes behind a checksum."""
    luck = random.Random(20261125)
    sources = [good(), stored(good()), csv_of(ROWS), csv_of(ROWS, encoding="gb18030")]
    found = [read(mutated(sources[n % len(sources)], luck)) for n in range(FILES)]
    assert len(found) == FILES
    assert {"read", "table-broken"} <= {*found}


@pytest.mark.slow
def test_mutated_files_never_crash_the_reader_at_length() -> None:
    luck = random.Random(1)
    sources = [good(), stored(good()), csv_of(ROWS), csv_of(ROWS, encoding="gb18030")]
    found = {read(mutated(sources[number % len(sources)], luck)) for number in range(10_000)}
    assert {"read", "table-broken"} <= found


def stored(content: bytes) -> bytes:
    """The same workbook with its parts not compressed."""
    from io import BytesIO  # noqa: PLC0415
    from zipfile import ZipFile  # noqa: PLC0415

    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


def broken_inside(luck: random.Random) -> bytes:
    """A sound package whose XML is mutated, so that it gets past the checksums."""
    from io import BytesIO  # noqa: PLC0415
    from zipfile import ZipFile  # noqa: PLC0415

    out = BytesIO()
    with ZipFile(BytesIO(good())) as old, ZipFile(out, "w") as new:
        wanted = luck.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, mutated(part, luck) if name == wanted else part)
    return out.getvalue()


def test_mutated_parts_never_crash_the_reader() -> None:
    luck = random.Random(7)
    found = {read(broken_inside(luck)) for _ in range(FILES)}
    assert {"read", "table-broken"} <= found


def test_mutated_files_never_crash_the_service(client: TestClient) -> None:
    luck = random.Random(11)
    sound = exported(client, What.CLUSTERS)
    before = client.get("/api/v1/clusters?limit=200").json()
    codes = set()
    for number in range(40):
        content = mutated(sound[:4000], luck) if number % 4 else broken_inside(luck)
        answer = send(client, content, What.CLUSTERS)
        codes.add(answer.status_code)
        assert answer.status_code < 500, answer.text
    assert codes <= {200, 422}
    assert client.get("/api/v1/clusters?limit=200").json() == before


def test_the_clock_is_no_part_of_a_refusal() -> None:
    """What can be told without parsing is refused at once."""
    begin = time.process_time()
    with pytest.raises(UnreadableTable):
        read_file(b"\xd0\xcf\x11\xe0" + bytes(10_000_000))
    assert time.process_time() - begin < 1
