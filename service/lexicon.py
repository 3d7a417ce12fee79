"""The extraction lexicon: the shipped words, and the places that are known."""

from collections.abc import Iterable

from models.enums import ClusterKind
from service.extraction.lexicon import Lexicon, build_lexicon
from service.extraction.types import Cue, FacetValue, Place, Topic
from service.seeding.rows import SeedData


def lexicon_of(seed: SeedData, places: Iterable[Place]) -> Lexicon:
    return build_lexicon(
        topics=[
            Topic(t.notation, t.broader, t.group, (t.label_zh, t.label_en, *t.alt_zh, *t.alt_en))
            for t in seed.topics
        ],
        facets=[
            FacetValue(f.facet, f.value, (f.label_zh, f.label_en, *f.alt_zh, *f.alt_en))
            for f in seed.facets
        ],
        cues=[
            Cue(
                id=cue.id,
                role=cue.role,
                forms=cue.forms,
                scope=cue.scope or "any",
                weight=cue.weight or 3,
                confidence=cue.confidence or 0.7,
                value=cue.value,
            )
            for cue in seed.cues
        ],
        places=list(places),
        weights={row.feature: row.weight for row in seed.weights},
    )


def shipped_places(seed: SeedData) -> list[Place]:
    """The register as shipped, for an extraction without a database.

    Countries and states abroad are left out: a document's own name for them says enough.
    """
    return [
        Place(row.slug, row.name_zh, row.kind, (row.name_zh, row.name_en, *aliases))
        for row in seed.clusters
        if row.kind != ClusterKind.REGION or row.country == "CN"
        for aliases in [(*row.aliases_zh, *row.aliases_en)]
    ]
