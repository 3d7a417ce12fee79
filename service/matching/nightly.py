"""Everybody's best partners, in tiles that several processes or machines share."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from service.matching.index import MatchIndex
from service.matching.rank import rank_many
from service.matching.ranked import Ranked
from service.matching.terms import PairTerms
from service.matching.types import SCORER_VERSION, RankBy, Topics, Weights

Progress = Callable[[int, int], None]

COLUMNS = ("need", "offer", "mutual", "similarity")


@dataclass(frozen=True, slots=True)
class Night:
    """What is asked for everybody; the fields are those of ``rank_many``.

    ``tile`` is the number of clusters per file.
    """

    k: int = 20
    weights: Weights | None = None
    rank_by: RankBy = "score"
    topic: Topics = None
    reasons_only: bool = True
    tile: int = 1024


def rank_everybody(
    index: MatchIndex,
    folder: Path,
    night: Night | None = None,
    *,
    n_jobs: int = -1,
    backend: str = "loky",
    progress: Progress | None = None,
) -> Ranked:
    """The partners of every cluster, those of ``rank``, kept in ``folder`` tile by tile.

    A tile is written whole or not at all, so a run that was broken off goes on where it stopped
    when it is started again; one that is finished is only read.

    Parameters
    ----------
    n_jobs
        Processes, as joblib counts them. Each of them uses one thread.
    backend
        ``loky`` starts processes here. ``dask`` sends tiles to the workers of the open
        ``distributed.Client``; all of them must see ``folder``.
    progress
        Told how many tiles are finished, of how many, at the start and after each.

    Raises
    ------
    ValueError
        If the folder holds tiles of another question, or of an index with other facts.
    """
    night = night or Night()
    facts = _claim(index, folder, night)
    starts = range(0, len(index.clusters), night.tile)
    waiting = [start for start in starts if not _tile(folder, start).exists()]
    tell = progress or (lambda done, total: None)  # noqa: ARG005 - nobody listens
    tell(len(starts) - len(waiting), len(starts))
    if waiting:
        with joblib.parallel_config(backend=backend, n_jobs=n_jobs):
            finished = joblib.Parallel(return_as="generator_unordered", batch_size=1)(
                joblib.delayed(rank_tile)(str(folder), facts, start, night) for start in waiting
            )
            for done, _ in enumerate(finished, start=1):
                tell(len(starts) - len(waiting) + done, len(starts))
    return read(folder, index, night)


def read(folder: Path, index: MatchIndex, night: Night) -> Ranked:
    """What the finished tiles hold, by cluster, the best first.

    Raises
    ------
    FileNotFoundError
        If a tile is missing.
    """
    blend = (night.weights or index.params.weights).ranked_by(night.rank_by)
    parts = []
    for start in range(0, len(index.clusters), night.tile):
        with np.load(_tile(folder, start)) as kept:
            terms = PairTerms(*(kept[name] for name in COLUMNS))
            parts.append(Ranked(kept["a"], kept["b"], terms, blend))
    return Ranked.joined(parts, blend)


def rank_tile(folder: str, facts: str, start: int, night: Night) -> None:
    """Rank ``night.tile`` clusters from ``start`` on and keep the result; run by the workers.

    ``facts`` is the hash of the index, so that a worker never takes an older one that it keeps.
    """
    index = _index(folder, facts)
    rows = np.arange(start, min(start + night.tile, len(index.clusters)))
    with threadpool_limits(1):
        found = rank_many(
            index,
            rows,
            weights=night.weights,
            rank_by=night.rank_by,
            topic=night.topic,
            k=night.k,
            reasons_only=night.reasons_only,
        )
    columns = {name: getattr(found.terms, name) for name in COLUMNS}
    _write(_tile(Path(folder), start), lambda out: np.savez(out, a=found.a, b=found.b, **columns))


@lru_cache(maxsize=1)
def _index(folder: str, facts: str) -> MatchIndex:  # noqa: ARG001 - a key
    index: MatchIndex = joblib.load(Path(folder) / "index.joblib", mmap_mode="r")
    return index


def _claim(index: MatchIndex, folder: Path, night: Night) -> str:
    """Lay down the index and what is asked, or make sure that they are the same as before."""
    arrays = (index.needs, index.strengths, index.profiles, index.is_cluster, index.taxonomy)
    this: dict[str, Any] = {
        "scorer": SCORER_VERSION,
        "facts": joblib.hash((*arrays, index.params)),
        "night": json.loads(json.dumps(asdict(night))),
    }
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "night.json"
    if note.exists():
        if json.loads(note.read_text(encoding="utf-8")) != this:
            raise ValueError(
                f"{folder} holds the tiles of another question or register; name an empty folder"
            )
    else:
        _write(folder / "index.joblib", lambda out: joblib.dump(index, out))
        _write(note, lambda out: out.write(json.dumps(this).encode()))
    return str(this["facts"])


def _tile(folder: Path, start: int) -> Path:
    return folder / f"tile-{start:09}.npz"


def _write(path: Path, fill: Callable[[Any], object]) -> None:
    """The file appears under its name when all of it is on the disk."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            fill(out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
