"""What a table of clusters would change."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from service.clusters.schemas import ClusterFields, ClusterIn
from service.clusters.usecases import ClusterView
from service.exchange.columns import CLUSTERS, What, heads
from service.exchange.comparing import checked, differences, same_set
from service.exchange.facts import Facts
from service.exchange.plans import Doing, FieldChange, RowPlan
from service.exchange.readings import Entry, Reading
from service.exchange.sheets import Sheet
from service.text import fold, sort_key

FIELDS = tuple(column.name for column in CLUSTERS if column.name not in {"slug", "version"})
LISTS = ("titles", "titles_en", "products", "products_en", "aliases")
REQUIRED = {"name_zh", "name_en", "kind", "country"}
NO_SLUG = re.compile(r"[^a-z0-9]+")


def stored_values(view: ClusterView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in ("slug", *FIELDS, "version")}


def announce(facts: Facts, sheet: Sheet) -> None:
    """Let the clusters that the sheet brings along be known by their names everywhere in it."""
    names = heads(What.CLUSTERS)
    head = next((row for row in sheet.rows if any(fold(c) in names for c in row.cells)), None)
    at = {names[fold(c)]: n for n, c in enumerate(head.cells) if fold(c) in names} if head else {}
    for row in sheet.rows:
        texts = {
            name: row.cells[place].strip()
            for name, place in at.items()
            if place < len(row.cells) and row is not head
        }
        zh, en = texts.get("name_zh", ""), texts.get("name_en", "")
        slug = texts.get("slug") or new_slug(facts, zh, en)
        if (zh or en) and facts.names.find(slug) is None and facts.names.find(zh) is None:
            facts.names.add(slug, zh, en)


def new_slug(facts: Facts, zh: str, en: str) -> str:
    """From the English name, else the pinyin of the Chinese one; never one that is taken."""
    plain = unicodedata.normalize("NFKD", en).encode("ascii", "ignore").decode().lower()
    stem = NO_SLUG.sub("-", plain).strip("-")[:70].strip("-")
    stem = stem or NO_SLUG.sub("-", sort_key(zh)).strip("-")[:70].strip("-")
    slug, number = stem, 1
    while slug in facts.clusters:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def plan_clusters(facts: Facts, reading: Reading) -> list[RowPlan]:
    planner = _Clusters(facts, reading)
    return [planner.row(entry) for entry in reading.entries]


class _Clusters:
    def __init__(self, facts: Facts, reading: Reading) -> None:
        self.facts, self.reading = facts, reading
        self.seen: dict[str, int] = {}
        self.owners = {
            fold(name): view.slug
            for view in facts.clusters.values()
            for name in (view.slug, view.name_zh, view.name_en, *view.aliases)
        }

    def row(self, entry: Entry) -> RowPlan:
        slug = self.slug_of(entry)
        if slug is not None and self.seen.setdefault(slug, entry.row) != entry.row:
            self.reading.fault(entry.row, "slug", "repeated", other=self.seen[slug])
        view = self.facts.clusters.get(slug or "")
        if slug is None or entry.row in self.reading.faulty:
            if slug is not None and view is None:
                self.new(entry, slug)  # finds what else is wrong with it
            return self.plan(entry, slug or "", Doing.REFUSED)
        return self.new(entry, slug) if view is None else self.changed(entry, view)

    def slug_of(self, entry: Entry) -> str | None:
        """Whose row it is; None, with a fault, where only an alias says so."""
        given = entry.values.get("slug")
        zh, en = entry.values.get("name_zh", ""), entry.values.get("name_en", "")
        if given is not None:
            return str(given)
        owner = self.owners.get(fold(zh or en)) if zh or en else None
        if owner is None or owner not in self.facts.clusters:
            if not (zh or en):
                self.reading.fault(entry.row, "name_zh", "required")
                return None
            return new_slug(self.facts, zh, en)
        view = self.facts.clusters[owner]
        if fold(zh or en) in {fold(view.name_zh), fold(view.name_en)}:
            return owner
        self.reading.fault(entry.row, "name_zh", "alias", name=view.name_zh, slug=owner)
        return None

    def plan(
        self,
        entry: Entry,
        slug: str,
        doing: Doing,
        changes: list[FieldChange] | None = None,
        version: int | None = None,
        payload: Any = None,
    ) -> RowPlan:
        where = (self.reading.what, self.reading.sheet, entry.row)
        return RowPlan(*where, doing, slug, changes or [], version, payload)

    def new(self, entry: Entry, slug: str) -> RowPlan:
        given = {name: v for name, v in entry.values.items() if name != "version"} | {"slug": slug}
        if "version" in entry.values:
            self.reading.fault(entry.row, "slug", "gone", entry=slug)
            return self.plan(entry, slug, Doing.REFUSED)
        fields = checked(ClusterIn, given, self.reading, entry.row)
        self.claim(entry, slug, given)
        if fields is None or entry.row in self.reading.faulty:
            return self.plan(entry, slug, Doing.REFUSED)
        changes = [FieldChange(name, None, value) for name, value in given.items()]
        return self.plan(entry, slug, Doing.NEW, changes, payload=fields)

    def changed(self, entry: Entry, view: ClusterView) -> RowPlan:
        stored = stored_values(view)
        given = {name: entry.values[name] for name in FIELDS if name in entry.values}
        if "version" in entry.values:
            given |= {name: self.blank(name) for name in FIELDS if name in entry.blank}
        changes = differences(stored, given, {"aliases": self.alike({**stored, **given})})
        if not changes:
            return self.plan(entry, view.slug, Doing.UNCHANGED)
        self.require_known(entry, view.version, changes)
        for name in REQUIRED & {change.column for change in changes if change.new is None}:
            self.reading.fault(entry.row, name, "required")
        whole = {name: stored[name] for name in FIELDS} | {c.column: c.new for c in changes}
        fields = None
        if entry.row not in self.reading.faulty:
            fields = checked(ClusterFields, whole, self.reading, entry.row)
            self.claim(entry, view.slug, whole)
        if fields is None or entry.row in self.reading.faulty:
            return self.plan(entry, view.slug, Doing.REFUSED, changes)
        return self.plan(entry, view.slug, Doing.CHANGED, changes, view.version, fields)

    @staticmethod
    def blank(name: str) -> Any:
        return [] if name in LISTS else None

    @staticmethod
    def alike(values: Mapping[str, Any]) -> Any:
        """Names that the cluster is found by anyway are no aliases; their order says nothing."""
        own = {values["slug"], *(fold(values[n] or "") for n in ("name_zh", "name_en"))}

        def folded(names: Any) -> set[str]:
            return {fold(name) for name in names or ()} - own

        return lambda old, new: same_set(folded(old), folded(new))

    def require_known(self, entry: Entry, version: int, changes: list[FieldChange]) -> None:
        known = entry.values.get("version")
        if known in {None, version}:
            return
        for change in changes:
            self.reading.fault(
                *(entry.row, change.column, "moved"),
                known=known,
                version=version,
                stored=change.old,
                given=change.new,
            )

    def claim(self, entry: Entry, slug: str, values: Mapping[str, Any]) -> None:
        """The names are this cluster's from now on, unless they are another's."""
        if values.get("part_of") == slug:
            self.reading.fault(entry.row, "part_of", "part-of-itself")
        named = [("slug", slug), ("name_zh", values.get("name_zh"))]
        named += [("name_en", values.get("name_en"))]
        named += [("aliases", alias) for alias in values.get("aliases") or ()]
        for column, name in named:
            owner = self.owners.setdefault(fold(name), slug) if name else slug
            if owner != slug:
                self.reading.fault(entry.row, column, "name-taken", name=name, owner=owner)
