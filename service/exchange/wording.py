"""Plans and their faults in the words of a reader."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.exchange.cells import written
from service.exchange.columns import Form, What, column, head, sheet_name
from service.exchange.plans import Doing, Fault, FieldChange, Plan, RowPlan
from service.exchange.readings import vocabulary_of
from service.exchange.sheets import place
from service.exchange.vocabularies import Vocabulary
from service.messages import Catalogue


class Wording:
    """Says things in one language, with the names of one reading of the register."""

    def __init__(self, words: Catalogue, vocabularies: Mapping[str, Vocabulary]) -> None:
        self.words, self.vocabularies = words, vocabularies

    def value(self, what: What, name: str, value: Any) -> str:
        """As it would stand in a cell; a dash for nothing."""
        each = column(what, name)
        if each.form is Form.MEETING and value is not None:
            return self.vocabularies["meeting"].label(str(value), self.words.language)
        cell = written(each, value, vocabulary_of(each, self.vocabularies), self.words)
        return str(cell).strip("\n") or self.words.translate("exchange.nothing")

    def change(self, what: What, change: FieldChange) -> tuple[str, str, str]:
        """Name of the column, old and new value."""
        return (
            head(self.words, what, change.column),
            self.value(what, change.column, change.old),
            self.value(what, change.column, change.new),
        )

    def entry(self, row: RowPlan) -> str:
        """A cluster by its name, a statement by its number or, while it has none, its cluster."""
        if row.what is What.STATEMENTS and row.doing is not Doing.NEW:
            return row.entry
        return self.vocabularies["cluster"].label(row.entry, self.words.language)

    def detail(self, fault: Fault) -> str:
        """What is wrong, without where."""
        values = dict(fault.values)
        if fault.cause == "moved":
            for name in ("stored", "given"):
                values[name] = self.value(fault.what, fault.column, values[name])
        if fault.cause in {"no-heads", "column-missing"}:
            values["kind"] = sheet_name(self.words, fault.what)
        return self.words.translate(f"exchange.fault.{fault.cause}", **values)

    def where(self, fault: Fault) -> str:
        name = head(self.words, fault.what, fault.column) if fault.column else ""
        key = "cell" if name else "row"
        if fault.sheet:
            key = f"sheet-{key}"
        return self.words.translate(
            f"exchange.at.{key}", sheet=fault.sheet, row=fault.row, column=name
        )

    def sentence(self, fault: Fault) -> str:
        """Where and what: 工作表“陈述”第 7 行“主题”列：不认识“面聊”，是否“面料”？."""
        return self.words.translate(
            "exchange.fault-at", where=self.where(fault), detail=self.detail(fault)
        )

    def warnings(self, plan: Plan) -> Iterator[str]:
        for key, names in (
            ("unknown-columns", plan.unknown_columns),
            ("unread-sheets", plan.unread_sheets),
        ):
            if names:
                listed = self.words.translate("list.separator").join(names)
                yield self.words.translate(f"exchange.{key}", names=listed)

    def counts(self, plan: Plan) -> Sequence[str]:
        return [
            self.words.translate(f"exchange.count.{name}", count=count)
            for name, count in plan.counts.items()
        ]


def pointer(fault: Fault) -> str:
    """The cell as spreadsheets name it: ``陈述!C7``, or the row alone."""
    spot = place(fault.row, fault.letter) if fault.letter else f"{fault.row}:{fault.row}"
    return f"{fault.sheet}!{spot}" if fault.sheet else spot
