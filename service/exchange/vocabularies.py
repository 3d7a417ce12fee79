"""Words that a cell may hold, in either language, and the nearest one to a word that it may not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from models import Meeting
from models.enums import Basis, ClusterKind, Facet, StatementKind, Status, Visibility
from service.clusters.usecases import ClusterView
from service.messages import LANGUAGES, Catalogue, Language, catalogue
from service.text import fold, sort_key
from service.topics.usecases import FacetValueView, TopicView

ALIKE = 0.5
"""Least share of a word's characters that are right for it to be proposed."""
SOUNDS_ALIKE = 0.85
"""The same for the pinyin."""
COUNTRY_CODE = re.compile(r"[A-Z]{2}\Z")
SEVERAL = ""
"""The value of a word that could mean several."""
TYPED_WORDS = {"yes": True, "no": False}


@dataclass(slots=True, eq=False)
class Vocabulary:
    """Values by every word for them, and the label of each value in both languages."""

    labels: dict[str, dict[Language, str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    """By folded word."""
    open: re.Pattern[str] | None = None
    """Further values that need no label."""
    _sounds: dict[str, str] = field(default_factory=dict)

    def add(self, value: str, zh: str, en: str, also: Iterable[str] = ()) -> None:
        """An earlier meaning of a word stays."""
        self.labels[value] = {"zh": zh or en, "en": en or zh}
        for word in (value, zh, en, *also):
            if word:
                self.values.setdefault(fold(word), value)

    def find(self, text: str) -> str | None:
        value = self.values.get(fold(text))
        return text if value is None and self.open and self.open.match(text) else value

    def label(self, value: str, language: Language) -> str:
        """The value itself where it has no label."""
        return self.labels.get(value, {}).get(language, value)

    def near(self, text: str, language: Language) -> str | None:
        """The label of what was probably meant: it sounds alike, or has most characters."""
        folded = fold(text)[:80]
        if folded.isdecimal() or not folded:
            return None
        for word in self.values.keys() - self._sounds.keys():
            self._sounds[word] = sort_key(word)
        found = None
        if not folded.isascii():
            found = closest(sort_key(folded), self._sounds, SOUNDS_ALIKE)
        found = found or closest(folded, {word: word for word in self.values}, ALIKE)
        value = self.values[found] if found else SEVERAL
        return None if value == SEVERAL else self.label(value, language)


def closest(text: str, choices: Mapping[str, str], least: float) -> str | None:
    """The key of the choice that is most like ``text``; a pair of swapped letters is one slip."""
    scorer = OSA.normalized_similarity
    best = process.extractOne(text, choices, scorer=scorer, score_cutoff=least)
    return best[2] if best else None


CLOSED: Mapping[str, Mapping[str, str]] = {
    "cluster_kind": {value: f"kind.{value}" for value in ClusterKind},
    "kind": {value: f"statement.{value}" for value in StatementKind},
    "status": {value: f"exchange.status.{value}" for value in Status},
    "visibility": {value: f"audience.{value}" for value in Visibility},
    "basis": {value: f"origin.{value}" for value in (Basis.MEETING, Basis.REGISTER)},
    "flag": {value: f"exchange.flag.{value}" for value in TYPED_WORDS},
}
"""Message keys of the labels, by value."""


@cache
def closed(name: str) -> Vocabulary:
    """One of ``CLOSED``, or ``country``."""
    zh, en = (catalogue(language) for language in LANGUAGES)
    keys = CLOSED[name] if name in CLOSED else countries(zh)
    vocabulary = Vocabulary(open=None if name in CLOSED else COUNTRY_CODE)
    for value, key in keys.items():
        also = [
            word
            for words in (zh, en)
            for word in (words.find(f"exchange.word.{name}.{value}") or "").split(";")
        ]
        vocabulary.add(str(value), zh.translate(key), en.translate(key), also)
    return vocabulary


def countries(words: Catalogue) -> Mapping[str, str]:
    keys = [key for key in words.messages if key.startswith("country.")]
    return {key.partition(".")[2]: key for key in keys}


def of_topics(topics: Iterable[TopicView]) -> Vocabulary:
    """Notations and preferred labels first, so that another wording never hides one."""
    vocabulary, found = Vocabulary(), list(topics)
    for topic in found:
        vocabulary.add(topic.notation, topic.pref_label.zh, topic.pref_label.en)
    _add_names(vocabulary, {t.notation: (*t.alt_label.zh, *t.alt_label.en) for t in found})
    return vocabulary


def _add_names(vocabulary: Vocabulary, names: Mapping[str, Iterable[str]]) -> None:
    """Other wordings of each value; those of several values are left out."""
    uses: dict[str, set[str]] = {}
    for value, words in names.items():
        for word in words:
            uses.setdefault(fold(word), set()).add(value)
    for word, values in uses.items():
        if len(values) == 1:
            vocabulary.values.setdefault(word, *values)


def of_facet(values: Iterable[FacetValueView], facet: Facet) -> Vocabulary:
    vocabulary, found = Vocabulary(), [value for value in values if value.facet == facet]
    for value in found:
        vocabulary.add(value.value, value.label.zh, value.label.en)
    _add_names(vocabulary, {value.value: value.names for value in found})
    return vocabulary


def of_clusters(views: Iterable[ClusterView]) -> Vocabulary:
    vocabulary = Vocabulary()
    for view in views:
        vocabulary.add(view.slug, view.name_zh, view.name_en, view.aliases)
    return vocabulary


def of_meetings(meetings: Iterable[Meeting]) -> Vocabulary:
    """By number and title; a title that several meetings share names none."""
    vocabulary, shared = Vocabulary(), set()
    for meeting in meetings:
        for title in (meeting.title_zh, meeting.title_en):
            if title and vocabulary.values.get(fold(title), str(meeting.id)) != str(meeting.id):
                shared.add(fold(title))
        vocabulary.add(str(meeting.id), meeting.title_zh, meeting.title_en or "")
    vocabulary.values.update(dict.fromkeys(shared, SEVERAL))
    return vocabulary
