"""Something new is said, through the API."""

from typing import Any

from fastapi.testclient import TestClient

from tests.support.clock import NOW


def say(
    client: TestClient, cluster: str, kind: str, topic: str, phrase: str, **more: Any
) -> dict[str, Any]:
    """A confirmed statement of a meeting of today."""
    held = {"title_zh": "今天的会", "held_on": f"{NOW.date()}"}
    meeting = posted(client, "/api/v1/meetings", held)
    said = {"cluster": cluster, "kind": kind, "topic": topic, "phrase": phrase, **more}
    draft = posted(client, "/api/v1/statements", {**said, "meeting": meeting["id"]})
    return posted(client, f"/api/v1/statements/{draft['id']}/confirm", None)


def posted(client: TestClient, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found
