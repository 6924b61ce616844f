"""What a run reads for people's work: accounts that left, goals, due checks, cells that enrol."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine_openers import ENGINES
from keepwell.actions import (
    CtaChange,
    CtaMove,
    NewCta,
    PlayBook,
    PlayFor,
    RoleBook,
    RunActions,
    TeamSettings,
    WorkWeeks,
)
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import SqlActionStore, SqlStateStore
from keepwell.adapters.trigger_library import shipped_triggers
from keepwell.measures import CATALOG
from keepwell.ports import AlertMeans, CtaFilter, Engine, RunRecord, RunWarning
from keepwell.runs.act import Acting, RunView, act_on_run
from keepwell.vocabulary import Scorecard
from keepwell.warning import Alert, AlertStatus, Decisions, Ending, Gate, GateKind
from state_databases import StateDatabase

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIBRARY = load_library()
# account, tier, size, score, days since activity, activities, contribution
ACCOUNTS = (
    ("A", "medium", "Large", 60.0, 3.0, 9.0, 50.0),
    ("B", "low", "Large", 30.0, 40.0, 0.0, 500.0),
    ("C", "low", "Large", 20.0, None, 0.0, 900.0),
    ("D", "low", "Enterprise", 20.0, 50.0, 0.0, 900.0),
    ("E", "low", "Large", 10.0, 50.0, 0.0, None),
)


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with closing(ENGINES[request.param](request, tmp_path)) as opened:
        rows = []
        for account, tier, size, score, silent, active, amount in ACCOUNTS:
            never = "FALSE" if silent is not None else "TRUE"
            numbers = [
                f"CAST({'NULL' if n is None else repr(n)} AS DOUBLE) AS {name}"
                for n, name in (
                    (score, "score"),
                    (silent, "days_since_last_activity"),
                    (active, "total_activities_30d"),
                    (amount, "contribution_amount"),
                )
            ]
            rows.append(
                f"SELECT '{account}' AS account_id, '{account}' AS name, 'U1' AS csm_id, "
                f"'{tier}' AS effective_tier, '{size}' AS account_size_segment, "
                f"{', '.join(numbers)}, {never} AS days_since_last_activity__never, "
                "FALSE AS total_activities_30d__never, FALSE AS has_contradiction"
            )
        opened.create_table("portfolio", " UNION ALL ".join(rows))
        yield opened


@pytest.fixture
def state(own_database: StateDatabase) -> Iterator[SqlStateStore]:
    with own_database.open() as opened:
        yield opened


@pytest.fixture
def store(state: SqlStateStore) -> SqlActionStore:
    return SqlActionStore(state)


def acting(store: SqlActionStore, **settings: object) -> Acting:
    team = TeamSettings.model_validate(settings)
    return Acting(store, team, LIBRARY, PlayBook(LIBRARY, WorkWeeks()))


def view(kind: GateKind = GateKind.OPEN, on: date = DAY) -> RunView:
    return RunView(on, Gate(kind), Decisions((), (), {}, 0), (), CARDS)


CARDS: tuple[Scorecard, ...] = ()


def begin(store: SqlActionStore, account: str, play: str) -> int:
    """Open a CTA with a play, as a run of the day would, and return it."""
    work = acting(store)
    made = work.book.start(play, PlayFor("low", "Large", "U1", DAY), RoleBook(work.team, {}))
    cta = NewCta(account, "risk", "talk", "high", "person", DAY, owner="U1")
    return store.add(cta, made, by="Lin", at=AT)


def test_accounts_that_left_goals_and_due_checks_are_found(
    engine: Engine, store: SqlActionStore
) -> None:
    ctas = {a: begin(store, a, "alert_follow_up") for a in ("A", "B", "C", "gone")}
    actions = act_on_run(acting(store), engine, view())
    assert actions is not None
    assert [(e.cta_id, e.outcome) for e in actions.effects.ends] == [(ctas["gone"], "account_left")]
    assert {store.play(i).account_id for i in actions.exits} == {"A"}
    assert actions.readings == {}
    later = act_on_run(acting(store), engine, view(on=DAY + timedelta(days=30)))
    assert later is not None
    accounts = {d.task_id: d.account_id for d in store.due_checks(DAY + timedelta(days=30))}
    found = {accounts[i]: (r["value"], r["is_met"]) for i, r in later.readings.items()}
    assert found == {"A": (3.0, True), "B": (40.0, False), "C": (None, False)}


def test_a_held_run_ends_no_play_and_a_closed_one_says_nothing(
    engine: Engine, store: SqlActionStore
) -> None:
    begin(store, "A", "alert_follow_up")
    begin(store, "gone", "alert_follow_up")
    held = act_on_run(acting(store), engine, view(GateKind.HELD))
    assert held is not None
    assert (held.effects.ends, held.exits, held.openings.opened) == ((), (), ())
    assert act_on_run(acting(store), engine, view(GateKind.CLOSED)) is None


def test_a_cell_enrols_its_largest_accounts_and_not_again_before_its_days(
    engine: Engine, store: SqlActionStore
) -> None:
    cells = [{"action": "low_large_shock_therapy", "at_most": 2, "again_after_days": 30}]
    work = acting(store, cells=cells)
    found = act_on_run(work, engine, view())
    assert found is not None
    opened = [o.cta for o in found.openings.opened]
    assert [c.account_id for c in opened] == ["C", "B"]
    assert {(c.type, c.reason, c.source, c.owner) for c in opened} == {
        ("risk", "low_large_shock_therapy", "play", "U1")
    }
    first = found.openings.opened[0]
    assert first.play is not None
    assert {t.step for t in first.play.tasks} == {"brief", "dialogue", "answer", "look_back"}
    for opening in found.openings.opened:
        store.add(opening.cta, opening.play, by="keepwell", at=AT)
    again = act_on_run(work, engine, view(on=DAY + timedelta(days=1)))
    assert again is not None
    assert [o.cta.account_id for o in again.openings.opened] == ["E"]


def test_a_cell_enrols_no_more_on_a_day_that_is_run_again_nor_who_has_such_work(
    engine: Engine, state: SqlStateStore, store: SqlActionStore
) -> None:
    cells = [{"action": "low_large_shock_therapy", "at_most": 2, "again_after_days": 30}]
    work = acting(store, cells=cells)
    begin(store, "C", "alert_follow_up")
    found = act_on_run(work, engine, view())
    assert found is not None
    assert [o.cta.account_id for o in found.openings.opened] == ["B", "E"]
    one = replace(found, openings=replace(found.openings, opened=found.openings.opened[:1]))
    record = RunRecord("r1", DAY, AT, "published", (), 5, "c", "i")
    empty = Decisions((), (), {}, 0)
    state.publish(record, (), RunWarning(Gate(GateKind.OPEN), "d", empty, {}, actions=one))
    for cta in store.ctas(CtaFilter()):
        done = CtaChange(CtaMove.FINISH, DAY, outcome="resolved")
        store.move(cta.id, done, by="U1", at=AT)

    def enrolled(on: date) -> list[str]:
        actions = act_on_run(work, engine, view(on=on))
        assert actions is not None
        return [o.cta.account_id for o in actions.openings.opened]

    assert enrolled(DAY) == ["C"]
    (low,) = (t for t in shipped_triggers() if t.trigger == "health_low")
    facts = {"csm_id": "U1", "effective_tier": "low", "account_size_segment": "Large"}
    alert = Alert("low:C", "C", low.trigger, AlertStatus.PENDING, DAY, is_proxy=False, facts=facts)
    both = act_on_run(
        work, engine, replace(view(), decisions=Decisions((alert,), (), {}, 1), triggers=(low,))
    )
    assert both is not None
    opened = [(o.cta.account_id, o.cta.reason) for o in both.openings.opened]
    assert opened == [("C", "health_low"), ("E", "low_large_shock_therapy")]
    assert enrolled(DAY + timedelta(days=29)) == ["C", "E"]
    assert enrolled(DAY + timedelta(days=30)) == ["C", "B"]


def test_what_the_baseline_left_out_follows_as_its_owner_gets_free(
    engine: Engine, state: SqlStateStore, store: SqlActionStore
) -> None:
    (low,) = (t for t in shipped_triggers() if t.trigger == "health_low")
    facts = {"csm_id": "U1", "effective_tier": "low", "account_size_segment": "Large"}
    alerts = tuple(
        Alert(f"low:{a}", a, low.trigger, AlertStatus.BASELINE, DAY, is_proxy=False, facts=facts)
        for a in "BCE"
    )
    work = acting(store, baseline={"per_person": 1})
    baseline = Decisions(alerts, (), {}, 3)
    first = RunView(DAY, Gate(GateKind.BASELINE), baseline, (low,), CARDS)
    actions = act_on_run(work, engine, first)
    assert actions is not None
    assert (len(actions.openings.opened), actions.openings.left_out) == (1, 2)
    record = RunRecord("r1", DAY, AT, "published", (), 5, "c", "i")
    means = {low.trigger: AlertMeans("high", "digest")}
    gate = first.gate
    state.publish(record, (), RunWarning(gate, "d", baseline, means, actions=actions))
    later = replace(view(on=DAY + timedelta(days=1)), triggers=(low,))
    waiting = act_on_run(work, engine, later)
    assert waiting is not None
    assert (waiting.openings.opened, waiting.openings.left_out) == ((), 2)
    (cta,) = store.ctas(CtaFilter())
    store.move(cta.id, CtaChange(CtaMove.FINISH, DAY, outcome="lost"), by="U1", at=AT)
    again = act_on_run(work, engine, replace(later, is_again=True))
    assert again is not None
    assert again.openings.opened == ()
    # Since then E has left, and the accounts are with somebody else.
    moved = "SELECT account_id, 'U2' AS csm_id FROM portfolio WHERE account_id <> 'E'"
    engine.create_table("moved", moved)
    engine.create_table("portfolio", "SELECT * FROM moved")
    follows = act_on_run(work, engine, later)
    assert follows is not None
    (opened,) = (o.cta for o in follows.openings.opened)
    assert (opened.account_id, opened.owner) == ("C", "U2")
    assert follows.openings.left_out == 0


def test_an_alert_that_goes_on_after_all_brings_back_its_cta_and_opens_none(
    engine: Engine, state: SqlStateStore, store: SqlActionStore
) -> None:
    (low,) = (t for t in shipped_triggers() if t.trigger == "health_low")
    work, gate, means = acting(store), Gate(GateKind.OPEN), {low.trigger: AlertMeans("high", "x")}

    def run(name: str, on: date, decisions: Decisions) -> RunActions:
        actions = act_on_run(work, engine, RunView(on, gate, decisions, (low,), CARDS))
        assert actions is not None
        record = RunRecord(name, on, AT, "published", (), 5, "c", "i")
        state.publish(record, (), RunWarning(gate, "d", decisions, means, actions=actions))
        return actions

    status, facts = AlertStatus.PENDING, {"csm_id": "U1", "account_size_segment": "Large"}
    alert = Alert("low:B", "B", low.trigger, status, DAY, is_proxy=False, facts=facts)
    run("r1", DAY, Decisions((alert,), (), {}, 1))
    over, after = Ending("low:B", "B", low.trigger, "over"), DAY + timedelta(days=1)
    run("r2", after, Decisions((), (over,), {}, 0))
    (cta,) = store.ctas(CtaFilter())
    assert (cta.state.status, cta.state.outcome) == ("cancelled", "signal_over")
    # Of an alert that had no CTA, such as one that nobody approved, none is opened.
    other = replace(alert, key="low:E", account_id="E")
    again = run("r3", after, Decisions((), (), {}, 0, resumed=(alert, other)))
    assert (again.openings.opened, dict(again.openings.reopened)) == ((), {cta.id: "low:B"})
    assert [c.state.status for c in store.ctas(CtaFilter())] == ["new"]


def test_every_check_of_the_library_reads_a_measure_of_the_portfolio() -> None:
    checks = [s.check.measure for p in LIBRARY.plays for s in p.steps if s.check is not None]
    assert set(checks) <= {*CATALOG, "score"}
    assert checks
