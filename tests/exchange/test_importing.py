"""What staff type is understood, shown before it is written, and written whole or not at all."""

import gc
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from models import AuditEntry, Cluster, Statement
from models.enums import Role
from service.db import data_revision
from service.exchange.columns import What
from service.runtime import Runtime
from tests.exchange.tables import (
    applied,
    csv_of,
    exported,
    faults,
    rehearsed,
    rows_of,
    send,
    xlsx_of,
)
from tests.support.people import bearer

HEAD = ("集群", "类别", "主题", "要点", "会议", "日期", "分量", "材料", "可见范围")
TYPED = (
    HEAD,
    ("大连", "短板", "面料", "面料企业", "2017年虎门圆桌会议", "2017年11月", "4", "棉", "公开"),
    ("keqiao", "strength", "fabric", "+化纤面料", "1", "2017/11/18", "", "", ""),
)


def counted(runtime: Runtime) -> tuple[int, int, int]:
    """Statements, audit entries and the data revision."""
    with runtime.sessions.read() as session:
        rows = [
            session.scalar(select(func.count()).select_from(t)) for t in (Statement, AuditEntry)
        ]
        return (rows[0] or 0, rows[1] or 0, data_revision(session))


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    client: TestClient, seeded: Runtime
) -> None:
    before = counted(seeded)
    found = rehearsed(client, csv_of(TYPED))
    assert not found["applied"]
    assert found["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    first = {change["column"]: change["new"] for change in found["rows"][0]["changes"]}
    assert first == {
        "cluster": "大连",
        "kind": "缺口",
        "topic": "面料",
        "phrase": "面料企业",
        "meeting": "2017年虎门圆桌会议",
        "stated_on": "2017-11",
        "weight": "4",
        "material": "棉",
        "visibility": "公开",
    }
    assert counted(seeded) == before


def test_what_is_applied_is_stored_as_drafts_and_audited(
    client: TestClient, seeded: Runtime
) -> None:
    before = counted(seeded)
    assert applied(client, csv_of(TYPED))["applied"]
    assert [now - then for now, then in zip(counted(seeded), before, strict=True)] == [2, 2, 1]
    stored = client.get("/api/v1/statements?status=draft&cluster=keqiao").json()[-1]
    assert (stored["phrase"], stored["weight"], stored["visibility"]) == ("+化纤面料", 3, "members")
    assert stored["stated_on"] == "2017-11-18"


def test_the_same_file_twice_changes_nothing(client: TestClient, seeded: Runtime) -> None:
    applied(client, csv_of(TYPED))
    before = counted(seeded)
    found = applied(client, csv_of(TYPED))
    assert found["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert counted(seeded) == before


def test_a_new_statement_can_be_confirmed_at_once(client: TestClient) -> None:
    rows = [(*HEAD, "状态"), (*TYPED[1], "已确认")]
    applied(client, csv_of(rows))
    stored = client.get("/api/v1/statements?cluster=dalian&status=confirmed&limit=200").json()[-1]
    assert stored["phrase"] == "面料企业"
    steps = [s["action"] for s in client.get(f"/api/v1/statements/{stored['id']}/history").json()]
    assert steps == ["created", "confirmed"]
    assert applied(client, csv_of(rows))["counts"]["unchanged"] == 1


def test_all_errors_come_at_once_with_their_cells(client: TestClient, seeded: Runtime) -> None:
    rows: list[Any] = [
        HEAD,
        ("大廉", "短板", "面聊", "面料企业", "1", "去年", "9", "棉", "公开"),
        ("大连", "短板", "面料", "", "77", "2017-13", "三", "木头", "公开"),
        TYPED[1],
        TYPED[1],
    ]
    before = counted(seeded)
    content = xlsx_of({"陈述": rows})
    found = rehearsed(client, content, name="a.xlsx")
    assert [(e["pointer"], e["detail"].partition("：")[2]) for e in found["errors"]] == [
        ("陈述!A2", "不认识“大廉”，是否“大连”？"),
        ("陈述!C2", "不认识“面聊”，是否“面料”？"),
        ("陈述!F2", "“去年”不是日期，请写成 2017-11-18、2017年11月或 2017"),
        ("陈述!G2", "不能大于 5"),
        ("陈述!D3", "不能为空"),
        ("陈述!E3", "不认识“77”"),
        ("陈述!F3", "“2017-13”不是日期，请写成 2017-11-18、2017年11月或 2017"),
        ("陈述!G3", "“三”不是整数"),
        ("陈述!H3", "不认识“木头”"),
        ("陈述!5:5", "与第 4 行是同一条"),
    ]
    assert found["errors"][1]["detail"].startswith("工作表“陈述”第 2 行“主题”列：")
    assert found["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 3}
    refused = send(client, content, apply="true", plan=found["plan"])
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rows-refused")
    assert len(refused.json()["errors"]) == 10
    assert counted(seeded) == before


def test_errors_are_told_in_english_too(client: TestClient) -> None:
    rows = [("cluster", "kind", "topic", "phrase", "meeting"), ("Dalain", "gap", "fabrc", "x", "1")]
    assert faults(client, rows, language="en") == [
        "row 2, column “Cluster”: “Dalain” is not known; did you mean “Dalian”?",
        "row 2, column “Topic”: “fabrc” is not known; did you mean “Fabric”?",
    ]


def test_unknown_columns_are_named_and_missing_ones_refused(client: TestClient) -> None:
    found = rehearsed(
        client, csv_of([("集群", "备注", "主题", "要点"), ("大连", "x", "面料", "y")])
    )
    assert found["warnings"] == ["没有读这些不认识的列：备注"]
    assert found["errors"][0]["detail"] == "第 1 行“类别”列：“陈述”的表缺少这一列"


def test_a_statement_needs_its_source(client: TestClient) -> None:
    rows = [HEAD, ("大连", "短板", "面料", "x", "", "", "", "", "")]
    assert faults(client, rows) == ["第 2 行“会议”列：请填是在哪次会议上说的；登记资料则填来源"]
    register = [("集群", "类别", "主题", "要点", "来源"), ("大连", "优势", "面料", "x", "行业名录")]
    applied(client, csv_of(register))
    stored = client.get("/api/v1/statements?cluster=dalian&basis=register&status=draft").json()
    assert [s["source_zh"] for s in stored] == ["行业名录"]


def statement_row(client: TestClient) -> dict[str, str]:
    """An exported row that rests on no document."""
    applied(client, csv_of(TYPED))
    return rows_of(exported(client, What.STATEMENTS, query="&cluster=dalian&status=draft"))[0]


def table(*rows: dict[str, str]) -> bytes:
    return csv_of([list(rows[0]), *(list(row.values()) for row in rows)])


def test_an_exported_row_is_edited(client: TestClient) -> None:
    row = statement_row(client)
    found = rehearsed(
        client, table(row | {"分量": "5", "材料": "", "发言人": "姜广茂", "状态": "已确认"})
    )
    changes = {c["column"]: (c["old"], c["new"]) for c in found["rows"][0]["changes"]}
    assert changes == {
        "weight": ("4", "5"),
        "material": ("棉", "—"),
        "speaker": ("—", "姜广茂"),
        "status": ("草稿", "已确认"),
    }
    applied(client, table(row | {"分量": "5", "材料": "", "发言人": "姜广茂", "状态": "已确认"}))
    stored = client.get(f"/api/v1/statements/{row['编号']}").json()
    assert (stored["weight"], stored["facets"], stored["speaker"]) == (5, {}, "姜广茂")
    assert (stored["status"], stored["version"]) == ("confirmed", 3)


def test_no_update_is_lost(client: TestClient) -> None:
    """A row whose entry moved on is refused with both values; the same values are no change."""
    row = statement_row(client)
    url = f"/api/v1/statements/{row['编号']}"
    client.patch(url, json={"weight": 5}, headers={"If-Match": f'"{row["版本"]}"'})
    found = rehearsed(client, table(row | {"分量": "2"}))
    assert [e["detail"] for e in found["errors"]] == [
        (
            "第 2 行“分量”列：保存的已是版本 2（您的表是版本 1）："
            "保存的是“5”，表里是“2”；请重新导出后再改"
        )
    ]
    assert rehearsed(client, table(row | {"分量": "5"}))["counts"]["unchanged"] == 1
    assert rehearsed(client, table(row | {"版本": ""}))["counts"]["refused"] == 1


def test_what_changed_since_the_dry_run_is_noticed(client: TestClient) -> None:
    row = statement_row(client) | {"要点": "面料生产企业"}
    plan = rehearsed(client, table(row))["plan"]
    url = f"/api/v1/statements/{row['编号']}"
    client.patch(url, json={"phrase": "面料生产企业"}, headers={"If-Match": "*"})
    late = send(client, table(row), apply="true", plan=plan)
    assert (late.status_code, late.json()["type"]) == (412, "/problems/plan-changed")
    missing = send(client, table(row), apply="true")
    assert (missing.status_code, missing.json()["type"]) == (428, "/problems/version-required")


def test_a_quote_of_a_document_and_the_origin_stay(client: TestClient) -> None:
    row = next(
        r for r in rows_of(exported(client, What.STATEMENTS, query="&meeting=1")) if r["原话"]
    )
    found = rehearsed(client, table(row | {"原话": "别的话", "会议": "2"}))
    assert [e["column"] for e in found["errors"]] == ["原话", "会议"]


@pytest.mark.parametrize("cause", ["last row", "use case"])
def test_all_or_nothing(
    client: TestClient, seeded: Runtime, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Any] = list(TYPED)
    if cause == "last row":
        rows.append(("大连", "短板", "无此主题", "x", "1", "", "", "", ""))
    else:
        monkeypatch.setattr("service.exchange.usecases.decide_all", lambda *_, **__: 1 / 0)
    before = counted(seeded)
    answer = send(client, csv_of(rows), apply="true", plan="*")
    assert answer.status_code == (422 if cause == "last row" else 500)
    assert counted(seeded) == before


def test_a_repeated_request_takes_effect_once(client: TestClient, seeded: Runtime) -> None:
    url, form = "/api/v1/exchange/statements", {"apply": "true", "plan": "*"}
    file = {"file": ("a.csv", csv_of(TYPED), "text/csv")}
    first, again = (
        client.post(url, files=file, data=form, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


CLUSTERS = (
    ("名称", "英文名", "省份", "主要产品", "隶属", "别名"),
    ("新镇", "New Town", "浙江", "袜子；毛衣", "新市", "新镇甲"),
    ("新市", "New City", "浙江", "", "", ""),
    ("柯桥", "", "", "化纤面料；家纺", "", ""),
)


def test_clusters_are_registered_and_changed(client: TestClient, seeded: Runtime) -> None:
    found = applied(client, csv_of(CLUSTERS), What.CLUSTERS)
    assert found["counts"] == {"new": 2, "changed": 1, "unchanged": 0, "refused": 0}
    stored = client.get("/api/v1/clusters/new-town").json()
    assert (stored["products"], stored["part_of"]) == (["袜子", "毛衣"], "new-city")
    keqiao = client.get("/api/v1/clusters/keqiao").json()
    assert (keqiao["products"], keqiao["province"]) == (["化纤面料", "家纺"], "浙江")
    assert client.get("/api/v1/clusters/新镇甲").json()["slug"] == "new-town"
    before = counted(seeded)
    again = applied(client, csv_of(CLUSTERS), What.CLUSTERS)
    assert again["counts"] == {"new": 0, "changed": 0, "unchanged": 3, "refused": 0}
    assert counted(seeded) == before


def test_names_of_other_clusters_are_refused_with_a_proposal(client: TestClient) -> None:
    rows = [
        ("名称", "英文名", "别名", "隶属"),
        ("轻纺城", "Textile City", "", ""),
        ("新镇", "New Town", "大连", "柯侨"),
        ("旧镇", "Old Town", "新镇", ""),
    ]
    assert faults(client, rows, What.CLUSTERS) == [
        "第 2 行“名称”列：这是“柯桥”的别名；要修改它，请在标识列填 keqiao",
        "第 3 行“别名”列：“大连”已是集群 dalian 的名称",
        "第 3 行“隶属”列：不认识“柯侨”，是否“柯桥”？",
        "第 4 行“别名”列：“新镇”已是集群 new-town 的名称",
    ]


def test_a_clusters_row_that_moved_on_is_refused_with_both_values(client: TestClient) -> None:
    row = next(r for r in rows_of(exported(client, What.CLUSTERS)) if r["标识"] == "keqiao")
    body = client.get("/api/v1/clusters/keqiao").json()
    kept = {k: v for k, v in body.items() if k not in {"slug", "version", "updated_at"}}
    put = {**kept, "products": ["面料"]}
    headers = {"If-Match": "*"}
    assert client.put("/api/v1/clusters/keqiao", json=put, headers=headers).status_code == 200
    found = rehearsed(client, table(row | {"主要产品": "印染"}), What.CLUSTERS)
    assert "保存的是“面料”，表里是“印染”" in found["errors"][0]["detail"]


def test_a_representative_imports_drafts_of_its_own_cluster(app: Any, client: TestClient) -> None:
    own = TestClient(app, raise_server_exceptions=False, headers=bearer(Role.REPRESENTATIVE))
    head = (*HEAD, "状态")
    good, other = (*TYPED[1], ""), (*TYPED[2], "")
    assert applied(own, csv_of([head, good]))["counts"]["new"] == 1
    found = rehearsed(
        own, csv_of([head, other, (*TYPED[1][:3], "新的要点", *TYPED[1][4:], "已确认")])
    )
    assert [e["detail"].partition("：")[2] for e in found["errors"]] == [
        "您代表 dalian，只能导入它自己的陈述",
        "代表只导入草稿；状态由确认页面改变",
    ]
    rows = [
        r | {"要点": "改了"} for r in rows_of(exported(own, What.STATEMENTS)) if r["集群"] == "大连"
    ]
    confirmed = next(r for r in rows if r["状态"] == "已确认")
    assert rehearsed(own, table(confirmed))["errors"][0]["column"] == "状态"
    assert send(own, csv_of(CLUSTERS), What.CLUSTERS).status_code == 403
    everything = exported(own, What.STATEMENTS)
    assert rehearsed(own, everything)["counts"]["unchanged"] == len(rows_of(everything))


def test_formulas_keep_their_last_result_or_are_refused(client: TestClient) -> None:
    rows = [HEAD, ("大连", "短板", "面料", "=1+1", "1", "", "=2+2", "", "")]
    found = rehearsed(client, xlsx_of({"陈述": rows}), name="a.xlsx")
    assert [e["pointer"] for e in found["errors"]] == ["陈述!D2", "陈述!G2"]
    assert "公式没有保存结果" in found["errors"][0]["detail"]


def test_registered_names_are_those_of_the_moment(client: TestClient, seeded: Runtime) -> None:
    """The versions that are planned are the ones that are written."""
    with seeded.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Cluster)) == len(
            rows_of(exported(client, What.CLUSTERS))
        )


def test_the_search_for_cycles_goes_on_after_an_import(client: TestClient) -> None:
    applied(client, csv_of(TYPED))
    send(client, csv_of([HEAD, ("?",)]), apply="true", plan="*")
    assert gc.isenabled()
