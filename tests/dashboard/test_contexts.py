"""Templates and contexts agree, and templates only print."""

from dataclasses import FrozenInstanceError, fields

import pytest
from jinja2 import meta, nodes

from service.dashboard import (
    access_contexts,
    blend_contexts,
    contexts,
    exchange_contexts,
    gathering_contexts,
    run_contexts,
    trust_contexts,
)
from service.dashboard.contexts import Page
from service.dashboard.frame import Link
from service.dashboard.rendering import HERE, environment

PAGES = [
    kind
    for module in (
        *(contexts, access_contexts, exchange_contexts),
        *(blend_contexts, gathering_contexts, run_contexts, trust_contexts),
    )
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Page) and kind is not Page
]
PROVIDED = {"t", *environment.globals}
ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)


def tree(name: str) -> nodes.Template:
    return environment.parse((HERE / "templates" / name).read_text(encoding="utf-8"))


def names_in(template: str) -> set[str]:
    """What a template and those it extends take from the context."""
    parsed = tree(template)
    parents = [node.template.value for node in parsed.find_all(nodes.Extends)]  # type: ignore[attr-defined]
    imported = {node.target for node in parsed.find_all(nodes.Import)}
    found = meta.find_undeclared_variables(parsed) - imported
    return found.union(*map(names_in, parents)) - PROVIDED


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_template_uses_exactly_the_fields_of_its_context(page: type[Page]) -> None:
    assert names_in(page.template) == {field.name for field in fields(page)}


def test_every_page_template_has_a_context() -> None:
    shared = {"base.html", "parts.html"}
    assert {page.template for page in PAGES} == set(environment.list_templates()) - shared


@pytest.mark.parametrize("name", environment.list_templates())
def test_templates_do_no_arithmetic(name: str) -> None:
    assert list(tree(name).find_all(ARITHMETIC)) == []


def test_contexts_are_frozen() -> None:
    row = contexts.DockingRow(Link("柯桥", "/clusters/keqiao"), "2017", "面料", "对接", "公开报道")
    with pytest.raises(FrozenInstanceError):
        row.date = "2018"  # type: ignore[misc]
    assert all(page.__dataclass_params__.frozen for page in PAGES)  # type: ignore[attr-defined]
