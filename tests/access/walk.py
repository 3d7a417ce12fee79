"""Every route of the application, those outside the OpenAPI document included."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method, and path with its slots; a mounted folder counts as one GET."""
    for route in iter_route_contexts(app.routes):
        path = route.path_format or route.path or ""
        for method in sorted((route.methods or {"GET"}) - {"HEAD", "OPTIONS"}):
            yield method, path
