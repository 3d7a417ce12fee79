"""The seed that ships with the project: complete, consistent, in its own words."""

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from opencc import OpenCC

from models.enums import ClusterKind, StatementKind, Status
from service.seeding.files import SeedData, read_seed
from service.seeding.rows import MeetingStatementRow
from service.seeding.words import SourceKind

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seed_data"
FACTS = ROOT.parent / "shared"
ROUND_TABLE = "humen-round-table-2017"
UNMAPPED_PRODUCTS = {"打火机", "毛绒"}
PINYIN = re.compile(r"[((][a-zü\u00e0-\u01dc\u0101-\u016b ]+[))]", re.IGNORECASE)


@pytest.fixture(scope="module")
def seed() -> SeedData:
    return read_seed(SEED)


def facts(name: str) -> Path:
    path = FACTS / name
    if not path.exists():
        pytest.skip(f"{name} is kept outside the repository and absent here")
    return path


@cache
def simplified(text: str) -> str:
    """Without pinyin in brackets and punctuation, in simplified characters."""
    folded = OpenCC("t2s").convert(PINYIN.sub("", text))
    return re.sub(r"[\W_]", "", folded)


def longest_shared_run(text: str, other: str) -> str:
    best = ""
    for start in range(len(text)):
        while text[start : start + len(best) + 1] in other and start + len(best) < len(text):
            best = text[start : start + len(best) + 1]
    return best


def test_every_kind_of_place_is_registered(seed: SeedData) -> None:
    assert Counter(cluster.kind for cluster in seed.clusters) == {
        ClusterKind.CLUSTER: 139,
        ClusterKind.INSTITUTION: 26,
        ClusterKind.REGION: 15,
        ClusterKind.ASSOCIATION: 3,
        ClusterKind.MARKET: 2,
        ClusterKind.PARK: 2,
    }


def test_taxonomy_has_27_topics_at_the_top(seed: SeedData) -> None:
    assert sum(topic.broader is None for topic in seed.topics) == 27


def test_every_product_and_institution_has_a_statement(seed: SeedData) -> None:
    sources = Counter(
        (statement.cluster, statement.source_kind) for statement in seed.register_statements
    )
    for cluster in seed.clusters:
        mapped = [product for product in cluster.products if product not in UNMAPPED_PRODUCTS]
        assert sources[cluster.slug, SourceKind.PRODUCT] >= len(mapped), cluster.slug
        offers = cluster.kind in {ClusterKind.INSTITUTION, ClusterKind.ASSOCIATION}
        assert (sources[cluster.slug, SourceKind.OFFER] > 0) == offers, cluster.slug


def test_documented_title_outweighs_all_else(seed: SeedData) -> None:
    [title] = [
        statement
        for statement in seed.register_statements
        if statement.cluster == "xiqiao" and statement.source_kind is SourceKind.TITLE
    ]
    assert (title.topic, title.weight) == ("fabric", 5)
    assert title.source_zh == "称号:中国面料名镇(公开报道)"


def test_names_that_look_alike_stay_apart(seed: SeedData) -> None:
    names = {
        name: cluster.slug
        for cluster in seed.clusters
        for name in (cluster.name_zh, *cluster.aliases_zh, *cluster.aliases_en)
    }
    found = {
        name: names[name] for name in ("大朗", "大浪", "Dalang", "中国轻纺城", "普兰店", "Tirupur")
    }
    assert found == {
        "大朗": "dalang",
        "大浪": "dalang-fashion-town",
        "Dalang": "dalang",
        "中国轻纺城": "keqiao",
        "普兰店": "dalian",
        "Tirupur": "tiruppur",
    }


def test_what_was_read_between_the_lines_is_a_draft(seed: SeedData) -> None:
    assert {
        (statement.status, statement.note is None) for statement in seed.meeting_statements
    } == {(Status.CONFIRMED, True), (Status.DRAFT, False)}


def test_round_table_keeps_its_facts(seed: SeedData) -> None:
    [meeting] = [meeting for meeting in seed.meetings if meeting.slug == ROUND_TABLE]
    said = [row for row in seed.meeting_statements if row.meeting == ROUND_TABLE]

    assert meeting.date is not None
    assert meeting.date.text == "2017-11-18"
    assert {(row.cluster, row.speaker) for row in said} == {
        ("humen", "谭志强"),
        ("changshu", "倪俊锋"),
        ("dalian", "姜广茂"),
        ("dalang", "黄民华"),
        ("shishi", "洪文德"),
        ("shaxi", "彭灿森"),
        ("xiqiao", "黄小雅"),
        ("xiping", "朱晓燕"),
        ("china-textile-information-center", "李波"),
        ("guangdong-garment-and-garment-article-industry-association", "黄益群"),
    }
    assert [
        (row.kind, row.topic, row.asks) for row in said if row.cluster == "dalian"
    ] == [
        (StatementKind.GAP, "chain_completeness", False),
        (StatementKind.GAP, "fabric", False),
        (StatementKind.GOAL, "fabric", True),
    ]  # fmt: skip


def test_no_address_stands_in_any_file() -> None:
    address = re.compile(r"://|www\.|\w\.(com|cn|net|org)\b")
    found = [
        path.name
        for path in sorted(SEED.rglob("*"))
        if path.is_file() and address.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_shared_run_is_found() -> None:
    assert longest_shared_run("虎门缺少面料企业", "大连缺少面料厂") == "缺少面料"
    assert simplified("產(chǎn)業(yè)集群,設計") == "产业集群设计"


def test_round_table_is_retold_in_other_words(seed: SeedData) -> None:
    [article] = facts("seeds").glob("*.txt")
    [meeting] = [meeting for meeting in seed.meetings if meeting.slug == ROUND_TABLE]

    run = longest_shared_run(
        simplified(meeting.text), simplified(article.read_text(encoding="utf-8"))
    )

    assert len(run) <= 15, run


def read_gold() -> list[dict[str, Any]]:
    lines = facts("data/gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def slugs_by_name(seed: SeedData) -> dict[str, str]:
    return {
        name: cluster.slug
        for cluster in seed.clusters
        for name in (cluster.name_zh, cluster.name_en, *cluster.aliases_zh, *cluster.aliases_en)
    }


def as_annotated(seed: SeedData, statement: MeetingStatementRow) -> tuple[str, ...]:
    """The round table is retold, so its quotes differ from the annotated ones."""
    [text] = {row.text for row in seed.meetings if row.slug == statement.meeting}
    retold = statement.meeting == ROUND_TABLE
    article, quote = ("seed", "") if retold else (text, statement.quote)
    return (article, statement.cluster, statement.kind, statement.topic, quote)


def test_every_annotation_is_a_statement_and_no_other(seed: SeedData) -> None:
    minutes = facts("data/minutes")
    slugs = slugs_by_name(seed)
    annotated: Counter[tuple[str, ...]] = Counter()
    for row in read_gold():
        retold = row["article"] == "seed"
        article = "seed" if retold else (minutes / f"{row['article']}.txt").read_text("utf-8")
        quote = "" if retold else row["quote"]
        for topic in [row["topic_code"], *row.get("secondary_codes", [])]:
            annotated[article, slugs[row["cluster"]], row["kind"], topic, quote] += 1

    assert Counter(as_annotated(seed, row) for row in seed.meeting_statements) == annotated
    drafts = sum(not row["explicit"] for row in read_gold())
    assert sum(row.status is Status.DRAFT for row in seed.meeting_statements) == drafts


def test_every_given_name_resolves(seed: SeedData) -> None:
    slugs = slugs_by_name(seed)
    with facts("data/aliases.csv").open(encoding="utf-8") as lines:
        pairs = [(row["name_in_data"], row["registry_name_zh"]) for row in csv.DictReader(lines)]

    assert [(a, b) for a, b in pairs if slugs.get(a) != slugs.get(b)] == []
    assert [b for _, b in pairs if b not in slugs] == []


def test_every_given_docking_is_there(seed: SeedData) -> None:
    given: set[str] = set()
    for name in ("docking_pairs.csv", "docking_reports.csv"):
        with facts(f"data/{name}").open(encoding="utf-8") as lines:
            given |= {row["id"] for row in csv.DictReader(lines)}

    assert {docking.id.partition("-")[0] for docking in seed.dockings} == given
