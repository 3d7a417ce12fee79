"""What the documents say is so."""

import re
from pathlib import Path

import pytest

from service.cli import app
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """The commands of each block of code, without what is said beside them."""
    found = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [re.sub(r"\s*#.*", "", block).strip() for block in found]


@pytest.mark.parametrize("name", READMES)
def test_the_first_block_is_the_two_commands(name: str) -> None:
    assert blocks(read(name))[0].split() == ["make", "run", "make", "test"]


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (blocks(read(name)) for name in READMES)
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_explained_and_no_other(name: str) -> None:
    explained = set(re.findall(r"`DUIJIE_([A-Z_]+)`", read(name)))
    assert explained == {field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("name", READMES)
def test_every_command_that_is_shown_exists(name: str) -> None:
    shown = set(re.findall(r"bin/duijie (\w+)", read(name)))
    known = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    known |= {str(group.name) for group in app.registered_groups}
    assert shown
    assert shown <= known


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/**/*.md")) + [ROOT / n for n in READMES])
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_decision_has_a_status_and_a_date() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert len(decisions) > 10
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        assert re.search(r"Status", text), decision.name
        assert re.search(r"2026-\d\d-\d\d", text), decision.name


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/**/*.md")))
def test_tests_that_are_named_exist(path: Path) -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
