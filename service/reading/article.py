"""The article among the menus, adverts, comments and related links of a web page.

First what is clearly none of it is left out: by the page's own marks, by the names that its parts
bear, lists of links and of teasers, what stands under "related". Then the way leads down from the
whole page for as long as one part holds nearly all sentences; what stands beside it goes.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from service.reading.tree import Box, Line, named

CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
LEFT_OUT_TAGS = {"nav": "menus", "aside": "related", "footer": "menus", "menu": "menus"}
NAMES = {
    "menus": named(
        "nav navbar navi navigation menu topbar crumb crumbs breadcrumb breadcrumbs position weizhi"
        " daohang header head top footer foot bottom copyright login search toolbar tool tools"
        " pager pagination pagebar share shares sharing bdsharebuttonbox print qrcode cookie"
    ),
    "comments": named(
        "comment comments pinglun reply replies discuss discussion liuyan disqus cmt"
    ),
    "related": named(
        "related relate relnews relevant recommend recommended recom hot hotnews rank ranking side"
        " sidebar aside more prevnext prenext tags keywords xiangguan"
    ),
    "adverts": named(
        "ad ads adv advert advertisement adsbygoogle guanggao banner popup promo newsletter"
        " subscribe sponsor"
    ),
}
LABELS = {name: cause for cause, names in NAMES.items() for name in names}
BODY_LABELS = named(
    "content article body text zoom detail editor main post entry story news neirong"
)
HEADINGS = named("h1 h2 h3 h4 h5 h6")
RUNNING = HEADINGS | named("p table ul ol dl blockquote pre tbody thead tr li dd dt")
"""Parts of a text; never left out for standing beside the bulk of it."""
RELATED = re.compile(
    r"^[【\[「]?(?:相[关關](?:阅读|閱讀|新闻|新聞|链接|連結|文章|资讯|資訊|推荐|专题|内容|信息)|延伸[阅閱][读讀]|推[荐薦][阅閱][读讀]"
    r"|猜你喜欢|热门(?:新闻|文章|评论|推荐)|[网網]友[评評][论論]|最新评论|全部评论|发表评论|精彩推荐|更多(?:新闻|资讯|内容)"
    r"|related (?:articles|news|stories|posts|links)|you may also like|read more|comments?)"
    r"[】\]」：: >»]*(?:\(?\d*\)?)$",
    re.IGNORECASE,
)
FURNITURE = re.compile(
    r"版[权權]所有|备案|ICP[备備证]|公网安备|^copyright|©|all rights reserved|^[上下]一[篇页条]"
    r"|^【?(?:打印|关闭|返回|顶部|收藏|字号|分享到|扫一扫)|^(?:首页|当前位置|您?现?在?的?位置)[:：>]?",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[。！？；，]|[.,!?;](?:\s|$)")
LONGEST_FURNITURE = 120
BULK = 0.8
"""Of the sentences beneath a box, for the way to lead on into one of its parts."""
BESIDE = 0.1
"""A part beside the bulk with more of the sentences than this stays."""
TEASERS = 3
LEAST_MASS = 20
LONGEST_ROW = 400
CELL_GAP = "\t"


@dataclass(frozen=True, slots=True)
class Article:
    """Its lines, and how many characters were left out by cause."""

    lines: list[str]
    left_out: dict[str, int]


def find_article(page: Box) -> Article:
    for box in page.walk():
        box.cause = "hidden" if box.hidden else LEFT_OUT_TAGS.get(box.tag, "")
    for rule in (labelled, teasers, tails):
        chosen = rule(page)
        for box, cause in chosen:
            box.cause = cause
        if chosen and mass(page) < LEAST_MASS:
            for box, _ in chosen:  # the page names and orders its parts in ways of its own
                box.cause = ""
    narrow(page)
    return Article(list(trimmed(page)), left_out(page))


def kept_boxes(page: Box) -> Iterator[Box]:
    waiting = [page]
    while waiting:
        box = waiting.pop()
        if not box.cause:
            yield box
            waiting.extend(reversed(box.boxes))


def mass(page: Box) -> int:
    """Characters of the sentences in what is kept."""
    return sum(own_mass(box) for box in kept_boxes(page))


def own_mass(box: Box) -> int:
    return sum(
        len(part.text) - part.linked
        for part in box.parts
        if isinstance(part, Line) and not noise(box, part) and SENTENCE.search(part.text)
    )


def masses(page: Box) -> dict[int, int]:
    """Of every kept box with all in it, by identity."""
    order = list(kept_boxes(page))
    found = {id(box): own_mass(box) for box in order}
    for box in reversed(order):
        if box.parent is not None:
            found[id(box.parent)] += found[id(box)]
    return found


def noise(box: Box, line: Line) -> str:
    """Why the line is none of the text; empty if it may be."""
    if box.tag in HEADINGS:
        return ""
    if line.linked * 2 > len(line.text):
        return "menus"
    return "menus" if len(line.text) < LONGEST_FURNITURE and FURNITURE.search(line.text) else ""


def labelled(page: Box) -> list[tuple[Box, str]]:
    """Boxes whose class or id names something else than a text."""
    chosen = []
    for box in kept_boxes(page):
        words = [word.lower() for word in CAMEL.findall(box.label)]
        causes = [LABELS[word] for word in words if word in LABELS]
        if causes and not BODY_LABELS & set(words) and not holds_title(box):
            chosen.append((box, causes[0]))
    return chosen


def holds_title(box: Box) -> bool:
    return any(inner.tag in {"h1", "article", "main"} for inner in box.walk())


def teasers(page: Box) -> list[tuple[Box, str]]:
    """Lists of like parts with a link in each: what else there is to read, or who commented."""
    chosen = []
    for box in kept_boxes(page):
        if box.tag in {"table", "tbody", "thead", "tr"}:
            continue
        alike = Counter((part.tag, part.label) for part in box.boxes if is_teaser(part))
        if alike and max(alike.values()) >= TEASERS:
            chosen += [(part, "related") for part in box.boxes if (part.tag, part.label) in alike]
    return chosen


def is_teaser(box: Box) -> bool:
    lines = [part for inner in box.walk() for part in inner.parts if isinstance(part, Line)]
    size = sum(len(line.text) for line in lines)
    return len(lines) > 1 and any(line.linked * 2 > len(line.text) for line in lines) and size < 400


def tails(page: Box) -> list[tuple[Box, str]]:
    """What stands in one box after a line such as "related news"; the line itself is furniture."""
    chosen = []
    for box in kept_boxes(page):
        after = False
        for part in box.parts:
            if after and isinstance(part, Box):
                chosen.append((part, "related"))
            elif heads_related(part):
                after = True
                if isinstance(part, Box):
                    chosen.append((part, "related"))
    return chosen


def heads_related(part: Box | Line) -> bool:
    if isinstance(part, Box):
        return len(part.parts) == 1 and heads_related(part.parts[0])
    return RELATED.match(part.text) is not None


def narrow(page: Box) -> None:
    """Go down to the part that holds the bulk, and leave out what stands beside the way."""
    found = masses(page)
    box = page
    while True:
        inner = [part for part in box.boxes if not part.cause]
        bulk = max(inner, key=lambda part: found[id(part)], default=None)
        if bulk is None or found[id(bulk)] < BULK * max(found[id(box)], 1) or bulk.tag in RUNNING:
            return
        for part in inner:
            beside = found[id(part)] < BESIDE * found[id(bulk)]
            alike = (part.tag, part.label) == (bulk.tag, bulk.label) and bulk.tag != "td"
            if part is not bulk and beside and not alike and not has_running(part):
                part.cause = "menus"
        box = bulk


def has_running(box: Box) -> bool:
    """A heading or a table of data that stands beside the text belongs to it."""
    return box.tag in RUNNING - {"tr", "tbody"} and (box.tag != "table" or is_data(box))


def is_data(table: Box) -> bool:
    return any(len(cells(row)) > 1 for row in table.walk() if row.tag == "tr")


def cells(row: Box) -> list[str]:
    """The texts of a row's cells if it is a row of data: one line in each, not all links."""
    found = []
    for cell in row.boxes:
        lines = [
            part.text
            for inner in kept_boxes(cell)
            for part in inner.parts
            if isinstance(part, Line) and not noise(inner, part)
        ]
        if len(lines) > 1:
            return []
        found += lines
    return found if sum(map(len, found)) < LONGEST_ROW else []


def trimmed(page: Box) -> Iterator[str]:
    """The kept lines in order, a row of a table as one; headings with nothing under them go."""
    waiting: list[str] = []
    for line, is_heading in kept_lines(page):
        waiting.append(line)
        if not is_heading:
            yield from waiting
            waiting = []


def kept_lines(page: Box) -> Iterator[tuple[str, bool]]:
    parts: list[Box | Line] = [page]
    owners = [page]
    while parts:
        part, owner = parts.pop(), owners.pop()
        if isinstance(part, Line):
            if not noise(owner, part) and not heads_related(part):
                yield part.text, owner.tag in HEADINGS
        elif not part.cause:
            row = cells(part) if part.tag == "tr" else []
            if len(row) > 1:
                yield CELL_GAP.join(row), False
            else:
                parts.extend(reversed(part.parts))
                owners.extend([part] * len(part.parts))


def left_out(page: Box) -> dict[str, int]:
    """Characters by cause."""
    counts: Counter[str] = Counter()
    waiting = [(page, "")]
    while waiting:
        box, above = waiting.pop()
        cause = above or box.cause
        for part in box.parts:
            if isinstance(part, Box):
                waiting.append((part, cause))
            elif cause or noise(box, part):
                counts[cause or noise(box, part)] += len(part.text)
    return dict(counts)
