"""Reads the meetings, their documents, what was said in them, and the dockings that were held."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from models.enums import MeetingKind, StatementKind, Status
from service.seeding.rows import DockingRow, MeetingRow, MeetingStatementRow
from service.seeding.table import SLUG, Row, read_table, read_text, refuse_doubles
from service.seeding.taxonomy import Vocabulary
from service.seeding.words import DateBasis, DockingKind, Grade

MEETING_COLUMNS = (
    "slug",
    "title_zh",
    "title_en",
    "kind",
    "date",
    "date_basis",
    "place",
    "host",
    "file",
    "note",
)
STATEMENT_COLUMNS = (
    "meeting",
    "cluster",
    "kind",
    "topic",
    "subtopic",
    "facets",
    "asks",
    "weight",
    "quote",
    "occurrence",
    "speaker",
    "phrase_zh",
    "phrase_en",
    "status",
    "note",
)
DOCKING_COLUMNS = (
    "id",
    "date",
    "supplier",
    "receiver",
    "topic",
    "subject_en",
    "type",
    "grade",
    "facts_zh",
    "source_zh",
    "source_en",
)


def read_meetings(root: Path) -> tuple[MeetingRow, ...]:
    """``meetings.csv`` with the text of every document, each in a file of its own."""
    rows = read_table(root, "meetings.csv", MEETING_COLUMNS)
    refuse_doubles(((row, row.cells["slug"]) for row in rows), "slug")
    meetings = [_meeting(row, root) for row in rows]
    texts = (meeting.text for meeting in meetings)
    refuse_doubles(zip(rows, texts, strict=True), "file")
    return tuple(meetings)


def _meeting(row: Row, root: Path) -> MeetingRow:
    date = row.date("date")
    date_basis = row.optional_word("date_basis", DateBasis)
    if (date is None) != (date_basis is None):
        row.refuse("date_basis", "give it exactly when there is a date")
    file = row.text("file")
    if PurePosixPath(file).parent != PurePosixPath("meetings") or not file.endswith(".txt"):
        row.refuse("file", f"name a .txt file in meetings/, not {file!r}")
    if not (root / file).is_file():
        row.refuse("file", f"there is no file {file!r}; add it or correct its name")
    text = read_text(root, file)
    if not text.strip():
        row.refuse("file", f"{file!r} holds no text")
    return MeetingRow(
        slug=row.slug("slug"),
        title_zh=row.text("title_zh", limit=200),
        title_en=row.text("title_en"),
        kind=row.word("kind", MeetingKind),
        date=date,
        date_basis=date_basis,
        place=row.optional("place", limit=160),
        host=row.optional("host"),
        file=file,
        note=row.optional("note"),
        text=text,
    )


def read_meeting_statements(
    root: Path, words: Vocabulary, slugs: Collection[str], meetings: Mapping[str, MeetingRow]
) -> tuple[MeetingStatementRow, ...]:
    """``meeting_statements.csv``, each quote found in its document."""
    rows = read_table(root, "meeting_statements.csv", STATEMENT_COLUMNS)
    statements = [_statement(row, words, slugs, meetings) for row in rows]
    keys = (statement.key for statement in statements)
    refuse_doubles(zip(rows, keys, strict=True), "quote")
    return tuple(statements)


def _statement(
    row: Row, words: Vocabulary, slugs: Collection[str], meetings: Mapping[str, MeetingRow]
) -> MeetingStatementRow:
    topic, subtopic = words.topic(row)
    kind, asks = row.word("kind", StatementKind), row.flag("asks")
    if asks and kind is not StatementKind.GOAL:
        row.refuse("asks", "only a goal asks; write false")
    status = row.word("status", Status)
    if status not in {Status.DRAFT, Status.CONFIRMED}:
        row.refuse("status", "write draft or confirmed")
    meeting = meetings[row.known("meeting", meetings, "meetings.csv")]
    quote, start = _quote(row, meeting)
    return MeetingStatementRow(
        meeting=meeting.slug,
        cluster=row.known("cluster", slugs, "clusters.csv"),
        kind=kind,
        topic=topic,
        subtopic=subtopic,
        facets=row.facets("facets", words.facets),
        asks=asks,
        weight=row.whole("weight", low=1, high=5),
        quote=quote,
        start=start,
        end=start + len(quote),
        speaker=row.optional("speaker", limit=120),
        phrase_zh=row.text("phrase_zh", limit=200),
        phrase_en=row.text("phrase_en", limit=200),
        status=status,
        note=row.optional("note"),
    )


def _quote(row: Row, meeting: MeetingRow) -> tuple[str, int]:
    """The quote and the index of its first character in the document."""
    quote, wanted = row.text("quote"), row.whole("occurrence", low=1, high=999)
    start = -1
    for found in range(wanted):
        start = meeting.text.find(quote, start + 1)
        if start < 0:
            column = "occurrence" if found else "quote"
            row.refuse(column, f"{meeting.file} holds {quote!r} {found} times, not {wanted}")
    return quote, start


def read_dockings(
    root: Path, words: Vocabulary, names: Mapping[str, str]
) -> tuple[DockingRow, ...]:
    """``dockings.csv``.

    Parameters
    ----------
    names
        From every registered slug and Chinese name to the slug.
    """
    rows = read_table(root, "dockings.csv", DOCKING_COLUMNS)
    refuse_doubles(((row, row.cells["id"]) for row in rows), "id")
    return tuple(_docking(row, words, names) for row in rows)


def _docking(row: Row, words: Vocabulary, names: Mapping[str, str]) -> DockingRow:
    supplier, receiver = _party(row, "supplier", names), _party(row, "receiver", names)
    if supplier == receiver:
        row.refuse("receiver", "it is the supplier itself")
    return DockingRow(
        id=row.text("id", limit=40),
        date=row.date("date"),
        supplier=supplier,
        supplier_registered=supplier in names,
        receiver=receiver,
        receiver_registered=receiver in names,
        topic=row.known("topic", words.broader, "topics.csv"),
        subject_en=row.text("subject_en"),
        kind=row.word("type", DockingKind),
        grade=row.word("grade", Grade),
        facts_zh=row.text("facts_zh"),
        source_zh=row.text("source_zh"),
        source_en=row.text("source_en"),
    )


def _party(row: Row, column: str, names: Mapping[str, str]) -> str:
    text = row.text(column, limit=120)
    if SLUG.match(text) and names.get(text) != text:
        row.refuse(column, f"{text!r} is not in clusters.csv; add it there or correct it here")
    if names.get(text, text) != text:
        row.refuse(column, f"{text!r} is registered; write its slug {names[text]!r}")
    return text
