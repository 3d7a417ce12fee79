"""How many annotated statements an extraction finds, and how many it makes up.

A statement is a triple of cluster, kind and topic; each further topic is a triple of its own.
``strict`` compares the triples; ``need`` takes gap and goal for one kind. What an annotator marked
as implied counts neither for nor against.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.enums import StatementKind

NEEDS = frozenset({StatementKind.GAP, StatementKind.GOAL})
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement, found or annotated; ``cluster`` is a name in any of its forms."""

    cluster: str
    kind: str
    topics: tuple[str, ...]
    quote: str = ""
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """True and false positives, and false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)


def triples(
    said: Iterable[Said], names: Mapping[str, str], *, merged: bool = False
) -> dict[Triple, str]:
    """Each triple with the first quote that holds it; ``names`` lead to one name of a cluster."""
    found: dict[Triple, str] = {}
    for one in said:
        kind = "need" if merged and one.kind in NEEDS else one.kind
        for topic in one.topics:
            found.setdefault((names.get(one.cluster, one.cluster), kind, topic), one.quote)
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """One document's triples: what had to be found, what might be, and what was."""

    must: Mapping[Triple, str]
    may: Mapping[Triple, str]
    got: Mapping[Triple, str]

    @property
    def score(self) -> Score:
        must, may, got = self.must.keys(), self.may.keys(), self.got.keys()
        return Score(len(got & must), len(got - may), len(must - got))


def compare(
    found: Sequence[Said],
    annotated: Sequence[Said],
    names: Mapping[str, str],
    *,
    merged: bool = False,
) -> Compared:
    return Compared(
        must=triples([one for one in annotated if one.explicit], names, merged=merged),
        may=triples(annotated, names, merged=merged),
        got=triples(found, names, merged=merged),
    )
