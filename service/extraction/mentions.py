"""Which of the places in a clause it speaks of, and which it only names."""

import re
from dataclasses import replace
from itertools import pairwise

from service.extraction.layout import Clause
from service.extraction.places import PlaceHit
from service.extraction.scan import Scan

BODIES = frozenset({"institution", "association"})
_LINK = re.compile(r"[·、/和与及同跟]|以及|\band\b")
_JOINT = frozenset({"、", "和", "及", "/", "and"})
_RANKS = ("", "市", "县", "区", "镇", "省", "州")
_OWN = ("协会", "商会", "联合会", "委员会", "学会")
_BOTH_REACH, _SETTING_REACH = 16, 8


def groups(scan: Scan, places: list[PlaceHit]) -> list[list[PlaceHit]]:
    """Places that are named side by side, each group in order."""
    found: list[list[PlaceHit]] = []
    for left, right in pairwise(places):
        between = scan.text[left.end : right.start].strip()
        if left.name == right.name or not _LINK.fullmatch(between):
            continue
        if found and found[-1][-1] == left:
            found[-1].append(right)
        else:
            found.append([left, right])
    return found


def is_joint(scan: Scan, group: list[PlaceHit], clause: Clause) -> bool:
    """Whether what is said of a group is said of each: A、B, or A与B都."""
    text = scan.text
    links = {text[a.end : b.start].strip() for a, b in pairwise(group)}
    both = bool(scan.roles("both", group[-1].end, min(clause.end, group[-1].end + _BOTH_REACH)))
    return both or links <= _JOINT


def visited(scan: Scan, clause: Clause, places: list[PlaceHit]) -> PlaceHit | None:
    """The cluster that officials visit: what follows is about it, not about them."""
    if not scan.roles("visit", clause.start, clause.end):
        return None
    hosts = [p for p in places if p.rank > 1 and scan.ends_at("preposition", p.start)]
    guests = [p for p in places if p.kind == "cluster" and p not in hosts]
    return hosts[0] if len(hosts) == 1 and not guests else None


def is_led(scan: Scan, place: PlaceHit, start: int) -> bool:
    """Whether a verb or a noun of judgement stands before the place: then it is an object."""
    roles = ("gap", "goal", "wish", "strength")
    return any(scan.roles(role, start, place.start) for role in roles)


def is_mention(scan: Scan, place: PlaceHit, clause: Clause, end: int) -> bool:
    if _is_setting(scan, place, clause):
        return False
    if scan.ends_at("preposition", place.start) and not scan.ends_at("embedding", place.start):
        return True
    if place.start > clause.start + 4 and scan.roles("event", clause.start, clause.end):
        return True
    suffixes = scan.roles("orgsuffix", end, min(clause.end, end + 10))
    suffixes = [hit for hit in suffixes if not _of_cluster(place, scan.text[hit.start : hit.end])]
    return bool(suffixes) and place.kind not in BODIES


def _is_setting(scan: Scan, place: PlaceHit, clause: Clause) -> bool:
    """Whether what follows is about the place: 在盛泽,…; mills in Surat lack …."""
    setting = [
        hit
        for hit in scan.roles(
            "setting", max(clause.start, place.start - _SETTING_REACH), place.start
        )
        if hit.end >= place.start - 1
    ]
    if not setting or scan.roles("event", clause.start, clause.end):
        return False
    if setting[0].start == clause.start:
        return True
    first = "," not in scan.text[max(0, clause.start - 2) : clause.start]
    latin = scan.text[place.start].isascii()
    return first and latin and not is_led(scan, place, clause.start)


def _of_cluster(place: PlaceHit, suffix: str) -> bool:
    return place.rank >= 2 and suffix in _OWN


def chains(text: str, places: list[PlaceHit]) -> list[PlaceHit]:
    """Of places that follow each other at once (湖州长兴) only the last, most precise one.

    A market named after a registered place (绍兴轻纺城) counts as that place.
    """
    kept: list[PlaceHit] = []
    for place in places:
        if kept and text[kept[-1].end : place.start] in _RANKS:
            kept.append(_joined(kept.pop(), place))
        else:
            kept.append(place)
    return kept


def _joined(outer: PlaceHit, inner: PlaceHit) -> PlaceHit:
    if inner.landmark and outer.slug is not None:
        return replace(outer, end=inner.end)
    return replace(inner, start=outer.start)
