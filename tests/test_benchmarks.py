import json
import sys
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import registry
from benchmarks.bench_cosine import nearest
from benchmarks.registry import MODULES, Result


@pytest.fixture
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("stand_in")
    module.both = lambda: [  # type: ignore[attr-defined]
        Result.less_is_better("less", 2.0, "ms", 6.0),
        Result.more_is_better("more", 6.0, "pages/s", 2.0),
        Result("alone", 1.0, "s"),
    ]
    monkeypatch.setitem(sys.modules, "stand_in", module)
    monkeypatch.setitem(MODULES, "both", "stand_in")


@pytest.mark.usefixtures("_stand_in")
def test_json_is_a_list_of_figures_with_their_baseline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "both", "--format", "json"])
    assert command.main() == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "less", "value": 2.0, "unit": "ms", "baseline": 6.0, "ratio": 3.0},
        {"name": "more", "value": 6.0, "unit": "pages/s", "baseline": 2.0, "ratio": 3.0},
        {"name": "alone", "value": 1.0, "unit": "s", "baseline": None, "ratio": None},
    ]


def test_without_a_name_the_names_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks"])
    assert command.main() == 0
    assert capsys.readouterr().out.split() == list(MODULES)
    assert all(find_spec(module) for module in MODULES.values())


def test_works_are_timed_in_turns_after_one_to_warm_up() -> None:
    done: list[str] = []
    medians = registry.seconds(lambda: done.append("a"), lambda: done.append("b"), rounds=2)
    assert "".join(done) == "ababab"
    assert len(medians) == 2


def test_what_is_compared_with_peers_finds_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.bench_cosine.TILE", 256)
    draw = np.random.default_rng(1)
    items = draw.standard_normal((1500, 8), dtype=np.float32)
    queries = draw.standard_normal((5, 8), dtype=np.float32)
    by_hand = np.argsort(-(items @ queries.T).T, axis=1, kind="stable")[:, :4]
    assert nearest(queries, items, 4).tolist() == by_hand.tolist()
