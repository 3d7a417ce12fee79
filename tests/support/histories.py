"""Judges a history of appends to lists, after Elle: what each saw says in which order they ran."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

Lists = Mapping[int, Sequence[str]]
"""By row."""


@dataclass(frozen=True, slots=True)
class Step:
    """One acknowledged transaction: the lists as it saw them, and what it appended to one."""

    saw: Lists
    row: int | None = None
    appended: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    lost: int
    """Acknowledged, and not in the end."""
    doubled: int
    unknown: int
    """In the end, and never acknowledged."""
    forked: int
    """Lists that were seen and are no beginning of the final one."""
    cycle: tuple[str, ...]
    """Transactions each of which ran before the next, and the last before the first."""

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.unknown or self.forked or self.cycle)


def judge(clients: Sequence[Sequence[Step]], final: Lists) -> Verdict:
    """Each client's steps in their order, and the lists as they are in the end."""
    said = Counter(step.appended for steps in clients for step in steps if step.appended)
    there = Counter(value for values in final.values() for value in values)
    seen = [item for steps in clients for step in steps for item in step.saw.items()]
    return Verdict(
        lost=len(said.keys() - there.keys()),
        doubled=sum(count > 1 for count in there.values()),
        unknown=len(there.keys() - said.keys()),
        forked=sum(list(values) != list(final[row][: len(values)]) for row, values in seen),
        cycle=cycle_in(clients, final),
    )


def cycle_in(clients: Sequence[Sequence[Step]], final: Lists) -> tuple[str, ...]:
    before: dict[str, set[str]] = defaultdict(set)
    for earlier, later in orders(clients, final):
        if earlier != later:
            before[later].add(earlier)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def orders(clients: Sequence[Sequence[Step]], final: Lists) -> Iterator[tuple[str, str]]:
    """Pairs of which the first ran before the second."""
    for values in final.values():
        yield from pairwise(values)  # overwrote it
    for client, steps in enumerate(clients):
        names = [step.appended or f"read {client}.{number}" for number, step in enumerate(steps)]
        yield from pairwise(names)  # the same client, later
        for name, step in zip(names, steps, strict=True):
            for row, values in step.saw.items():
                if values:
                    yield values[-1], name  # saw what it wrote
                yield from ((name, value) for value in final[row][len(values) :][:1])  # saw less
