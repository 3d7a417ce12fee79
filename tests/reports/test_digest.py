"""What is new, changed and gone."""

from dataclasses import replace
from typing import Any

from service.reports.digest import cited_by, compare, dump, load
from service.reports.views import Change, Digest
from service.suggestions.views import Excluded, Reason
from tests.reports.builders import (
    GAP,
    INFERRED,
    REASON,
    STRENGTH,
    first_digest,
    next_digest,
    ranking,
    suggestion,
)


def changes(digest: Digest) -> dict[str, Change]:
    return {pairing.suggestion.cluster: pairing.change for pairing in digest.pairings}


def test_without_an_earlier_report_every_pair_is_new() -> None:
    digest = first_digest(suggestion("keqiao"), suggestion("xiqiao"))
    assert changes(digest) == {"keqiao": Change.NEW, "xiqiao": Change.NEW}
    assert digest.has_news


def test_the_same_ranking_again_has_no_news() -> None:
    before = first_digest(suggestion("keqiao"), suggestion("xiqiao"))
    digest = next_digest(before, ranking(suggestion("keqiao"), suggestion("xiqiao")))
    assert changes(digest) == {"keqiao": Change.UNCHANGED, "xiqiao": Change.UNCHANGED}
    assert not digest.has_news


def test_new_changed_gone_and_unchanged_are_told_apart_and_stand_in_that_order() -> None:
    before = first_digest(
        suggestion("kept"), suggestion("moved", 0.30), suggestion("left"), suggestion("reason")
    )
    other = (replace(REASON, gap=replace(GAP, quote="缺面料", statement=9)),)
    now = ranking(
        suggestion("kept"), suggestion("moved", 0.33), suggestion("reason", reasons=other),
        suggestion("come"),
    )  # fmt: skip
    digest = next_digest(before, now)
    assert list(changes(digest).items()) == [
        ("come", Change.NEW),
        ("moved", Change.CHANGED),
        ("reason", Change.CHANGED),
        ("left", Change.GONE),
        ("kept", Change.UNCHANGED),
    ]
    moved, reason = digest.of(Change.CHANGED)
    assert (moved.previous_score, moved.reasons_changed) == (0.30, False)
    assert (reason.previous_score, reason.reasons_changed) == (0.35, True)


def test_a_score_that_moved_by_less_than_the_threshold_is_no_change() -> None:
    before = first_digest(suggestion(score=0.30))
    assert not next_digest(before, ranking(suggestion(score=0.3199)), move=0.02).has_news
    assert next_digest(before, ranking(suggestion(score=0.32)), move=0.02).has_news
    assert next_digest(before, ranking(suggestion(score=0.28)), move=0.02).has_news


def test_a_threshold_of_zero_still_needs_a_move() -> None:
    before = first_digest(suggestion(score=0.30))
    assert not next_digest(before, ranking(suggestion(score=0.30)), move=0).has_news
    assert next_digest(before, ranking(suggestion(score=0.3001)), move=0).has_news


def test_a_pair_is_the_same_from_either_side() -> None:
    before = first_digest(suggestion("keqiao", for_="dalian"))
    digest = next_digest(before, ranking(suggestion("dalian", for_="keqiao")))
    assert [pairing.change for pairing in digest.pairings] == [Change.UNCHANGED]


def test_a_pair_that_was_excluded_is_gone_with_its_cause() -> None:
    before = first_digest(suggestion("keqiao"), suggestion("xiqiao"))
    veto = Excluded("keqiao", "dalian", "veto", "rivals")
    digest = next_digest(before, ranking(excluded=[veto]))
    causes = {p.suggestion.cluster: p.cause for p in digest.of(Change.GONE)}
    assert causes == {"keqiao": "veto", "xiqiao": None}


def test_a_pair_that_is_gone_repeats_no_statement_that_was_withdrawn() -> None:
    inferred = Reason("offer", 0.01, "garment", "成衣", "Garment", INFERRED, STRENGTH)
    before = first_digest(suggestion(reasons=(REASON, inferred, Reason("similarity", 0.05))))
    gone = next_digest(before, ranking(), readable=[1]).of(Change.GONE)[0]
    assert [reason.term for reason in gone.suggestion.reasons] == ["similarity"]
    assert gone.withdrawn == 2
    kept = next_digest(before, ranking(), readable=[1, 2]).of(Change.GONE)[0]
    assert len(kept.suggestion.reasons) == 3
    assert kept.withdrawn == 0


def test_the_ground_of_an_inference_counts_as_cited() -> None:
    assert cited_by([Reason("offer", 0.01, gap=INFERRED)]) == {2}


def test_what_left_stays_gone_only_once() -> None:
    before = first_digest(suggestion("keqiao"), suggestion("xiqiao"))
    once = next_digest(before, ranking(suggestion("keqiao")))
    twice = next_digest(once, ranking(suggestion("keqiao")))
    assert once.count(Change.GONE) == 1
    assert not twice.has_news


def test_a_digest_survives_storage() -> None:
    inferred = Reason("offer", 0.1, "garment", "成衣", "Garment", INFERRED, None)
    before = first_digest(suggestion("xiqiao", reasons=(inferred,)))
    digest = next_digest(before, ranking(suggestion("keqiao")))
    stored = dump(digest)
    assert dump(load(stored)) == stored
    again = compare(ranking(suggestion("keqiao")), load(stored), None, move=0.02)
    assert not again.has_news


def test_a_snapshot_that_was_stored_by_an_earlier_program_is_still_read() -> None:
    stored: dict[str, Any] = {
        "run": {
            "revision": 1,
            "scorer": "1",
            "as_of": "2026-11-16",
            "audience": "members",
            "rank_by": "score",
            "topics": [],
            "drafts": False,
            "weights": {"need": 1.0},
        },
        "baseline": None,
        "more": False,
        "pairings": [
            {
                "change": "new",
                "suggestion": {
                    "rank": 1,
                    "for_": "dalian",
                    "for_name_zh": "大连",
                    "for_name_en": "Dalian",
                    "cluster": "keqiao",
                    "name_zh": "柯桥",
                    "name_en": "Keqiao",
                    "score": 0.35,
                    "basis": "complementarity",
                    "need": 0.6,
                    "offer": 0.1,
                    "mutual": 0.2,
                    "similarity": 0.4,
                    "confidence": "medium",
                    "confidence_causes": [{"code": "statements", "value": 2}],
                    "reasons": [{"term": "similarity", "contribution": 0.35}],
                },
            }
        ],
    }
    (pairing,) = load(stored).pairings
    assert (pairing.change, pairing.suggestion.score) == (Change.NEW, 0.35)
