import subprocess
import sys

import pytest

from service.extraction.lexicon import Lexicon, build_lexicon, match_form
from service.extraction.normalise import simplify
from service.extraction.types import Topic


def test_terms_are_simplified_sorted_and_single(lexicon: Lexicon) -> None:
    terms = lexicon.terms()
    assert list(terms) == sorted(set(terms))
    assert list(terms) == sorted({simplify(term) for term in terms})
    assert {"面料", "拉链", "fabric", "检测中心"} - set(terms) == set()


def test_top_climbs_to_the_fixed_notation(lexicon: Lexicon) -> None:
    assert lexicon.top("denim_fabric") == "fabric"
    assert lexicon.top("fabric") == "fabric"


def test_unknown_broader_topic_is_refused() -> None:
    orphan = Topic("denim_fabric", "fabric", "chain", ("牛仔布",))
    with pytest.raises(ValueError, match="no broader topic 'fabric'"):
        build_lexicon(topics=[orphan], facets=[], cues=[], places=[])


def test_empty_tables_find_nothing() -> None:
    lexicon = build_lexicon(topics=[], facets=[], cues=[], places=[])
    assert lexicon.scan("缺少面料") == []


def test_english_words_match_whole_and_in_the_plural(lexicon: Lexicon) -> None:
    def topics(text: str) -> list[str]:
        hits = lexicon.scan(match_form(text))
        return [text[hit.start : hit.end] for hit in hits if hit.entry.family == "topic"]

    assert topics("Zippers") == ["Zippers"]
    assert topics("prefabricated") == []


def test_core_loads_neither_database_nor_web() -> None:
    code = (
        "import sys, service.extraction.extract;"
        "print(sorted({'sqlalchemy', 'fastapi', 'pydantic', 'models', 'yaml'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
