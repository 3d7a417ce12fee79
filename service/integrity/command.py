"""``duijie db check``."""

from service.integrity.check import faults
from service.messages import own_language
from service.runtime import open_runtime


def found() -> list[dict[str, str]]:
    """A row for each fault, in the language of the terminal."""
    words = own_language()
    with open_runtime() as runtime, runtime.sessions.read() as session:
        return [
            {
                "table": fault.table,
                "row": fault.row,
                "fault": fault.kind,
                "detail": words.translate(f"fault.{fault.kind}", **fault.values),
            }
            for fault in faults(session)
        ]


def summary(count: int) -> str:
    return own_language().translate("check.faults" if count else "check.none", count=count)
