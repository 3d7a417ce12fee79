"""A statement as it is quoted: whose, which words, and where they can be checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.directory import Directory
from service.suggestions.views import Cited

HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Citation:
    """``words`` are a quote if ``quoted``, else the capability in a few words."""

    cluster: str
    cluster_href: str
    kind: str
    kind_label: str
    basis: str
    basis_label: str
    words: str
    words_tag: str
    quoted: bool
    reading: str | None
    sources: Sequence[str]
    document_href: str | None
    follows_from: "Citation | None"


def tag_of(words: str) -> str:
    """BCP 47 language of a passage, for ``lang``: Chinese as soon as it holds a Han character."""
    return "zh-CN" if HAN.search(words) else "en"


def document_href(meeting: int | None, document: int | None, start: int | None) -> str | None:
    """The place of a quote in its document."""
    if meeting is None or document is None:
        return None
    return f"/meetings/{meeting}/documents/{document}" + ("" if start is None else f"#s{start}")


def cite(directory: Directory, cited: Cited) -> Citation:
    c = directory.catalogue
    words = cited.quote or c.pick(cited.phrase, cited.phrase_en)
    return Citation(
        cluster=c.pick(cited.name_zh, cited.name_en),
        cluster_href=f"/clusters/{cited.cluster}",
        kind=cited.kind,
        kind_label=c.translate(f"statement.{cited.kind}"),
        basis=cited.basis,
        basis_label=c.translate(f"origin.{cited.basis}"),
        words=words,
        words_tag=tag_of(words),
        quoted=cited.quote is not None,
        reading=cited.reading,
        sources=sources_of(directory, cited),
        document_href=document_href(cited.meeting_id, cited.document_id, cited.start),
        follows_from=cite(directory, cited.follows_from) if cited.follows_from else None,
    )


def sources_of(directory: Directory, cited: Cited) -> list[str]:
    """Meeting, date and speaker; or the register's source; or the rule of the inference."""
    c = directory.catalogue
    if cited.basis == "meeting":
        title = directory.meetings.get(cited.meeting_id or 0, cited.meeting)
        speaker = cited.speaker and c.translate("quote.speaker", name=cited.speaker)
        return [part for part in (title, c.day(cited.date), speaker) if part]
    if cited.basis == "register":
        source = c.pick(cited.source_zh, cited.source_en)
        return [c.translate("quote.source", name=source)]
    return [c.translate("quote.inferred", rule=c.pick(cited.rule_zh, cited.rule_en))]
