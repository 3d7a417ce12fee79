"""What the audit holds, in words: what was done, to what, and which fields it changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.audit.usecases import AuditView, Facts
from service.dashboard.moments import moment
from service.messages import Catalogue

DONE: Mapping[str, Sequence[str]] = {
    "statement": ("created", "edited", "confirmed", "rejected", "retired", "erased", "blanked"),
    "meeting": ("created", "edited"),
    "document": ("taken_in", "blanked"),
    "cluster": ("created", "edited"),
    "veto": ("set", "lifted"),
    "event": ("created", "edited", "cancelled"),
    "schedule": ("created", "edited", "paused", "resumed", "deleted", "run"),
    "delivery": ("retried", "accepted"),
    "account": (
        *("created", "edited", "link-issued", "password-set"),
        *("signed-in", "signed-out", "signed-out-everywhere"),
    ),
    "key": ("created", "revoked"),
    "seed": ("erased",),
    "proposal": ("accepted", "merged", "dismissed", "restored"),
    "lexicon_change": ("created", "withdrawn"),
    "showing": ("shown",),
    "decision": ("taken", "taken_back"),
    "outcome": ("recorded", "withdrawn"),
    "blend": ("learnt", "activated", "retired"),
    "kept_run": ("kept", "deleted"),
}
"""What can be done to each kind of entry; another action is shown by its own name."""
TO_ALL = ("history_erased",)
"""What can be done to an entry of any kind."""
UNTOLD = frozenset({"version", "updated_at"})
"""Fields that every change moves."""
VOCABULARIES = {
    "visibility": "audience",
    "audience": "audience",
    "role": "role",
    "state": "state",
    "status": "state",
    "basis": "origin",
}
PAGES = {
    "proposal": "/proposals",
    "cluster": "/clusters",
    "meeting": "/meetings",
    "event": "/events",
    "kept_run": "/runs",
    "account": "/accounts",
}


@dataclass(frozen=True, slots=True)
class ChangedField:
    label: str
    before: str
    after: str


def done(c: Catalogue, action: str) -> str:
    _, _, step = action.partition(".")
    return c.find(f"did.{action.replace('.', '_')}") or c.find(f"did.all_{step}") or action


def entry_name(c: Catalogue, entity: str, id_: str) -> str:
    return f"{c.find(f'entity.{entity}') or entity} {id_}"


def entry_href(entity: str, id_: str) -> str | None:
    """Its page, where entries of this kind have one."""
    return f"{PAGES[entity]}/{id_}" if entity in PAGES else None


def changed_fields(c: Catalogue, entry: AuditView, zone: str) -> list[ChangedField]:
    before, after = entry.before or {}, entry.after or {}
    names = [*after, *(name for name in before if name not in after)]
    return [
        ChangedField(
            c.find(f"fact.{name}") or name,
            shown(c, name, before.get(name), zone),
            shown(c, name, after.get(name), zone),
        )
        for name in names
        if name not in UNTOLD and differs(entry, name)
    ]


def differs(entry: AuditView, name: str) -> bool:
    """What an entry was made or removed with counts where it holds something."""
    return value_of(entry.before, name) != value_of(entry.after, name)


def value_of(facts: Facts, name: str) -> object:
    value = (facts or {}).get(name)
    return None if value in ("", [], {}) else value


def shown(c: Catalogue, name: str, value: object, zone: str) -> str:
    if value_of({name: value}, name) is None:
        return c.translate("fact.nothing")
    if isinstance(value, bool):
        return c.translate("fact.yes" if value else "fact.no")
    if isinstance(value, str):
        return moment_or_word(c, name, value, zone)
    if isinstance(value, Sequence):
        return c.translate("list.separator").join(shown(c, name, part, zone) for part in value)
    return json.dumps(value, ensure_ascii=False)


def moment_or_word(c: Catalogue, name: str, value: str, zone: str) -> str:
    if name.endswith("_at"):
        try:
            return moment(c, datetime.fromisoformat(value), zone)
        except ValueError:
            return value
    return c.find(f"{VOCABULARIES.get(name, '')}.{value}") or value
