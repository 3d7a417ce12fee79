"""The taxonomy, the value chain, the register and its statements as database rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import AuditEntry, ChainRule, Cluster, FacetValue, Statement, Topic, TopicLabel
from models.enums import Basis, LabelKind, Language, Status, Visibility
from service.access import program
from service.clusters.usecases import set_names
from service.seeding.rows import (
    ChainRuleRow,
    ClusterRow,
    FacetRow,
    RegisterStatementRow,
    SeedData,
    TopicRow,
)
from service.statements.usecases import record_created
from service.text import sort_key

SEED = program("seed")


def store(
    session: Session,
    seed: SeedData,
    *,
    now: datetime,
    time_zone: str,
    progress: Callable[[str, int], None],
) -> None:
    del time_zone
    progress("topics", len(seed.topics) + len(seed.facets) + len(seed.chain_rules))
    store_topics(session, seed.topics)
    store_facets(session, seed.facets)
    store_chain_rules(session, seed.chain_rules)
    progress("clusters", len(seed.clusters))
    store_clusters(session, seed.clusters, now)
    progress("register_statements", len(seed.register_statements))
    store_statements(session, seed.register_statements, now)


def topics_by_notation(session: Session) -> dict[str, Topic]:
    return {topic.notation: topic for topic in session.scalars(select(Topic))}


def facets_by_value(session: Session) -> dict[tuple[str, str], FacetValue]:
    return {(row.facet, row.value): row for row in session.scalars(select(FacetValue))}


def clusters_by_slug(session: Session) -> dict[str, Cluster]:
    rows = select(Cluster).options(selectinload(Cluster.aliases))
    return {cluster.slug: cluster for cluster in session.scalars(rows)}


@dataclass(frozen=True, slots=True)
class Known:
    """Shipped statements that are stored, or were erased and stay so."""

    keys: frozenset[str | None]
    erased: frozenset[str]

    def __contains__(self, key: str) -> bool:
        return key in self.keys or sha256(key.encode()).hexdigest() in self.erased


def stored_keys(session: Session) -> Known:
    keys = session.scalars(select(Statement.seed_key).where(Statement.seed_key.is_not(None)))
    erased = session.scalars(select(AuditEntry.entity_id).filter_by(action="seed.erased"))
    return Known(frozenset(keys), frozenset(erased))


def store_topics(session: Session, rows: Iterable[TopicRow]) -> None:
    stored = {
        topic.notation: topic
        for topic in session.scalars(select(Topic).options(selectinload(Topic.labels)))
    }
    for row in rows:  # broader topics stand before narrower ones
        topic = stored.setdefault(row.notation, Topic(notation=row.notation, labels=[]))
        topic.group = row.group
        topic.know_how = row.know_how
        topic.broader = stored[row.broader] if row.broader else None
        session.add(topic)
        known = {(label.language, label.text): label for label in topic.labels}
        topic.labels = [
            known.get((language, text)) or TopicLabel(kind=kind, language=language, text=text)
            for (language, text), kind in labels_of(row).items()
        ]
    session.flush()


def labels_of(row: TopicRow) -> dict[tuple[Language, str], LabelKind]:
    alternative = {(Language.ZH, text): LabelKind.ALTERNATIVE for text in row.alt_zh} | {
        (Language.EN, text): LabelKind.ALTERNATIVE for text in row.alt_en
    }
    preferred = {
        (Language.ZH, row.label_zh): LabelKind.PREFERRED,
        (Language.EN, row.label_en): LabelKind.PREFERRED,
    }
    return alternative | preferred


def store_facets(session: Session, rows: Iterable[FacetRow]) -> None:
    stored = facets_by_value(session)
    for row in rows:
        value = stored.get((row.facet, row.value)) or FacetValue(facet=row.facet, value=row.value)
        value.label_zh, value.label_en = row.label_zh, row.label_en
        value.names = [*row.alt_zh, *row.alt_en]
        session.add(value)
    session.flush()


def store_chain_rules(session: Session, rows: Iterable[ChainRuleRow]) -> None:
    topics = topics_by_notation(session)
    stored = {rule.code: rule for rule in session.scalars(select(ChainRule))}
    for row in rows:
        rule = stored.get(row.id) or ChainRule(code=row.id)
        rule.from_kind, rule.kind, rule.weight = row.from_kind, row.kind, row.weight
        rule.from_topic_id = topics[row.from_topic].id
        rule.topic_id = topics[row.topic].id
        rule.phrase, rule.phrase_en = row.phrase_zh, row.phrase_en
        rule.unless, rule.inherits = list(row.unless), list(row.inherits)
        rule.reason_zh, rule.reason_en = row.reason_zh, row.reason_en
        session.add(rule)
    session.flush()


def store_clusters(session: Session, rows: Iterable[ClusterRow], now: datetime) -> None:
    """Add the clusters that are missing; those stored already are left alone."""
    stored = clusters_by_slug(session)
    new = {row.slug: row for row in rows if row.slug not in stored}
    for slug, row in new.items():
        stored[slug] = Cluster(slug=slug, created_at=now, aliases=[])
        fill_cluster(stored[slug], row, now)
    with session.no_autoflush:
        for slug, row in new.items():
            stored[slug].part_of = stored[row.part_of] if row.part_of else None
            set_names(session, stored[slug], [*row.aliases_zh, *row.aliases_en])
            session.add(stored[slug])
    session.flush()


def fill_cluster(cluster: Cluster, row: ClusterRow, now: datetime) -> None:
    for name in ("name_zh", "name_en", "kind", "country", "province", "province_en", "admin_level"):
        setattr(cluster, name, getattr(row, name))
    cluster.latitude, cluster.longitude = row.lat, row.lon
    cluster.titles, cluster.titles_en = list(row.titles), list(row.titles_en)
    cluster.products, cluster.products_en = list(row.products), list(row.products_en)
    cluster.sort_key = sort_key(row.name_zh)
    cluster.updated_at = now


def store_statements(session: Session, rows: Iterable[RegisterStatementRow], now: datetime) -> None:
    topics, facets = topics_by_notation(session), facets_by_value(session)
    clusters, stored = clusters_by_slug(session), stored_keys(session)
    new = [
        Statement(
            seed_key=row.key,
            cluster=clusters[row.cluster],
            kind=row.kind,
            asks=False,
            topic=topics[row.notation],
            facet_values=[facets[pair] for pair in row.facets],
            phrase=row.phrase_zh,
            phrase_en=row.phrase_en,
            weight=row.weight,
            status=Status.CONFIRMED,
            visibility=Visibility.PUBLIC,
            basis=Basis.REGISTER,
            source_zh=row.source_zh,
            source_en=row.source_en,
            evidence=row.evidence,
            created_at=now,
            updated_at=now,
        )
        for row in rows
        if row.key not in stored
    ]
    record_created(session, SEED, new, now=now)
