"""No regular expression takes more than time in proportion to what it reads."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
BAD = [
    [r"(a+)+$", True],
    [r"^(\w+\s?)*:$", False],
    [r"(?:a|a)*b", False],
    [r"a+b", True],
    [r"x[0-9]+[0-9]+y", False],
]
READS_16_CHARACTERS = "(?:[0-9][0-9.,]*|"
"""``clauses`` looks for a number in the few characters before a hit, never in more."""
GOOD = [[r"a+b", False], [r"[a-z]{1,8}@", True], [r"^[a-z0-9]+(-[a-z0-9]+)*$", True]]


def judge(patterns: list[list[Any]] | None, matches: int) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.support.regexes", str(matches)],
        input=json.dumps(patterns),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=400,
        check=True,
    )
    return dict(json.loads(answer.stdout))


def compiled_at() -> set[str]:
    """Every call of ``re`` in the source that brings a pattern."""
    found = set()
    for path in (ROOT / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Attribute(ast.Name("re"), name)) if name != "escape":
                    found.add(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@pytest.mark.parametrize("matches", [2, pytest.param(30, marks=pytest.mark.slow)])
def test_every_regex_of_the_program_is_near_linear(matches: int) -> None:
    told = judge(None, matches)
    slow = [case for case in told["slow"] if not case[1].startswith(READS_16_CHARACTERS)]
    assert slow == []
    assert told["checked"] > 30
    assert compiled_at() - set(told["places"]) == set()


def test_bad_ones_are_found_out_and_good_ones_pass() -> None:
    told = judge(BAD + GOOD, 2)
    assert sorted(pattern for _, pattern, _ in told["slow"]) == sorted(str(p) for p, _ in BAD)
