"""``duijie db backup`` and ``duijie db restore``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.backup.manifest import Manifest
from service.backup.restoring import restore as restore_into
from service.backup.saving import save
from service.messages import own_language
from service.output import note
from service.runtime import open_runtime


def backup(file: Path, *, force: bool) -> None:
    with open_runtime(ready=False) as runtime, bar() as (starts, progress):
        manifest = save(
            runtime.engine,
            file,
            now=runtime.clock(),
            force=force,
            starts=starts,
            progress=progress,
        )
    _tell("backup.made", file, manifest)


def restore(file: Path) -> None:
    with open_runtime(ready=False) as runtime, bar() as (starts, progress):
        manifest = restore_into(runtime.engine, file, starts=starts, progress=progress)
    _tell("backup.restored", file, manifest)


def _tell(key: str, file: Path, manifest: Manifest) -> None:
    note(
        own_language().translate(
            key,
            file=file,
            rows=manifest.rows,
            tables=len(manifest.tables),
            kilobytes=-(-file.stat().st_size // 1000),
            revision=manifest.revision,
            made_at=manifest.made_at.isoformat(timespec="seconds"),
        )
    )


@contextmanager
def bar() -> Iterator[tuple[Callable[[int], None], Callable[[str, int], None]]]:
    """What to tell the number of rows and each step: shown on stderr if it is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:>20}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task("", total=None)
        yield (
            lambda rows: shown.update(task, total=rows),
            lambda table, rows: shown.update(task, description=table, advance=rows),
        )
