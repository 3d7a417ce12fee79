"""``python -m benchmarks`` lists what can be measured; with a name it measures, ``all`` everything.

One BLAS thread, CPU time of this process, medians of interleaved rounds.
"""

import argparse
import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict

from benchmarks.registry import MODULES, results_of, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*MODULES, "all"])
    parser.add_argument("--format", choices=["table", "json"], default="table")
    asked, rest = parser.parse_known_args()
    if asked.name is None:
        print("\n".join(MODULES))
        return 0
    sys.argv[1:] = rest
    names = list(MODULES) if asked.name == "all" else [asked.name]
    if asked.format == "table":
        for name in names:
            print(f"== {name}", flush=True)
            table(results_of(name))
        return 0
    with redirect_stdout(sys.stderr):
        results = [asdict(result) for name in names for result in results_of(name)]
    json.dump(results, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
