"""An application without tables and with some more routes; run as a module, a server of it."""

import json
import sys
from typing import Annotated, Any

import uvicorn
from fastapi import Body, Depends, FastAPI, HTTPException, Request, UploadFile

from service import logs
from service.main import create_app
from service.middleware.server import server_options
from service.settings import Settings


def secret(name: str) -> str:
    raise ValueError(f"nobody may read {name}")


def stranger() -> None:
    raise HTTPException(401)


def make() -> FastAPI:
    app = create_app(Settings(database_url="sqlite://", scheduler=False))

    @app.get("/api/v1/broken/{name}")
    def broken(name: str) -> str:
        return secret(name)

    @app.post("/api/v1/echo")
    def echo(body: Annotated[Any, Body()]) -> int:
        return len(json.dumps(body))

    @app.post("/api/v1/upload")
    def upload(file: UploadFile) -> int:
        return len(file.file.read())

    @app.post("/api/v1/unread")
    def unread() -> str:
        return "not read"

    @app.post("/api/v1/guarded", dependencies=[Depends(stranger)])
    async def guarded(request: Request) -> int:
        return len(await request.body())

    @app.get("/api/v1/caller")
    def caller(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme]

    return app


if __name__ == "__main__":
    logs.configure()
    uvicorn.run(make(), port=int(sys.argv[1]), **server_options(Settings()))
