"""Who is told of what, in which order, how much at once, and when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from keepwell.messages import (
    DeliverySettings,
    Person,
    Plan,
    Quiet,
    Silence,
    clean_name,
    compose,
    fault_text,
    next_open,
    people_of,
    plain_text,
    plan_messages,
)
from keepwell.warning import ABSENT_FAULTS, STALE_FAULTS
from messages.notices import AROUND, MONDAY, WORDING, notice

NO_QUIET = Quiet(start=time(0), end=time(0), days_off=())


def settings(**parts: object) -> DeliverySettings:
    return DeliverySettings.model_validate(parts)


def test_an_alert_goes_to_its_csm_and_to_whom_routes_add() -> None:
    routed = settings(
        routes=[
            {"tiers": ["low"], "sizes": ["Enterprise"], "to": ["leader"]},
            {"at_stake_from": 50_000, "to": ["leader", "desk"]},
            {"triggers": ["renewal"], "to": ["renewals"], "instead": True},
        ]
    )
    assert people_of(notice(1), routed) == ("U1",)
    big = notice(2, facts={"account_size_segment": "Enterprise"})
    assert people_of(big, routed) == ("U1", "leader")
    assert people_of(notice(60), routed) == ("U1", "leader", "desk")
    assert people_of(notice(1, trigger="renewal"), routed) == ("renewals",)
    assert people_of(notice(1, csm=None), routed) == ("operations",)


def test_a_trigger_may_name_somebody_in_place_of_the_csm() -> None:
    lead = notice(1, facts={"told_to": "account_executive"})
    assert people_of(lead, settings()) == ("account_executive",)
    routes = [{"to": ["sales_lead"], "instead": True}]
    assert people_of(lead, settings(routes=routes)) == ("sales_lead",)


def test_one_digest_per_person_channel_and_run_with_immediate_alerts_apart() -> None:
    found = plan_messages(
        [
            *(notice(n, csm=f"U{n % 2}") for n in range(1, 7)),
            notice(8, csm="U1", urgency="immediate"),
            notice(9, csm="U1", batch="run2"),
            notice(10, csm="U1", is_baseline=True),
        ],
        settings(
            channels=[{"channel": "trial", "kind": "file"}],
            people=[{"person": "U1", "channels": ["inapp", "trial"]}],
        ),
        (),
        AROUND,
    )
    assert sorted((d.batch, d.kind, d.person, d.channel) for d in found.drafts) == [
        ("run1", "baseline", "U1", "inapp"),
        ("run1", "baseline", "U1", "trial"),
        ("run1", "digest", "U0", "inapp"),
        ("run1", "digest", "U1", "inapp"),
        ("run1", "digest", "U1", "trial"),
        ("run1", "immediate", "U1", "inapp"),
        ("run1", "immediate", "U1", "trial"),
        ("run2", "digest", "U1", "inapp"),
        ("run2", "digest", "U1", "trial"),
    ]
    assert len({d.key for d in found.drafts}) == len(found.drafts)


def test_a_digest_lists_the_largest_losses_and_counts_the_others() -> None:
    alerts = [
        notice(1, "A", facts={"expected_loss_amount": 10.0}),
        notice(2, "B", facts={"expected_loss_amount": 30.0}),
        notice(3, "B", trigger="falls", facts={"expected_loss_amount": 30.0}),
        notice(4, "C", facts={"expected_loss_amount": 0.0, "contribution_amount": 99.0}),
        notice(5, "D", facts={"expected_loss_amount": None, "contribution_amount": None}),
        notice(6, "E", facts={"expected_loss_amount": 20.0}),
    ]
    (draft,) = plan_messages(alerts, settings(defaults={"budget": 3}), (), AROUND).drafts
    # Both alerts of one account take one place.
    assert draft.listed == (3, 2, 6, 1)
    assert draft.counted == (4, 5)


def test_a_silence_keeps_an_alert_from_whom_it_names_until_its_last_day() -> None:
    both = settings(routes=[{"to": ["leader"]}])

    def planned(silence: Silence, days: int = 0) -> Plan:
        around = type(AROUND)("en", "UTC", MONDAY, AROUND.today + timedelta(days=days))
        return plan_messages([notice(1)], both, [silence], around)

    day = AROUND.today
    person = Silence(7, None, None, "leader", day, "on leave")
    assert [d.person for d in planned(person).drafts] == ["U1"]
    assert planned(person).silenced == {}
    account = Silence(8, "A1", None, None, day, "in talks")
    assert planned(account) == Plan((), {1: 8})
    assert len(planned(account, days=1).drafts) == 2
    assert len(planned(Silence(9, "A1", "falls", None, day, "noise")).drafts) == 2


def test_nobody_is_told_in_quiet_hours_unless_it_is_critical_and_they_said_so() -> None:
    evening = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)  # 21:00 in Shanghai
    around = type(AROUND)("en", "UTC", evening, evening.date())
    people = [
        {"person": "U1", "time_zone": "Asia/Shanghai"},
        {"person": "U2", "time_zone": "Asia/Shanghai", "quiet": {"critical_passes": True}},
    ]
    alerts = [
        notice(1, csm="U1", urgency="immediate", priority="critical"),
        notice(2, csm="U2", urgency="immediate", priority="critical"),
        notice(3, csm="U2"),
    ]
    found = plan_messages(alerts, settings(people=people), (), around)
    due = {(d.person, d.kind): d.due_at for d in found.drafts}
    morning = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
    assert due == {
        ("U1", "immediate"): morning,
        ("U2", "immediate"): evening,
        ("U2", "digest"): morning,
    }


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda m: MONDAY + timedelta(minutes=m)),
    st.times(),
    st.times(),
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_the_next_open_moment_is_outside_every_quiet_span(
    moment: datetime, start: time, end: time, zone: str
) -> None:
    quiet = Quiet(
        start=start.replace(microsecond=0, second=0),
        end=end.replace(microsecond=0, second=0),
        holidays=(date(2026, 12, 25),),
    )
    found = next_open(moment, quiet, zone)
    assert found >= moment
    local = found.astimezone(ZoneInfo(zone))
    assert local.weekday() < 5
    assert local.date() != date(2026, 12, 25)
    clock = local.time()
    if quiet.start > quiet.end:
        assert quiet.end <= clock < quiet.start
    elif quiet.start < quiet.end:
        assert not quiet.start <= clock < quiet.end
    assert next_open(found, quiet, zone) == found


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"defaults": {"channels": ["mial"]}}, "no channel `mial`"),
        ({"channels": [{"channel": "a", "kind": "slack"}]}, "needs `url_env`"),
        ({"channels": [{"channel": "a", "kind": "smtp"}]}, "needs `sender`"),
        ({"channels": [{"channel": "a", "kind": "file", "fallback": "a"}]}, "its own fallback"),
        ({"people": [{"person": "U", "time_zone": "Mars/One"}]}, "no time zone"),
        ({"people": [{"person": "U"}, {"person": "U"}]}, "listed twice"),
        ({"people": [{"person": "U", "channels": []}]}, "at least 1 item"),
        ({"people": [{"person": "U", "address": "a@x.com, b@x.com"}]}, "one address a person"),
        ({"people": [{"person": "U", "immediate": []}]}, "at least 1 item"),
        ({"defaults": {"channels": []}}, "at least 1 item"),
        (
            {"channels": [{"channel": "a", "kind": "slack", "url_env": "https://x"}]},
            "should match pattern",
        ),
    ],
)
def test_a_wrong_delivery_file_is_refused_with_its_reason(
    parts: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        settings(**parts)


def test_a_digest_reads_well_in_both_languages_and_carries_no_contact_data() -> None:
    days = {
        "expected_loss_amount": 3000.0,
        "days_to_renewal": 43.0,
        "days_since_last_activity": 12.0,
    }
    alerts = [
        notice(3, "B", facts={"name": "Müller AG joe@mueller.de +49 151 2345 6789"}),
        notice(
            4, "B", trigger="falls", is_proxy=True, facts={"expected_loss_amount": 3000.0} | days
        ),
        notice(2, "C", facts={"name": "宏远科技\n\x1b[31m@all", "segment": "at_risk"}),
    ]
    assert plain_text(compose("digest", alerts, [notice(1)], WORDING, "en")).splitlines() == [
        "Customer alerts: 3 accounts",
        "As of 2026-11-01, by expected loss.",
        "",
        "1. Account 4 · Large",
        "   Health falls [proxy]",
        "   Health is low",
        "   Health score 41.25 (low), was medium, -16.0 points in 30 days",
        "   Renewal in 43 days; last activity 12 days ago",
        "   Expected loss avoided USD 1,500",
        "   Suggested: Call",
        "",
        "2. 宏远科技 [31m@all · Large",
        "   Health is low",
        "   Health score 41.25 (low), was medium, -16.0 points in 30 days; segment At Risk",
        "   Expected loss avoided USD 1,000",
        "   Suggested: Call",
        "",
        "1 more account: keepwell alerts list",
    ]
    soon = {"days_to_renewal": 1.0, "days_since_last_activity": 1.0}
    en = plain_text(compose("digest", [notice(1, facts=soon)], [], WORDING, "en"))
    assert "Renewal in 1 day; last activity 1 day ago" in en
    zh = plain_text(compose("digest", alerts, [], WORDING, "zh"))
    assert "客户预警摘要：2 家客户" in zh
    assert "健康分 41.25（低健康），原为中健康，30 天内变化 -16.0 分" in zh
    assert "@mueller" not in plain_text(compose("digest", alerts[:1], [], WORDING, "en"))
    assert clean_name("x" * 500).endswith("…")


def test_a_fault_of_a_source_is_said_in_words_and_ranked_by_nothing() -> None:
    fault = notice(9, "", trigger="source_fault", facts={"fault": "rows_late:activities"})
    en = plain_text(compose("immediate", [fault], [], WORDING, "en"))
    assert en.splitlines()[:2] == ["Data source at fault", "As of 2026-11-01."]
    assert "New rows of `activities` are late. Account alerts wait" in en
    zh = plain_text(compose("immediate", [fault], [], WORDING, "zh"))
    assert "“活动记录”的新行没有按时到。客户预警已暂停" in zh
    for code in (*STALE_FAULTS, *ABSENT_FAULTS):
        assert code not in fault_text(f"{code}:usage", "zh")


def test_a_person_who_is_not_listed_is_told_as_the_defaults_say() -> None:
    found = plan_messages([notice(1, csm="new")], DeliverySettings(), (), AROUND)
    assert [(d.person, d.channel) for d in found.drafts] == [("new", "inapp")]
    assert Person(person="x").channels is None
