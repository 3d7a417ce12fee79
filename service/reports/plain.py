"""A report as plain text, for mail programs that show nothing else."""

from collections.abc import Iterator

from service.reports.digest import largest
from service.reports.html import PAIRINGS_SHOWN, identifier
from service.reports.views import Change, Pairing, Report
from service.reports.wording import Words, score

REASONS_SHOWN = 2


def render_text(report: Report) -> str:
    words = Words(report)
    file = f"{identifier(report.schedule_id, report.due_at)}.xlsx"
    lines = [report.name, "", *words.summary(), "", *words.conditions()]
    for change in (Change.NEW, Change.CHANGED, Change.GONE):
        found = report.digest.of(change)
        if found:
            lines += ["", f"== {words.say(f'report.{change}')} ({len(found)})"]
        for pairing in found[:PAIRINGS_SHOWN]:
            lines += _pairing(words, pairing)
        if len(found) > PAIRINGS_SHOWN:
            lines.append(words.say("report.more_pairs", count=len(found) - PAIRINGS_SHOWN))
    lines += ["", words.say("report.attachment", file=file)]
    lines.append(words.say("report.program", url=report.base_url))
    return "\n".join(lines) + "\n"


def _pairing(words: Words, pairing: Pairing) -> Iterator[str]:
    one, other = words.pair(pairing)
    note = words.note(pairing)
    yield ""
    yield f"{one} ⇄ {other} · {score(pairing.suggestion.score)}{f' · {note}' if note else ''}"
    for reason in largest(pairing.suggestion.reasons, REASONS_SHOWN)[0]:
        yield f"  {words.topic(reason)} +{score(reason.contribution)}"
        for side in filter(None, (reason.gap, reason.strength)):
            name = words.pick(side.name_zh, side.name_en)
            yield f"    {name}: {words.quote(side)} {words.source(side)}"
