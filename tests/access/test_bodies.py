"""Nobody sets what the program sets, and no answer holds more than its model."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from models import Base
from tests.access.cast import ONE_ENGINE, Cast, Json
from tests.access.principals import PRINCIPALS
from tests.access.requests import BODIES
from tests.access.test_matrix import table

COLUMNS = {column.name for mapped in Base.metadata.tables.values() for column in mapped.columns}
OWN = COLUMNS | {"actor", "role", "scopes", "is_admin", "created_by", "secret", "link", "audience"}
"""What only the program sets; of these, each body may take the ones that its schema names."""
INTERNAL = {
    *("seed_key", "password_hash", "secret_hash", "token_hash", "key_hash", "request_hash"),
    *("sort_key", "folded", "lease_owner", "lease_until", "snapshot", "known_from", "content"),
}
"""What no answer holds."""


def resolved(schema: Json, document: Json) -> Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def bodies(document: Json) -> Iterator[tuple[str, str, set[str]]]:
    """Method, path and the fields of every JSON body."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = resolved(content["application/json"]["schema"], document)
                yield method.upper(), path, set(schema["properties"])


@ONE_ENGINE
def test_no_body_sets_what_the_program_sets(cast: Cast) -> None:
    accepted, tried = [], 0
    for method, path, fields in bodies(cast.app.openapi()):
        route = f"{method} {path}"
        assert route in BODIES, f"{route}: add a valid body to tests/access/requests.py"
        row = next(
            r for r in table() if (r.method, r.path, r.expected["admin"]) == (*split(route), "ok")
        )
        url, sent = row.url(cast.names), row.sent()
        surplus_names = sorted(OWN - fields)
        tried += len(surplus_names)
        body = {**sent["json"], **dict.fromkeys(surplus_names, 1)}
        answer = cast.client("admin").request(method, url, **{**sent, "json": body})
        refused = {error["pointer"] for error in answer.json().get("errors") or []}
        if answer.status_code != 422 or refused != {f"#/{name}" for name in surplus_names}:
            accepted.append((route, answer.status_code, refused))
    assert tried > 1000
    assert accepted == []


def split(route: str) -> tuple[str, str]:
    method, _, path = route.partition(" ")
    return method, path


def surplus(value: Any, schema: Json, document: Json, at: str = "") -> Iterator[str]:
    """Members of an answer that its model does not name."""
    schema = resolved(schema, document)
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice and isinstance(value, dict):
            schema = resolved(choice, document)
        elif choice.get("type") == "array" and isinstance(value, list):
            schema = choice
    if isinstance(value, list):
        for part in value:
            yield from surplus(part, schema.get("items", {}), document, f"{at}[]")
    elif isinstance(value, dict) and "properties" in schema:
        for name, part in value.items():
            if name not in schema["properties"]:
                yield f"{at}.{name}"
            else:
                yield from surplus(part, schema["properties"][name], document, f"{at}.{name}")


@ONE_ENGINE
def test_no_answer_holds_more_than_its_model(cast: Cast) -> None:
    document, found, tried = cast.app.openapi(), [], 0
    for row in table():
        operation = document["paths"].get(row.path, {}).get(row.method.lower())
        if operation is None or row.method != "GET":
            continue
        content = operation["responses"].get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        for principal in PRINCIPALS if schema else ():
            if row.expected[principal] == "ok":
                tried += 1
                answer = cast.client(principal).get(row.url(cast.names))
                more = set(surplus(answer.json(), schema, document))
                found += [(row.path, principal, more)] if more else []
    assert tried > 150
    assert found == []


def test_a_surplus_would_be_seen() -> None:
    """Negative control."""
    document = {
        "components": {
            "schemas": {"Out": {"properties": {"id": {}, "of": {"anyOf": [{"$ref": "/Out"}]}}}}
        }
    }
    value = [{"id": 1, "of": {"id": 2, "seed_key": "x"}}]
    schema = {"items": {"$ref": "/Out"}}
    assert list(surplus(value, schema, document)) == ["[].of.seed_key"]


def test_no_model_of_an_answer_names_what_is_internal(bare_app: FastAPI) -> None:
    document = bare_app.openapi()
    for name, schema in document["components"]["schemas"].items():
        assert not INTERNAL & set(schema.get("properties", {})), name
