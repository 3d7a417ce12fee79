"""A disk for SQLite that loses what was not synced when the power is cut.

The operating system keeps a killed program's writes, so only a file system of our own can show
what a power cut does. Writes are kept apart until the file is synced; at the cut each sector of
an un-synced write survives or not, by chance. Directory entries always survive.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""


@dataclass
class File:
    """What is on the platter, and the writes (offset, bytes) and truncations (size) since."""

    durable: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes] | int] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.waiting:
            apply(self.durable, change)
        self.waiting.clear()

    def after_cut(self, luck: random.Random) -> bytes:
        image = bytearray(self.durable)
        for piece in sectors(self.waiting):
            if luck.random() < 0.5:
                apply(image, piece)
        return bytes(image)


def sectors(changes: Sequence[tuple[int, bytes] | int]) -> Iterator[tuple[int, bytes] | int]:
    for change in changes:
        if isinstance(change, int):
            yield change
            continue
        offset, data = change
        while data:
            length = SECTOR - offset % SECTOR
            yield offset, data[:length]
            offset, data = offset + length, data[length:]


def apply(image: bytearray, change: tuple[int, bytes] | int) -> None:
    if isinstance(change, int):
        del image[change:]
        return
    offset, data = change
    image.extend(bytes(max(0, offset - len(image))))
    image[offset : offset + len(data)] = data


class Disk:
    """Counts operations; at the one numbered ``cut_at`` the power goes.

    What the program does after that is lost on the disk, which the program cannot know.
    """

    def __init__(self, luck: random.Random, cut_at: int | None = None) -> None:
        self.luck, self.cut_at = luck, cut_at
        self.files: dict[str, File] = {}
        self.operations = 0
        self.syncs = 0
        self.left: dict[str, bytes] = {}
        """After the cut: each file as it is found when the power is back."""

    @property
    def dark(self) -> bool:
        return bool(self.left)

    def file(self, path: str) -> File:
        if path not in self.files:
            found = Path(path).read_bytes() if Path(path).exists() else b""
            self.files[path] = File(bytearray(found))
        return self.files[path]

    def work(self, path: str, change: tuple[int, bytes] | int | None) -> None:
        """Take one change, or sync the file if there is none."""
        self.operations += 1
        if self.operations == self.cut_at:
            self.cut()
        if change is None:
            self.syncs += 1
            self.file(path).sync()
        else:
            self.file(path).waiting.append(change)

    def cut(self) -> None:
        self.left = {path: file.after_cut(self.luck) for path, file in self.files.items()}

    def restore(self, folder: Path) -> None:
        """Write what was left into ``folder``; the shared-memory file was never on the disk."""
        for path, content in self.left.items():
            (folder / Path(path).name).write_bytes(content)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.disk = disk
        self.path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        disk.file(self.path)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self.disk.work(self.path, (offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        self.disk.work(self.path, size)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self.disk.work(self.path, None)
        super().xSync(flags)


class _FileSystem(apsw.VFS):
    def __init__(self, disk: Disk, name: str) -> None:
        super().__init__(name, "")
        self.disk = disk

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _File:  # noqa: N802 - SQLite's name
        return _File(self.disk, name, flags)


@contextmanager
def on(disk: Disk, database: Path) -> Iterator[apsw.Connection]:
    """A connection whose files lie on ``disk``."""
    file_system = _FileSystem(disk, f"cut{id(disk)}")
    connection = apsw.Connection(str(database), vfs=f"cut{id(disk)}")
    try:
        yield connection
    finally:
        connection.close()
        file_system.unregister()
