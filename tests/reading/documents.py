"""Documents of every kind, made on the spot. What they say is invented."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import docx
from docx.oxml import parse_xml

SAID = (
    "5月12日上午，全市纺织产业集群座谈会在市会议中心召开。",
    "青湖镇产业集群代表李明表示，当地织机超过两万台，强项是化纤面料，年产量十二亿米。",
    "他坦言，镇上缺少印染企业，坯布要运到一百公里外染色，希望引进高端后整理项目。",
    "白沙县代表王芳说，县里服装加工企业四百余家，但设计人才流失严重，急需打通面料供应渠道。",
    "与会专家建议，两地建立定期对接机制，补齐产业链短板。",
)
TRADITIONAL = "青湖鎮產業集群代表李明表示，當地織機超過兩萬臺，強項是化纖面料，缺少印染企業。"
ENGLISH = (
    "Tirupur said that its mills lack dyeing capacity and hope to bring in finishing houses.",
    "Prato is strong in regenerated wool, and offered its skills to the other clusters.",
)
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def word(*lines: str, change: Callable[[Any], None] = lambda _: None) -> bytes:
    """A Word document of paragraphs; ``change`` may do more to it."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    change(document)
    out = io.BytesIO()
    document.save(out)
    return with_part(out.getvalue())


def raw_block(document: Any, xml: str) -> None:
    """Put a block at the end of the body, before the section's own element."""
    element = parse_xml(xml.replace(">", f" {NAMESPACES}>", 1))
    document.element.body.insert(len(document.element.body) - 1, element)


def with_part(content: bytes, name: str = "", part: bytes = b"") -> bytes:
    """The package with one part replaced or added; the same bytes each time."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {member: old.read(member) for member in old.namelist()}
    if name:
        parts[name] = part
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for member, inside in parts.items():
            info = zipfile.ZipInfo(member)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, inside, compresslevel=1)
    return out.getvalue()


def forged(content: bytes, size: int) -> bytes:
    """The package with every unpacked size declared as ``size``."""
    data = bytearray(content)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(mark)
        while place >= 0:
            struct.pack_into("<I", data, place + offset, size)
            place = data.find(mark, place + 4)
    return bytes(data)


Placed = tuple[float, float, str]
"""From the left and from the bottom in points, and the words."""


def pdf(
    *pages: Sequence[Placed], size: int = 10, turned: int = 0, extra: bytes = b"", picture: int = -1
) -> bytes:
    """A PDF of words at places, with a font that says which characters it shows.

    Page number ``picture`` holds an image besides; ``extra`` goes into the trailer.
    """
    objects: list[bytes] = [b"", b"", FONT, DESCENDANT, DESCRIPTOR, stream(to_unicode()), IMAGE]
    kids = []
    for number, page in enumerate(pages):
        drawn = b"".join(shown(x, y, words, size) for x, y, words in page)
        if number == picture:
            drawn += b"q 100 0 0 100 50 50 cm /I1 Do Q"
        objects.append(stream(drawn))
        kids.append(len(objects) + 1)
        objects.append(PAGE % (turned, len(objects)))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (listed, len(kids))
    return written(objects, extra)


PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d/Contents %d 0 R"
    b"/Resources<</Font<</F1 3 0 R>>/XObject<</I1 7 0 R>>>>>>"
)
FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/Minutes/Encoding/Identity-H"
    b"/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>"
)
DESCENDANT = (
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Minutes/DW 1000/W[32 126 500]"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor 5 0 R>>"
)
DESCRIPTOR = (
    b"<</Type/FontDescriptor/FontName/Minutes/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0"
    b"/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
)
IMAGE = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    b"/Length 1>>stream\n\x80\nendstream"
)


def stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 1)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)


def shown(x: float, y: float, words: str, size: int) -> bytes:
    codes = words.encode("utf-16-be").hex().encode()
    return b"BT /F1 %d Tf 1 0 0 1 %.1f %.1f Tm <%s> Tj ET\n" % (size, x, y, codes)


def to_unicode() -> bytes:
    """Every code stands for the character of its number."""
    ranges = [b"<%02X00> <%02XFF> <%02X00>" % (page, page, page) for page in range(256)]
    blocks = [ranges[start : start + 100] for start in range(0, 256, 100)]
    mapped = b"\n".join(
        b"%d beginbfrange\n%s\nendbfrange" % (len(block), b"\n".join(block)) for block in blocks
    )
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + mapped + b"\nendcmap end end"
    )


def written(objects: Iterable[bytes], extra: bytes = b"") -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\n" % (len(places) + 1, extra)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def column(lines: Sequence[str], x: float = 60, top: float = 760, step: float = 15) -> list[Placed]:
    """One line below the other."""
    return [(x, top - step * number, line) for number, line in enumerate(lines)]


def wrapped(text: str, width: int, indent: int = 2) -> list[str]:
    """A Chinese paragraph as it is printed: full lines, the first one indented."""
    text = "\u3000" * indent + text
    return [text[start : start + width] for start in range(0, len(text), width)]


LOCKED = (
    b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/Length 40"
    b"/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>"
)
"""For the trailer: no password that we have opens it."""
