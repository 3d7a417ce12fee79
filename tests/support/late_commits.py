"""``duijie`` with commits that come after their answers: what a proof by killing must notice."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from service import transactions

transactions.__dict__.update(PostSession=Annotated[Session, Depends(transactions._posting)])

if __name__ == "__main__":
    from service.cli import app

    app()
