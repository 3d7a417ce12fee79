"""``duijie erase``."""

from typing import Any

from service.access import command_line
from service.erasures.schemas import ErasureOut
from service.erasures.scrub import scrub
from service.erasures.usecases import Wanted
from service.erasures.usecases import erase as take_away
from service.output import tell
from service.runtime import Runtime


def erase(runtime: Runtime, wanted: Wanted, *, rehearsal: bool) -> dict[str, Any]:
    """What went, or would go, in the shape of the API."""
    open_ = runtime.sessions.read if rehearsal else runtime.sessions.write
    with open_() as session:
        view = take_away(
            session,
            command_line(),
            wanted,
            rehearsal=rehearsal,
            folders=runtime.settings.report_folders,
            now=runtime.clock(),
        )
    if not rehearsal and not scrub(runtime.engine):
        tell("command.words_in_files")
    return ErasureOut.model_validate(view).model_dump(mode="json")


def table(row: dict[str, Any]) -> list[dict[str, Any]]:
    """One line for each kind of thing."""
    shown = {
        "陈述 statements": ", ".join(map(str, row["statements"])),
        "文件 documents": ", ".join(map(str, row["documents"])),
        "字符 characters": row["characters"],
        "报告 reports": ", ".join(f"{r['schedule']} {r['due']}" for r in row["reports"]),
        "已寄往 sent to": ", ".join(to for r in row["reports"] for to in r["sent_to"]),
        "报告文件 files": row["files"],
        "保存的运算 runs": ", ".join(map(str, row["runs"])),
        "他处 elsewhere": ", ".join(f"{e['document']}:{e['start']}" for e in row["elsewhere"]),
    }
    return [{"": name, "·": value} for name, value in shown.items()]
