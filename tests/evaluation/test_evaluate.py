"""The comparison on the shipped facts. What it shows is in docs/scoring.md, not here."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models import Cluster, Docking, Topic
from service.evaluation import command, rankers
from service.evaluation.ablations import Variant
from service.evaluation.pairs import REGISTER_ONLY, questions, read_dockings
from service.evaluation.usecases import Evaluation, _Ours, evaluate
from service.matching.similarity import cosine
from service.runtime import Runtime

HEADER = "date,supplier,receiver,topic\n"
PAIRS = HEADER + "2017-11-18,柯桥,大连,fabric\n,柯桥,汕头,fabric\n"
TODAY = date(2026, 11, 23)


def evaluated(runtime: Runtime, text: str = PAIRS, **options: Any) -> Evaluation:
    with runtime.sessions.read() as session:
        return evaluate(session, runtime.rankings, text.encode(), today=TODAY, **options)


def test_five_rows_of_the_fixed_shape_and_random_is_an_expectation(seeded: Runtime) -> None:
    rows = command.rows(evaluated(seeded))
    assert [row["ranker"] for row in rows] == [
        "ours",
        "popularity",
        "tfidf",
        "topic_overlap",
        "random",
    ]
    shape = ["ranker", "n", "mrr", "mrr_interval", "hit@1", "hit@5", "hit@10", "ndcg@10"]
    assert all(list(row) == shape for row in rows)
    assert {row["n"] for row in rows} == {4}
    for row in rows:
        low, high = row["mrr_interval"]
        assert 0 <= low <= row["mrr"] <= high <= 1
        assert row["hit@1"] <= row["hit@5"] <= row["hit@10"] <= 1
    with seeded.sessions.read() as session:
        places = len(session.scalars(select(Cluster.id)).all())
    # Random: less the asker and, for Keqiao, one other right answer.
    level = [sum(1 / r for r in range(1, n + 1)) / n for n in 2 * [places - 1, places - 2]]
    assert rows[-1]["mrr"] == pytest.approx(sum(level) / 4)


def test_dockings_of_the_file_feed_no_ranker(seeded: Runtime) -> None:
    before = evaluated(seeded, seed=3)
    with seeded.sessions.write() as session:
        slugs = {row.slug: row.id for row in session.execute(select(Cluster.slug, Cluster.id))}
        topic = session.scalars(select(Topic.id).where(Topic.notation == "fabric")).one()
        for number, receiver in enumerate(("dalian", "shantou") * 3):
            session.add(
                Docking(
                    code=f"again-{number}",
                    held_on="2001",
                    supplier_id=slugs["keqiao"],
                    receiver_id=slugs[receiver],
                    topic_id=topic,
                    kind="fabric_docking",
                    grade="A",
                    facts_zh="对接",
                    source_zh="报道",
                )
            )
    assert evaluated(seeded, seed=3).results == before.results


def test_dockings_of_others_count_once_they_were_held(seeded: Runtime) -> None:
    dockings = read_dockings(PAIRS.encode())
    with seeded.sessions.read() as session:
        known = rankers.known(session, dockings)
    keqiao, dalian = known.slugs.index("keqiao"), known.slugs.index("dalian")
    days = [day for day, rows in known.told if keqiao in rows and day]
    assert date(2022, 9, 22) in days
    assert all(dalian not in rows for _, rows in known.told if keqiao in rows)


@pytest.mark.parametrize(
    ("as_of", "days"),
    [(date(2017, 11, 17), set()), (date(2017, 11, 18), {date(2017, 11, 18)})],
)
def test_what_is_said_on_the_day_of_a_docking_is_not_known_before(
    seeded: Runtime, as_of: date, days: set[date]
) -> None:
    with seeded.sessions.read() as session:
        statements = _Ours(session, seeded.rankings).data(as_of).index.statements.values()
    dalian = [s for s in statements if s.cluster == "dalian" and s.basis == "meeting"]
    assert {s.stated_on for s in dalian} == days


def test_an_undated_docking_sees_the_register_and_what_follows_from_it(seeded: Runtime) -> None:
    with seeded.sessions.read() as session:
        index = _Ours(session, seeded.rankings).data(REGISTER_ONLY).index
    assert {s.basis for s in index.statements.values()} == {"register", "inferred"}


def test_an_exchange_of_experience_is_ranked_by_similarity(seeded: Runtime) -> None:
    text = HEADER + "2018-11-03,大朗,濮院,cluster_org\n"
    with seeded.sessions.read() as session:
        ours = _Ours(session, seeded.rankings)
        known = rankers.known(session, read_dockings(text.encode()))
        question = questions(read_dockings(text.encode()), known.register, provinces=False)[0]
        index = ours.data(question.as_of).index
        scores = ours.ranker(Variant("ours"))(question)
    alike = cosine(index.profiles[[index.row("dalang")]], index.profiles)[0]
    assert scores[index.row("puyuan")] == pytest.approx(alike[index.row("puyuan")])


def test_ablations_follow_and_exposure_says_who_is_shown(
    seeded: Runtime,
) -> None:
    evaluation = evaluated(seeded, HEADER + ",柯桥,汕头,fabric\n", ablations=True)
    spread = evaluation.exposure
    assert 0 < spread.gini < 1
    assert 0 < spread.top_share < 1
    assert 0 < spread.never < 187
    rows = command.rows(evaluation)
    names = [row["ranker"] for row in rows[5:]]
    assert {"ours_without_inferred", "ours_without_similarity"} <= set(names)
    for row in rows[5:]:
        assert row["change"] == pytest.approx(row["mrr"] - rows[0]["mrr"])
    columns = [list(line) for line in command.flat(rows)]
    assert all(line == columns[0] for line in columns)
