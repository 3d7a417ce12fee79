"""Has a workbook read by a process of its own, which ends with what it may use."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from service.errors import UnreadableTable
from service.exchange.sheets import BadCell, Row, Sheet
from service.reading.bounds import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-s", "-m", "service.exchange.child")
SECONDS = 30.0
"""Of waiting. The child itself ends after its seconds of work; a busy machine takes longer."""


def read_apart(content: bytes) -> list[Sheet]:
    """The sheets of a workbook.

    Raises
    ------
    UnreadableTable
        It is no workbook, or reading it takes more work or memory than ``bounds`` allow.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module, nothing of the file is in the command
            COMMAND,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=ROOT,
            env=ENVIRONMENT,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableTable("table-costly") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise UnreadableTable("table-costly") from error
    if "refusal" in answer:
        raise UnreadableTable(answer["refusal"], **answer["values"])
    return [
        Sheet(
            sheet["name"],
            [Row(number, cells) for number, cells in sheet["rows"]],
            [BadCell(*bad) for bad in sheet["bad"]],
        )
        for sheet in answer["sheets"]
    ]
