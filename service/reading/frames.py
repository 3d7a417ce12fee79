"""How a reader and its child speak: a length and so many bytes, a header of JSON before them."""

import json
import struct
from typing import Any, BinaryIO

from service.errors import DomainError, UnreadableDocument, UnsupportedMedia
from service.reading.types import Note, Reading

LENGTHS = struct.Struct("!II")
LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 64 * 1024 * 1024
REFUSALS: dict[str, type[DomainError]] = {
    kind.__name__: kind for kind in (UnreadableDocument, UnsupportedMedia)
}


def send(file: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    text = json.dumps(head).encode()
    file.write(LENGTHS.pack(len(text), len(body)) + text)
    file.write(body)
    file.flush()


def receive(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """EOFError when the other side is gone or does not keep to the form."""
    size = file.read(LENGTHS.size)
    if len(size) < LENGTHS.size:
        raise EOFError
    head_size, body_size = LENGTHS.unpack(size)
    if head_size > LONGEST_HEAD or body_size > LONGEST_BODY:
        raise EOFError
    head, body = file.read(head_size), file.read(body_size)
    if len(head) < head_size or len(body) < body_size:
        raise EOFError
    return json.loads(head), body


def send_reading(file: BinaryIO, reading: Reading) -> None:
    notes = [[note.key, note.values] for note in reading.notes]
    head = {"media_type": reading.media_type, "charset": reading.charset, "notes": notes}
    send(file, head, reading.text.encode("utf-8", "surrogatepass"))


def send_refusal(file: BinaryIO, refusal: DomainError) -> None:
    head = {"refusal": type(refusal).__name__, "message": refusal.message, "values": refusal.values}
    send(file, head)


def reading_of(head: dict[str, Any], body: bytes) -> Reading:
    """The reading that was sent; the refusal is raised if it was one."""
    if "refusal" in head:
        raise REFUSALS[head["refusal"]](head["message"], **head["values"])
    notes = tuple(Note(key, values) for key, values in head["notes"])
    text = body.decode("utf-8", "surrogatepass")
    return Reading(text, head["media_type"], head["charset"], notes)
