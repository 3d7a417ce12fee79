"""What look-ups and lists go by is what the program computes from the names."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cluster, ClusterAlias, PlaceDismissal
from service.integrity.fault import Fault
from service.text import fold, sort_key


def wrong_sort_keys(session: Session) -> Iterator[Fault]:
    rows = select(Cluster.id, Cluster.name_zh, Cluster.sort_key).order_by(Cluster.id)
    for id_, name, stored in session.execute(rows):
        if stored != sort_key(name):
            yield Fault("cluster", str(id_), "sort-key", {"right": sort_key(name)})


def wrong_folds(session: Session) -> Iterator[Fault]:
    for table in (ClusterAlias, PlaceDismissal):
        rows = select(table.id, table.name, table.folded).order_by(table.id)
        for id_, name, stored in session.execute(rows):
            if stored != fold(name):
                yield Fault(table.__tablename__, str(id_), "folded", {"right": fold(name)})
