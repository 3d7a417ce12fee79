"""Keys for programs: shown once, narrower than who made them, and at an end when they should."""

import ast
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.enums import Role
from service.access import Action, Principal, scopes_of
from service.accounts import keys
from service.accounts.identities import FRESH_SECONDS, Identities
from service.accounts.schemas import KeyOut, NewKeyOut
from service.db import Sessions
from service.errors import Forbidden
from tests.support.clock import NOW
from tests.support.people import OWN_CLUSTER, TESTER

KEYS = "/api/v1/keys"
ROOT = Path(__file__).resolve().parents[2]


def created(api: TestClient, **fields: Any) -> dict[str, Any]:
    answer = api.post(KEYS, json={"label": "ERP", "role": "organiser", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def status(api: TestClient, key: dict[str, Any], path: str = "/api/v1/me") -> int:
    return api.get(path, headers={"Authorization": f"Bearer {key['secret']}"}).status_code


def test_a_key_is_shown_once(api: TestClient) -> None:
    made = created(api)
    assert made.keys() == NewKeyOut.model_fields.keys()
    assert made["secret"].startswith(made["prefix"])
    assert len(made["secret"]) - len(made["prefix"]) >= 32
    read = api.get(f"{KEYS}/{made['id']}").json()
    assert read.keys() == KeyOut.model_fields.keys()
    assert made["secret"] not in api.get(KEYS).text
    assert status(api, made) == 200


def test_a_repeated_creation_takes_effect_once_and_shows_the_secret_once(api: TestClient) -> None:
    body, headers = {"label": "x", "role": "viewer"}, {"Idempotency-Key": "k1"}
    first, second = (api.post(KEYS, json=body, headers=headers).json() for _ in range(2))
    assert first["secret"]
    assert second == first | {"secret": None}


def test_scopes_are_some_of_the_roles_rights(api: TestClient) -> None:
    made = created(api, scopes=["events:read", "read"])
    assert made["scopes"] == ["read", "events:read"]
    assert status(api, made, "/api/v1/events") == 200
    assert status(api, made, "/api/v1/schedules") == 403
    assert created(api)["scopes"] == scopes_of(Role.ORGANISER)


def test_two_live_keys_of_one_program_allow_for_rotation(api: TestClient) -> None:
    old, new = created(api), created(api)
    assert (status(api, old), status(api, new)) == (200, 200)
    assert api.post(f"{KEYS}/{old['id']}/revoke").json()["state"] == "revoked"
    assert (status(api, old), status(api, new)) == (401, 200)
    again = api.post(f"{KEYS}/{old['id']}/revoke")
    assert (again.status_code, again.json()["state"]) == (200, "revoked")


def test_a_representatives_key_speaks_for_its_cluster(api: TestClient) -> None:
    made = created(api, role="representative", cluster="大连")
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert api.get("/api/v1/me", headers=headers).json()["cluster"] == OWN_CLUSTER


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scopes": ["erase"]}, 422),
        ({"scopes": ["fly"]}, 422),
        ({"role": "representative"}, 422),
        ({"cluster": "dalian"}, 422),
        ({"days": 0}, 422),
        ({"days": 367}, 422),
        ({"days": True}, 422),
        ({"expires_at": "2099-01-01T00:00:00Z"}, 422),
        ({"secret": "dj_mine"}, 422),
        ({"created_by": "somebody else"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: TestClient, fields: dict[str, Any], expected: int
) -> None:
    before = len(api.get(KEYS).json())
    answer = api.post(KEYS, json={"label": "ERP", "role": "organiser", **fields})
    assert answer.status_code == expected
    assert len(api.get(KEYS).json()) == before


@pytest.mark.parametrize("path", ["/999999", "/999999/revoke"])
def test_an_unknown_key_is_said_so(api: TestClient, path: str) -> None:
    answer = api.request("POST" if "revoke" in path else "GET", f"{KEYS}{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/key-not-found")


def test_keys_are_listed_in_pages_newest_first(api: TestClient) -> None:
    made = [created(api)["id"] for _ in range(3)]
    first = api.get(f"{KEYS}?limit=2")
    second = api.get(first.links["next"]["url"])
    listed = [key["id"] for key in first.json() + second.json()]
    assert listed[:3] == made[::-1]


def make(sessions: Sessions, who: Principal = TESTER, days: int = 90, **fields: Any) -> Any:
    with sessions.write() as session:
        return keys.create_key(
            session, who, label="x", role=Role.ORGANISER, days=days, now=NOW, **fields
        )


def test_it_ends_by_itself(sessions: Sessions) -> None:
    made, end = make(sessions, days=7), NOW + timedelta(days=7)
    identities = Identities(sessions)

    def holder(now: datetime) -> Principal | None:
        identities.forget()
        return identities.find(made.secret, now, None)

    assert holder(end - timedelta(seconds=1)) is not None
    assert holder(end) is None
    with sessions.read() as session:
        assert keys.get_key(session, TESTER, made.key.id, now=end).state == "expired"


def test_other_processes_notice_within_a_second_that_it_was_revoked(sessions: Sessions) -> None:
    made = make(sessions)
    seconds = [0.0]
    other = Identities(sessions, timer=lambda: seconds[0])
    assert other.find(made.secret, NOW, None)
    with sessions.write() as session:
        keys.revoke_key(session, TESTER, made.key.id, now=NOW)
    seconds[0] = FRESH_SECONDS
    assert other.find(made.secret, NOW, None) is None


def test_when_and_from_where_it_was_used_is_kept_to_the_minute(sessions: Sessions) -> None:
    made = make(sessions)
    for seconds, origin in ((0, "192.0.2.1"), (59, "192.0.2.2"), (61, "192.0.2.3")):
        Identities(sessions).find(made.secret, NOW + timedelta(seconds=seconds), origin)
        with sessions.read() as session:
            seen = keys.get_key(session, TESTER, made.key.id, now=NOW)
        assert (seen.used_at, seen.used_from) == (
            (NOW + timedelta(seconds=61), origin) if seconds > 60 else (NOW, "192.0.2.1")
        )


def test_a_wrong_key_with_the_right_beginning_opens_nothing(sessions: Sessions) -> None:
    secret: str = make(sessions).secret
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for token in (wrong, secret[:11], secret + "x", "dj_", ""):
        assert Identities(sessions).find(token, NOW, None) is None


def test_nobody_makes_a_key_that_may_more_than_they_do(sessions: Sessions) -> None:
    some = frozenset({Action.MANAGE_ACCOUNTS, Action.READ})
    clerk = Principal("clerk", Role.ADMIN, scopes=some, key_id=1)
    assert make(sessions, clerk, scopes=["read"]).key.scopes == ["read"]
    for scopes in (None, ["read", "events:write"]):
        with pytest.raises(Forbidden) as refused:
            make(sessions, clerk, scopes=scopes)
        assert refused.value.message == "gives-more"
    with pytest.raises(Forbidden):
        make(sessions, Principal("li", Role.ORGANISER, account_id=1), scopes=["read"])


SECRETS = {"secret_hash", "token_hash", "token", "secret"}


def careless(source: str) -> list[int]:
    """Lines that compare a secret of a row, or a digest, by ``==``: their time tells how far."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        if not all(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            continue
        sides = [node.left, *node.comparators]
        rows = [side for side in sides if isinstance(side, ast.Attribute) and side.attr in SECRETS]
        columns = [side for side in rows if ast.unparse(side.value)[0].isupper()]
        calls = [side for side in sides if ast.unparse(side).startswith("digest(")]
        if (rows or calls) and not columns:
            found.append(node.lineno)
    return found


def test_secrets_are_compared_in_constant_time() -> None:
    for path in [*(ROOT / "service" / "accounts").glob("*.py"), ROOT / "service" / "guard.py"]:
        assert careless(path.read_text(encoding="utf-8")) == [], path.name
    assert careless("found = key.secret_hash == digest(token)\n") == [1]
    assert careless("rows.where(SignIn.token_hash == digest(token))\n") == []
