"""How much one file may cost to read; what needs more is refused with the cause."""

import resource

MEMORY_BYTES = 256 * 1024 * 1024
"""Address space of the process that reads one file, the program itself included."""
CPU_SECONDS = 4
"""Of computing: what a file may take by the clock as well, on a machine with nothing else to do."""
WALL_SECONDS = 10.0
"""By the clock, so that a busy machine does not refuse what a quiet one reads in two seconds."""

FILE_BYTES = 64 * 1024
"""What the process may write anywhere."""
ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}
"""Of a process that reads files of others: nothing of the server's, no address and no secret."""

LONGEST_TEXT = 1_000_000
"""Characters: some 650 printed pages."""
DEEPEST_TAGS = 1_000
"""Elements of a web page in each other; browsers stop at 512."""
INFLATED_BYTES = 64 * 1024 * 1024
"""Of all parts of a Word document together."""
MOST_PARTS = 2_000
MOST_PAGES = 2_000


def bind_process() -> None:
    """From now on this process may use so much and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
