"""What the tree of topics alone says: information content and coverage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from service.matching.types import TopicFact

_Array = TypeVar("_Array", bound=NDArray[Any])


@dataclass(frozen=True, slots=True, eq=False)
class Taxonomy:
    """Topics in the order of their notations, and read-only arrays over them.

    Attributes
    ----------
    within : (n_topics, n_topics) bool
        ``within[t, u]``: t is u or a special case of u.
    information : (n_topics,)
        Intrinsic information content in (0, 1]; 1 for leaves.
    coverage : (n_topics, n_topics)
        ``coverage[g, s]``: how far a strength on s answers a gap on g.
    """

    topics: tuple[TopicFact, ...]
    position: Mapping[str, int]
    within: NDArray[np.bool_]
    information: NDArray[np.float64]
    coverage: NDArray[np.float64]
    know_how: NDArray[np.bool_]
    composite: NDArray[np.bool_]
    chain: NDArray[np.bool_]

    @classmethod
    def from_topics(cls, topics: Iterable[TopicFact]) -> Self:
        """Arrays of a forest, with one unnamed root above its tops.

        Information content is that of Seco, Veale and Hayes (2004),
        IC(t) = 1 - log(descendants(t) + 1) / log(N), N with the unnamed root, whose IC is 0.

        Raises
        ------
        ValueError
            If a notation occurs twice, a broader topic is missing, or the tree has a cycle.

        Examples
        --------
        >>> tree = Taxonomy.from_topics([
        ...     TopicFact("fabric", None, "chain"), TopicFact("denim", "fabric", "chain")])
        >>> tree.coverage[tree.index("fabric"), tree.index("denim")].item()
        1.0
        >>> round(tree.coverage[tree.index("denim"), tree.index("fabric")].item(), 3)
        0.369
        """
        facts = tuple(sorted(topics, key=lambda topic: topic.notation))
        position = {topic.notation: i for i, topic in enumerate(facts)}
        if len(position) != len(facts):
            raise ValueError("a notation occurs twice")
        within = _within(facts, position)
        information = 1 - np.log(within.sum(axis=0)) / np.log(len(facts) + 1)
        general = within * (information[None, :] / information[:, None])
        return cls(
            topics=facts,
            position=position,
            within=_fixed(within),
            information=_fixed(information),
            coverage=_fixed(np.where(within.T, 1.0, general)),
            know_how=_fixed(np.array([topic.know_how for topic in facts], dtype=bool)),
            composite=_fixed(np.array([topic.group == "composite" for topic in facts], dtype=bool)),
            chain=_fixed(np.array([topic.group == "chain" for topic in facts], dtype=bool)),
        )

    def index(self, notation: str) -> int:
        """The topic's place in the arrays.

        Raises
        ------
        ValueError
            If the notation is unknown.
        """
        try:
            return self.position[notation]
        except KeyError:
            raise ValueError(f"no topic {notation!r} in the taxonomy") from None

    def related(self, *notations: str) -> NDArray[np.bool_]:
        """Which topics are a given one, a special case of it, or more general; (n_topics,)."""
        places = [self.index(notation) for notation in notations]
        either_way = self.within | self.within.T
        related: NDArray[np.bool_] = np.logical_or.reduce(either_way[places], axis=0)
        return related

    def siblings(self, notation: str) -> NDArray[np.bool_]:
        """Which topics share a broader topic with the given one without covering it."""
        place = self.index(notation)
        broader = self.within[place].copy()
        broader[place] = False
        siblings: NDArray[np.bool_] = self.within[:, broader].any(axis=1) & ~self.related(notation)
        return siblings


def _within(facts: tuple[TopicFact, ...], position: Mapping[str, int]) -> NDArray[np.bool_]:
    within = np.zeros((len(facts), len(facts)), dtype=bool)
    for i, topic in enumerate(facts):
        at: TopicFact | None = topic
        while at is not None:
            place = position[at.notation]
            if within[i, place]:
                raise ValueError(f"the broader topics of {topic.notation!r} form a cycle")
            within[i, place] = True
            if at.broader is not None and at.broader not in position:
                raise ValueError(f"the broader topic {at.broader!r} of {at.notation!r} is missing")
            at = None if at.broader is None else facts[position[at.broader]]
    return within


def _fixed(array: _Array) -> _Array:
    array.flags.writeable = False
    return array
