"""The bytes of a ranking's answer."""

import json
from typing import Any

from service.runs.schemas import AnswerOut
from service.suggestions.views import Ranking


def answer_of(ranking: Ranking) -> bytes:
    """JSON in UTF-8; the same ranking gives the same bytes."""
    return AnswerOut.model_validate(ranking).model_dump_json(by_alias=True).encode()


def rows_in(answer: bytes) -> list[dict[str, Any]]:
    """The suggestions of an answer, in their order."""
    rows: list[dict[str, Any]] = json.loads(answer)["suggestions"]
    return rows
