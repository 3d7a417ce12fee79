"""Which columns a table of each kind has, and how their cells are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from service.messages import LANGUAGES, Catalogue, catalogue
from service.text import fold


class What(StrEnum):
    """What a table holds a row for."""

    CLUSTERS = "clusters"
    STATEMENTS = "statements"


class Form(StrEnum):
    TEXT = "text"
    LIST = "list"
    """Several texts, parted by semicolons or line breaks."""
    WORD = "word"
    WORDS = "words"
    """One or several words of a vocabulary."""
    FLAG = "flag"
    COUNT = "count"
    DEGREES = "degrees"
    DATE = "date"
    MEETING = "meeting"
    NOTE = "note"
    """Written for people, not read again."""


@dataclass(frozen=True, slots=True)
class Column:
    """``vocabulary`` names the closed list of words from which the cell takes its own."""

    name: str
    form: Form = Form.TEXT
    vocabulary: str = ""
    required: bool = False
    """Whether a new entry needs it."""
    width: int = 14
    """Characters, in a workbook."""


CLUSTERS = (
    Column("slug"),
    Column("name_zh", required=True),
    Column("name_en", required=True, width=20),
    Column("kind", Form.WORD, "cluster_kind"),
    Column("country", Form.WORD, "country"),
    Column("province"),
    Column("province_en"),
    Column("admin_level", width=10),
    Column("latitude", Form.DEGREES, width=10),
    Column("longitude", Form.DEGREES, width=10),
    Column("titles", Form.LIST, width=28),
    Column("titles_en", Form.LIST, width=28),
    Column("products", Form.LIST, width=28),
    Column("products_en", Form.LIST, width=28),
    Column("part_of", Form.WORD, "cluster"),
    Column("aliases", Form.LIST, width=28),
    Column("version", Form.COUNT, width=8),
)
STATEMENTS = (
    Column("id", Form.COUNT, width=8),
    Column("cluster", Form.WORD, "cluster", required=True),
    Column("place", Form.NOTE),
    Column("kind", Form.WORD, "kind", required=True, width=10),
    Column("topic", Form.WORD, "topic", required=True),
    Column("phrase", required=True, width=28),
    Column("phrase_en", width=28),
    Column("asks", Form.FLAG, "flag", width=10),
    Column("material", Form.WORDS, "material"),
    Column("construction", Form.WORDS, "construction"),
    Column("end_use", Form.WORDS, "end_use"),
    Column("price_level", Form.WORDS, "price_level"),
    Column("quote", width=40),
    Column("meeting", Form.MEETING),
    Column("meeting_title", Form.NOTE, width=24),
    Column("speaker"),
    Column("stated_on", Form.DATE, width=12),
    Column("weight", Form.COUNT, "weight", width=8),
    Column("status", Form.WORD, "status", width=10),
    Column("visibility", Form.WORD, "visibility", width=12),
    Column("basis", Form.WORD, "basis"),
    Column("source_zh", width=24),
    Column("source_en", width=24),
    Column("version", Form.COUNT, width=8),
)
COLUMNS: Mapping[What, Sequence[Column]] = {What.CLUSTERS: CLUSTERS, What.STATEMENTS: STATEMENTS}
FACETS = ("material", "construction", "end_use", "price_level")


def column(what: What, name: str) -> Column:
    return next(column for column in COLUMNS[what] if column.name == name)


def head(words: Catalogue, what: What, name: str) -> str:
    """What stands above the column."""
    return words.translate(f"exchange.{what}.{name}")


def sheet_name(words: Catalogue, what: What) -> str:
    return words.translate(f"exchange.sheet.{what}")


@cache
def heads(what: What) -> Mapping[str, str]:
    """Names of the columns by everything, folded, that may stand above them."""
    found = {}
    for words in (catalogue(language) for language in LANGUAGES):
        for each in COLUMNS[what]:
            also = words.find(f"exchange.also.{what}.{each.name}") or ""
            for text in (each.name, head(words, what, each.name), *also.split(";")):
                if text:
                    found[fold(text)] = each.name
    return found


@cache
def sheet_names() -> Mapping[str, What]:
    """What a sheet holds, by its folded name."""
    found = {what.value: what for what in What}
    for words in (catalogue(language) for language in LANGUAGES):
        for what in What:
            found[fold(sheet_name(words, what))] = what
    return found


@cache
def own_sheets() -> frozenset[str]:
    """Folded names of the sheets that stand beside the tables in our own workbooks."""
    return frozenset(
        fold(catalogue(language).translate(f"exchange.sheet.{name}"))
        for language in LANGUAGES
        for name in ("words", "help")
    )
