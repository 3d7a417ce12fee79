"""What ``duijie blend`` does, as rows to print."""

from typing import Any

from service.access import command_line
from service.blends import usecases
from service.blends.schemas import BlendOut, BlendStateOut
from service.output import Rows
from service.runtime import Runtime

PAGE = 200
METRICS = ("auc", "log_loss", "pairwise")
Row = dict[str, Any]


def present(runtime: Runtime) -> Row:
    with runtime.sessions.read() as session:
        state = usecases.present(session, command_line())
    return BlendStateOut.model_validate(state).model_dump(mode="json")


def listed(runtime: Runtime) -> list[Row]:
    with runtime.sessions.read() as session:
        page = usecases.list_blends(session, command_line(), limit=PAGE)
    return [as_row(view) for view in page.items]


def learnt(runtime: Runtime) -> Row:
    with runtime.sessions.write() as session:
        return as_row(usecases.learn(session, command_line(), now=runtime.clock()))


def activated(runtime: Runtime, id_: int, *, force: bool) -> Row:
    with runtime.sessions.write() as session:
        view = usecases.activate(
            session, command_line(), id_, force=force, version=None, now=runtime.clock()
        )
    return as_row(view)


def gone_back(runtime: Runtime) -> Row:
    with runtime.sessions.write() as session:
        state = usecases.go_back(session, command_line(), now=runtime.clock())
    return BlendStateOut.model_validate(state).model_dump(mode="json")


def as_row(view: object) -> Row:
    return BlendOut.model_validate(view).model_dump(mode="json")


def state_rows(row: Row) -> list[Row]:
    """One line for each weight, and one for each kind of evidence."""
    weights = [{"what": name, "value": value} for name, value in row["weights"].items()]
    evidence = [
        {"what": name, "value": found, "floor": row["floor"][name], "missing": row["missing"][name]}
        for name, found in row["evidence"].items()
    ]
    return [{"what": "", "value": "", "floor": "", "missing": "", **x} for x in weights + evidence]


def blend_rows(rows: Rows) -> list[Row]:
    names = ("id", "state", "better", "forced", "learnt_at", "activated_at", "retired_at")
    return [{**{name: row[name] for name in names}, **row["weights"]} for row in rows]


def figure_rows(row: Row) -> list[Row]:
    """The figures on events kept aside: before, learnt, and the difference with its interval."""
    return [
        {
            "blend": row["id"],
            "better": row["better"],
            "metric": name,
            **{side: row["figures"][name][side]["value"] for side in ("old", "new", "difference")},
            "low": row["figures"][name]["difference"]["low"],
            "high": row["figures"][name]["difference"]["high"],
        }
        for name in METRICS
    ]
