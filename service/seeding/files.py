"""Read the seed folder into typed rows, or refuse it with file, line, column and cause."""

from pathlib import Path

from service.seeding.clusters import read_clusters, read_register_statements
from service.seeding.meetings import read_dockings, read_meeting_statements, read_meetings
from service.seeding.rows import SeedData
from service.seeding.table import SeedError
from service.seeding.taxonomy import (
    Vocabulary,
    read_chain_rules,
    read_cues,
    read_facets,
    read_topics,
    read_weights,
)

__all__ = ["SeedData", "SeedError", "read_seed"]


def read_seed(root: Path) -> SeedData:
    """Every row of the seed folder ``root``, checked on its own and against the other files.

    Raises
    ------
    SeedError
        At the first cell that is broken: wrong encoding or columns, a word outside its
        vocabulary, a number out of range, no real date, a reference to nothing, a double, a
        quote that its document does not hold, or a statement without a source.
    """
    topics, facets = read_topics(root), read_facets(root)
    words = Vocabulary.of(topics, facets)
    clusters = read_clusters(root)
    slugs = frozenset(cluster.slug for cluster in clusters)
    meetings = read_meetings(root)
    return SeedData(
        topics=topics,
        facets=facets,
        cues=read_cues(root),
        weights=read_weights(root),
        clusters=clusters,
        register_statements=read_register_statements(root, words, slugs),
        chain_rules=read_chain_rules(root, words),
        meetings=meetings,
        meeting_statements=read_meeting_statements(
            root, words, slugs, {meeting.slug: meeting for meeting in meetings}
        ),
        dockings=read_dockings(
            root, words, {name: c.slug for c in clusters for name in (c.slug, c.name_zh)}
        ),
    )
