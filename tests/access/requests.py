"""A valid body for every route that takes one, so that who is let in gets a success."""

from typing import Any

from tests.accounts.office import SENTENCE

Json = dict[str, Any]

CLUSTER: Json = {"name_zh": "试验镇", "name_en": "Trial Town"}
MEETING: Json = {"title_zh": "新的会议"}
EVENT: Json = {"name_zh": "新的对接会", "held_on": "2027-01-10", "place": "大连"}
SCHEDULE: Json = {"name": "每日", "cron": "0 8 * * *"}
STATEMENT: Json = {
    "cluster": "dalian",
    "kind": "gap",
    "topic": "trims",
    "phrase": "拉链",
    "meeting": 1,
}

DECISION: Json = {"for": "dalian", "cluster": "humen", "side": "dalian", "verdict": "no"}
OUTCOME: Json = {
    "for": "humen",
    "cluster": "dalian",
    "result": "samples",
    "happened_on": "2026-11-02",
}

BODIES: dict[str, Json] = {
    "POST /api/v1/clusters": {"slug": "trial-town", **CLUSTER},
    "PUT /api/v1/clusters/{slug}": {"name_zh": "大连", "name_en": "Dalian"},
    "PUT /api/v1/clusters/{slug}/vetoes/{other}": {"reason": "另有合同"},
    "POST /api/v1/meetings": MEETING,
    "PUT /api/v1/meetings/{id_}": MEETING,
    "POST /api/v1/statements": STATEMENT,
    "PATCH /api/v1/statements/{id_}": {"weight": 5},
    "POST /api/v1/proposals/{key}/accept": {"slug": "trial-town", **CLUSTER},
    "POST /api/v1/proposals/{key}/merge": {"cluster": "dalian", "alias": True},
    "POST /api/v1/proposals/{key}/dismiss": {"reason": "不是产地"},
    "POST /api/v1/lexicon": {"part": "topic", "target": "trims", "form": "盘纽", "apply": True},
    "POST /api/v1/lexicon/{id_}/withdraw": {"apply": True},
    "POST /api/v1/events": EVENT,
    "PUT /api/v1/events/{id_}": EVENT,
    "POST /api/v1/events/{id_}/showings": {"top": 3},
    "POST /api/v1/events/{id_}/decisions": DECISION,
    "POST /api/v1/outcomes": OUTCOME,
    "POST /api/v1/blends/{id_}/activate": {"force": True},
    "POST /api/v1/schedules": SCHEDULE,
    "PUT /api/v1/schedules/{id_}": SCHEDULE,
    "POST /api/v1/erasures": {"statements": [1], "rehearsal": True},
    "POST /api/v1/accounts": {"name": "guan", "role": "representative", "cluster": "dalian"},
    "PATCH /api/v1/accounts/{id_}": {"display_name": "关"},
    "POST /api/v1/keys": {"label": "another", "role": "viewer"},
}
FORMS: dict[str, Json] = {
    "POST /meetings": MEETING,
    "POST /accounts": {"name": "guan", "role": "viewer"},
    "POST /accounts/{id_}": {"display_name": "关", "role": "viewer", "version": "1"},
    "POST /accounts/{id_}/state": {"state": "disabled", "version": "1"},
    "POST /proposals/{key}/accept": {"slug": "trial-town", **CLUSTER},
    "POST /proposals/{key}/merge": {"cluster": "dalian", "alias": "yes"},
    "POST /proposals/{key}/dismiss": {"reason": "不是产地"},
    "POST /lexicon": {"part": "topic", "effect": "add", "target": "trims", "form": "盘纽"},
    "POST /blend/{id_}/activate": {"force": "yes"},
    "POST /keys": {"label": "another", "role": "viewer", "scopes_viewer": "read", "days": "9"},
    "POST /erasures": {"statements": "1"},
    "POST /drafts/{id_}": {"step": "confirm", "version": "1"},
    "POST /account/password": {"old": SENTENCE, "password": SENTENCE, "again": SENTENCE},
    "POST /sign-in": {"name": "clerk", "password": SENTENCE},
    "POST /welcome/{token}": {"password": SENTENCE, "again": SENTENCE},
}
UPLOADS = {
    "POST /api/v1/exchange/clusters": {
        "file": ("table.csv", "名称,英文名\n试验县,Trial County\n".encode(), "text/csv")
    },
    "POST /api/v1/exchange/statements": {"file": ("table.csv", b"id,cluster,topic\n", "text/csv")},
    "POST /import": {"file": ("table.csv", b"id,cluster,topic\n", "text/csv")},
    "POST /api/v1/meetings/{id_}/documents": {
        "file": ("minutes.txt", "大连：我们缺少面料企业。".encode(), "text/plain")
    },
    "POST /meetings/{id_}/documents": {
        "files": ("speech.txt", "大连：我们缺少印染企业。".encode(), "text/plain")
    },
}


def sent_with(method: str, path: str) -> Json:
    """What a good request to this route carries besides its address."""
    route = f"{method} {path}"
    sent: Json = {}
    if route in BODIES:
        sent["json"] = BODIES[route]
    if route in FORMS:
        sent["data"] = FORMS[route]
    if route in UPLOADS:
        sent["files"] = UPLOADS[route]
    if method in {"PUT", "PATCH", "DELETE"}:
        sent["headers"] = {"If-Match": "*"}
    return sent
