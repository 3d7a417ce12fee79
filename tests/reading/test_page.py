"""Web pages: the article is found, and nothing that hostile markup holds brings the reader down."""

import pytest

from service.errors import UnreadableDocument
from service.reading.page import read_page
from tests.reading.documents import SAID, TRADITIONAL
from tests.reading.pages import FIRST, SECOND, UNWANTED, Page

PAGES = FIRST | SECOND


def text_of(body: str) -> str:
    return read_page(f"<html><body>{body}</body></html>".encode()).text


@pytest.mark.parametrize("name", PAGES)
def test_the_article_is_read_and_what_stands_around_it_is_not(name: str) -> None:
    page: Page = PAGES[name]
    text = read_page(page.html.encode()).text
    assert [line for line in page.wanted if line not in text] == []
    assert [words for words in UNWANTED if words in text] == list(page.stays)


def test_the_fixtures_hold_what_is_left_out() -> None:
    """Negative control: the pages without an article finder."""
    unwanted = sum(words in page.html for page in PAGES.values() for words in UNWANTED)
    assert unwanted > 90


def test_every_paragraph_is_a_line_of_its_own() -> None:
    text = read_page(FIRST["government"].html.encode()).text
    assert text.split("\n") == ["座谈会召开", *SAID]


def test_what_was_left_out_is_counted() -> None:
    page = "<p>{}</p><nav><a>{}</a></nav>".format(SAID[1], "首页导航" * 5)
    (note,) = read_page(f"<html><body>{page}</body></html>".encode()).notes
    assert (note.key, note.values) == ("page-left-out", {"count": 20, "share": 33})


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", ""])
def test_the_declared_encoding_is_a_hint_only(charset: str, declared: str) -> None:
    html = f'<html><head><meta charset="{declared}"></head><body><p>{TRADITIONAL}</p></body></html>'
    assert read_page(html.encode(charset)).text == TRADITIONAL


def test_a_few_characters_cut_in_two_do_not_spoil_a_page() -> None:
    html = f"<html><body><p>{SAID[1]}</p>{f'<p>{SAID[2]}</p>' * 30}</body>".encode("gb18030")
    reading = read_page(html.replace("坦".encode("gb18030"), b"\xcc", 1))
    assert SAID[1] in reading.text
    assert any(note.key == "page-broken" for note in reading.notes)


def test_annotated_characters_keep_only_the_characters() -> None:
    ruby = "<ruby>织<rp>(</rp><rt>zhī</rt><rp>)</rp></ruby>"
    assert text_of(f"<p>我们的{ruby}造业<script>x()</script>很强。</p>") == "我们的织造业很强。"


def test_inline_tags_join_and_blocks_break() -> None:
    assert text_of("<p>缺<b>少</b><span>面</span>\n料，\n真的。</p>次<div>三</div>四<br>五") == (
        "缺少面料，真的。\n次\n三\n四\n五"
    )
    assert text_of("<p>lacks\n  <i>dyeing</i> capacity</p>") == "lacks dyeing capacity"


def test_preformatted_text_keeps_its_lines() -> None:
    assert text_of(f"<pre>{SAID[0]}\n{SAID[1]}</pre>") == f"{SAID[0]}\n{SAID[1]}"


def test_hidden_parts_are_left_out() -> None:
    assert text_of(f'<p>{SAID[0]}</p><div style="display: none"><p>{SAID[1]}</p></div>') == SAID[0]


@pytest.mark.parametrize("tag", ["div", "span", "section", "table", "custom-tag"])
def test_deep_nesting_is_refused_before_it_is_parsed(tag: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        text_of(f"<{tag}>" * 200_000 + "面料")
    assert caught.value.message == "html-deep"


def test_many_open_paragraphs_lie_beside_each_other() -> None:
    assert text_of("<p>面料。" * 3000).count("\n") == 2999


@pytest.mark.parametrize("body", ["", "<script>面料</script>", "<nav><a>首页</a></nav>"])
def test_a_page_without_an_article_is_refused(body: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        text_of(body)
    assert caught.value.message == "html-empty"
