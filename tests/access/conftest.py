"""The cast on the stage: one database for a module, in which nothing that is done remains."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from service.runtime import Runtime
from service.suggestions.rankings import Rankings
from tests.access.cast import Cast, Rehearsal, assemble
from tests.access.principals import add_principals
from tests.conftest import Databases, runtime_on, shipped
from tests.reports.conftest import Clock


@pytest.fixture(scope="module")
def stage(
    databases: Databases, bare_app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cast]:
    """All shipped facts and the cast; what is written stays."""
    clock = Clock()
    runtime = runtime_on(databases.fresh("seeded", shipped()), tmp_path_factory.mktemp("cast"))
    settings = runtime.settings.model_copy(update={"requests_per_minute": 0})
    runtime = replace(runtime, clock=clock, settings=settings)
    add_principals(runtime.sessions)
    cast = Cast(bare_app, runtime, clock)
    cast.perform(runtime)
    assemble(cast)
    yield cast
    runtime.engine.dispose()


@pytest.fixture
def cast(stage: Cast) -> Cast:
    """What is written is answered and then undone."""
    rehearsed = rehearsing(stage.runtime)
    stage.perform(rehearsed)
    return stage


def rehearsing(runtime: Runtime) -> Runtime:
    return replace(runtime, sessions=Rehearsal(runtime.engine), rankings=Rankings())
