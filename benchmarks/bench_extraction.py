"""Speed of the extraction in pages of 1,500 characters a second on one core.

    python -m benchmarks.bench_extraction [DIR]

Reads the shipped meetings, or the texts of a folder, one after the other and as one long document.
Time is that of the process, so that what else the machine does counts less.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.extraction_score import SEED_DATA, shipped_lexicon
from benchmarks.registry import Result, table
from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon
from service.extraction.types import Document

PAGE, ROUNDS, LONG = 1500, 5, 300


def rate(texts: list[str], lexicon: Lexicon) -> float:
    """Pages a second, the best of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in texts:
            extract(Document(text), lexicon)
        seconds.append(time.process_time() - start)
    return sum(map(len, texts)) / PAGE / min(seconds)


def extraction(folder: Path = SEED_DATA / "meetings") -> Iterator[Result]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    lexicon = shipped_lexicon()
    joined = "\n".join(texts)
    long = (joined * (LONG * PAGE // len(joined) + 1))[: LONG * PAGE]
    yield Result("short documents", rate(texts, lexicon), "pages/CPU s")
    yield Result(f"{LONG} pages at once", rate([long], lexicon), "pages/CPU s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SEED_DATA / "meetings")
    table(extraction(parser.parse_args().folder))


if __name__ == "__main__":
    main()
