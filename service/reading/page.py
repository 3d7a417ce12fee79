"""Web pages: the article alone, a line for each block."""

import re

from service.errors import UnreadableDocument
from service.reading.article import find_article
from service.reading.decoding import decode_page
from service.reading.tree import parse
from service.reading.types import HTML, Note, Reading

DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
HEAD_BYTES = 4096


def read_page(content: bytes, hint: str | None = None) -> Reading:
    """What is left out is counted in the notes.

    Raises
    ------
    UnreadableDocument
        In no known encoding, nested too deep, or without any text.
    """
    declared = DECLARED.search(content[:HEAD_BYTES])
    html, charset, broken = decode_page(content, declared[1].decode() if declared else hint)
    article = find_article(parse(html))
    text = "\n".join(article.lines)
    if not text.strip():
        raise UnreadableDocument("html-empty")
    notes = [Note("page-broken", {"count": broken})] if broken else []
    if article.left_out:
        left = sum(article.left_out.values())
        share = round(100 * left / (left + len(text)))
        notes.append(Note("page-left-out", {"count": left, "share": share}))
    return Reading(text, HTML, charset, tuple(notes))
