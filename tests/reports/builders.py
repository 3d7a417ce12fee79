"""Small rankings and reports to tell of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from models.enums import ReportScope
from service.reports.digest import compare
from service.reports.views import Baseline, Digest, Label, Report
from service.suggestions.views import (
    CauseView,
    Cited,
    Excluded,
    Ranking,
    Reason,
    Run,
    Suggestion,
)

NOW = datetime(2026, 11, 23, 0, 0, 5, tzinfo=UTC)
DUE = datetime(2026, 11, 23, tzinfo=UTC)
EARLIER = datetime(2026, 11, 16, tzinfo=UTC)

GAP = Cited(
    cluster="dalian",
    name_zh="大连",
    name_en="Dalian",
    basis="meeting",
    kind="gap",
    phrase="面料企业",
    phrase_en="fabric makers",
    statement=1,
    quote="我们没有面料企业",
    meeting="圆桌会议",
    date="2017-11-18",
    speaker="姜先生",
)
STRENGTH = Cited(
    cluster="keqiao",
    name_zh="柯桥",
    name_en="Keqiao",
    basis="register",
    kind="strength",
    phrase="面料",
    phrase_en="fabric",
    statement=2,
    source_zh="称号：中国轻纺城",
    source_en="Title: China Textile City",
)
INFERRED = Cited(
    cluster="keqiao",
    name_zh="柯桥",
    name_en="Keqiao",
    basis="inferred",
    kind="gap",
    phrase="服装企业",
    rule="fabric-sells-to-garments",
    rule_zh="面料的买家是服装厂",
    rule_en="Garment makers buy fabric",
    follows_from=STRENGTH,
)
REASON = Reason("need", 0.3, "fabric", "面料", "Fabric", GAP, STRENGTH)
RUN = Run(
    revision=7,
    scorer="1",
    as_of=date(2026, 11, 23),
    audience="members",
    rank_by="score",
    topics=(),
    drafts=False,
    weights={"need": 0.45, "offer": 0.35, "mutual": 0.15, "similarity": 0.05},
)


def suggestion(
    cluster: str = "keqiao",
    score: float = 0.35,
    reasons: Sequence[Reason] = (REASON, Reason("similarity", 0.05)),
    *,
    for_: str = "dalian",
    rank: int = 1,
) -> Suggestion:
    return Suggestion(
        rank=rank,
        for_=for_,
        for_name_zh="大连" if for_ == "dalian" else for_,
        for_name_en=for_.capitalize(),
        cluster=cluster,
        name_zh="柯桥" if cluster == "keqiao" else cluster,
        name_en=cluster.capitalize(),
        score=score,
        basis="complementarity",
        need=0.6,
        offer=0.1,
        mutual=0.2,
        similarity=0.4,
        confidence="medium",
        confidence_causes=(CauseView("statements", 2), CauseView("from_meeting", 1)),
        reasons=reasons,
        last_met="2017-11",
    )


def ranking(
    *suggestions: Suggestion, excluded: Sequence[Excluded] = (), more: bool = False
) -> Ranking:
    ranked = [replace(found, rank=place) for place, found in enumerate(suggestions, 1)]
    return Ranking(RUN, ranked, excluded, more)


def first_digest(*suggestions: Suggestion) -> Digest:
    return compare(ranking(*suggestions), None, None, move=0.02)


def next_digest(
    before: Digest,
    now: Ranking,
    *,
    move: float = 0.02,
    readable: Sequence[int] = (1, 2),
    scorer: str = "1",
) -> Digest:
    baseline = Baseline(EARLIER, date(2026, 11, 16), scorer)
    return compare(now, before, baseline, move=move, readable=readable)


def report(digest: Digest, *, language: str = "zh", name: str = "每周配对") -> Report:
    return Report(
        digest=digest,
        schedule_id=3,
        name=name,
        language=language,
        time_zone="Asia/Shanghai",
        due_at=DUE,
        rendered_at=NOW,
        scope=ReportScope.CLUSTER,
        about=Label("大连", "Dalian"),
        topic=Label("面料", "Fabric"),
        min_score=0.1,
        top=50,
        move=0.02,
        missed=0,
        missed_since=None,
        base_url="https://duijie.example",
    )
