"""Nothing is a part, or a narrower topic, of itself by a detour."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cluster, Topic
from service.integrity.fault import Fault


def circles(session: Session) -> Iterator[Fault]:
    parents = {
        ("topic", "broader_id"): select(Topic.id, Topic.broader_id),
        ("cluster", "part_of_id"): select(Cluster.id, Cluster.part_of_id),
    }
    for (table, column), rows in parents.items():
        for circle in _circles({row[0]: row[1] for row in session.execute(rows)}):
            way = " → ".join(str(id_) for id_ in (*circle, circle[0]))
            yield Fault(table, str(circle[0]), "circle", {"column": column, "way": way})


def _circles(parents: Mapping[int, int | None]) -> Iterator[list[int]]:
    """Each circle once, from its lowest number on.

    >>> list(_circles({1: None, 5: 1, 4: 3, 3: 2, 2: 4}))
    [[2, 4, 3]]
    """
    done: set[int] = set()
    for start in sorted(parents):
        way: list[int] = []
        at: int | None = start
        while at is not None and at not in done:
            done.add(at)
            way.append(at)
            at = parents.get(at)
        if at in way:
            circle = way[way.index(at) :]
            lowest = circle.index(min(circle))
            yield circle[lowest:] + circle[:lowest]
