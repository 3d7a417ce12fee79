"""What a schedule may hold, and what is said of the rest."""

from typing import Any

import pytest
from pydantic import ValidationError

from service.reports.schemas import ScheduleIn

WEEKLY: dict[str, Any] = {"name": "每周配对", "cron": "0 8 * * MON", "folder": "weekly", "top": 3}


@pytest.mark.parametrize(
    ("field", "value", "place", "cause"),
    [
        ("cron", "61 8 * * MON", ("cron",), "Bad minute"),
        ("cron", "0 8 * *", ("cron",), "five fields"),
        ("cron", "* " * 61, ("cron",), "at most 120"),
        ("time_zone", "Asia/Peking", ("time_zone",), "IANA"),
        ("recipients", ["a@b.example", "no address"], ("recipients", 1), "mail address"),
        ("recipients", ["a@b.example\r\nBcc: c@d.example"], ("recipients", 0), "mail address"),
        ("recipients", ["张@b.example"], ("recipients", 0), "mail address"),
        ("recipients", [".a@b.example"], ("recipients", 0), "mail address"),
        ("name", "a\r\nBcc: c@d.example", ("name",), ""),
        ("name", "a\u2028b", ("name",), "one line"),
        ("name", " ", ("name",), "at least 1"),
        ("folder", "../../etc", ("folder",), "pattern"),
        ("folder", ".hidden", ("folder",), "pattern"),
        ("folder", "a/b", ("folder",), "pattern"),
        ("folder", "a" * 61, ("folder",), "pattern"),
        ("top", 0, ("top",), "greater than or equal to 1"),
        ("top", 501, ("top",), "less than or equal to 500"),
        ("top", True, ("top",), "integer"),
        ("min_score", 1.5, ("min_score",), "less than or equal to 1"),
        ("move", "0.1", ("move",), "number"),
        ("audience", "everyone", ("audience",), "public"),
        ("language", "fr", ("language",), "zh"),
        ("state", "paused", ("state",), "Extra"),
    ],
)
def test_a_bad_field_is_refused_where_it_stands(
    field: str, value: object, place: tuple[str | int, ...], cause: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        ScheduleIn.model_validate({**WEEKLY, field: value})
    (error,) = caught.value.errors()
    assert error["loc"] == place
    assert cause in error["msg"]
