"""``/docs``: Swagger UI from files of this host, with no script in the page, and what it shows."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response

from service.guard import SECURITY_SCHEMES
from service.middleware.security import API_DOCS

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Duijie 对接 · API</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/static/swagger-ui-bundle.js"></script>
<script src="/static/api-docs.js"></script>
</body>
</html>
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def api_docs() -> Response:
    headers = {"Content-Security-Policy": API_DOCS, "Cache-Control": "private, no-cache"}
    return HTMLResponse(PAGE, headers=headers)


def complete(app: FastAPI) -> None:
    """Let the OpenAPI document say what FastAPI cannot tell from the routes."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()
        document["components"]["securitySchemes"] = SECURITY_SCHEMES
        for method, parameter in parameters(document):
            parameter["schema"] = without_null(parameter["schema"])
            if parameter["name"] == "if-match" and method != "post":
                parameter["required"] = True  # answered with 428, not 422, where it is missing
        return document

    app.openapi = described  # type: ignore[method-assign] # as FastAPI's documentation shows


def parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in document["paths"].values():
        for method, operation in item.items():
            for parameter in operation.get("parameters", ()):
                yield method, parameter


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out or has a value: nobody can send null in an address or a header."""
    kept = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kept) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **kept[0]}
