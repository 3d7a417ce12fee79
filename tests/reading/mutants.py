"""Documents of every format, broken in ways that chance and malice think of."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

from tests.reading.documents import (
    ENGLISH,
    SAID,
    TRADITIONAL,
    column,
    forged,
    pdf,
    stream,
    with_part,
    word,
    wrapped,
    written,
)
from tests.reading.pages import FIRST, SECOND

PRINTED = [line for text in SAID * 4 for line in wrapped(text, 40)]
WORD_BODY = "word/document.xml"


def table(document: object) -> None:
    made = document.add_table(20, 4)  # type: ignore[attr-defined]
    for number, cell in enumerate(made._cells):
        cell.text = SAID[number % 5]


SEEDS: list[bytes] = [
    word(*SAID * 3, change=table),
    word(*ENGLISH),
    pdf(column(PRINTED), column(PRINTED[::-1])),
    pdf(column(PRINTED), [], picture=1),
    *(page.html.encode("gb18030") for page in (*FIRST.values(), *SECOND.values())),
    *("\n".join(SAID * 5).encode(charset) for charset in ("utf-8", "gb18030", "utf-16")),
    TRADITIONAL.encode("big5"),
]
Change = Callable[[random.Random, bytearray], None]


def flip_bits(luck: random.Random, data: bytearray) -> None:
    for _ in range(luck.choice([1, 3, 30, 300])):
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)


def cut_off(luck: random.Random, data: bytearray) -> None:
    del data[luck.randrange(len(data)) :]


def take_out(luck: random.Random, data: bytearray) -> None:
    start = luck.randrange(len(data))
    del data[start : start + luck.choice([1, 20, 2000])]


def repeat(luck: random.Random, data: bytearray) -> None:
    start = luck.randrange(len(data))
    piece = data[start : start + luck.choice([4, 100, 5000])]
    data[start:start] = piece * luck.choice([2, 50])


def put_in(luck: random.Random, data: bytearray) -> None:
    start = luck.randrange(len(data) + 1)
    data[start:start] = luck.randbytes(luck.choice([1, 8, 200]))


def raise_numbers(luck: random.Random, data: bytearray) -> None:
    """Lengths, counts and sizes written as digits or as four bytes."""
    digits = [found.span() for found in re.finditer(rb"\d+", bytes(data))]
    if digits and luck.random() < 0.7:
        start, end = luck.choice(digits)
        data[start:end] = luck.choice([b"0", b"-1", b"4294967295", b"99999999999999999999"])
    elif len(data) > 8:
        start = luck.randrange(len(data) - 4)
        data[start : start + 4] = luck.choice(
            [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"]
        )


def mix(luck: random.Random, data: bytearray) -> None:
    other = luck.choice(SEEDS)
    start, there = luck.randrange(len(data)), luck.randrange(len(other))
    data[start : start + 500] = other[there : there + luck.choice([50, 5000])]


CHANGES: list[Change] = [flip_bits, cut_off, take_out, repeat, put_in, raise_numbers, mix]


def changed(luck: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(luck.choice([1, 1, 2, 4])):
        if data:
            luck.choice(CHANGES)(luck, data)
    return bytes(data)


def inside_word(luck: random.Random) -> bytes:
    """A sound package around a broken part: the damage reaches the XML."""
    content = luck.choice(SEEDS[:2])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = luck.choice([WORD_BODY] * 5 + archive.namelist())
        part = archive.read(name)
    return with_part(content, name, changed(luck, part))


def inside_pdf(luck: random.Random) -> bytes:
    """A sound stream around broken drawing: the damage reaches the interpreter."""
    objects = [part.split(b" obj\n", 1)[1] for part in SEEDS[2].split(b"\nendobj\n")[:-1]]
    number = luck.choice([5, 7, 9])  # which characters there are, and what two pages draw
    drawn = objects[number].partition(b"stream\n")[2].removesuffix(b"\nendstream")
    objects[number] = stream(changed(luck, zlib.decompress(drawn)))
    return written(objects)


def deep(luck: random.Random) -> bytes:
    tag = luck.choice(["div", "table", "b", "ul", "svg", "a"])
    return f"<html><{tag}>".encode() * luck.choice([50, 900, 1100, 50_000]) + SAID[1].encode()


def deep_xml(luck: random.Random) -> bytes:
    levels = luck.choice([100, 300, 20_000])
    xml = b"<w:sdt>" * levels + b"</w:sdt>" * levels
    return with_part(SEEDS[0], WORD_BODY, b'<w:document xmlns:w="w"><w:body>' + xml)


def bomb(luck: random.Random) -> bytes:
    part = b"<w>" + b"A" * (luck.choice([5, 63, 66]) * 2**20) + b"</w>"
    content = with_part(SEEDS[1], luck.choice([WORD_BODY, "word/styles.xml"]), part)
    return forged(content, 1000) if luck.random() < 0.5 else content


def pdf_bomb(luck: random.Random) -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>"]
    return written([*objects, stream(b"(" + b"A" * (luck.choice([1, 20, 60]) * 2**20) + b") Tj")])


def entities(luck: random.Random) -> bytes:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(luck.choice([3, 8])))
    xml = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "x">{levels}]><w>&e3;</w>'
    if luck.random() < 0.3:
        return xml.encode()
    return with_part(SEEDS[1], luck.choice([WORD_BODY, "word/styles.xml"]), xml.encode())


def outside_file(_: random.Random) -> bytes:
    xml = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'
    return with_part(SEEDS[1], WORD_BODY, xml)


def nested(luck: random.Random) -> bytes:
    content = luck.choice(SEEDS[:2])
    for name in luck.choice([["a.docx"], ["word/embeddings/a.zip"], ["a.zip"] * 5]):
        content = with_part(SEEDS[0], name, content)
    return content


def long_line(luck: random.Random) -> bytes:
    text = luck.choice(["面料", "<b>面料", "a", " ", "面料。", "&lt;", "\t", "1,"])
    start = luck.choice(["", "<html><p>", "<table><tr><td>"])
    return (start + text * (10_000_000 // len(text.encode()))).encode()


def huge_table(luck: random.Random) -> bytes:
    cells = luck.choice([20_000, 100_000])
    if luck.random() < 0.5:
        row = "<tr>" + "<td>面料</td>" * luck.choice([1, 50]) + "</tr>"
        return f"<table>{row * (cells // 50)}</table>".encode()
    cell = "<w:tc><w:p><w:r><w:t>面料</w:t></w:r></w:p></w:tc>"
    rows = f"<w:tr>{cell * 50}</w:tr>" * (cells // 50)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{space}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>'
    return with_part(SEEDS[0], WORD_BODY, xml.encode())


def noise(luck: random.Random) -> bytes:
    start = luck.choice(
        [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", b"\xef\xbb\xbf"]
    )
    return start + luck.randbytes(luck.choice([0, 10, 5000]))


BUILT: list[Callable[[random.Random], bytes]] = [
    *(deep, deep_xml, bomb, pdf_bomb, entities, outside_file, nested, long_line, huge_table, noise),
]


def mutant(number: int) -> bytes:
    """The same for the same number."""
    luck = random.Random(number)
    if number % 10 == 0:
        return BUILT[number // 10 % len(BUILT)](luck)
    if number % 10 < 3:
        return inside_word(luck)
    if number % 10 < 5:
        return inside_pdf(luck)
    return changed(luck, SEEDS[number % len(SEEDS)])
