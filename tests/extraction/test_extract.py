from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon
from service.extraction.types import Document, DraftStatement

Read = Callable[[str], list[DraftStatement]]
Triples = Callable[[str], set[tuple[str, str, str]]]


def test_mangled_lack_keeps_its_original_span(read: Read) -> None:
    text = "大連產(chǎn)業(yè)集群代表王建國表示，大連缺少面料生產(chǎn)企業(yè)。"
    (draft,) = read(text)
    assert (draft.cluster, draft.cluster_slug, draft.kind) == ("大连", "dalian", "gap")
    assert (draft.topic, draft.phrase, draft.speaker) == ("fabric", "面料生产企业", "王建国")
    assert draft.quote == "大連缺少面料生產(chǎn)企業"


def test_compound_is_two_statements(triples: Triples) -> None:
    assert triples("西平缺乏面辅料企业。") == {("西平", "gap", "fabric"), ("西平", "gap", "trims")}


def test_enumeration_is_one_statement_per_topic(triples: Triples) -> None:
    found = triples("石狮缺少拉链、面料、检测机构、设计师、印染厂和融资渠道。")
    topics = {"trims", "fabric", "testing_standards", "design", "dyeing", "finance"}
    assert found == {("石狮", "gap", topic) for topic in topics}


def test_each_item_has_its_own_cue(triples: Triples) -> None:
    assert triples("长兴品牌弱、面料强。") == {
        ("长兴", "gap", "brand"),
        ("长兴", "strength", "fabric"),
    }


def test_the_head_of_a_compound_is_its_topic(read: Read) -> None:
    (draft,) = read("大朗建有毛衫检测中心。")
    assert (draft.kind, draft.topic, draft.subtopic) == ("strength", "testing_standards", "testing")


@pytest.mark.parametrize(
    "text",
    [
        "大连曾缺少面料企业。",
        "大连已解决面料短缺问题。",
        "大连不缺面料。",
    ],
)
def test_overcome_lack_is_no_gap(triples: Triples, text: str) -> None:
    assert {kind for _, kind, _ in triples(text)} - {"strength"} == set()


def test_asking_without_a_stated_lack_is_a_gap(read: Read) -> None:
    (draft,) = read("西平希望引进面料企业。")
    assert (draft.kind, draft.asks, draft.topic) == ("gap", False, "fabric")


def test_asking_after_a_stated_lack_is_a_goal(read: Read) -> None:
    lack, ask = read("西平缺少面料企业。西平希望引进更多面料企业。")
    assert (lack.kind, lack.asks) == ("gap", False)
    assert (ask.kind, ask.asks) == ("goal", True)


def test_own_doing_is_a_goal_that_asks_nothing(read: Read) -> None:
    (draft,) = read("石狮着力打造自主品牌。")
    assert (draft.kind, draft.asks, draft.topic) == ("goal", False, "brand")


def test_unregistered_place_goes_by_its_name(read: Read) -> None:
    (draft,) = read("彭澤產業集群代表李明表示，彭澤缺少設計師。")
    assert (draft.cluster, draft.cluster_slug) == ("彭泽", None)
    assert (draft.kind, draft.topic, draft.subtopic) == ("gap", "design", "designers")


def test_official_speaks_for_no_cluster(triples: Triples) -> None:
    text = (
        "中国纺织工业联合会副会长张华表示，希望引进先进设备，推动品牌建设。\n"
        "大连缺少面料，西平缺少辅料。"
    )
    assert triples(text) == {("大连", "gap", "fabric"), ("西平", "gap", "trims")}


def test_place_only_mentioned_is_no_subject(triples: Triples) -> None:
    assert triples("大朗企业到柯桥采购,大朗缺少面料。") == {("大朗", "gap", "fabric")}


def test_visited_cluster_is_the_subject_of_what_follows(triples: Triples) -> None:
    text = "湖州市领导到长兴调研,听取企业意见。企业反映用电紧张。"
    assert triples(text) == {("长兴", "gap", "environment_energy")}


def test_pronoun_and_omission_continue_the_subject(triples: Triples) -> None:
    text = "沙溪代表陈立发言。他说,当地设计师流失严重。印染也是短板。"
    assert triples(text) == {("沙溪", "gap", "design"), ("沙溪", "gap", "dyeing")}


def test_heading_names_the_speaker(read: Read) -> None:
    (draft,) = read("西樵产业集群代表何伟\n面料是优势产业。")
    assert (draft.cluster, draft.kind, draft.speaker) == ("西樵", "strength", "何伟")


def test_market_belongs_to_its_cluster(triples: Triples) -> None:
    assert triples("轻纺城面料品种丰富。") == {("柯桥", "strength", "fabric")}


def test_last_of_chained_places_is_the_subject(triples: Triples) -> None:
    assert triples("浙江省湖州市长兴县污水处理能力不足。") == {
        ("长兴", "gap", "environment_energy")
    }


def test_range_over_the_chain_is_the_whole_chain(triples: Triples) -> None:
    assert triples("从纺纱、织造到印染、成衣,长兴样样都有。长兴从化纤、织造到服装都有。") == {
        ("长兴", "strength", "chain_completeness"),
    }


def test_facets_and_weight_come_from_the_words(read: Read) -> None:
    (draft,) = read("虎门急需童装用的纯棉针织面料。")
    assert draft.facets == {
        "end_use": ["childrenswear"],
        "material": ["cotton"],
        "construction": ["knitted"],
    }
    assert (draft.topic, draft.subtopic, draft.weight) == ("fabric", "knitted_fabric", 5)


def test_english_document(triples: Triples) -> None:
    text = (
        "Tirupur lacks dye houses. "
        "The cluster is known for knitwear, but skilled workers are scarce."
    )
    assert triples(text) == {
        ("蒂鲁普", "gap", "dyeing"),
        ("蒂鲁普", "strength", "garment_making"),
        ("蒂鲁普", "gap", "skills_labour"),
    }


def test_site_texts_state_nothing(triples: Triples) -> None:
    text = (
        "大连时装周开幕 打造世界级品牌\n"
        "来源:某网 责任编辑:某人\n"
        "大连缺少面料企业。\n大连服装出口增长。\n"
        "更多精彩关注本网!\n"
        "- 大朗缺少设计师\n1、虎门全力打造品牌。\n网友评论:西平缺少面料。"
    )
    assert triples(text) == {("大连", "gap", "fabric"), ("大连", "strength", "market_access")}


def test_event_notice_states_nothing(triples: Triples) -> None:
    assert triples("5月6日,柯桥面料对接会在虎门举行,三百家企业代表参加。") == set()


def test_each_verb_of_a_list_governs_its_own_item(triples: Triples) -> None:
    assert triples("石狮的思路是主攻面料、打通印染、塑造品牌。") == {
        ("石狮", "goal", "fabric"),
        ("石狮", "goal", "dyeing"),
        ("石狮", "goal", "brand"),
    }


def test_a_verb_without_company_governs_the_whole_list(triples: Triples) -> None:
    assert triples("石狮要破解土地、资金两个瓶颈。") == {
        ("石狮", "gap", "capacity_transfer"),
        ("石狮", "gap", "finance"),
    }


def test_a_number_counts_from_where_it_begins(triples: Triples) -> None:
    assert triples("虎门童装生产主体三千五百多家。") == {("虎门", "strength", "garment_making")}


def test_the_unit_of_a_number_begins_no_word(triples: Triples) -> None:
    assert triples("大朗四百多家纺织企业缺少面料。") == {("大朗", "gap", "fabric")}


def test_a_plan_for_nothing_in_particular_is_none(triples: Triples) -> None:
    assert triples("大朗要扩大集群对外影响。") == set()


def test_what_a_place_has_is_its_strength(triples: Triples) -> None:
    assert triples("西樵有检测中心。") == {("西樵", "strength", "testing_standards")}
    assert triples("西樵有纺织企业。") == set()


def test_a_product_names_the_topic_before_the_town_does(triples: Triples) -> None:
    assert triples("虎门要打造童装名镇。") == {("虎门", "goal", "garment_making")}
    assert triples("虎门要打造时尚之都。") == {("虎门", "goal", "upgrading_scale")}


def test_the_head_stands_first_in_english(triples: Triples) -> None:
    assert triples("Tirupur lacks credit schemes for small firms.") == {
        ("蒂鲁普", "gap", "finance"),
    }


def test_unregistered_place_is_named_by_its_industry(triples: Triples) -> None:
    text = "Solapur garment makers met on Tuesday. Solapur lacks designers."
    assert triples(text) == {("Solapur", "gap", "design")}


def test_asking_for_help_is_asking(triples: Triples) -> None:
    assert triples("西平请求协会帮助培训技术工人。") == {("西平", "gap", "skills_labour")}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *"。，,;\n 、(网",
                    "大连",
                    "西平產(chǎn)業(yè)",
                    "缺少",
                    "希望引进",
                    "面辅料",
                    "设计师",
                    "Tirupur ",
                    "lacks ",
                    "fabric",
                    "表示",
                    "从",
                    "到",
                    "一百家",
                    "不足",
                    "新县",
                ],
            ),
            st.text(st.characters(codec=None), max_size=4),
        ),
        max_size=40,
    ),
)
def test_any_text_gives_exact_quotes(lexicon: Lexicon, parts: list[str]) -> None:
    text = "".join(parts)
    drafts = extract(Document(text, title=text[:20]), lexicon)
    assert [d.quote for d in drafts] == [text[d.start : d.end] for d in drafts]
    assert all(d.quote and 1 <= d.weight <= 5 and 0 < d.confidence <= 1 for d in drafts)
    assert all(lexicon.top(d.topic) == d.topic for d in drafts)
