"""Holdouts of plays: a random share of accounts is kept from a play, and both groups recorded."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine_openers import ENGINES
from keepwell.actions import PlayBook, RunActions, TeamSettings, WorkWeeks
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import (
    SqlActionStore,
    SqlJourneyStore,
    SqlStateStore,
    SqlWarningStore,
)
from keepwell.adapters.trigger_library import shipped_triggers
from keepwell.ports import AlertMeans, CtaFilter, Engine, RunRecord, RunWarning
from keepwell.runs.act import Acting, RunView, act_on_run
from keepwell.runs.hold_out import Lots, hold_out, hold_out_known, rescue_plays
from keepwell.warning import Alert, AlertStatus, Decisions, Gate, GateKind, Trigger
from state_databases import StateDatabase

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIBRARY = load_library()
PLAY, SUBJECT = "webinar_community", "play:webinar_community"
ACCOUNTS = [f"A{n:02}" for n in range(30)]
# Contribution tier and value tier; the others are of the third tier and of none.
WORTH = {"A00": ("1", "'bronze'"), "A01": ("3", "'gold'"), "A02": ("NULL", "NULL")}
GROWTH = next(t for t in shipped_triggers() if t.trigger == "health_low").model_copy(
    update={"trigger": "grows", "cta": "growth", "play": PLAY}
)


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with closing(ENGINES["duckdb"](request, tmp_path)) as opened:
        stand(opened, WORTH)
        yield opened


def stand(engine: Engine, worth: dict[str, tuple[str, str]]) -> None:
    """Let the portfolio be small businesses of the medium tier."""
    rows = []
    for account in ACCOUNTS:
        rank, value = worth.get(account, ("3", "NULL"))
        rows.append(
            f"SELECT '{account}' AS account_id, 'U1' AS csm_id, 'medium' AS effective_tier, "
            f"'Small Business' AS account_size_segment, CAST({rank} AS BIGINT) AS "
            f"contribution_tier, CAST({value} AS VARCHAR) AS value_tier, "
            "FALSE AS has_contradiction, CAST(NULL AS DOUBLE) AS contribution_amount"
        )
    for table in ("portfolio", "watch"):
        engine.create_table(table, " UNION ALL ".join(rows))


@pytest.fixture
def state(own_database: StateDatabase) -> Iterator[SqlStateStore]:
    with own_database.open() as opened:
        yield opened


def acting(state: SqlStateStore, share: float = 0.5) -> Acting:
    cells = [{"action": "medium_small_office_hour", "at_most": 10}]
    team = TeamSettings.model_validate({"cells": cells})
    lots = Lots(SqlJourneyStore(state), {PLAY: share}, rescue_plays(LIBRARY))
    book = PlayBook(LIBRARY, WorkWeeks())
    return Acting(SqlActionStore(state), team, LIBRARY, book, lots if share else None)


def decided(work: Acting, engine: Engine, on: date, alerts: tuple[Alert, ...] = ()) -> RunActions:
    triggers: tuple[Trigger, ...] = (GROWTH,)
    view = RunView(on, Gate(GateKind.OPEN), Decisions(alerts, (), {}, 0), triggers, ())
    found = hold_out(work.lots, engine, act_on_run(work, engine, view), triggers)
    assert found is not None
    return found


def publish(state: SqlStateStore, run_id: str, actions: RunActions) -> None:
    record = RunRecord(run_id, actions.on, AT, "published", (), 3, "c", "i")
    means = {"grows": AlertMeans("high", "digest")}
    decisions = Decisions((), (), {}, 0)
    warning = RunWarning(Gate(GateKind.OPEN), "d", decisions, means, actions=actions)
    state.publish(record, (), warning)


def asked(state: SqlStateStore) -> set[str]:
    return {c.account_id for c in SqlActionStore(state).ctas(CtaFilter(limit=100))}


def test_a_share_of_the_accounts_is_kept_from_a_play_and_both_groups_are_recorded(
    engine: Engine, state: SqlStateStore
) -> None:
    work, journeys = acting(state), SqlJourneyStore(state)
    for number in range(4):
        on = DAY + timedelta(days=number)
        actions = decided(work, engine, on)
        assert len(actions.arms) == (10 if number < 3 else 0)
        publish(state, f"r{number}", actions)
        # The day is run again: nobody is drawn or asked beyond its number.
        again = decided(work, engine, on)
        assert (again.openings.opened, again.arms) == ((), ())
    kept = {a.account_id: (day, a) for day, a in journeys.assignments(SUBJECT)}
    assert [sorted(kept)[n] for n in range(30)] == ACCOUNTS
    assert [kept[a][0] for a in ("A05", "A15", "A25")] == [
        DAY + timedelta(days=n) for n in (0, 1, 2)
    ]
    held = {a for a, (_, arm) in kept.items() if arm.arm == "held_out"}
    assert 5 <= len(held) <= 25
    assert asked(state) == set(ACCOUNTS) - held
    assert {kept[a][1].reason for a in WORTH} == {"top_value", "value_unknown"}
    assert {arm.stratum for _, arm in kept.values()} == {"medium x Small Business"}
    log = SqlWarningStore(state)
    told = [json.loads(x.details) for x in log.audit() if x.action == "ctas_of_run"]
    assert [t["holdouts"] for t in told] == [10, 10, 10]
    assert log.audit_faults() == ()
    # Whoever comes to be of high value is helped; when the holdout ends, all are.
    lucky, *others = sorted(held)
    stand(engine, {**WORTH, lucky: ("1", "NULL")})
    later = decided(work, engine, DAY + timedelta(days=5))
    assert [o.cta.account_id for o in later.openings.opened] == [lucky]
    assert [(a.account_id, a.arm) for a in later.arms] == [(lucky, "exempt")]
    ended = decided(acting(state, share=0), engine, DAY + timedelta(days=5))
    assert [o.cta.account_id for o in ended.openings.opened] == [lucky, *others][:10]


def test_an_alert_of_an_account_that_is_held_out_opens_its_cta_without_the_play(
    engine: Engine, state: SqlStateStore
) -> None:
    work = replace(acting(state), team=TeamSettings())
    facts = {"csm_id": "U1", "effective_tier": "medium", "account_size_segment": "Small Business"}
    alerts = tuple(
        Alert(f"grows:{a}", a, "grows", AlertStatus.PENDING, DAY, is_proxy=False, facts=facts)
        for a in ACCOUNTS
    )
    actions = decided(work, engine, DAY, alerts)
    held = {a.account_id for a in actions.arms if a.arm == "held_out"}
    assert held
    played = {o.cta.account_id: o.play is not None for o in actions.openings.opened}
    assert played == {a: a not in held for a in ACCOUNTS}
    unheld = decided(replace(work, lots=None), engine, DAY, alerts)
    publish(state, "r1", actions)
    assert asked(state) == set(ACCOUNTS)
    # An approval, which has no portfolio at hand, goes by what is stored.
    approved = hold_out_known(work.lots, unheld)
    assert {o.cta.account_id: o.play is not None for o in approved.openings.opened} == played


def test_a_play_of_an_urgent_trigger_is_kept_from_nobody(
    engine: Engine, state: SqlStateStore
) -> None:
    work = acting(state)
    urgent = GROWTH.model_copy(update={"is_rescue": True})
    view = RunView(DAY, Gate(GateKind.OPEN), Decisions((), (), {}, 0), (urgent,), ())
    found = hold_out(work.lots, engine, act_on_run(work, engine, view), (urgent,))
    assert found is not None
    assert {(a.arm, a.reason) for a in found.arms} == {("exempt", "rescue")}
    assert len(found.openings.opened) == 10
