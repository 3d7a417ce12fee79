"""A register of made-up clusters beside the shipped ones, for measuring alone.

Every name and source says that it was generated: nothing of it is a fact.
"""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from models import Cluster, FacetValue, Statement, StatementFacet, Topic
from models.enums import Status, Visibility
from service.db import raise_revision
from service.runtime import Runtime, make_runtime
from service.settings import Settings

EACH = 10
"""Statements of one cluster."""
SOURCE = "生成的数据，只为测速 · generated, for measuring only"
CHARACTERS = "面料辅针织机印染设计师品牌市场物流化纤棉纺毛衫丝绸牛仔童装女裤鞋业检测培训"


def runtime_with(folder: Path, n_clusters: int) -> Runtime:
    """A new SQLite database with the shipped facts and, with them, ``n_clusters`` clusters."""
    settings = Settings(data_dir=folder, database_url="", scheduler=False)
    runtime = make_runtime(settings)
    runtime.upgrade()
    fill(runtime, n_clusters)
    return runtime


def fill(runtime: Runtime, n_clusters: int) -> None:
    draw, now = random.Random(11), runtime.clock()
    with runtime.sessions.write() as session:
        shipped = len(session.scalars(select(Cluster.id)).all())
        places = [cluster(i, now) for i in range(n_clusters - shipped)]
        session.execute(insert(Cluster), places)
        rows = select(Cluster.id).where(Cluster.slug.startswith("made-up-"))
        topics = session.scalars(select(Topic.id).where(Topic.group != "composite")).all()
        values = session.scalars(select(FacetValue.id)).all()
        told = [
            statement(draw, id_, list(topics), now)
            for id_ in session.scalars(rows)
            for _ in range(EACH)
        ]
        session.execute(insert(Statement), told)
        made = select(Statement.id).where(Statement.source_zh == SOURCE)
        facets = [
            {"statement_id": id_, "facet_value_id": value}
            for id_ in session.scalars(made)
            for value in draw.sample(list(values), draw.choice((0, 0, 1, 2)))
        ]
        session.execute(insert(StatementFacet), facets)
        raise_revision(session, now)


def cluster(number: int, now: datetime) -> dict[str, Any]:
    return {
        "slug": f"made-up-{number:04}",
        "name_zh": f"虚构{number:04}",
        "name_en": f"Made up {number:04}",
        "sort_key": f"xu gou {number:04}",
        "kind": "cluster" if number % 10 else "institution",
        "country": "CN",
        "titles": [],
        "titles_en": [],
        "products": [],
        "products_en": [],
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def statement(
    draw: random.Random, cluster: int, topics: list[int], now: datetime
) -> dict[str, Any]:
    return {
        "cluster_id": cluster,
        "kind": draw.choices(("strength", "gap"), (6, 4))[0],
        "asks": False,
        "topic_id": draw.choice(topics),
        "phrase": "".join(draw.choices(CHARACTERS, k=draw.randint(2, 8))),
        "weight": draw.randint(1, 5),
        "status": Status.CONFIRMED,
        "visibility": Visibility.PUBLIC,
        "basis": "register",
        "source_zh": SOURCE,
        "figures": [],
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
