"""Work in a process of its own that may be killed."""

import os
import traceback
from collections.abc import Callable


def ended(work: Callable[[], object]) -> int:
    """How a child process ended: 0, 1 after an exception, a signal's number below zero."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    except BaseException:  # noqa: BLE001 - nothing may return into the parent's program
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
