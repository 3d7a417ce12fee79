"""How many annotated statements the extraction finds, in one process.

    python -m benchmarks.extraction_score --gold G.jsonl --docs DIR [--seed FILE] [--aliases A.csv]

What counts as found is said in ``service.lexicon_changes.scoring``. Some documents are kept aside:
they are scored, never read while rules are made.
"""

import argparse
import csv
import hashlib
import re
import sys
from collections import defaultdict
from pathlib import Path

from service.extraction.lexicon import Lexicon
from service.lexicon import lexicon_of, shipped_places
from service.lexicon_changes.gold import Annotated, minutes_of_files
from service.lexicon_changes.measuring import found_in
from service.lexicon_changes.scoring import Score, compare
from service.seeding.files import read_seed

SEED_DATA = Path(__file__).parents[1] / "seed_data"
ROUND_TABLE = "seed"
"""What the article of the 2017 round table is called among the annotations."""
COMPOSED, LAST_READ = re.compile(r"d([0-9]+)\Z"), 24


def is_aside(name: str) -> bool:
    """Of the composed minutes, those with odd numbers and all after d24; else by a hash."""
    if composed := COMPOSED.match(name):
        return int(composed[1]) % 2 == 1 or int(composed[1]) > LAST_READ
    return name != ROUND_TABLE and int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def shipped_lexicon() -> Lexicon:
    seed = read_seed(SEED_DATA)
    return lexicon_of(seed, shipped_places(seed))


def read_annotated(gold: Path, docs: Path, seed: Path | None = None) -> list[Annotated]:
    """The annotated documents by name; ``seed`` is the article of the round table."""
    return minutes_of_files(gold, docs, {ROUND_TABLE: seed} if seed else {})


def read_aliases(path: Path | None) -> dict[str, str]:
    """Names as they occur, each with that of the register."""
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}


def figures(score: Score) -> str:
    shares = f"P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}"
    return f"{shares}  tp {score.tp}  fp {score.fp}  fn {score.fn}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--aliases", type=Path)
    parser.add_argument("--misses", action="store_true", help="of the documents that may be read")
    args = parser.parse_args()
    lexicon, alias = shipped_lexicon(), read_aliases(args.aliases)
    total: dict[tuple[str, str], Score] = defaultdict(Score)
    for minute in read_annotated(args.gold, args.docs, args.seed):
        found = found_in(minute, lexicon)
        part = "aside" if is_aside(minute.name) else "work"
        for way in ("strict", "need"):
            one = compare(found, minute.said, alias, merged=way == "need")
            for name in (ROUND_TABLE if minute.name == ROUND_TABLE else part, "all"):
                total[name, way] += one.score
            if args.misses and part == "work" and way == "strict":
                for sign, those in (
                    ("-", one.must.keys() - one.got),
                    ("+", one.got.keys() - one.may),
                ):
                    for triple in sorted(those):
                        sys.stdout.write(f"{minute.name} {sign} {' '.join(triple)}\n")
    for (part, way), score in sorted(total.items()):
        sys.stdout.write(f"{part:6} {way:7} {figures(score)}\n")


if __name__ == "__main__":
    main()
