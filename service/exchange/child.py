"""The process that reads one workbook: bytes come in, its cells or a refusal go out as JSON."""

import json
import sys

from service.errors import UnreadableTable
from service.exchange.workbooks import read_workbook
from service.reading.bounds import bind_process


def main() -> None:
    bind_process()
    try:
        sheets = read_workbook(sys.stdin.buffer.read())
        answer = {
            "sheets": [
                {
                    "name": sheet.name,
                    "rows": [[row.number, row.cells] for row in sheet.rows],
                    "bad": [[bad.row, bad.column, bad.cause] for bad in sheet.bad],
                }
                for sheet in sheets
            ]
        }
        json.dump(answer, sys.stdout, ensure_ascii=True)
    except UnreadableTable as refusal:
        json.dump({"refusal": refusal.message, "values": refusal.values}, sys.stdout)


if __name__ == "__main__":
    main()
