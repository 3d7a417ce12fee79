"""CPU and memory until the first ranking of 2,000 clusters, each time in a process of its own.

    python -m benchmarks.phrase_start

The first start by meaning computes all vectors; the later ones find them in the database.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks.phrase_quality import lexicon
from models import Cluster, Statement, Topic
from models.enums import Basis, Visibility
from service.matching import meaning
from service.runtime import make_runtime
from service.settings import Settings
from service.suggestions import usecases
from service.suggestions.views import RankingQuery

CLUSTERS, EACH, TURNS = 2000, 8, 3


def settings(folder: Path, phrases: str) -> Settings:
    url = f"sqlite:///{folder / 'start.db'}"
    return Settings.model_validate({"database_url": url, "data_dir": folder, "phrases": phrases})


def fill(folder: Path) -> None:
    """The shipped facts, and made-up clusters that say labels of the lexicon."""
    runtime = make_runtime(settings(folder, "tfidf"))
    runtime.upgrade()
    draw, labels = random.Random(7), lexicon()
    with runtime.sessions.write() as session:
        topics = {topic.notation: topic.id for topic in session.scalars(select(Topic))}
        place = values(session.scalars(select(Cluster)).first())
        said = session.scalars(select(Statement).where(Statement.basis == Basis.REGISTER)).first()
        statement = values(said) | {"seed_key": None, "asks": False}
        there = len(session.scalars(select(Cluster.id)).all())
        for i in range(CLUSTERS - there):
            new = place | {"slug": f"x{i}", "name_zh": f"某{i}", "name_en": f"X{i}"}
            made = session.execute(insert(Cluster).values(new)).inserted_primary_key[0]
            for nth in range(EACH):
                label = draw.choice(labels)
                own = {"cluster_id": made, "topic_id": topics[label.topic], "phrase": label.text}
                kind = "strength" if nth % 2 else "gap"
                session.execute(insert(Statement).values(statement | own | {"kind": kind}))
    runtime.engine.dispose()


def values(row: Any) -> dict[str, Any]:
    columns = (c.name for c in row.__table__.columns if c.computed is None and c.name != "id")
    return {name: getattr(row, name) for name in columns}


def start(folder: Path, phrases: str) -> None:
    """Print what a start and its first ranking took of this process, as JSON."""
    runtime = make_runtime(settings(folder, phrases))
    runtime.upgrade()
    upgraded = time.process_time()
    with runtime.sessions.read() as session:
        query = RankingQuery(as_of=runtime.today(), audience=Visibility.PUBLIC, top=10)
        usecases.suggest_pairs(session, runtime.rankings, query)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ranked = time.process_time()
    print(json.dumps({"ranking_s": ranked - upgraded, "all_s": ranked, "memory_mb": memory}))


def started(folder: Path, phrases: str) -> dict[str, float]:
    call = [sys.executable, "-m", "benchmarks.phrase_start", str(folder), phrases]
    done = subprocess.run(call, capture_output=True, text=True, check=True)  # noqa: S603 - itself
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        kinds = ["tfidf", "meaning"] if meaning.installed() else ["tfidf"]
        took: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
        if "meaning" in kinds:
            print("first start by meaning", rounded(started(folder, "meaning")))
        for _ in range(TURNS):
            for kind in kinds:
                took[kind].append(started(folder, kind))
        for kind, runs in took.items():
            medians = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            print(kind, rounded(medians))


def rounded(found: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 2) for key, value in found.items()}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        start(Path(sys.argv[1]), sys.argv[2])
    else:
        main()
