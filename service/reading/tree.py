"""A web page as boxes with lines in them: what stands inline is joined, what is a block breaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from service.errors import UnreadableDocument
from service.reading.bounds import DEEPEST_TAGS


def named(names: str) -> frozenset[str]:
    return frozenset(names.split())


UNREAD = named(
    "-comment !doctype head script style noscript template svg math iframe object embed canvas"
    " audio video map select option datalist textarea input button label rt rp rtc"
)
"""Holds no running text; of annotated characters (ruby) only the characters are read."""
INLINE = named(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark nobr q ruby rb"
    " s samp small span strike strong sub sup time tt u var wbr o:p st1:place"
)
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
CLOSED_BY_OTHERS = named(
    "p li dt dd td th tr thead tbody tfoot option optgroup colgroup rt rp rb area base br col embed"
    " hr img input link meta param source track wbr html head body"
)
"""Void, or closed by what follows: many of them in a row lie beside each other."""
FORMATTING = named("a b big code em font i nobr s small strike strong tt u")
SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
BETWEEN = re.compile(rf"(?<=[{CJK}])[ \t]*[\r\n]\s*(?=[{CJK}])")
"""A line of the source ends between two Chinese characters: no space was meant."""


@dataclass(slots=True, eq=False)
class Line:
    """``linked`` counts the characters of it that are links."""

    text: str
    linked: int


@dataclass(slots=True, eq=False)
class Box:
    """A block element; ``label`` is its class and id, ``cause`` why it is left out, if it is."""

    tag: str
    label: str = ""
    parent: "Box | None" = None
    parts: "list[Box | Line]" = field(default_factory=list)
    hidden: bool = False
    cause: str = ""

    @property
    def boxes(self) -> "list[Box]":
        return [part for part in self.parts if isinstance(part, Box)]

    def walk(self) -> "Iterator[Box]":
        """The box and all in it, outer ones first."""
        waiting = [self]
        while waiting:
            box = waiting.pop()
            yield box
            waiting.extend(reversed(box.boxes))


def require_shallow(html: str) -> None:
    """UnreadableDocument if elements lie too deep in each other for any parser's good."""
    depth = 0
    for close, name in TAG.findall(html):
        tag = name.lower()
        if tag in CLOSED_BY_OTHERS or tag in FORMATTING:
            continue
        depth = max(depth - 1, 0) if close else depth + 1
        if depth > DEEPEST_TAGS:
            raise UnreadableDocument("html-deep", limit=DEEPEST_TAGS)


def parse(html: str) -> Box:
    """The body as boxes; RecursionError never, as nothing here calls itself."""
    require_shallow(html)
    try:
        body = LexborHTMLParser(html).body
    except SelectolaxError as error:  # HTML cannot be wrong: no memory was left
        raise MemoryError from error
    builder = Builder()
    if body is not None:
        builder.read(body)
    return builder.root


class Builder:
    def __init__(self) -> None:
        self.root = self.box = Box("body")
        self.words: list[str] = []
        self.linked = 0
        self.links = 0
        self.kept_form = 0

    def read(self, body: LexborNode) -> None:
        node: LexborNode | None = body.first_child
        while node is not None:
            inner = self.enter(node)
            if inner is not None:
                node = inner
                continue
            while node is not None and node.next is None:
                node = node.parent
                if node is None or node.mem_id == body.mem_id:
                    node = None
                    break
                self.leave(node)
            node = node.next if node is not None else None
        self.end_line()

    def enter(self, node: LexborNode) -> LexborNode | None:
        """Take the node in; its first child if there is more inside."""
        tag = node.tag or ""
        if tag == "-text":
            self.add(node.text_content or "")
            return None
        if tag == "br":
            self.end_line()
            return None
        if tag in UNREAD:
            return None
        child = node.first_child
        if child is None:
            if tag not in INLINE:
                self.end_line()
            return None
        if tag == "a":
            self.links += 1
        elif tag not in INLINE:
            self.open(node, tag)
        return child

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "a":
            self.links -= 1
        elif tag not in INLINE:
            self.end_line()
            self.kept_form -= tag == "pre"
            self.box = self.box.parent or self.root

    def open(self, node: LexborNode, tag: str) -> None:
        self.end_line()
        attributes = node.attributes
        style = (attributes.get("style") or "").replace(" ", "").lower()
        label = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
        hidden = "display:none" in style or "hidden" in attributes
        inner = Box(tag, label, self.box, hidden=hidden)
        self.kept_form += tag == "pre"
        self.box.parts.append(inner)
        self.box = inner

    def add(self, text: str) -> None:
        if self.kept_form:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.end_line()
                self.words.append(line)
            return
        self.words.append(text)
        if self.links:
            self.linked += len(SPACE.sub(" ", text).strip())

    def end_line(self) -> None:
        text = SPACE.sub(" ", BETWEEN.sub("", "".join(self.words))).strip(" \u3000\u200b\ufeff")
        if text:
            self.box.parts.append(Line(text, min(self.linked, len(text))))
        self.words, self.linked = [], 0
