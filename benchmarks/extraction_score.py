"""How many annotated statements the extraction finds, in one process.

A statement counts as found when cluster, kind and topic are right (*strict*), or with gap and
goal taken together (*need*). Rows annotated ``explicit: false`` count neither for nor against.
Documents are split by a hash of their name: those with ``is_aside`` are scored, never read.

    python benchmarks/extraction_score.py --gold G.jsonl --docs DIR [--seed FILE] [--aliases A.csv]
"""

import argparse
import csv
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon
from service.extraction.types import Document, DraftStatement
from service.lexicon import lexicon_of, shipped_places
from service.seeding.files import read_seed

SEED_DATA = Path(__file__).parents[1] / "seed_data"
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document with the statements that must be found and those that may be."""

    name: str
    text: str
    must: frozenset[Triple]
    may: frozenset[Triple]


def is_aside(name: str) -> bool:
    """Whether the document is kept aside; the round table itself never is."""
    return name != "seed" and int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def is_odd(name: str) -> bool:
    return name[-1] in "13579"


def shipped_lexicon() -> Lexicon:
    seed = read_seed(SEED_DATA)
    return lexicon_of(seed, shipped_places(seed))


def read_annotated(
    gold: Path, docs: Path, seed: Path | None = None, aliases: Path | None = None
) -> list[Annotated]:
    """The annotated documents by name; ``seed`` is the text of the article named so."""
    alias = read_aliases(aliases)
    rows = defaultdict(list)
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["article"]].append(row)
    found = []
    for name in sorted(rows):
        path = seed if name == "seed" else docs / f"{name}.txt"
        if path is not None:
            text = path.read_bytes().decode("utf-8")
            must = [t for r in rows[name] if r.get("explicit", True) for t in _gold(r, alias)]
            may = [t for r in rows[name] for t in _gold(r, alias)]
            found.append(Annotated(name, text, frozenset(must), frozenset(may)))
    return found


def read_aliases(path: Path | None) -> dict[str, str]:
    """Names as they occur, each with that of the register."""
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}


def _gold(row: Mapping[str, Any], alias: Mapping[str, str]) -> Iterable[Triple]:
    for code in (row["topic_code"], *(row.get("secondary_codes") or ())):
        yield alias.get(row["cluster"], row["cluster"]), row["kind"], code


def triples(drafts: Iterable[DraftStatement], alias: Mapping[str, str]) -> set[Triple]:
    return {(alias.get(d.cluster, d.cluster), d.kind, d.topic) for d in drafts}


def merged(found: Iterable[Triple]) -> set[Triple]:
    """Gap and goal as one kind."""
    return {(c, "need" if kind in ("gap", "goal") else kind, topic) for c, kind, topic in found}


def counts(got: set[Triple], must: Iterable[Triple], may: Iterable[Triple]) -> Counter[str]:
    wanted = set(must)
    return Counter(tp=len(got & wanted), fp=len(got - set(may)), fn=len(wanted - got))


def figures(count: Mapping[str, int]) -> str:
    precision = count["tp"] / max(1, count["tp"] + count["fp"])
    recall = count["tp"] / max(1, count["tp"] + count["fn"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {dict(count)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--aliases", type=Path)
    parser.add_argument("--parity", action="store_true", help="odd numbers are kept aside")
    parser.add_argument("--misses", action="store_true", help="of the documents that may be read")
    args = parser.parse_args()
    lexicon, alias = shipped_lexicon(), read_aliases(args.aliases)
    total: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in read_annotated(args.gold, args.docs, args.seed, args.aliases):
        got = triples(extract(Document(doc.text, doc.name), lexicon), alias)
        aside = is_odd(doc.name) if args.parity else is_aside(doc.name)
        part = "aside" if aside else "seed" if doc.name == "seed" else "work"
        strict = counts(got, doc.must, doc.may)
        need = counts(merged(got), merged(doc.must), merged(doc.may))
        for name in (part, "all"):
            total[name, "strict"].update(strict)
            total[name, "need"].update(need)
        if args.misses and part != "aside":
            for sign, those in (("-", doc.must - got), ("+", got - doc.may)):
                for triple in sorted(those):
                    sys.stdout.write(f"{doc.name} {sign} {' '.join(triple)}\n")
    for (part, mode), count in sorted(total.items()):
        sys.stdout.write(f"{part:6} {mode:7} {figures(count)}\n")


if __name__ == "__main__":
    main()
