"""``/docs``: Swagger UI from files of this host, with no script in the page."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

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
