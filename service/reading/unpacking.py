"""The parts of a Word document, unpacked with care: bytes are counted as they come out.

What an archive declares is not believed, and nothing in it is unpacked a second time.
"""

import io
import zipfile
import zlib

from service.errors import UnreadableDocument
from service.reading.bounds import INFLATED_BYTES, MOST_PARTS

CHUNK = 256 * 1024
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
READ = (".xml", ".rels")
DECLARATIONS = tuple(
    word.encode(coding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for coding in ("utf-8", "utf-16-le", "utf-16-be")
)
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, KeyError),
)


def repacked(content: bytes) -> io.BytesIO:
    """The same document, its XML alone and no longer compressed: other parts are empty.

    Raises
    ------
    UnreadableDocument
        The archive is broken, locked, or unpacks to more than is allowed; or a part declares
        entities.
    """
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as plain:
            _copy(archive, plain)
    except BROKEN as error:
        raise UnreadableDocument("docx-damaged") from error
    out.seek(0)
    return out


def _copy(archive: zipfile.ZipFile, plain: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_PARTS:
        raise UnreadableDocument("docx-parts", limit=MOST_PARTS)
    left, seen = INFLATED_BYTES, set()
    for member in members:
        if member.filename in seen:
            raise UnreadableDocument("docx-damaged")
        seen.add(member.filename)
        if member.flag_bits & 1:
            raise UnreadableDocument("docx-locked")
        if member.filename.lower().endswith(READ):
            part = _inflated(archive, member, left)
            left -= len(part)
            if any(word in part for word in DECLARATIONS):
                raise UnreadableDocument("docx-entities")
        else:
            part = b""
        plain.writestr(zipfile.ZipInfo(member.filename), part)


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    if member.compress_type not in METHODS:
        raise UnreadableDocument("docx-damaged")
    chunks = []
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise UnreadableDocument("docx-bomb", limit=INFLATED_BYTES // 2**20)
            chunks.append(chunk)
    return b"".join(chunks)
