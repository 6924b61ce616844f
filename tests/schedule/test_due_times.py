"""Due times by the wall clock: skipped and repeated hours, leap days, downtime, stepped clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from keepwell.schedule import Job, moments, next_moment, occasion, parse_cron

BERLIN, NEW_YORK, APIA = (
    ZoneInfo(z) for z in ("Europe/Berlin", "America/New_York", "Pacific/Apia")
)
ZONES = st.sampled_from(
    ("UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe",
     "America/Havana", "Asia/Kathmandu", "America/Sao_Paulo")
)  # fmt: skip
DAY = timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def local(cron: str, zone: ZoneInfo, start: datetime, days: int) -> list[str]:
    found = moments(parse_cron(cron), zone, start, start + days * DAY)
    return [m.astimezone(zone).strftime("%m-%d %H:%M%z") for m in found]


def test_a_time_in_the_skipped_hour_is_due_once_at_the_skip() -> None:
    # On 29 March 2026 the clocks go from 02:00 to 03:00.
    assert local("30 2 * * *", BERLIN, utc(2026, 3, 27, 12), 3) == [
        "03-28 02:30+0100",
        "03-29 03:00+0200",
        "03-30 02:30+0200",
    ]
    # Four times of the skipped hour are one moment, and 03:00 is the same.
    assert local("*/15 2,3 29 3 *", BERLIN, utc(2026, 3, 28), 2)[:2] == [
        "03-29 03:00+0200",
        "03-29 03:15+0200",
    ]


def test_a_time_in_the_repeated_hour_is_due_once_and_an_hourly_one_twice() -> None:
    # On 1 November 2026 the clocks go back from 02:00 to 01:00.
    assert local("30 1 * * *", NEW_YORK, utc(2026, 10, 31, 12), 2) == [
        "11-01 01:30-0400",
        "11-02 01:30-0500",
    ]
    hourly = local("30 * * * *", NEW_YORK, utc(2026, 11, 1, 4), 1)
    assert hourly[:4] == [
        "11-01 00:30-0400",
        "11-01 01:30-0400",
        "11-01 01:30-0500",
        "11-01 02:30-0500",
    ]
    assert len(hourly) == 24


def test_a_day_that_a_zone_leaves_out_is_due_at_its_end() -> None:
    # Samoa went over the date line: there was no 30 December 2011.
    found = local("0 6 * * *", APIA, utc(2011, 12, 28, 20), 2)
    assert found == ["12-29 06:00-1000", "12-31 00:00+1400", "12-31 06:00+1400"]


def test_cron_takes_names_steps_and_either_day() -> None:
    assert local("0 6 13 * fri", ZoneInfo("UTC"), utc(2026, 11, 1), 14) == [
        "11-06 06:00+0000",
        "11-13 06:00+0000",
    ]
    assert local("5/20 0 1 nov *", ZoneInfo("UTC"), utc(2026, 10, 31), 2) == [
        "11-01 00:05+0000",
        "11-01 00:25+0000",
        "11-01 00:45+0000",
    ]
    assert parse_cron("0 0 * * 7").weekdays == parse_cron("0 0 * * sun").weekdays == {6}


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("@daily", "five fields"),
        ("0 0 6 * * *", "five fields"),
        ("60 6 * * *", "minute: `60`"),
        ("0 6 l * *", "day of month: `l`"),
        ("0 6 * * fri-mon", "weekday: `fri-mon` runs backwards"),
        ("*/0 6 * * *", "no step"),
        ("0 6 31 4,6 *", "does not exist"),
        ("0 6 , * *", "day of month: ``"),
    ],
)
def test_what_cron_does_not_support_is_named(cron: str, said: str) -> None:
    with pytest.raises(ValueError, match="`") as problem:
        parse_cron(cron)
    assert said in str(problem.value)


def test_a_job_has_exactly_one_rule() -> None:
    for given_rules in ({}, {"daily": time(6), "cron": "0 6 * * *"}):
        with pytest.raises(ValidationError, match="exactly one of daily, weekly, cron"):
            Job.model_validate({"job": "a", "do": ["run"], **given_rules})


@given(ZONES, st.integers(0, 23), st.integers(0, 59), st.integers(0, 3000))
def test_every_local_day_has_one_due_time_whatever_the_clocks_do(
    zone: str, hour: int, minute: int, offset: int
) -> None:
    start = utc(2020, 1, 1) + offset * DAY
    found = list(
        moments(parse_cron(f"{minute} {hour} * * *"), ZoneInfo(zone), start, start + 400 * DAY)
    )
    assert found == sorted(set(found))
    days = [m.astimezone(ZoneInfo(zone)).date() for m in found]
    assert len(set(days)) == len(days)
    assert max(b - a for a, b in pairwise(days)) == DAY
    # Asking for the next one again and again gives the same list.
    again: list[datetime] = []
    moment = start
    while len(again) < 10:
        following = next_moment(parse_cron(f"{minute} {hour} * * *"), ZoneInfo(zone), moment)
        assert following is not None
        moment = following
        again.append(moment)
    assert again == found[:10]


def job(catch_up: str, as_of: str = "latest") -> Job:
    return Job.model_validate(
        {"job": "m", "do": ["run"], "daily": "06:00", "catch_up": catch_up, "as_of": as_of}
    )


SINCE = utc(2026, 10, 31)


def test_downtime_is_caught_up_by_the_newest_due_time_alone() -> None:
    now = utc(2026, 11, 5, 12)
    known = {utc(2026, 11, 1, 6)}
    found = occasion(job("last"), "UTC", SINCE, known, now)
    assert found is not None
    assert (found.due_at, found.missed, found.as_of) == (utc(2026, 11, 5, 6), 3, None)
    assert occasion(job("last"), "UTC", SINCE, known | {found.due_at}, now) is None


def test_downtime_is_caught_up_day_by_day_each_as_of_its_own() -> None:
    now, known, days = utc(2026, 11, 4, 12), {utc(2026, 11, 1, 6)}, []
    while (found := occasion(job("each"), "UTC", SINCE, known, now)) is not None:
        known.add(found.due_at)
        days.append(found.as_of)
    assert days == [date(2026, 10, 31), date(2026, 11, 2), date(2026, 11, 3), None]


def test_a_late_due_time_is_only_put_on_record_where_nothing_is_caught_up() -> None:
    known = {utc(2026, 11, 1, 6)}
    late = occasion(job("none"), "UTC", SINCE, known, utc(2026, 11, 2, 6, 16))
    soon = occasion(job("none"), "UTC", SINCE, known, utc(2026, 11, 2, 6, 15))
    assert late is not None
    assert late.is_too_late
    assert soon is not None
    assert not soon.is_too_late


def test_a_clock_that_is_set_back_makes_no_due_time_come_twice() -> None:
    known = {utc(2026, 11, 1, 6), utc(2026, 11, 2, 6)}
    assert occasion(job("last"), "UTC", SINCE, known, utc(2026, 11, 1, 8)) is None
    # One that ran ahead by a day did tomorrow's; today's is still to be done.
    ahead = {utc(2026, 11, 3, 6)}
    found = occasion(job("last"), "UTC", SINCE, ahead, utc(2026, 11, 2, 7))
    assert found is not None
    assert found.due_at == utc(2026, 11, 2, 6)


def test_a_run_is_as_of_the_day_that_the_job_names() -> None:
    now = utc(2026, 11, 2, 7)
    days = [occasion(job("last", a), "UTC", SINCE, set(), now) for a in ("due_day", "day_before")]
    assert [d and d.as_of for d in days] == [date(2026, 11, 2), date(2026, 11, 1)]
