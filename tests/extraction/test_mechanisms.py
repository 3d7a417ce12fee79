"""One mechanism a test, on sentences made up for it."""

from collections.abc import Callable

import pytest

from service.extraction.types import DraftStatement

Read = Callable[[str], list[DraftStatement]]
Triples = Callable[[str], set[tuple[str, str, str]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("大连、西平都缺少面料。", {("大连", "gap", "fabric"), ("西平", "gap", "fabric")}),
        ("大连和西平两地均缺乏辅料。", {("大连", "gap", "trims"), ("西平", "gap", "trims")}),
        (
            "Both Tirupur and Dalian lack designers.",
            {("蒂鲁普", "gap", "design"), ("大连", "gap", "design")},
        ),
        ("石狮与常熟签署合作协议。", set()),
        ("大朗·虎门对接会顺利举行。", set()),
    ],
)
def test_places_side_by_side(triples: Triples, text: str, found: set[tuple[str, str, str]]) -> None:
    assert triples(text) == found


def test_two_who_speak_alike_are_meant_until_another_is_named(triples: Triples) -> None:
    text = "大连、西平都缺少面料。印染也不足。石狮品牌众多。"
    assert triples(text) >= {("大连", "gap", "dyeing"), ("西平", "gap", "dyeing")}
    assert ("石狮", "gap", "dyeing") not in triples(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("安徽岳西服装加工企业招工困难。", "岳西"),
        ("贵州三穗代表说,当地招工困难。", "三穗"),
        ("曹县缺少印染企业。", "曹县"),
        ("到洪合镇调研,企业反映招工困难。", "洪合"),
        ("嘉兴市秀洲区洪合镇缺少检测机构。", "洪合"),
        ("Jetpur has no effluent treatment plant.", "Jetpur"),
        ("Small units in Bhiwandi cannot get bank loans.", "Bhiwandi"),
    ],
)
def test_places_that_the_register_lacks(read: Read, text: str, place: str) -> None:
    assert {(draft.cluster, draft.cluster_slug) for draft in read(text)} == {(place, None)}


@pytest.mark.parametrize(
    "text",
    [
        "合作资源丰富。",
        "新兴产业延长了链条。",
        "公安部门缺少设备。",
        "Knitwear makers lack designers.",
        "They export to Europe in March and lack designers.",
    ],
)
def test_common_words_are_no_places(read: Read, text: str) -> None:
    assert read(text) == []


def test_we_are_those_who_speak_whoever_came_between(triples: Triples) -> None:
    text = "石狮代表王林说,品牌众多。大朗的洗水很强。我们缺少设计师。"
    assert ("石狮", "gap", "design") in triples(text)
    assert ("大朗", "gap", "design") not in triples(text)


def test_parties_are_named_once(triples: Triples) -> None:
    text = "甲方:大连服装协会\n乙方:西平县经开区\n甲方表示,用地紧张。乙方答复,厂房充足。\n"
    assert triples(text) == {
        ("大连", "gap", "capacity_transfer"),
        ("西平", "strength", "capacity_transfer"),
    }


def test_fields_and_sections_say_the_kind(triples: Triples) -> None:
    text = "一、大朗\n短板:印染配套\n优势:毛衫市场\n目标:检测中心\n"
    assert triples(text) == {
        ("大朗", "gap", "dyeing"),
        ("大朗", "strength", "wholesale_market"),
        ("大朗", "goal", "testing_standards"),
    }


def test_points_of_a_list_need_no_full_stop(triples: Triples) -> None:
    text = "西平情况\n存在问题\n1、用工紧张\n2、缺少印染企业\n下一步打算\n1、建设检测中心\n"
    assert triples(text) == {
        ("西平", "gap", "skills_labour"),
        ("西平", "gap", "dyeing"),
        ("西平", "goal", "testing_standards"),
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("石狮电价偏高。", "gap"),
        ("石狮电价低。", "strength"),
        ("石狮环保压力大。", "gap"),
        ("石狮染厂不到十家。", "gap"),
        ("石狮染厂三十家。", "strength"),
        ("石狮拥有染厂三十家。", "strength"),
        ("石狮印染产能占全国四成。", "strength"),
        ("石狮印染企业招不到人。", "gap"),
        ("石狮印染设备普遍老旧。", "gap"),
        ("石狮打样跟不上。", "gap"),
        ("石狮印染工艺数一数二。", "strength"),
        ("石狮不愁面料。", "strength"),
    ],
)
def test_kind_by_wording(read: Read, text: str, kind: str) -> None:
    assert {draft.kind for draft in read(text)} == {kind}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("西平希望引进面料企业。", {("gap", "fabric", False)}),
        ("西平盼着与各地开展合作。", {("goal", "cluster_org", True)}),
        ("西平打通印染。", {("goal", "dyeing", True)}),
        ("西平引进了三家面料企业。", {("strength", "fabric", False)}),
        ("西平计划引进三家面料企业。", {("goal", "fabric", True)}),
        (
            "西平签约项目有面料和检测。",
            {("goal", "fabric", False), ("goal", "testing_standards", False)},
        ),
    ],
)
def test_wishes_plans_and_deeds(read: Read, text: str, found: set[tuple[str, str, bool]]) -> None:
    assert {(d.kind, d.topic, d.asks) for d in read(text)} == found


@pytest.mark.parametrize(
    "text",
    [
        "会议在大连召开,围绕面料创新展开讨论。",
        "参加会议的有大连服装协会会长王明。",
        "专家认为,纺织行业要走绿色发展之路。",
        "大连青年爱读小说,互补性强。",
    ],
)
def test_what_states_nothing(read: Read, text: str) -> None:
    assert read(text) == []


def test_words_of_the_dictionary_are_not_cut(triples: Triples) -> None:
    topics = {topic for _, _, topic in triples("大连有四百家纺织企业,缺少面料。")}
    assert topics == {"garment_making", "fabric"}
    assert ("大连", "strength", "garment_making") in triples("大连方面说服装产业优势明显。")


def test_a_market_of_a_product_is_a_market(triples: Triples) -> None:
    assert triples("大朗毛衫市场成交活跃。") == {("大朗", "strength", "wholesale_market")}


def test_topics_stand_before_who_arrives(triples: Triples) -> None:
    assert ("石狮", "goal", "design") in triples("石狮计划吸引更多设计师入驻。")


def test_a_share_is_no_topic(triples: Triples) -> None:
    assert triples("石狮面料占全市工业总量的六成。") == {("石狮", "strength", "fabric")}


def test_weight_follows_the_wording(read: Read) -> None:
    texts = ("大连略有人才缺口。", "大连人才短缺。", "大连人才严重短缺。")
    weights = [read(text)[0].weight for text in texts]
    assert weights == sorted(set(weights))


def test_markup_and_readings_are_no_words(read: Read) -> None:
    text = "大連<b>缺少</b>&nbsp;面(miàn)料 (li ào)企業。"
    (draft,) = read(text)
    assert (draft.kind, draft.topic) == ("gap", "fabric")
    assert draft.quote == text[draft.start : draft.end]


def test_wrongly_converted_names_are_simplified(read: Read) -> None:
    (draft,) = read("織裏鎮缺少設計師。")
    assert (draft.cluster, draft.cluster_slug) == ("织里", None)
