"""Reads the register of clusters and what it says of them."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

from models.enums import ClusterKind, Evidence, StatementKind
from service.seeding.rows import ClusterRow, RegisterStatementRow
from service.seeding.table import Row, read_table, refuse_doubles
from service.seeding.taxonomy import Vocabulary
from service.seeding.words import SourceKind

CLUSTER_COLUMNS = (
    "slug",
    "name_zh",
    "name_en",
    "kind",
    "country",
    "province",
    "province_en",
    "admin_level",
    "lat",
    "lon",
    "part_of",
    "aliases_zh",
    "aliases_en",
    "titles",
    "titles_en",
    "titles_evidence",
    "products",
    "products_en",
    "products_evidence",
)
STATEMENT_COLUMNS = (
    "cluster",
    "kind",
    "topic",
    "subtopic",
    "facets",
    "phrase_zh",
    "phrase_en",
    "weight",
    "source_kind",
    "source_zh",
    "source_en",
    "evidence",
)


def read_clusters(root: Path) -> tuple[ClusterRow, ...]:
    """``clusters.csv``; a name or alias means one place only, and no place contains itself."""
    rows = read_table(root, "clusters.csv", CLUSTER_COLUMNS)
    refuse_doubles(((row, row.cells["slug"]) for row in rows), "slug")
    slugs = frozenset(row.cells["slug"] for row in rows)
    clusters = [_cluster(row, slugs) for row in rows]
    _refuse_shared_names(rows, clusters)
    _refuse_circles(rows, clusters)
    return tuple(clusters)


def _cluster(row: Row, slugs: Collection[str]) -> ClusterRow:
    lat = row.decimal("lat", low=-90, high=90)
    lon = row.decimal("lon", low=-180, high=180)
    if (lat is None) != (lon is None):
        row.refuse("lon", "give latitude and longitude, or neither")
    country = row.text("country")
    if not re.fullmatch("[A-Z]{2}", country):
        row.refuse("country", f"write the two capital letters of ISO 3166-1, not {country!r}")
    return ClusterRow(
        slug=row.slug("slug"),
        name_zh=row.text("name_zh", limit=80),
        name_en=row.text("name_en", limit=160),
        kind=row.word("kind", ClusterKind),
        country=country,
        province=row.optional("province", limit=80),
        province_en=row.optional("province_en", limit=80),
        admin_level=row.optional("admin_level", limit=40),
        lat=lat,
        lon=lon,
        part_of=row.optional_known("part_of", slugs, "clusters.csv"),
        aliases_zh=row.items("aliases_zh"),
        aliases_en=row.items("aliases_en"),
        titles=row.items("titles"),
        titles_en=_translated(row, "titles"),
        titles_evidence=_evidence(row, "titles"),
        products=row.items("products"),
        products_en=_translated(row, "products"),
        products_evidence=_evidence(row, "products"),
    )


def _translated(row: Row, column: str) -> tuple[str, ...]:
    english = row.items(f"{column}_en")
    if len(english) != len(row.items(column)):
        row.refuse(f"{column}_en", f"give as many items as under {column}")
    return english


def _evidence(row: Row, column: str) -> Evidence | None:
    evidence = row.optional_word(f"{column}_evidence", Evidence)
    if (evidence is None) != (not row.cells[column]):
        row.refuse(f"{column}_evidence", f"give it exactly when there are {column}")
    return evidence


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _names(cluster: ClusterRow) -> Iterable[tuple[str, str]]:
    yield "name_zh", cluster.name_zh
    yield "name_en", cluster.name_en
    yield from (("aliases_zh", name) for name in cluster.aliases_zh)
    yield from (("aliases_en", name) for name in cluster.aliases_en)


def _refuse_shared_names(rows: Iterable[Row], clusters: Iterable[ClusterRow]) -> None:
    owners: dict[str, str] = {}
    for row, cluster in zip(rows, clusters, strict=True):
        for column, name in _names(cluster):
            folded = _folded(name)
            if folded in owners:
                row.refuse(column, f"{name!r} already names {owners[folded]}; remove one of them")
            owners[folded] = cluster.slug


def _refuse_circles(rows: Iterable[Row], clusters: Iterable[ClusterRow]) -> None:
    clusters = list(clusters)
    parents = {cluster.slug: cluster.part_of for cluster in clusters}
    for row, cluster in zip(rows, clusters, strict=True):
        above, seen = cluster.part_of, {cluster.slug}
        while above is not None:
            if above in seen:
                row.refuse("part_of", f"{above!r} would contain itself")
            seen.add(above)
            above = parents[above]


def read_register_statements(
    root: Path, words: Vocabulary, slugs: Collection[str]
) -> tuple[RegisterStatementRow, ...]:
    """``register_statements.csv``; none stands without its source."""
    rows = read_table(root, "register_statements.csv", STATEMENT_COLUMNS)
    statements = [_statement(row, words, slugs) for row in rows]
    keys = (statement.key for statement in statements)
    refuse_doubles(zip(rows, keys, strict=True), "phrase_zh")
    return tuple(statements)


def _statement(row: Row, words: Vocabulary, slugs: Collection[str]) -> RegisterStatementRow:
    topic, subtopic = words.topic(row)
    return RegisterStatementRow(
        cluster=row.known("cluster", slugs, "clusters.csv"),
        kind=row.word("kind", StatementKind),
        topic=topic,
        subtopic=subtopic,
        facets=row.facets("facets", words.facets),
        phrase_zh=row.text("phrase_zh", limit=80),
        phrase_en=row.text("phrase_en", limit=200),
        weight=row.whole("weight", low=1, high=5),
        source_kind=row.word("source_kind", SourceKind),
        source_zh=row.text("source_zh"),
        source_en=row.text("source_en"),
        evidence=row.word("evidence", Evidence),
    )
