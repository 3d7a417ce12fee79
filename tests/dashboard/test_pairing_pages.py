from decimal import Decimal
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.dashboard.reading import Node, read_page


def page_of(client: TestClient, path: str, status: int = 200) -> Node:
    response = client.get(path)
    assert response.status_code == status
    return read_page(response.text)


def names(card: Node) -> list[str]:
    return [link.text for link in card.one("h2").all("a")]


def test_the_front_page_ranks_all_pairs(client: TestClient) -> None:
    cards = page_of(client, "/").all("li", "card")
    scores = [Decimal(card.one("p", "total").one("b").text) for card in cards]
    assert len(cards) == 20
    assert scores == sorted(scores, reverse=True)
    assert [card.one("p", "rank").text for card in cards] == [str(n) for n in range(1, 21)]


def test_the_page_shows_what_the_api_returns(client: TestClient) -> None:
    cards = page_of(client, "/?cluster=dalian&topic=fabric").all("li", "card")
    found = client.get("/api/v1/clusters/dalian/suggestions?topic=fabric&limit=20").json()
    assert [
        (card.one("h2").all("a")[1].attributes["href"], card.one("p", "total").one("b").text)
        for card in cards
    ] == [(f"/clusters/{row['cluster']}", f"{row['score']:.3f}") for row in found]


def test_printed_contributions_sum_to_the_printed_score(client: TestClient) -> None:
    cards = page_of(client, "/?open=all").all("li", "card")
    for card in cards:
        score = Decimal(card.one("p", "total").one("b").text)
        shares = [Decimal(b.text) for part in card.all("span", "share") for b in part.all("b")]
        parts = [Decimal(text) for text in card.texts("p", "part")]
        assert sum(shares) == sum(parts) == score
        assert card.one("p", "sum").one("b").text == str(score)
        widths = [float(r.attributes["width"][:-1]) for r in card.one("svg").all("rect")[1:]]
        assert abs(sum(widths) / 100 - float(score)) < 0.001
    assert len(cards) == 20


def test_a_reason_shows_both_quotes_with_their_sources(client: TestClient) -> None:
    card = page_of(client, "/?cluster=大连&topic=fabric").all("li", "card")[0]
    assert names(card) == ["大连", "柯桥"]
    evidence = card.all("section", "evidence")[0]
    assert evidence.texts("blockquote") == ["缺少做面料的企业", "柯桥是化纤面料的世界级产地"]
    gap, strength = evidence.all("figcaption")
    assert gap.texts("span") == ["2017年虎门圆桌会议", "2017年11月18日", "发言：姜广茂"]
    assert strength.texts("span") == ["柯桥·虎门产业集群对接会", "2017年5月6日"]


def test_a_quote_leads_to_its_place_in_the_document(client: TestClient) -> None:
    card = page_of(client, "/?cluster=dalian&topic=fabric").all("li", "card")[0]
    figure = card.all("figure", "quote")[0]
    address, _, anchor = figure.one("figcaption").one("a").attributes["href"].partition("#")
    marked = page_of(client, address).one("mark", id=anchor)
    assert marked.raw == figure.one("blockquote").raw


def test_inferred_and_register_reasons_say_what_they_rest_on(client: TestClient) -> None:
    page = page_of(client, "/?cluster=shishi&open=all&shown=40")
    inferred = page.all("figure", "inferred")[0]
    assert inferred.one("p", "phrase").text
    assert inferred.all("figcaption")[0].text.startswith("推断：")
    assert len(inferred.all("div", "follows")[0].all("figure", "quote")) == 1
    register = page.all("figure", "register")[0]
    assert register.one("figcaption").text.startswith("出处：")


def test_english_pages_keep_the_quote_and_name_its_language(client: TestClient) -> None:
    page = page_of(client, "/?cluster=Dalian&topic=fabric&lang=en")
    card = page.all("li", "card")[0]
    words = card.all("blockquote")[0]
    assert (words.text, words.attributes["lang"]) == ("缺少做面料的企业", "zh-CN")
    assert card.all("figcaption")[0].texts("span")[0] == "Humen round table, 2017"
    assert "Confidence: medium" in card.one("p", "trust").text


@pytest.mark.parametrize(
    ("query", "field", "typed", "error"),
    [
        ("cluster=亚特兰蒂斯", "cluster", "亚特兰蒂斯", "名录中没有“亚特兰蒂斯”"),
        ("cluster=朗", "cluster", "朗", "是否指：大朗"),
        ("as_of=昨天", "as_of", "昨天", "请写成 2017-11-18"),
        ("as_of=2017-02-30", "as_of", "2017-02-30", "请写成 2017-11-18"),
        ("min_score=nan", "min_score", "nan", "请填 0 到 1 之间的数"),
        ("min_score=7", "min_score", "7", "请填 0 到 1 之间的数"),
    ],
)
def test_errors_stand_at_their_field_with_what_was_typed(
    client: TestClient, query: str, field: str, typed: str, error: str
) -> None:
    page = page_of(client, f"/?{query}", 422)
    entry = page.one("input", id=f"f-{field}")
    assert entry.attributes["value"] == typed
    assert entry.attributes["aria-invalid"] == "true"
    assert error in page.one(id=f"h-{field}").text
    assert page.all("li", "card") == []
    assert len(page.all("p", "error")) == 1


@pytest.mark.parametrize("name", ["topic", "province", "kind", "basis", "confidence", "rank_by"])
def test_a_choice_that_does_not_exist_is_refused(client: TestClient, name: str) -> None:
    page = page_of(client, f"/?{name}=<b>", 422)
    assert page.texts("p", "error") == ["没有“<b>”这一选项。"]


def test_topics_stand_in_groups_with_their_special_cases_indented(client: TestClient) -> None:
    select = page_of(client, "/?topic=knitted_fabric").one("select", id="f-topic")
    groups = {group.attributes["label"]: group for group in select.all("optgroup")}
    assert list(groups) == ["产业链环节", "能力与服务"]
    options = [option.raw for option in groups["产业链环节"].all("option")]
    fabric = options.index("面料")
    assert options[fabric + 1].startswith("　　")
    chosen = [o.attributes["value"] for o in select.all("option") if "selected" in o.attributes]
    assert chosen == ["knitted_fabric"]


@pytest.mark.parametrize(
    ("query", "level"),
    [("confidence=high", "可信度：高"), ("confidence=low", "可信度：低")],
)
def test_filters_leave_only_what_is_asked_for(client: TestClient, query: str, level: str) -> None:
    cards = page_of(client, f"/?{query}").all("li", "card")
    assert {card.one("span", "level").text for card in cards} == {level}


def test_partners_are_filtered_by_place_and_kind(client: TestClient) -> None:
    page = page_of(client, "/?cluster=dalian&province=" + quote("浙江"))
    assert {card.all("span", "party")[1].one("small").text for card in page.all("li", "card")} <= {
        "浙江",
        "浙江 · 专业市场",
        "浙江 · 产业园区",
        "浙江 · 服务机构",
        "浙江 · 行业协会",
        "浙江 · 区域",
    }
    assert "open" in page.one("form", "filters").one("details").attributes


def test_an_older_day_knows_less(client: TestClient) -> None:
    old, new = (
        page_of(client, f"/?cluster=dalian&topic=fabric&as_of={day}")
        for day in ("2017-11-17", "2017-11-18")
    )
    assert "缺少做面料的企业" not in old.text
    assert "缺少做面料的企业" in new.text
    assert "截至 2017年11月17日" in old.one("p", "run").text


def test_more_pairs_come_on_request(client: TestClient) -> None:
    first = page_of(client, "/?topic=fabric")
    more = first.one("p", "more").one("a").attributes["href"]
    assert more == "/?topic=fabric&shown=40"
    assert len(page_of(client, more).all("li", "card")) == 40


def test_excluded_pairs_stand_at_the_end_with_their_cause(client: TestClient) -> None:
    page = page_of(client, "/?cluster=dalian")
    rows = [row.texts("td") for row in page.one("details", "excluded").one("tbody").all("tr")]
    assert ["大连 – 虎门", "指定不配对", '=HYPERLINK("x") 已有长期合同'] in rows
    listed = {name for card in page.all("li", "card") for name in names(card)}
    assert "虎门" not in listed


def test_the_run_is_named(client: TestClient) -> None:
    run = page_of(client, "/?topic=fabric").one("p", "run").text
    for part in (
        "数据版本",
        "截至 2026年11月23日",
        "评分方法第",
        "对方满足需求 0.45",
        "主题：面料",
    ):
        assert part in run


def test_a_pair_says_what_keeps_it_down_and_what_would_lift_it(client: TestClient) -> None:
    page = page_of(client, "/pairs/dalian/柯桥")
    found = client.get("/api/v1/suggestions/explain?a=dalian&b=keqiao").json()
    assert page.one("p", "total").one("b").text == f"{found['suggestion']['score']:.3f}"
    tables = [row for table in page.all("table") for row in table.one("tbody").all("tr")]
    assert len(tables) == len(found["obstacles"]) > 8
    gains = [gain.text for gain in page.all("b", "gain")]
    expected = [found["best"], *found["lifts"], *found["drafts"]]
    assert gains == [f"+{lift['gain']:.3f}" for lift in expected]


def test_an_excluded_pair_can_still_be_explained(client: TestClient) -> None:
    page = page_of(client, "/pairs/dalian/humen")
    assert page.texts("p", "alert") == [
        '这一对不会被推荐：指定不配对。=HYPERLINK("x") 已有长期合同'
    ]


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/pairs/dalian/atlantis", 404, "没有这个产业集群"),
        ("/pairs/dalian/大连", 422, "内容无法处理"),
        ("/clusters/atlantis", 404, "没有这个产业集群"),
        ("/meetings/99999", 404, "没有这次会议"),
        ("/meetings/1/documents/99999", 404, "没有这份文件"),
        ("/events/99999", 404, "没有这场对接会"),
        ("/clusters?cursor=x", 400, "翻页标记无法识别"),
        ("/meetings/x", 422, "请求不合规"),
        ("/nowhere", 404, "没有这个页面"),
    ],
)
def test_what_is_not_there_is_a_page_too(
    client: TestClient, path: str, status: int, title: str
) -> None:
    page = page_of(client, path, status)
    assert page.one("h1").text == title
    assert page.one("p", "status").text == f"错误 {status}"
    assert page.texts("code")[1].startswith("/problems/")
