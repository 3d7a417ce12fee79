from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.matching import nightly, rank
from service.matching.index import MatchIndex
from service.matching.nightly import Night, rank_everybody
from service.matching.types import Weights
from tests.matching.facts import index_of, made_up

NIGHT = Night(k=3, tile=7)


@pytest.fixture
def index() -> MatchIndex:
    return index_of(*made_up(21, 30, 6))


def one_by_one(index: MatchIndex, **asked: Any) -> list[Any]:
    return [pair for row in range(30) for pair in rank.rank(index, row, **asked)]


def test_everybodys_partners_are_those_of_each(index: MatchIndex, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found = rank_everybody(
        index, tmp_path, NIGHT, n_jobs=1, progress=lambda *done: told.append(done)
    )
    assert found.pairs() == one_by_one(index, k=3)
    assert told == [(done, 5) for done in range(6)]
    asked = Night(k=2, tile=30, weights=Weights(1, 0, 0, 0), topic="fabric", reasons_only=False)
    found = rank_everybody(index, tmp_path / "other", asked, n_jobs=1)
    assert found.pairs() == one_by_one(
        index, k=2, weights=Weights(1, 0, 0, 0), topic="fabric", reasons_only=False
    )


def test_a_run_that_broke_off_goes_on_where_it_stopped(
    index: MatchIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rank_everybody(index, tmp_path / "whole", NIGHT, n_jobs=1).pairs()
    ranked: list[int] = []
    inner = nightly.rank_tile

    def breaking(folder: str, facts: str, start: int, night: Night) -> None:
        if start == 14 and len(ranked) == 2:
            raise KeyboardInterrupt
        ranked.append(start)
        inner(folder, facts, start, night)

    monkeypatch.setattr(nightly, "rank_tile", breaking)
    with pytest.raises(KeyboardInterrupt):
        rank_everybody(index, tmp_path / "night", NIGHT, n_jobs=1)
    ranked.append(-1)
    assert rank_everybody(index, tmp_path / "night", NIGHT, n_jobs=1).pairs() == whole
    assert ranked == [0, 7, -1, 14, 21, 28]
    assert not list((tmp_path / "night").glob("*.part"))


def test_a_tile_that_breaks_while_it_is_written_leaves_no_file(
    index: MatchIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(out: Any, **_columns: Any) -> None:
        out.write(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full)
        with pytest.raises(OSError, match="No space left"):
            rank_everybody(index, tmp_path, NIGHT, n_jobs=1)
    assert not list(tmp_path.glob("tile-*"))
    assert rank_everybody(index, tmp_path, NIGHT, n_jobs=1).pairs() == one_by_one(index, k=3)


def test_tiles_of_another_question_or_register_are_refused(
    index: MatchIndex, tmp_path: Path
) -> None:
    rank_everybody(index, tmp_path, NIGHT, n_jobs=1)
    with pytest.raises(ValueError, match="another question or register; name an empty folder"):
        rank_everybody(index, tmp_path, Night(k=4, tile=7), n_jobs=1)
    with pytest.raises(ValueError, match="another question or register"):
        rank_everybody(index_of(*made_up(22, 30, 6)), tmp_path, NIGHT, n_jobs=1)
    again = index_of(*made_up(21, 30, 6))
    assert rank_everybody(again, tmp_path, NIGHT, n_jobs=1).pairs() == one_by_one(index, k=3)


@pytest.mark.slow
def test_several_processes_find_the_same(index: MatchIndex, tmp_path: Path) -> None:
    found = rank_everybody(index, tmp_path, NIGHT, n_jobs=2)
    assert found.pairs() == one_by_one(index, k=3)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cluster_of_several_processes_finds_the_same(index: MatchIndex, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        found = rank_everybody(index, tmp_path, NIGHT, backend="dask")
    assert found.pairs() == one_by_one(index, k=3)
