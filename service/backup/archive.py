"""The zip file: one member of JSON lines for each table, and the manifest."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from service.backup.manifest import MEMBER, Manifest, Part, member_of, read_manifest
from service.errors import BackupRefused

MANIFEST_LIMIT = 1024 * 1024
LINE_LIMIT = 128 * 1024 * 1024
"""Bytes of one row: longer ones are refused both ways, so that memory stays bounded."""
READ_AHEAD = 1024 * 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What zipfile raises on bytes that are no zip file, or a damaged one."""


def write_table(archive: zipfile.ZipFile, table: str, lines: Iterable[bytes]) -> Part:
    digest, rows, size = hashlib.sha256(), 0, 0
    with archive.open(member_of(table), "w", force_zip64=True) as member:
        for line in lines:
            if len(line) > LINE_LIMIT:
                raise BackupRefused("backup-row-size", table=table, row=rows + 1, limit=LINE_LIMIT)
            member.write(line)
            digest.update(line)
            rows, size = rows + 1, size + len(line)
    return Part(rows=rows, size=size, sha256=digest.hexdigest())


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    archive.writestr(MEMBER, manifest.model_dump_json(indent=2))


class Archive:
    """A back-up opened for reading. Nothing in it is believed before it was counted."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist()}
        if len(self._members) != len(archive.infolist()):
            raise BackupRefused("backup-members", member=MEMBER)
        self.manifest = read_manifest(self._small(MEMBER))
        expected = {MEMBER, *map(member_of, self.manifest.tables)}
        for odd in sorted(expected.symmetric_difference(self._members)):
            raise BackupRefused("backup-members", member=odd)

    def _open(self, name: str) -> IO[bytes]:
        info = self._members.get(name)
        if info is None or info.compress_type not in METHODS:
            raise BackupRefused("backup-members", member=name)
        return self._archive.open(info)

    def _small(self, name: str) -> bytes:
        with self._open(name) as member:
            raw = member.read(MANIFEST_LIMIT + 1)
        if len(raw) > MANIFEST_LIMIT:
            raise BackupRefused("backup-members", member=name)
        return raw

    def lines(self, table: str) -> Iterator[bytes]:
        """The rows of a table; stops with BackupRefused where they leave what was promised.

        Bytes are counted while they are inflated, whatever size the zip file declares.
        """
        part = self.manifest.tables[table]
        digest, rows, left = hashlib.sha256(), 0, part.size
        with damage(table), self._open(member_of(table)) as member:
            reader = io.BufferedReader(member, READ_AHEAD)  # type: ignore[type-var]
            while line := reader.readline(min(left, LINE_LIMIT) + 1):
                rows, left = rows + 1, left - len(line)
                if left < 0 or len(line) > LINE_LIMIT or not line.endswith(b"\n"):
                    raise BackupRefused("backup-checksum", table=table)
                digest.update(line)
                yield line
        if left or (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise BackupRefused("backup-checksum", table=table)


@contextmanager
def damage(place: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise BackupRefused("backup-damaged", place=place, cause=str(error)) from error


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Raises BackupRefused when the file is no back-up, or a damaged one."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupRefused("backup-folder", file=str(path), cause=str(error.strerror)) from error
    with file:
        with damage(path.name):
            archive = zipfile.ZipFile(file)
        with archive:
            with damage(MEMBER):
                opened = Archive(archive)
            yield opened
