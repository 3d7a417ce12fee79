"""Why a wording cannot be added to the lexicon, or taken out of it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from models.enums import LexiconEffect, LexiconPart
from service.errors import AlreadyExists, Unprocessable
from service.extraction.lexicon import build_lexicon
from service.extraction.normalise import normalise
from service.extraction.types import Cue
from service.lexicon import IGNORING, Change, Word, folded, place_of_cue
from service.seeding.rows import SeedData

LONGEST = 40
WILDCARD = "…"
FOREIGN = re.compile(r"[*?^$|\[\]{}()\\]|\.\.|\.\+")
"""What other programs' patterns are written with."""
SENTENCE = re.compile(r"[。；;!?！？\n]|\. ")
A_WORD = re.compile(r"\w")
MOST = 0.25
"""Share of the sentences of the annotated minutes. Of the shipped words for topics, kinds and
facets the most frequent, 服装, stands in 23 %; the particle 的 in 30 %."""
MOST_OF_ONE = 0.10
"""The same for a single character."""
OPPOSED = {"gap": "strength", "strength": "gap"}

Keys = Mapping[tuple[str, str, str], Word]


def plain_form(form: str) -> str:
    """Simplified, half-width, with single blanks; three dots are the wildcard.

    Raises
    ------
    Unprocessable
        The form is empty or too long.
    """
    text = " ".join(
        normalise(form.replace("......", WILDCARD).replace("……", WILDCARD)).text.split()
    )
    if not text.strip(WILDCARD + " "):
        raise Unprocessable("form-empty")
    if len(text) > LONGEST:
        raise Unprocessable("form-long", longest=LONGEST, length=len(text))
    if not A_WORD.search(text):
        raise Unprocessable("form-empty")
    return text


def require_pattern(part: str, form: str) -> None:
    """Only cues have wildcards, of one kind, and between words."""
    if found := FOREIGN.search(form):
        raise Unprocessable("form-pattern", form=form, found=found[0])
    if WILDCARD not in form:
        return
    if part not in {LexiconPart.CUE, LexiconPart.IGNORE}:
        raise Unprocessable("form-wildcard", form=form)
    if not all(piece.strip() for piece in form.split(WILDCARD)):
        raise Unprocessable("form-open", form=form)


def require_target(seed: SeedData, part: str, target: str) -> None:
    known = {
        LexiconPart.CUE: {cue.id for cue in seed.cues if cue.role != IGNORING},
        LexiconPart.TOPIC: {topic.notation for topic in seed.topics},
        LexiconPart.FACET: {f"{row.facet}:{row.value}" for row in seed.facets},
        LexiconPart.IGNORE: {""},
    }[LexiconPart(part)]
    if target not in known:
        raise Unprocessable("target-unknown", target=target or "–")


def require_narrow(form: str, texts: Iterable[str]) -> None:
    """Unprocessable if it stands in so many sentences that it tells nothing."""
    probe = build_lexicon(topics=(), facets=(), cues=[Cue("probe", "gap", (form,))], places=())
    sentences = [s for text in texts for s in SENTENCE.split(folded(text)) if s.strip()]
    with_form = [s for s in sentences if any(hit.entry.family == "cue" for hit in probe.scan(s))]
    share = len(with_form) / max(len(sentences), 1)
    if share >= (MOST_OF_ONE if len(form) == 1 else MOST):
        raise Unprocessable("form-everywhere", form=form, percent=round(100 * share))


def require_new(change: Change, words: Keys, own: Sequence[tuple[int, Change]]) -> None:
    """AlreadyExists for what is so already, or is an own change's opposite: withdraw that one."""
    word = change.word
    for id_, earlier in own:
        if earlier.word.key == word.key and earlier.effect != change.effect:
            raise AlreadyExists("change-opposite", form=word.form, id=id_)
    there = word.key in words
    if change.effect == LexiconEffect.ADD and there:
        raise AlreadyExists("form-in-force", form=word.form)
    if change.effect == LexiconEffect.REMOVE and not there:
        raise Unprocessable("form-not-in-force", form=word.form)


def require_consistent(seed: SeedData, word: Word, words: Keys) -> None:
    """Unprocessable where the form says the contrary elsewhere, or would be hidden at once."""
    same = [other for other in words.values() if folded(other.form) == folded(word.form)]
    ignored = LexiconPart.IGNORE
    for other in same:
        if (other.part == ignored) != (word.part == ignored):
            raise Unprocessable("form-ignored", form=word.form, target=other.target or ignored)
    rules = {cue.id: cue for cue in seed.cues if place_of_cue(cue.role, cue.id)[1]}
    rule = rules.get(word.target) if word.part == LexiconPart.CUE else None
    for other in same if rule else ():
        against = rules.get(other.target)
        if (
            rule
            and against
            and other.part == LexiconPart.CUE
            and OPPOSED.get(rule.role) == against.role
            and (rule.scope or "any") == (against.scope or "any")
        ):
            raise Unprocessable("form-contradicts", form=word.form, target=other.target)
