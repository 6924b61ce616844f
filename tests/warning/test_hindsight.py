"""Alerts of the past against what became of the accounts, by hand."""

from datetime import date, timedelta

from keepwell.warning import Fate, Told, hindsight, replay_page, volume
from keepwell.warning.replay import FaultDays, Replay

FIRST = date(2026, 7, 1)
LAST = FIRST + timedelta(days=59)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def told(account: str, day: int, trigger: str = "low") -> Told:
    return Told(account, trigger, on(day), is_baseline=day == 0)


FATES = [
    Fate("warned", None, on(40)),
    Fate("twice", on(20), on(50)),
    Fate("known", None, on(30)),
    Fate("missed", None, on(30)),
    Fate("late", None, on(30)),
    Fate("after", None, on(200)),
    Fate("sinking", on(10), None),
    Fate("calm", None, None),
    Fate("quiet", None, None),
]
TOLD = [
    told("warned", 10),
    told("twice", 35, "other"),
    told("twice", 25),
    told("known", 0),
    told("known", 20),
    told("late", 31),
    told("sinking", 5),
    told("sinking", 14),
    told("calm", 3),
    told("calm", 9, "other"),
    told("quiet", 0),
]
SEEN = hindsight(TOLD, FATES, FIRST, LAST, people=2)


def test_lead_time_runs_from_the_first_alert_to_the_leaving() -> None:
    leaving = SEEN.leaving
    assert (leaving.happened, leaving.on_alert, leaving.warned, leaving.missed) == (5, 1, 2, 2)
    assert leaving.days == (25, 30)
    assert leaving.median_days == 27.5


def test_a_decline_is_warned_of_after_it_began() -> None:
    declining = SEEN.declining
    assert (declining.happened, declining.warned, declining.days) == (2, 2, (4, 5))


def test_false_alarms_are_those_on_accounts_that_stay_well() -> None:
    assert (SEEN.calm, SEEN.calm_alerted, SEEN.false_alarms) == (2, 1, 2)
    assert SEEN.alerts == 9
    # Two people, sixty days.
    assert SEEN.false_alarms_per_person_month == 2 / 4
    assert SEEN.triggers == {"low": (7, 1), "other": (2, 1)}


def test_volume_counts_days_without_a_message() -> None:
    seen = volume({("a", on(1)): 12, ("a", on(2)): 1, ("b", on(1)): 2}, 2, 10, longest=9)
    assert (seen.median, seen.ninetieth, seen.most) == (0, 1, 12)
    assert (seen.messages, seen.longest) == (3, 9)


def test_the_page_tells_the_figures_in_both_languages() -> None:
    fault = FaultDays("stale_file", on(5), on(8), 0, 3, 0, 1, 2, 7, 5)
    replay = Replay(
        9, FIRST, LAST, 2, 10, 2, 0, 31, 4, {"open": 58, "closed": 2}, SEEN,
        volume({}, 2, 59, 0), (fault,), 0,
    )  # fmt: skip
    zh, en = replay_page(replay, "zh"), replay_page(replay, "en")
    for page in (zh, en):
        assert "| 5 | 1 (20%) | 2 (40%) | 2 (40%) | 27.5 | - |" in page
        assert "2026-07-06 - 07-09" in page
    assert "| gate closed on 3, let through on 1 | 1 | 2 | 7 | 5 |" in en
    assert "caused by faults in all: 7." in en
    assert "31 more alerts, left to automation" in en
    assert "4 leads went to sales" in en
    assert "闸门关闭 3 天, 放行 1 天" in zh
