"""The cores are pure: importing them loads neither tables nor web nor database."""

import pkgutil
import subprocess
import sys

import pytest

import service

CORES = ("matching", "extraction")
FOREIGN = ("sqlalchemy", "fastapi", "pydantic", "models")


@pytest.mark.parametrize("core", CORES)
def test_a_core_loads_nothing_foreign(core: str) -> None:
    folders = [f"{path}/{core}" for path in service.__path__]
    modules = [m.name for m in pkgutil.walk_packages(folders, f"service.{core}.")]
    if not modules:
        pytest.skip(f"there is no service.{core}")
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(sorted(set({FOREIGN!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
