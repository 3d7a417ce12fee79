import pytest

from service.extraction.forms import classes_of, expand
from service.extraction.lexicon import build_lexicon, match_form
from service.extraction.types import Cue
from service.extraction.words import words_of


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("缺少", ["缺少"]),
        ("{not}{good}", ["不强", "不高", "不够强", "不够高"]),
        ("{unknown}强", []),
        ("lack~", ["lack", "lacks", "lacked", "lacking"]),
        ("rely~ on", ["rely on", "relies on", "relied on", "relying on"]),
        ("plan~ to", ["plan to", "plans to", "planned to", "planning to"]),
        ("face~", ["face", "faces", "faced", "facing"]),
        ("push~", ["push", "pushes", "pushed", "pushing"]),
    ],
)
def test_a_form_stands_for_words(form: str, words: list[str]) -> None:
    assert list(expand(form, {"not": ("不", "不够"), "good": ("强", "高")})) == words


def test_classes_are_rows_of_the_cue_table() -> None:
    rows = [("not", "class", ("不",)), ("lack", "gap", ("缺",))]
    assert classes_of(rows) == {"not": ("不",)}
    cues = [Cue("not", "class", ("不",)), Cue("weak", "gap", ("{not}强",))]
    lexicon = build_lexicon(topics=[], facets=[], cues=cues, places=[])
    (hit,) = lexicon.scan(match_form("品牌不强"))
    assert (hit.start, hit.end, hit.entry.ref.id) == (2, 4, "weak")


def test_words_begin_where_the_dictionary_says() -> None:
    words = words_of("四百家纺织企业")
    assert words.crossed_by(2, 4)
    assert not words.crossed_by(3, 5)
    assert words_of("小说").holds(1, 2)


def test_what_is_closed_ends_a_word() -> None:
    words = words_of("义桥面料")
    assert words.crossed_by(2, 4)
    (hit,) = build_lexicon(topics=[], facets=[], cues=[Cue("c", "gap", ("义桥",))], places=[]).scan(
        "义桥面料"
    )
    words.close([hit])
    assert not words.crossed_by(2, 4)
