"""Due times in their own zone, across both changes of the clock."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

import pytest

from service.reports.due import (
    COUNTED_AT_MOST,
    check_cron,
    check_zone,
    count_missed,
    latest_due,
    next_due,
    upcoming,
)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def some(cron: str, zone: str, after: str, count: int) -> list[str]:
    return [due.isoformat() for due in islice(upcoming(cron, zone, at(after)), count)]


def test_a_daily_report_keeps_its_wall_clock_time_when_summer_time_begins_and_ends() -> None:
    assert some("0 8 * * *", "Europe/Berlin", "2026-03-28T00:00Z", 3) == [
        "2026-03-28T07:00:00+00:00",
        "2026-03-29T06:00:00+00:00",
        "2026-03-30T06:00:00+00:00",
    ]
    assert some("0 8 * * *", "America/New_York", "2026-10-31T00:00Z", 3) == [
        "2026-10-31T12:00:00+00:00",
        "2026-11-01T13:00:00+00:00",
        "2026-11-02T13:00:00+00:00",
    ]


def test_a_skipped_hour_falls_due_at_its_end_and_a_doubled_one_once() -> None:
    assert some("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", 2) == [
        "2026-03-29T01:00:00+00:00",
        "2026-03-30T00:30:00+00:00",
    ]
    assert some("30 1 * * *", "America/New_York", "2026-10-31T12:00Z", 2) == [
        "2026-11-01T05:30:00+00:00",
        "2026-11-02T06:30:00+00:00",
    ]


def test_two_times_in_the_skipped_hour_become_one() -> None:
    assert some("0,30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", 2) == [
        "2026-03-29T01:00:00+00:00",
        "2026-03-30T00:00:00+00:00",
    ]


def test_the_second_pass_of_a_doubled_hour_does_not_go_back() -> None:
    inside = "2026-10-25T01:45:00+00:00"  # 02:45 for the second time
    assert some("50 2 * * *", "Europe/Berlin", inside, 1) == ["2026-10-26T01:50:00+00:00"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cron", ["30 2 * * *", "15 8 * * MON", "0 */6 * * *", "0 0 L * *"])
def test_fourteen_months_have_the_same_due_times_however_often_one_looks(
    zone: str, cron: str
) -> None:
    start, end = at("2026-01-01T00:00Z"), at("2027-03-01T00:00Z")
    expected = list(takewhile(lambda due: due <= end, upcoming(cron, zone, start)))
    assert expected == sorted(set(expected))
    found: list[datetime] = []
    looked = start
    while looked < end:
        looked += timedelta(hours=5, minutes=7)
        while (due := next_due(cron, zone, found[-1] if found else start)) <= looked:
            found.append(due)
    assert [due for due in found if due <= end] == expected


@pytest.mark.parametrize("zone", ZONES)
def test_the_latest_due_time_and_the_missed_ones_agree_with_counting(zone: str) -> None:
    start = at("2026-01-01T00:00Z")
    dues = list(islice(upcoming("30 2 * * *", zone, start), 400))
    for outage in (1, 2, 40, 90, 310):
        first = dues[5]
        now = dues[5 + outage] + timedelta(minutes=1)
        assert latest_due("30 2 * * *", zone, first, now) == dues[5 + outage]
        assert count_missed("30 2 * * *", zone, first, dues[5 + outage]) == outage


def test_looking_back_from_within_a_doubled_hour_sees_its_first_pass() -> None:
    now = at("2026-10-25T01:10:00Z")  # 02:10 for the second time
    since = at("2026-10-24T00:50:00Z")
    assert latest_due("50 2 * * *", "Europe/Berlin", since, now) == at("2026-10-25T00:50Z")


def test_counting_stops_at_its_limit() -> None:
    since = at("2026-01-01T00:00Z")
    until = since + timedelta(days=30)
    assert count_missed("* * * * *", "UTC", since, until) == COUNTED_AT_MOST


@pytest.mark.parametrize(
    ("cron", "cause"),
    [
        ("", "five fields"),
        ("* * * *", "five fields"),
        ("0 0 8 * * MON", "five fields"),
        ("61 8 * * MON", "Bad minute"),
        ("0 24 * * *", "Bad hour"),
        ("0 8 32 * *", "Bad day-of-month"),
        ("0 8 * 13 *", "Bad month"),
        ("0 8 * * MOON", "Bad day-of-week"),
        ("0 8 30 2 *", "Bad day-of-month"),
        ("*/0 8 * * *", "Bad minute"),
        ("0 8 * * MON\r\nBcc: a@b.example", "five fields"),
        ("0 8 * * ¹", "five fields"),
    ],
)
def test_a_bad_expression_is_refused_with_its_cause(cron: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        check_cron(cron)


def test_a_good_expression_is_kept_with_single_spaces() -> None:
    assert check_cron(" 0  8 * *  MON-FRI ") == "0 8 * * MON-FRI"


def test_only_zones_of_the_database_are_taken() -> None:
    assert check_zone("Asia/Shanghai") == "Asia/Shanghai"
    with pytest.raises(ValueError, match="IANA"):
        check_zone("../../etc/passwd")
