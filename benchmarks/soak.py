"""Replicas under mixed load for a while: what they hold must stay flat.

``python -m benchmarks.soak --minutes 30 --replicas 2 [--url postgresql://…]``. Without an address a
SQLite file is seeded. Prints a row for each replica every ten seconds, then how fast memory grew
over the last two thirds, and ends with 1 if a limit was passed. ``--leak`` is the negative control:
it judges rows to which a steady leak was added.
"""

import argparse
import itertools
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

PATHS = (
    "/api/v1/clusters",
    "/api/v1/clusters/dalian",
    "/api/v1/suggestions?top=5",
    "/api/v1/suggestions/explain?a=dalian&b=keqiao",
    "/api/v1/statements",
    "/api/v1/no-such-thing",
    "/",
    "/clusters/dalian",
    "/readyz",
)
STEP_SECONDS = 10
WRITE_SECONDS = 2.0
GROWTH_MIB = 1.0
"""Per ten minutes."""
DESCRIPTORS = 2
WAL_MIB = 16.0


@dataclass(frozen=True, slots=True)
class Sample:
    seconds: float
    replica: int
    rss_mib: float
    descriptors: int
    threads: int
    wal_mib: float


def sample(began: float, replica: int, pid: int, wal: Path) -> Sample:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    facts = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return Sample(
        seconds=time.monotonic() - began,
        replica=replica,
        rss_mib=int(facts["VmRSS"].split()[0]) / 1024,
        descriptors=sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
        threads=int(facts["Threads"]),
        wal_mib=wal.stat().st_size / 2**20 if wal.exists() else 0.0,
    )


def load(ports: list[int], stop: threading.Event, answers: Counter[int]) -> None:
    chance = random.Random(threading.get_ident())
    while not stop.is_set():
        url = f"http://127.0.0.1:{chance.choice(ports)}{chance.choice(PATHS)}"
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                response.read()
                answers[response.status] += 1
        except urllib.error.HTTPError as error:
            answers[error.code] += 1


def edit(ports: list[int], key: str, stop: threading.Event, answers: Counter[int]) -> None:
    """A confirmed statement gets another weight through one replica after the other."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def call(method: str, path: str, body: dict[str, object] | None = None) -> object:
        port = ports[sum(answers.values()) % len(ports)]
        url = f"http://127.0.0.1:{port}/api/v1/statements{path}"
        more = {"If-Match": "*"} if method == "PATCH" else {}
        data = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(url, data, {**headers, **more}, method=method)
        with urllib.request.urlopen(asked, timeout=60) as response:  # noqa: S310 - loopback
            answers[response.status] += 1
            return json.load(response)

    found: Any = call("GET", "?status=confirmed&limit=1")
    number = found[0]["id"]
    for turn in itertools.count():
        if stop.wait(WRITE_SECONDS):
            return
        call("PATCH", f"/{number}", {"weight": turn % 5 + 1})


def make_key(url: str) -> str:
    command = ["-m", "service.cli", "key", "create", "soak", "--role", "organiser"]
    env = {**os.environ, "DUIJIE_DATABASE_URL": url}
    told = subprocess.run(  # noqa: S603 - our own
        [sys.executable, *command, "--format", "csv"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip().splitlines()[-1].rpartition(",")[2]


def growth(samples: list[Sample]) -> float:
    """MiB per ten minutes over the last two thirds."""
    late = [s for s in samples if s.seconds >= samples[-1].seconds / 3]
    slope, _ = np.polyfit([s.seconds for s in late], [s.rss_mib for s in late], 1)
    return float(slope) * 600


def faults(samples: list[Sample]) -> list[str]:
    late = [s for s in samples if s.seconds >= samples[-1].seconds / 3]
    found = []
    if growth(samples) > GROWTH_MIB:
        found.append(f"memory grows by {growth(samples):.2f} MiB in ten minutes")
    half = len(late) // 2
    held = [median(s.descriptors for s in part) for part in (late[:half], late[half:])]
    if abs(held[1] - held[0]) > DESCRIPTORS:
        found.append(f"descriptors went from {held[0]} to {held[1]}")
    if max(s.wal_mib for s in samples) > WAL_MIB:
        found.append("the write-ahead log grew")
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def start(url: str, folder: Path, port: int, log: int) -> subprocess.Popen[bytes]:
    env = {**os.environ, "DUIJIE_DATABASE_URL": url, "DUIJIE_DATA_DIR": str(folder)}
    env["DUIJIE_REQUIRE_DURABLE"] = "false"
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    return subprocess.Popen(command, env=env, stdout=log, stderr=log)  # noqa: S603 - our own


def wait_for(port: int) -> None:
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return


def run(url: str, folder: Path, options: argparse.Namespace) -> dict[int, list[Sample]]:
    stop, answers = threading.Event(), Counter[int]()
    ports = [free_port() for _ in range(options.replicas)]
    rows: dict[int, list[Sample]] = {number: [] for number in range(options.replicas)}
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb")).fileno()
        servers = []
        for port in ports:
            servers.append(stack.enter_context(start(url, folder, port, log)))
            stack.callback(servers[-1].terminate)
            wait_for(port)
        clients = [threading.Thread(target=load, args=(ports, stop, answers)) for _ in range(4)]
        writer = threading.Thread(target=edit, args=(ports, make_key(url), stop, answers))
        clients.append(writer)
        for client in clients:
            client.start()
        began = time.monotonic()
        while time.monotonic() - began < options.minutes * 60:
            time.sleep(STEP_SECONDS)
            for number, server in enumerate(servers):
                row = sample(began, number, server.pid, folder / "duijie.db-wal")
                rows[number].append(row)
                print(row, flush=True)
        stop.set()
        for client in clients:
            client.join()
    print("answers", dict(answers))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--url", default="")
    parser.add_argument("--leak", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = run(options.url or f"sqlite:///{name}/duijie.db", Path(name), options)
    bad = []
    for number, measured in rows.items():
        leak = 1 / 60 if options.leak else 0.0
        samples = [replace(s, rss_mib=s.rss_mib + leak * s.seconds) for s in measured]
        found = faults(samples)
        bad += found
        print(f"replica {number}: {growth(samples):+.2f} MiB in ten minutes", *found, sep="; ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
