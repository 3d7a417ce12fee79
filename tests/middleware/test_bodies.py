"""Bodies are bounded in size and depth, and only looked at by who may send one."""

import contextlib
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from service.middleware.bodies import MAX_DEPTH, is_deep
from service.settings import Settings
from tests.support.server import Served, served

JSON_LIMIT, UPLOAD_LIMIT = 1024 * 1024, 10 * 1024 * 1024
BOUNDARY = b"--frontier"
PART = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'


def head(path: str, kind: str, **more: str) -> bytes:
    fields = {"Host": "a", "Content-Type": kind} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    lines = [f"POST /api/v1/{path} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def form(*parts: tuple[bytes, bytes, bytes]) -> bytes:
    body = b"".join(BOUNDARY + b"\r\n" + PART % part for part in parts)
    return body + BOUNDARY + b"--\r\n"


@pytest.fixture(scope="module")
def server(odd_app: FastAPI) -> Iterator[Served]:
    with served(odd_app, Settings()) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "kind", "limit"),
    [
        ("echo", "application/json", JSON_LIMIT),
        ("echo", "text/plain", JSON_LIMIT),
        ("upload", "multipart/form-data; boundary=frontier", UPLOAD_LIMIT),
    ],
)
def test_too_large_however_it_is_sent(server: Served, path: str, kind: str, limit: int) -> None:
    start = b'"' if path == "echo" else BOUNDARY + b"\r\n" + PART % (b"file", b"a", b"")
    declared = server.send(head(path, kind, Content_Length=str(limit + 1)))
    streamed = server.send(
        head(path, kind, Transfer_Encoding="chunked"),
        *chunked(iter([start, *[b"x" * 65536] * (limit // 65536 + 1)])),
    )
    for answer in (declared, streamed):
        assert answer.status == 413
        assert answer.json["type"] == "/problems/too-large"
        assert answer.json["limit"] == limit


def test_what_fits_is_read(server: Served) -> None:
    text = b'"%b"' % (b"x" * (JSON_LIMIT - 2))
    answer = server.send(head("echo", "application/json", Content_Length=str(len(text))), text)
    assert (answer.status, answer.json) == (200, len(text))
    body = form((b"file", b"a.bin", b"x" * (UPLOAD_LIMIT - 1000)))
    kind = "multipart/form-data; boundary=frontier"
    answer = server.send(head("upload", kind, Content_Length=str(len(body))), body)
    assert (answer.status, answer.json) == (200, UPLOAD_LIMIT - 1000)


def test_a_length_that_lies_gains_nothing(server: Served) -> None:
    short = head("echo", "application/json", Content_Length="4")
    answer = server.send(short + b"1234" + b"x" * 2_000_000)
    assert (answer.status, answer.body[:1]) == (200, b"4")
    both = head("echo", "application/json", Content_Length="4", Transfer_Encoding="chunked")
    answer = server.send(both, *chunked(iter([b'"', *[b"x" * 65536] * 20])))
    assert answer.status in (400, 413)
    twice = head("echo", "application/json", Content_Length="4\r\nContent-Length: 9")
    assert server.send(twice + b"1234").status == 400


@pytest.mark.parametrize("length", ["1000000000000", "9" * 19])
def test_who_may_not_write_is_told_before_the_body_counts(server: Served, length: str) -> None:
    answer = server.send(head("guarded", "application/json", Content_Length=length))
    assert answer.status == 401
    assert server.send(head("unread", "application/json", Content_Length=length)).status == 200
    assert server.send(head("nowhere", "application/json", Content_Length=length)).status == 404


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 20_000 + "1" + "}" * 20_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le"])
def test_deep_json_is_refused(odd: TestClient, text: str, encoding: str) -> None:
    kind = {"Content-Type": "application/json"}
    answer = odd.post("/api/v1/echo", content=text.encode(encoding), headers=kind)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/unprocessable"
    assert answer.json()["limit"] == MAX_DEPTH


def test_json_as_deep_as_allowed_is_read(odd: TestClient) -> None:
    kind = {"Content-Type": "application/vnd.duijie+json"}
    for depth, status in ((MAX_DEPTH, 200), (MAX_DEPTH + 1, 422)):
        text = "[" * depth + "]" * depth
        assert odd.post("/api/v1/echo", content=text, headers=kind).status_code == status


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}"\\a字\n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='[{"\\'), inner),
    max_leaves=30,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.integers(0, 2 * MAX_DEPTH))
def test_brackets_in_texts_do_not_count(value: object, wrapped: int) -> None:
    text = "[" * wrapped + json.dumps(value, ensure_ascii=False) + "]" * wrapped
    assert is_deep(text.encode()) == (depth_of(value) + wrapped > MAX_DEPTH)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_judged_too(body: bytes) -> None:
    assert is_deep(body) in (True, False)


def test_many_parts_and_fields_are_refused(server: Served) -> None:
    kind = "multipart/form-data; boundary=frontier"
    for body in (
        form(*[(b"file", b"a.txt", b"x")] * 6),
        form((b"file", b"a.txt", b"x")).replace(b"--\r\n", b"")
        + (b'\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' + BOUNDARY) * 51
        + b"--\r\n",
        BOUNDARY + b"\r\n" + b"X-More: 1\r\n" * 100 + PART % (b"file", b"a", b"x"),
        BOUNDARY + b"\r\n" + b"X-More: " + b"y" * 9000 + b"\r\n" + PART % (b"file", b"a", b"x"),
    ):
        answer = server.send(head("upload", kind, Content_Length=str(len(body))), body)
        assert answer.status == 400
        assert answer.json["type"] == "/problems/http-400"


@pytest.fixture
def apart() -> Iterator[tuple[Served, int]]:
    """A server in a process of its own, and the id of that."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "tests.middleware.odd", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        server = Served("127.0.0.1", port)
        while process.poll() is None:
            with contextlib.suppress(ConnectionRefusedError):
                server.connect().close()
                break
            time.sleep(0.05)
        yield server, process.pid
        process.terminate()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_refusing_takes_little_time_and_memory(apart: tuple[Served, int]) -> None:
    server, pid = apart
    start = BOUNDARY + b"\r\n" + PART % (b"file", b"a", b"")
    kinds = {"upload": "multipart/form-data; boundary=frontier", "echo": "application/json"}
    warm = server.send(head("echo", "application/json", Content_Length="1"), b"1")
    assert warm.status == 200
    before, took = peak_kib(pid), []
    for path, kind in kinds.items():
        for _ in range(10):
            began = time.monotonic()
            pieces = chunked(iter([start, *[b"x" * 65536] * 1600]))
            answer = server.send(head(path, kind, Transfer_Encoding="chunked"), *pieces)
            took.append(time.monotonic() - began)
            assert answer.status == 413
    grown = (peak_kib(pid) - before) / 1024
    print(f"20 × 100 MB refused, slowest {max(took):.2f} s, +{grown:.1f} MiB")  # noqa: T201 - the figure
    assert grown <= 64
    assert statistics.median(took) < 1


def peak_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
