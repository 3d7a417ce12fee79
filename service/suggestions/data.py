"""One revision of the data as a match index, with what is needed to show its reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.enums import Basis, Status, Visibility
from service.access import CIRCLES
from service.blends.active import weights_in_force
from service.matching.index import MatchIndex, build_index
from service.matching.inference import infer
from service.matching.lifts import Sources
from service.matching.splice import spliced
from service.matching.types import ScoreParams, StatementFact
from service.phrases import Phrases
from service.suggestions import queries
from service.suggestions.citing import cite, cite_inferred, facts_of, mark_contradicted
from service.suggestions.ground import Ground, Members, Names, read_ground
from service.suggestions.queries import AnyRow, Readable, Stamp
from service.suggestions.views import Cited

Pair = frozenset[str]
MOST_CHANGED = 0.25
"""Where a larger share of the statements is new, all of them are read."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """Two rankings with one key read one index."""

    revision: int
    as_of: date
    audience: Visibility
    drafts: bool

    def is_alike(self, other: "DataKey") -> bool:
        """Whether the two differ by no more than the revision."""
        mine = (self.as_of, self.audience, self.drafts)
        return mine == (other.as_of, other.audience, other.drafts)


@dataclass(frozen=True, slots=True, eq=False)
class RankingData:
    """A value: nothing in it changes after it is built.

    ``facts``, ``cited`` and ``changed`` go by statement id as the index knows it, ``stamps`` by
    the database's; ``met`` and ``vetoes`` by the two slugs; ``met`` holds the partial dates of
    dockings, None where the year is unknown.
    """

    key: DataKey
    ground: Ground
    stamps: Mapping[int, Stamp]
    facts: Mapping[str, StatementFact]
    """Of all that was read, drafts included; nothing inferred."""
    index: MatchIndex
    waiting: Sequence[StatementFact]
    """Drafts of the same readers that do not count."""
    cited: Mapping[str, Cited]
    changed: Mapping[str, datetime]
    vetoes: Mapping[Pair, str]
    met: Mapping[Pair, Sequence[str | None]]

    @property
    def names(self) -> Names:
        return self.ground.names

    @property
    def labels(self) -> Names:
        return self.ground.labels

    @property
    def provinces(self) -> Mapping[str, str | None]:
        return self.ground.provinces

    @property
    def members(self) -> Members:
        return self.ground.members

    @property
    def sources(self) -> Sources:
        """What the index was derived from."""
        counted = [f for f in self.facts.values() if self.key.drafts or f.status == "confirmed"]
        return Sources(counted, self.ground.rules)


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What is to be read and done, given what is known of an older revision.

    ``base`` is None where all is read.
    """

    base: RankingData | None
    stamps: Mapping[int, Stamp]
    gone: frozenset[str]
    """Statements of the base that are no more, or are read again."""
    rows: Sequence[AnyRow]


def load(
    session: Session, key: DataKey, phrases: Phrases, base: RankingData | None = None
) -> RankingData:
    """Read one revision and build its index, from ``base`` where that is alike.

    What comes of it is the same with any base or none. All of it takes more than a second at
    2,000 clusters, a few changed statements about a tenth of that.
    """
    ground = read_ground(session, phrases, base.ground if base else None)
    usable = base is not None and base.ground is ground and base.key.is_alike(key)
    readable = Readable(key.as_of, CIRCLES[key.audience], (Status.CONFIRMED, Status.DRAFT))
    news = look(session, readable, base if usable else None)
    ids = [row.id for row in news.rows]
    fresh = facts_of(news.rows, queries.facets(session, ids if news.base else None))
    known = news.base.facts if news.base else {}
    touched = {fact.cluster for fact in fresh} | {known[id_].cluster for id_ in news.gone}
    here = [f for f in known.values() if f.cluster in touched and f.id not in news.gone]
    here = mark_contradicted([*here, *fresh])
    counted = [fact for fact in here if key.drafts or fact.status == "confirmed"]
    inferred = infer(counted, ground.rules, ground.taxonomy, key.as_of)
    cited = cited_of(news, touched, inferred, ground)
    changed = news.base.changed if news.base else {}
    facts = {id_: fact for id_, fact in known.items() if fact.cluster not in touched}
    facts |= {fact.id: fact for fact in here}
    params = ScoreParams(weights=weights_in_force(session))
    drafts = [fact for fact in facts.values() if not key.drafts and fact.status == "draft"]
    return RankingData(
        key=key,
        ground=ground,
        stamps=news.stamps,
        facts=facts,
        index=index_of(news, ground, touched, [*counted, *inferred], params, key.as_of),
        waiting=sorted(drafts, key=lambda fact: int(fact.id)),
        cited=cited,
        changed={id_: at for id_, at in changed.items() if id_ not in news.gone}
        | {str(row.id): row.updated_at for row in news.rows},
        vetoes={frozenset((low, high)): reason for low, high, reason in queries.vetoes(session)},
        met=meetings_of(queries.dockings(session)),
    )


def index_of(
    news: News,
    ground: Ground,
    touched: set[str],
    statements: Sequence[StatementFact],
    params: ScoreParams,
    as_of: date,
) -> MatchIndex:
    if news.base:
        return spliced(replace(news.base.index, params=params), touched, statements)
    return build_index(ground.clusters, statements, ground.taxonomy, ground.encoder, params, as_of)


def look(session: Session, readable: Readable, base: RankingData | None) -> News:
    """Compare what there is with what ``base`` was made of, and read what differs."""
    stamps = queries.stamps(session, readable)
    before = base.stamps if base else {}
    new = [id_ for id_, stamp in stamps.items() if before.get(id_) != stamp]
    if base is None or len(new) > MOST_CHANGED * len(stamps):
        return News(None, stamps, frozenset(), queries.statements(session, readable))
    gone = frozenset(str(id_) for id_, stamp in before.items() if stamps.get(id_) != stamp)
    return News(base, stamps, gone, queries.statements(session, readable, new))


def cited_of(
    news: News, touched: set[str], inferred: Iterable[StatementFact], ground: Ground
) -> dict[str, Cited]:
    """All that can be cited: what the base had, without what is read or inferred anew."""
    cited = {
        id_: side
        for id_, side in (news.base.cited.items() if news.base else ())
        if id_ not in news.gone and not (side.basis == Basis.INFERRED and side.cluster in touched)
    }
    cited |= cite(news.rows, ground.names)
    return cited | cite_inferred(inferred, cited, ground.rule_rows, ground.names)


def meetings_of(rows: Iterable[AnyRow]) -> dict[Pair, list[str | None]]:
    met: dict[Pair, list[str | None]] = {}
    for one, other, held_on in rows:
        met.setdefault(frozenset((one, other)), []).append(held_on)
    return met
