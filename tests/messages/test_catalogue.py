import ast
import csv
import re
import string
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
import yaml
from jinja2 import nodes

from models.enums import Basis, ClusterKind, MeetingKind, StatementKind, TopicGroup, Visibility
from service.dashboard.rendering import environment
from service.messages import FOLDER, LANGUAGES, Language, catalogue

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "service" / "dashboard"
KEYS = set(catalogue("zh").messages)
WHOLLY_USED = ("", "access.", "erasures.", "errors.", "proposals.")
"""Catalogues of which every key stands in the code or in a template; the others are looked up."""
KEY = re.compile(r"[a-z_]+\.([a-z_0-9-]+\*?|\*)")
NAMESPACES = {key.split(".")[0] for key in KEYS}
CAUSES = (
    *("no_reason", "statements", "from_meeting", "from_register", "inferred", "drafts"),
    *("contradicted", "oldest_years"),
)
OBSTACLES = (
    *("no_needs", "unmet", "siblings_only", "too_general", "facets_differ", "wording_differs"),
    "know_how_far",
    *(f"{side}_{fault}" for side in ("gap", "strength") for fault in ("draft", "old", "light")),
    *(f"{side}_{basis}" for side in ("gap", "strength") for basis in Basis),
)


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    zh, en = ({k: placeholders(v) for k, v in catalogue(x).messages.items()} for x in LANGUAGES)
    assert zh == en


def test_no_message_is_empty_or_left_in_the_other_language() -> None:
    for key in KEYS - {"app.other_language"}:
        zh, en = catalogue("zh").messages[key], catalogue("en").messages[key]
        assert zh.strip()
        assert en.strip()
        assert not any("一" <= char <= "鿿" for char in en), key


def used_in_templates() -> Iterator[str]:
    for name in environment.list_templates():
        source = (DASHBOARD / "templates" / name).read_text(encoding="utf-8")
        for call in environment.parse(source).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield key_of(call.args[0])


def key_of(argument: nodes.Expr) -> str:
    """The key itself or, where a word is appended, what stands before it with a star."""
    if isinstance(argument, nodes.Concat):
        argument = argument.nodes[0]
        assert isinstance(argument, nodes.Const)
        return f"{argument.value}*"
    assert isinstance(argument, nodes.Const)
    return str(argument.value)


def used_in_code() -> Iterator[str]:
    """Literals that look like keys; of f-strings the part before the first value, with a star."""
    for path in (*DASHBOARD.glob("*.py"), ROOT / "service" / "messages" / "__init__.py"):
        nodes_of = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        formatted = [node for node in nodes_of if isinstance(node, ast.JoinedStr)]
        inside = {id(part) for node in formatted for part in node.values}
        for node in nodes_of:
            first = node.values[0] if isinstance(node, ast.JoinedStr) else node
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                if first is not node:
                    yield from keys(first.value + "*")
                elif id(node) not in inside:
                    yield from keys(first.value)


def keys(literal: str) -> Iterator[str]:
    namespace = literal.partition(".")[0]
    if KEY.fullmatch(literal) and namespace in NAMESPACES and not literal.endswith(".html"):
        yield literal


def test_every_key_in_use_exists_and_every_key_is_in_use() -> None:
    used = {*used_in_templates(), *used_in_code()}
    plain = {key for key in used if not key.endswith("*")}
    stems = tuple(key[:-1] for key in used if key.endswith("*"))
    assert plain - KEYS == set()
    files = [(FOLDER / f"{name}zh.yaml").read_text(encoding="utf-8") for name in WHOLLY_USED]
    ours = {key: text for file in files for key, text in yaml.safe_load(file).items()}
    assert {key for key in ours.keys() - plain if not key.startswith(stems)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_written_twice(language: Language) -> None:
    files = sorted(FOLDER.glob(f"*{language}.yaml"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    written = [line.partition(":")[0] for line in lines if KEY.fullmatch(line.partition(":")[0])]
    assert len(written) == len(set(written))
    assert len(files) > 1


@pytest.mark.parametrize(
    ("namespace", "words"),
    [
        ("kind", ClusterKind),
        ("meeting", MeetingKind),
        ("statement", StatementKind),
        ("origin", Basis),
        ("group", TopicGroup),
        ("audience", Visibility),
        ("cause", CAUSES),
        ("obstacle", OBSTACLES),
    ],
)
def test_every_word_of_a_vocabulary_has_a_message(
    namespace: str, words: type[StrEnum] | tuple[str, ...]
) -> None:
    assert {f"{namespace}.{word}" for word in words} - KEYS == set()


def test_every_country_of_the_register_has_a_name() -> None:
    with (ROOT / "seed_data" / "clusters.csv").open(encoding="utf-8", newline="") as file:
        countries = {f"country.{row['country']}" for row in csv.DictReader(file)}
    assert countries - KEYS == set()


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("2017-11-18", "2017年11月18日", "18 November 2017"),
        ("2017-01", "2017年1月", "January 2017"),
        ("2017", "2017年", "2017"),
        (None, "日期不详", "date unknown"),
    ],
)
def test_dates_say_what_is_known_of_them(iso: str | None, zh: str, en: str) -> None:
    assert (catalogue("zh").day(iso), catalogue("en").day(iso)) == (zh, en)


def test_a_missing_wording_is_shown_in_the_other_language() -> None:
    assert catalogue("en").pick("柯桥", None) == "柯桥"
    assert catalogue("zh").pick("柯桥", "Keqiao") == "柯桥"
    assert catalogue("en").pick("柯桥", "Keqiao") == "Keqiao"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        catalogue("zh").translate("no.such")
