"""How far a second reader agrees with the annotations that the extraction is scored against.

    python -m benchmarks.agreement --gold G.jsonl --docs DIR [--seed FILE] [--aliases A.csv]

``data/second_reading/first_sight.csv`` was made without sight of the annotations, from the list of
topics alone; ``after_examples.csv`` after the documents that are not kept aside had been studied
with their annotations, and holds those kept aside only.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.extraction_score import ROUND_TABLE, figures, is_aside, read_aliases, read_annotated
from service.lexicon_changes.gold import Annotated
from service.lexicon_changes.scoring import Said, Score, compare

READINGS = Path(__file__).parent / "data" / "second_reading"


def read(name: str) -> Mapping[str, list[Said]]:
    """The statements of a reading, by document."""
    found: dict[str, list[Said]] = defaultdict(list)
    with (READINGS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = Said(row["cluster"], row["kind"], (row["topic"],))
            found[row["article"]].append(said)
    return found


def agreement(
    reading: Mapping[str, list[Said]],
    documents: Sequence[Annotated],
    alias: Mapping[str, str],
    *,
    merged: bool,
) -> Score:
    total = Score()
    for one in documents:
        total += compare(reading[one.name], one.said, alias, merged=merged).score
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--aliases", type=Path)
    args = parser.parse_args()
    documents, alias = read_annotated(args.gold, args.docs, args.seed), read_aliases(args.aliases)
    aside = [one for one in documents if is_aside(one.name)]
    parts = {
        ("first_sight", "all"): documents,
        ("first_sight", "round table"): [one for one in documents if one.name == ROUND_TABLE],
        ("first_sight", "aside"): aside,
        ("after_examples", "aside"): aside,
    }
    for (name, part), some in parts.items():
        for way in ("strict", "need"):
            score = agreement(read(name), some, alias, merged=way == "need")
            print(f"{name:14} {part:11} {way:6} {figures(score)}")


if __name__ == "__main__":
    main()
