"""Accounts over HTTP, and who remains to manage them."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select

from models import Account, AuditEntry
from models.enums import AccountState, Role
from service.access import Action, Principal, scopes_of
from service.accounts import accounts, queries
from service.accounts.accounts import edit_account
from service.accounts.schemas import AccountOut, InvitationOut, KeyOut, NewKeyOut
from service.audit.usecases import history
from service.db import Sessions
from service.errors import DomainError, Forbidden, LastAdmin
from service.runtime import Runtime
from tests.accounts.office import Office
from tests.support.clock import NOW
from tests.support.people import OWN_CLUSTER, TESTER, bearer

ACCOUNTS = "/api/v1/accounts"
ADMIN = bearer(Role.ADMIN)


def created(api: TestClient, name: str = "li", **fields: str) -> dict[str, Any]:
    answer = api.post(ACCOUNTS, json={"name": name, "role": "organiser", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def edited(api: TestClient, account: dict[str, Any], **fields: Any) -> Any:
    tag = {"If-Match": f'"{account["version"]}"'}
    return api.patch(f"{ACCOUNTS}/{account['id']}", json=fields, headers=tag)


def test_an_account_is_made_read_edited_and_disabled(api: TestClient) -> None:
    made = created(api, "李华", role="representative", cluster="大连", display_name="李主任")
    assert made.keys() == InvitationOut.model_fields.keys()
    assert made["link"].startswith("http://127.0.0.1:8000/welcome/")
    answer = api.get(f"{ACCOUNTS}/{made['id']}")
    read = answer.json()
    assert read.keys() == AccountOut.model_fields.keys()
    assert (read["cluster"], read["can_sign_in"]) == (OWN_CLUSTER, False)
    assert answer.headers["ETag"] == '"1"'
    promoted = edited(api, read, role="organiser").json()
    assert (promoted["role"], promoted["cluster"], promoted["version"]) == ("organiser", None, 2)
    assert edited(api, promoted, state="disabled").json()["state"] == "disabled"
    assert api.post(f"{ACCOUNTS}/{made['id']}/link").status_code == 409


def test_two_editors_see_each_others_version(api: TestClient) -> None:
    made = created(api)
    assert api.patch(f"{ACCOUNTS}/{made['id']}", json={}).status_code == 428
    edited(api, made, display_name="Li of Keqiao")
    stale = edited(api, made, role="viewer")
    assert stale.status_code == 412
    problem = stale.json()
    assert problem["stored"]["display_name"] == "Li of Keqiao"
    assert problem["known"]["display_name"] == "li"
    assert problem["stored"].keys() == problem["known"].keys() == AccountOut.model_fields.keys()


def test_the_version_before_a_password_was_set_is_known_too(
    api: TestClient, small: Runtime
) -> None:
    made = created(api)
    Office(small.sessions).welcome(made["link"].rpartition("/")[2])
    stale = edited(api, made, role="viewer").json()
    assert (stale["stored"]["can_sign_in"], stale["known"]["can_sign_in"]) == (True, False)


@pytest.mark.parametrize(
    ("fields", "status", "slug"),
    [
        ({"role": "representative"}, 422, "unprocessable"),
        ({"role": "viewer", "cluster": "dalian"}, 422, "unprocessable"),
        ({"role": "representative", "cluster": "atlantis"}, 404, "cluster-not-found"),
        ({"role": "boss"}, 422, "invalid-request"),
        ({"name": "ＬＩ"}, 409, "already-exists"),
        ({"name": "\u200b"}, 422, "unprocessable"),
        ({"name": "a\nb"}, 422, "invalid-request"),
        ({"name": "㍿" * 40}, 422, "unprocessable"),
        ({"password": "a sentence of silk"}, 422, "invalid-request"),
        ({"state": "active"}, 422, "invalid-request"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: TestClient, fields: dict[str, str], status: int, slug: str
) -> None:
    created(api)
    answer = api.post(ACCOUNTS, json={"name": "wang", "role": "viewer", **fields})
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")
    assert len(api.get(ACCOUNTS).json()) == 1


@pytest.mark.parametrize("field", ["role", "state", "display_name"])
def test_null_is_no_way_to_leave_a_field_out(api: TestClient, field: str) -> None:
    assert edited(api, created(api), **{field: None}).status_code == 422


def test_a_repeated_creation_takes_effect_once_and_shows_the_link_once(api: TestClient) -> None:
    body, headers = {"name": "li", "role": "viewer"}, {"Idempotency-Key": "k1"}
    first, second = (api.post(ACCOUNTS, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json()["link"]
    assert second.json() == first.json() | {"link": None}
    assert len(api.get(ACCOUNTS).json()) == 1


def test_accounts_are_listed_in_pages_and_filtered(api: TestClient) -> None:
    for number in range(5):
        created(api, f"Li {number}", display_name=f"Person {number} 柯桥")
    created(api, "张伟", role="viewer")
    found, path = [], f"{ACCOUNTS}?limit=2&role=organiser"
    while path:
        answer = api.get(path)
        found += [account["name"] for account in answer.json()]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert found == [f"Li {number}" for number in range(5)]
    for asked, names in [
        ("q=ｌｉ3", ["Li 3"]),
        ("q=柯桥", found),
        ("q=張", ["张伟"]),
        ("q=%25", []),
        ("state=disabled", []),
        ("role=viewer&state=active", ["张伟"]),
    ]:
        listed = api.get(f"{ACCOUNTS}?{asked}").json()
        assert [account["name"] for account in listed] == names, asked


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_however_long_it_is(
    api: TestClient, small: Runtime, count: int
) -> None:
    for number in range(count):
        created(api, f"li {number}", role="representative", cluster="dalian")
    api.get(ACCOUNTS)
    asked: list[str] = []
    event.listen(small.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert len(api.get(ACCOUNTS).json()) == count
    assert sum("FROM account" in statement for statement in asked) == 1


def test_nothing_is_changed_without_a_trace(api: TestClient, small: Runtime) -> None:
    made = created(api)
    edited(api, made, role="viewer")
    api.post(f"{ACCOUNTS}/{made['id']}/link")
    api.post(f"{ACCOUNTS}/{made['id']}/sign-out")
    token = api.post(f"{ACCOUNTS}/{made['id']}/link").json()["link"].rpartition("/")[2]
    Office(small.sessions).welcome(token)
    with small.sessions.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.entity == "account").order_by(AuditEntry.id)
        ).all()
        steps = history(session, "account", made["id"])
    assert [entry.action.partition(".")[2] for entry in entries] == [
        "created",
        "link-issued",
        "edited",
        "link-issued",
        "signed-out-everywhere",
        "link-issued",
        "password-set",
        "signed-in",
    ]
    assert [(step.version, (step.after or {})["role"]) for step in steps] == [
        (1, "organiser"),
        (2, "viewer"),
        (3, "viewer"),
    ]
    assert {entry.actor for entry in entries[-2:]} == {"li"}


@pytest.mark.parametrize("role", [None, Role.ORGANISER, Role.REPRESENTATIVE, Role.VIEWER])
def test_only_admins_manage_accounts_and_keys(served: FastAPI, role: Role | None) -> None:
    calls = [(method, path) for path in ("accounts", "keys") for method in ("GET", "POST")]
    calls += [("GET", f"{noun}/999") for noun in ("accounts", "keys")]
    calls += [("PATCH", "accounts/999"), ("POST", "accounts/999/link")]
    calls += [("POST", "accounts/999/sign-out"), ("POST", "keys/999/revoke")]
    with TestClient(served, headers=bearer(role) if role else {}) as client:
        for method, path in calls:
            answer = client.request(method, f"/api/v1/{path}", content=b"{")
            assert answer.status_code == (403 if role else 401), (method, path)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (None, (None, None, "public", ["read"])),
        (Role.VIEWER, ("viewer", None, "members", scopes_of(Role.VIEWER))),
        (Role.ADMIN, ("admin", None, "organisers", scopes_of(Role.ADMIN))),
        (
            Role.REPRESENTATIVE,
            ("representative", OWN_CLUSTER, "members", scopes_of(Role.REPRESENTATIVE)),
        ),
    ],
)
def test_everybody_hears_who_they_are(
    served: FastAPI, role: Role | None, expected: tuple[object, ...]
) -> None:
    with TestClient(served, headers=bearer(role) if role else {}) as client:
        me = client.get("/api/v1/me").json()
    assert (me["role"], me["cluster"], me["audience"], me["scopes"]) == expected


def test_the_document_says_how_to_sign_in(api: TestClient) -> None:
    document = api.get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    asked = {
        name
        for item in document["paths"].values()
        for operation in item.values()
        for way in operation.get("security", [])
        for name in way
    }
    assert asked == set(schemes)
    for schema in (KeyOut, NewKeyOut, AccountOut, InvitationOut):
        properties = document["components"]["schemas"][schema.__name__]["properties"]
        assert not {name for name in properties if "hash" in name or "password" in name}


@pytest.mark.parametrize("fields", [{"role": Role.VIEWER}, {"state": AccountState.DISABLED}])
def test_the_last_admin_who_can_sign_in_stays(office: Office, fields: dict[str, object]) -> None:
    last, _ = office.hire("last", Role.ADMIN)
    second, _ = office.hire("second", Role.ADMIN)
    office.invite("invited", Role.ADMIN)
    office.edit(second.id, **fields)
    with pytest.raises(LastAdmin):
        office.edit(last.id, **fields)
    assert office.edit(last.id, display_name="Still here").role is Role.ADMIN


def one_after_the_other(sessions: Sessions, ids: Sequence[int]) -> list[DomainError]:
    """Demote two admins; the second change begins while the first has not committed yet."""
    refused: list[DomainError] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        try:
            with sessions.write() as session:
                edit_account(session, TESTER, ids[1], {"role": "viewer"}, version=None, now=NOW)
        except DomainError as error:
            refused.append(error)

    other = threading.Thread(target=second)
    with sessions.write() as session:
        edit_account(session, TESTER, ids[0], {"role": "viewer"}, version=None, now=NOW)
        other.start()
        begun.wait(10)
        other.join(0.3)
    other.join(30)
    return refused


def admins(sessions: Sessions) -> int:
    with sessions.read() as session:
        rows = select(func.count()).select_from(Account).where(Account.role == Role.ADMIN)
        return session.scalar(rows) or 0


def test_two_who_demote_each_other_at_once_do_not_both_succeed(office: Office) -> None:
    ids = [office.hire(name, Role.ADMIN)[0].id for name in ("one", "two")]
    assert [type(error) for error in one_after_the_other(office.sessions, ids)] == [LastAdmin]
    assert admins(office.sessions) == 1


def test_without_the_lock_this_would_be_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    if office.sessions.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, whatever is locked")
    ids = [office.hire(name, Role.ADMIN)[0].id for name in ("one", "two")]
    monkeypatch.setattr(queries, "locked_admins", lambda _: ids)
    assert one_after_the_other(office.sessions, ids) == []
    assert admins(office.sessions) == 0


def test_a_key_gives_no_account_more_than_it_has_itself(office: Office) -> None:
    scoped = Principal(
        "clerk", Role.ADMIN, scopes=frozenset({Action.MANAGE_ACCOUNTS, Action.READ}), key_id=1
    )
    admin, _ = office.hire("admin", Role.ADMIN)
    office.hire("second", Role.ADMIN)
    viewer = office.invite("viewer", Role.VIEWER).account
    with office.sessions.write() as session:
        with pytest.raises(Forbidden):
            accounts.create_account(session, scoped, name="x", role=Role.ADMIN, now=NOW)
        with pytest.raises(Forbidden) as told:
            accounts.new_link(session, scoped, admin.id, now=NOW)
        assert told.value.message == "gives-more"
    for id_, fields in ((viewer.id, {"role": "organiser"}), (admin.id, {"state": "disabled"})):
        with pytest.raises(Forbidden), office.sessions.write() as session:
            edit_account(session, scoped, id_, fields, version=None, now=NOW)
    with office.sessions.read() as session:
        assert accounts.get_account(session, TESTER, viewer.id).role is Role.VIEWER
        assert accounts.get_account(session, TESTER, admin.id).state is AccountState.ACTIVE
