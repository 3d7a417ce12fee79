"""Times every regular expression of the program on strings made to blow it up.

Run as a module, in a process of its own, since a bad one does not return. Reads patterns as JSON
from standard input (``null``: collect the program's own) and writes those whose time grows faster
than the length of what they read. The argument is how many matches are varied for each.
"""

import importlib
import json
import pkgutil
import re
import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import thread_time
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
SHORT, LONG = 1500, 6000
FASTEST = LONG / SHORT * 2.5
"""Growth of the time that is let pass: linear is 4 here, quadratic 16."""
FLOOR_SECONDS = 0.002
"""What is over sooner than this at full length cannot be judged, and need not be."""
PATIENCE_SECONDS = 1.0


class Blown(Exception):
    """A single string took longer than ``PATIENCE_SECONDS``."""


@dataclass(frozen=True, slots=True)
class Regex:
    pattern: str
    flags: int
    place: str
    searches: bool


class Spy:
    """Notes which patterns the program compiles, and where."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, int], str] = {}
        self.compile = re._compile  # type: ignore[attr-defined]

    def __call__(self, pattern: Any, flags: int) -> Any:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals.get("__name__") == "re":
            frame = frame.f_back
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT / "service") and isinstance(pattern, str | bytes):
            text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
            self.seen[text, int(flags)] = f"{path.relative_to(ROOT)}:{frame.f_lineno}"
        return self.compile(pattern, flags)


def collect() -> list[Regex]:
    """All that is compiled on import and while a document is read, and those of the schemas."""
    re._compile = spy = Spy()  # type: ignore[attr-defined]
    service = importlib.import_module("service")
    for module in pkgutil.walk_packages(service.__path__, "service."):
        importlib.import_module(module.name)
    make_those_of_the_moment()
    re._compile = spy.compile  # type: ignore[attr-defined]
    found = [
        Regex(pattern, flags, place, searches=is_searched(place))
        for (pattern, flags), place in spy.seen.items()
    ]
    schemas = sorted(set(schema_patterns()))
    return found + [Regex(text, 0, "schema", searches=True) for text in schemas]


def make_those_of_the_moment() -> None:
    """Expressions that the program makes of what it is given."""
    from service.accounts.passwords import beside_the_obvious  # noqa: PLC0415 - after the spy
    from service.erasures.texts import mentions  # noqa: PLC0415
    from service.extraction.extract import extract  # noqa: PLC0415
    from service.extraction.types import Document  # noqa: PLC0415
    from service.lexicon import lexicon_of, shipped_places  # noqa: PLC0415
    from service.seeding.files import read_seed  # noqa: PLC0415

    seed = read_seed(ROOT / "seed_data")
    extract(Document("青禾县缺少面料企业。", title=""), lexicon_of(seed, shipped_places(seed)))
    beside_the_obvious("correct horse", "zhang")
    mentions("correct horse", "zhang")


def schema_patterns() -> Iterator[str]:
    from service.main import create_app  # noqa: PLC0415 - after the spy is in place
    from service.settings import Settings  # noqa: PLC0415

    document = create_app(Settings(database_url="sqlite://", scheduler=False)).openapi()
    stack: list[Any] = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                yield node["pattern"]
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def is_searched(place: str) -> bool:
    """Whether the program lets it begin anywhere; a name that is only ``.match``-ed does not."""
    path, _, line = place.rpartition(":")
    source = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    name = re.match(r"\s*([A-Z_]+) = ", source)
    if name is None:
        return "fullmatch" not in source
    everything = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "service").rglob("*.py"))
    uses = set(re.findall(rf"\b{name[1]}\.(\w+)\(", everything))
    return not uses or not uses <= {"match", "fullmatch"}


def samples(regex: Regex, count: int) -> list[str]:
    """Some strings that match."""
    found: list[str] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_regex(re.compile(regex.pattern, regex.flags)))
    def keep(text: str) -> None:
        found.append(text[:40])

    keep()
    return found


def attacks(regex: Regex, count: int) -> Iterator[tuple[str, str]]:
    """What stands before, and what is repeated: each character named, each part of a match."""
    named = dict.fromkeys(c for c in f"0a {regex.pattern}" if c.isalnum() or c == " ")
    tried = {("", character) for character in islice(named, 20)}
    yield from sorted(tried)
    for text in samples(regex, count):
        for begin in range(len(text)):
            for width in (1, 2, 3, 6):
                pair = text[:begin], text[begin : begin + width]
                if pair not in tried:
                    tried.add(pair)
                    yield pair


def seconds(regex: Regex, text: str, repeats: int) -> float:
    compiled = re.compile(regex.pattern, regex.flags)
    took = []
    for _ in range(repeats):
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_SECONDS)
        began = thread_time()
        if regex.searches:
            for _match in compiled.finditer(text):
                pass
        else:
            compiled.match(text)
        took.append(thread_time() - began)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return min(took)


def growth(regex: Regex, before: str, pump: str, repeats: int) -> float:
    """How much longer it takes on four times the length; 0 if too short to tell."""
    end = "\x00!"
    long = seconds(regex, before + pump * LONG + end, repeats)
    if long < FLOOR_SECONDS:
        return 0.0
    short = seconds(regex, before + pump * SHORT + end, repeats)
    return long / max(short, FLOOR_SECONDS / 20)


def verdict(regex: Regex, count: int) -> str | None:
    for before, pump in islice(attacks(regex, count), 20 + 10 * count):
        try:
            if growth(regex, before, pump, 1) <= FASTEST:
                continue
            ratio = growth(regex, before, pump, 5)
        except Blown:
            return f"does not end on {before!r} and {pump!r} repeated"
        if ratio > FASTEST:
            return f"grows by {ratio:.0f} on {before!r} and {pump!r} repeated"
    return None


def blown(_signal: int, _frame: FrameType | None) -> None:
    raise Blown


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
    signal.signal(signal.SIGVTALRM, blown)
    given_ = json.load(sys.stdin)
    own = [Regex(text, 0, "given", searches=searches) for text, searches in given_ or []]
    regexes = own or collect()
    judged = {regex: verdict(regex, int(sys.argv[1])) for regex in regexes}
    slow = [[regex.place, regex.pattern, said] for regex, said in judged.items() if said]
    places = sorted({regex.place for regex in regexes})
    json.dump({"checked": len(regexes), "places": places, "slow": slow}, sys.stdout)


if __name__ == "__main__":
    main()
