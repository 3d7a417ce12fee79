"""How fast documents are read: pages of 1,500 characters a second, per format; run it with ``-m``.

The documents are made on the spot and say invented things. CPU seconds of one process, so that what
else the machine does counts little; the child process adds what ``track_latency`` shows.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.registry import Result, table
from service.reading.dispatch import read
from service.reading.reader import Reader
from tests.reading.documents import SAID, column, pdf, word, wrapped

PAGE = 1500
"""Characters."""
FORMATS = ("txt", "html", "docx", "pdf")


def document(kind: str, pages: int) -> bytes:
    """``pages`` times about 1,500 characters."""
    paragraphs = [f"第{n}项：" + "".join(SAID) for n in range(pages * PAGE // len("".join(SAID)))]
    if kind == "txt":
        return "\n".join(paragraphs).encode("gb18030")
    if kind == "html":
        menu = "<li><a href=x>行业资讯</a></li>" * 40
        body = "".join(f"<p>　　{text}</p>" for text in paragraphs)
        return f"<html><body><ul>{menu}</ul><div>{body}</div></body></html>".encode("gb18030")
    if kind == "docx":
        return word(*paragraphs)
    lines = [line for text in paragraphs for line in wrapped(text, 45)]
    sheets = [lines[start : start + 34] for start in range(0, len(lines), 34)]
    return pdf(*[column(sheet, top=790, step=22) for sheet in sheets])


def track_pages_per_second(kind: str, pages: int) -> tuple[float, float, int]:
    """Pages a second, CPU seconds, characters read."""
    content = document(kind, pages)
    read(content)  # the libraries are loaded
    started = time.process_time()
    text = read(content).text
    seconds = time.process_time() - started
    return len(text) / PAGE / seconds, seconds, len(text)


def track_latency(tries: int) -> tuple[float, float]:
    """Milliseconds for the first and for a further small page, with the child process."""
    content = f"<html><body><p>{SAID[1]}</p></body></html>".encode()
    reader = Reader()
    times = [timed(lambda: reader(content, filename="a.html")) for _ in range(tries)]
    reader.close()
    return times[0], statistics.median(times[1:])


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def reading(pages: int = 300) -> Iterator[Result]:
    for kind in FORMATS:
        speed, seconds, size = track_pages_per_second(kind, pages)
        name = f"{kind}, {size:,} characters in {seconds:.2f} CPU s"
        yield Result(name, speed, "pages/CPU s")
    first, further = track_latency(50)
    yield Result("child process, first file", first, "ms")
    yield Result("child process, further files", further, "ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    table(reading(parser.parse_args().pages))


if __name__ == "__main__":
    main()
