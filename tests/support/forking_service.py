"""The application, built once; each line on standard input starts it in a process of its own.

Building it takes seconds, a fork takes milliseconds, and a process that was killed a hundred times
must be started a hundred times. Says ``<process> <port>`` once one listens, and ``gone`` once it
has ended. With the argument ``late`` commits come after their answers.
"""

import os
import socket
import sys
import threading
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from service import transactions
from service.settings import Settings


def commit_late() -> None:
    """Before any route is made: what FastAPI does by default with what follows a ``yield``."""
    late = Annotated[Session, Depends(transactions._posting)]
    transactions.__dict__.update(PostSession=late)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def serve(app: FastAPI, settings: Settings) -> None:
    from service.serving import Server  # noqa: PLC0415 - imports the routes

    listener = socket.create_server(("127.0.0.1", 0))
    say(os.getpid(), listener.getsockname()[1])
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the log of requests
    Server(app, settings, threading.Event()).run([listener])


def main() -> None:
    if "late" in sys.argv:
        commit_late()
    from service.main import create_app  # noqa: PLC0415 - after the commits were moved
    from service.serving import Server  # noqa: F401, PLC0415 - once, not in each process

    settings = Settings()
    app = create_app(settings)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            try:
                serve(app, settings)
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main()
