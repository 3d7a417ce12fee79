"""Put a report into a folder below the data directory, whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from service.reports.mail import Undelivered


def put(root: Path, folder: str, files: Mapping[str, bytes]) -> None:
    """Write ``files`` by name; one that exists is replaced at once, never seen half-written.

    Raises
    ------
    Undelivered
        If ``folder`` leads out of ``root``, or the disk refuses.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        target = (root / folder).resolve()
        if target.parent != root.resolve():
            raise Undelivered("the folder lies outside the report folder", final=True)
        target.mkdir(exist_ok=True)
        for name, content in files.items():
            _replace(target / name, content)
        _sync(target)
    except OSError as error:
        raise Undelivered(f"{type(error).__name__}: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o640)
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def _sync(folder: Path) -> None:
    """Make the new names survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
