"""The page, the workbook and the words: true, escaped, inert, the same every time."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import openpyxl
import pytest

from service.messages import catalogue
from service.reports.due import COUNTED_AT_MOST
from service.reports.html import PAIRINGS_SHOWN, REASONS_SHOWN, render_html
from service.reports.plain import render_text
from service.reports.views import Report
from service.reports.wording import Words
from service.reports.xlsx import CELL_CHARACTERS, cell, render_xlsx
from service.suggestions.views import Excluded, Reason
from tests.reports.builders import (
    GAP,
    INFERRED,
    REASON,
    STRENGTH,
    first_digest,
    next_digest,
    ranking,
    report,
    suggestion,
)

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{7*7}}'
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "{=1}", "http://evil.example")


def changed(language: str = "zh") -> Report:
    before = first_digest(suggestion("keqiao", 0.30), suggestion("xiqiao"), suggestion("kept"))
    now = ranking(suggestion("keqiao", 0.35), suggestion("shengze"), suggestion("kept"), more=True)
    return report(next_digest(before, now), language=language)


def sheets(found: Report) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(found)))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }


class Tags(HTMLParser):
    """Which elements and attributes a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_both_catalogues_have_the_same_keys_and_placeholders() -> None:
    zh, en = catalogue("zh").messages, catalogue("en").messages
    own = {key for key in zh if key.startswith("report.")}
    assert own == {key for key in en if key.startswith("report.")}
    for key in own:
        assert set(re.findall(r"{\w+}", zh[key])) == set(re.findall(r"{\w+}", en[key])), key


def test_the_summary_says_what_the_digest_holds() -> None:
    assert Words(changed("en")).summary() == [
        (
            "Compared with the report due 2026-11-16 08:00: new 1, changed 1,"
            " no longer listed 1, unchanged 1."
        ),
        "Only the best 50 are listed; there are more.",
        (
            "A pairing counts as changed when its score moved by 0.020 or more,"
            " or its reasons changed."
        ),
    ]
    assert Words(changed("zh")).summary()[0] == (
        "与 2026-11-16 08:00 到期的报告相比：新增 1 对，变化 1 对，不再列出 1 对，未变 1 对。"
    )


def test_the_summary_of_a_first_an_unchanged_and_an_empty_report() -> None:
    first = report(first_digest(suggestion()), language="en")
    assert Words(first).summary() == [
        "The first report with these settings; there is none to compare with. Pairings listed: 1."
    ]
    same = report(next_digest(first.digest, ranking(suggestion())), language="en")
    assert Words(same).summary()[0] == (
        "Nothing changed since the report due 2026-11-16 08:00. Pairings listed: 1."
    )
    empty = report(first_digest(), language="en")
    assert Words(empty).summary()[1] == "No pairing meets the conditions at present."


def test_the_summary_owns_up_to_missed_times_and_a_new_scorer() -> None:
    since = datetime(2026, 9, 7, tzinfo=UTC)
    late = replace(changed("en"), missed=10, missed_since=since)
    assert (
        "Due times that passed unattended since 2026-09-07 08:00: 10; this one report makes up"
        " for them."
    ) in Words(late).summary()
    many = replace(late, missed=COUNTED_AT_MOST)
    assert any("at least 1000" in line for line in Words(many).summary())
    digest = next_digest(first_digest(suggestion()), ranking(suggestion()), scorer="0")
    assert (
        "The scoring changed from version 0 to version 1; scores may differ for that reason alone."
    ) in Words(report(digest, language="en")).summary()


def test_the_subject_tells_the_counts_in_both_languages() -> None:
    assert Words(changed("zh")).subject() == (
        "对接推荐：每周配对，新增 1，变化 1，不再列出 1（2026-11-23）"
    )
    assert Words(changed("en")).subject() == (
        "Pairings: 每周配对, 1 new, 1 changed, 1 no longer listed (2026-11-23)"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_text_and_workbook_show_both_sides_of_a_reason_with_their_sources(
    language: str,
) -> None:
    found = report(first_digest(suggestion()), language=language)
    words = {
        "zh": ("我们没有面料企业", "圆桌会议", "2017年11月18日", "姜先生", "称号：中国轻纺城"),
        "en": ("我们没有面料企业", "18 November 2017", "姜先生", "Title: China Textile City"),
    }[language]
    book = "\n".join(str(value) for rows in sheets(found).values() for row in rows for value in row)
    for form in (render_html(found), render_text(found), book):
        for word in words:
            assert word in form


def test_an_inferred_reason_shows_its_rule_and_what_it_rests_on() -> None:
    reason = Reason("offer", 0.1, "garment", "成衣", "Garment making", INFERRED, STRENGTH)
    page = render_html(report(first_digest(suggestion(reasons=(reason,)))))
    assert "推断：面料的买家是服装厂" in page
    assert "依据：面料 出处：称号：中国轻纺城" in page


def test_reasons_beyond_the_shown_ones_are_summed_up() -> None:
    reasons = [replace(REASON, contribution=0.01 * n, topic=f"t{n}") for n in range(1, 10)]
    page = render_html(report(first_digest(suggestion(reasons=reasons)), language="en"))
    rest = 9 - REASONS_SHOWN
    total = sum(0.01 * n for n in range(1, rest + 1))
    assert f"Further reasons in the workbook: {rest}, together {total:.3f}." in page
    assert page.count("Need of Dalian") == REASONS_SHOWN


def test_pairs_beyond_the_shown_ones_are_counted() -> None:
    many = [suggestion(f"c{n}") for n in range(PAIRINGS_SHOWN + 3)]
    found = report(first_digest(*many), language="en")
    page = render_html(found)
    assert "Further pairings in the workbook: 3." in page
    assert page.count("⇄") == PAIRINGS_SHOWN
    assert len(sheets(found)["Pairings"]) == 1 + PAIRINGS_SHOWN + 3


def test_a_pair_that_was_vetoed_says_so() -> None:
    before = first_digest(suggestion())
    veto = [Excluded("dalian", "keqiao", "veto", "")]
    page = render_html(report(next_digest(before, ranking(excluded=veto)), language="en"))
    assert "Cause: Never to be paired" in page


def test_hostile_text_stays_text_in_the_page() -> None:
    gap = replace(GAP, quote=HOSTILE, speaker=HOSTILE, meeting=HOSTILE, name_zh=HOSTILE)
    found = report(first_digest(suggestion(reasons=(replace(REASON, gap=gap),))), name=HOSTILE)
    page = render_html(found)
    tags = Tags(page)
    assert tags.found <= {
        *("html", "head", "meta", "title", "body", "table", "tr", "td", "h1", "h2", "h3", "p"),
        *("strong", "span", "br"),
    }
    assert not {name for name in tags.attributes if name.startswith("on") or name == "src"}
    assert "{{7*7}}" in page
    assert "&lt;script&gt;" in page


def test_the_page_needs_nothing_from_outside() -> None:
    page = render_html(changed())
    assert Tags(page).attributes.isdisjoint({"src", "href", "background", "srcset", "class", "id"})
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_or_a_link_in_the_workbook(text: str) -> None:
    gap = replace(GAP, quote=None, phrase=text, name_zh=text, basis="register", source_zh=text)
    found = report(
        first_digest(replace(suggestion(reasons=(replace(REASON, gap=gap),)), name_zh=text)),
        name=text,
    )
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(found)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert text in [cell.value for cell in cells]


def test_the_workbook_has_its_sheets_frozen_filtered_and_wrapped() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(changed("en"))))
    assert book.sheetnames == ["Summary", "Pairings", "Reasons"]
    for name, reach in (("Pairings", "A1:P5"), ("Reasons", "A1:L9")):
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == reach
        assert sheet["B2"].alignment.wrap_text or sheet["C2"].alignment.wrap_text
        assert sheet.column_dimensions["B"].width > 5


def test_the_numbers_of_the_workbook_are_numbers_and_add_up() -> None:
    found = sheets(changed("en"))
    head, *rows = found["Pairings"]
    assert head[4:7] == ["Score", "Score before", "Score moved by"]
    by_change = {row[0]: row for row in rows}
    moved = by_change["Changed"]
    assert (moved[4], moved[5]) == (0.35, 0.30)
    assert moved[6] == pytest.approx(0.05, abs=1e-12)
    assert by_change["No longer listed"][4] is None
    sums: dict[object, float] = {}
    for row in found["Reasons"][1:]:
        sums[row[2]] = sums.get(row[2], 0.0) + float(str(row[4]))
    assert sums["Shengze"] == pytest.approx(0.35, abs=1e-9)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_xlsx(changed()) == render_xlsx(changed())
    assert render_html(changed()) == render_html(changed())


def test_characters_that_a_workbook_cannot_hold_are_replaced() -> None:
    assert cell("a\x0bb\ufffec") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert cell("面料🧵\n=1") == "面料🧵\n=1"
    assert len(cell("长" * 40_000)) == CELL_CHARACTERS
    gap = replace(GAP, quote="x\x0b\ufffe" + "长" * 40_000)
    found = report(first_digest(suggestion(reasons=(replace(REASON, gap=gap),))))
    assert len(sheets(found)["理由"]) == 2
