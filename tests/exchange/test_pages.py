"""The page that imports: upload, dry run, apply; without a line of script."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models.enums import Role
from service.dashboard.exchange_pages import packed, unpacked
from tests.accounts.office import quick
from tests.dashboard.desk import Browser, Desk
from tests.exchange.tables import csv_of, xlsx_of

HEAD = ("名称", "英文名", "主要产品")
CLUSTERS = (HEAD, ("新镇", "New Town", "袜子"), ("柯桥", "Keqiao", "化纤面料；家纺"))
STATEMENTS = (("集群", "类别", "主题", "要点", "会议"), ("大连", "短板", "面料", "面料新", "1"))


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    app.state.passwords = quick()
    return Desk(app)


@pytest.fixture
def lin(desk: Desk) -> Browser:
    return desk.person("lin", Role.ORGANISER)


def upload(browser: Browser, content: bytes, name: str = "表.csv", **form: str) -> Any:
    return browser.http.post("/import", files={"file": (name, content)}, data=form)


def confirming(text: str) -> dict[str, str]:
    """The hidden fields of the form that applies the dry run."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)
    return {name: unescape(value) for name, value in found} | {"apply": "yes"}


def apply(browser: Browser, form: dict[str, str]) -> Any:
    files = {"file": ("", b"", "application/octet-stream")}
    return browser.http.post("/import", data=form, files=files)


def test_a_table_is_shown_then_applied(lin: Browser) -> None:
    content = xlsx_of({"集群": CLUSTERS, "陈述": STATEMENTS})
    shown = upload(lin, content, "表.xlsx")
    assert shown.status_code == 200
    for words in ("新增 2 行", "修改 1 行", "<del>化纤面料；印染；轻纺专业市场</del>", "面料新"):
        assert words in shown.text
    done = apply(lin, confirming(shown.text))
    assert done.status_code == 200
    assert "已写入：新增 2 行、修改 1 行、不变 0 行、拒绝 0 行。" in done.text
    assert "新镇" in lin.get("/clusters/new-town").text
    again = upload(lin, content, "表.xlsx")
    assert "没有要改的内容" in again.text
    assert "apply" not in confirming(again.text) or "plan" not in confirming(again.text)


def test_faults_stand_at_their_cells(lin: Browser) -> None:
    shown = upload(lin, csv_of([STATEMENTS[0], ("大廉", "短板", "面聊", "x", "1")]))
    assert shown.status_code == 422
    assert ">A2<" in shown.text
    assert "第 2 行“主题”列：不认识“面聊”，是否“面料”？" in shown.text
    assert 'name="plan"' not in shown.text


def test_a_second_click_finds_nothing_left_to_do(lin: Browser) -> None:
    form = confirming(upload(lin, csv_of(CLUSTERS)).text)
    assert apply(lin, form).status_code == 200
    late = apply(lin, form)
    assert late.status_code == 412
    assert "预演之后数据改变了" in late.text
    assert "没有要改的内容" in late.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件里没有内容"),
        (b"\xd0\xcf\x11\xe0", "旧的 .xls 格式"),
        (b"PK\x03\x04", "工作簿已损坏"),
        (b"x,y\n1,2\n", "没有找到"),
        (b"x" * (6 * 1024**2 + 1), "文件超过 6 MB"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_page(lin: Browser, content: bytes, words: str) -> None:
    answer = upload(lin, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_no_file_is_said_too(lin: Browser) -> None:
    answer = lin.http.post("/import", data={"what": "clusters"})
    assert answer.status_code == 422
    assert "请选择一个文件。" in answer.text


@pytest.mark.parametrize("content", ["", "%", "aGFsbG8="])
def test_a_forged_hidden_field_is_a_file_that_cannot_be_read(lin: Browser, content: str) -> None:
    form = {"content": content, "plan": "*", "apply": "yes", "name": "<b>x"}
    answer = apply(lin, form)
    assert answer.status_code == 422
    assert "<b>x" not in answer.text


def test_a_plan_of_ones_own_making_is_none(lin: Browser) -> None:
    form = confirming(upload(lin, csv_of(CLUSTERS)).text) | {"plan": "0" * 64}
    assert apply(lin, form).status_code == 412


def test_what_is_packed_is_unpacked_up_to_the_limit() -> None:
    assert unpacked(packed(b"x\x00" * 1000)) == b"x\x00" * 1000
    assert len(unpacked(packed(bytes(50_000_000))) or b"") <= 6 * 1024**2


def test_a_representative_sees_statements_only(desk: Desk) -> None:
    own = desk.person("zhao", Role.REPRESENTATIVE, cluster="dalian")
    assert "集群" not in own.page("/import").text.partition("内容")[2].partition("预演")[0]
    assert upload(own, csv_of(CLUSTERS), what="clusters").status_code == 403
    assert upload(own, csv_of(STATEMENTS)).status_code == 200


def test_links_lead_to_the_page_and_to_the_exports(lin: Browser) -> None:
    assert 'href="/import"' in lin.get("/clusters").text
    page = lin.get("/clusters/dalian?lang=en").text
    link = "/api/v1/exchange/statements.csv?lang=en&amp;cluster=dalian"
    assert link in page
    rows = lin.get(unescape(link)).text.splitlines()
    assert rows[0].startswith("\ufeffNumber,Cluster,")
    assert len(rows) > 3
    for path in re.findall(r'href="(/api/v1/exchange/[^"]+)"', lin.get("/import").text):
        assert lin.get(unescape(path)).status_code == 200, path
