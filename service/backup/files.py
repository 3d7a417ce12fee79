"""A file that is there as a whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from service.errors import BackupRefused


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Write to a nameless neighbour that takes the name ``path`` when the block ends well.

    Only its owner may read it. It is on the disk before it has the name. Without ``force`` a
    file that has the name already stays, even one that appeared meanwhile.

    Raises
    ------
    BackupRefused
        The name is taken, or the folder cannot be written to.
    """
    if path.is_dir() or (path.exists() and not force):
        raise BackupRefused("backup-exists", file=str(path))
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise BackupRefused("backup-folder", file=str(path), cause=str(error.strerror)) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(part, path, force=force)
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, path: Path, *, force: bool) -> None:
    if force:
        part.replace(path)
    else:
        try:
            path.hardlink_to(part)
        except FileExistsError:
            raise BackupRefused("backup-exists", file=str(path)) from None
        except OSError:  # a file system without hard links
            part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
