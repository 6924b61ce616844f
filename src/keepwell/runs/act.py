"""What a run means for people's work: calls from alerts and cells become CTAs, goals are read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

import pyarrow as pa

from keepwell.actions import (
    STRATEGY_TYPES,
    Call,
    Effects,
    Openings,
    PlayBook,
    RunActions,
    TeamSettings,
    Work,
    decide_effects,
    decide_openings,
    joined,
    reading_of,
    with_openings,
)
from keepwell.playbooks import Library, card_lines, condition_sql
from keepwell.ports import ActionStore, AlertRecord, Engine
from keepwell.runs.act_cells import cell_condition
from keepwell.runs.act_handing import handed_out
from keepwell.runs.act_tables import ask_for
from keepwell.runs.hold_out import Lots, held_of
from keepwell.vocabulary import Scorecard
from keepwell.warning import Decisions, Gate, GateKind, Trigger

CTAS, CHECKS, RUNNING, ASKED = "cta_accounts", "cta_checks", "cta_running", "cta_asked"
FACTS = (
    "account_id",
    "name",
    "csm_id",
    "owner_id",
    "account_size_segment",
    "score_micro",
    "effective_tier",
    "contribution_amount",
    "expected_loss_amount",
)
# Key, account, trigger and facts of an alert.
Called = tuple[str, str, str, Mapping[str, Any]]
# Accounts with the types of CTAs that a run opens for them.
Kinds = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Acting:
    """What people's work needs beside the run: its store, team, library, lots of holdouts."""

    store: ActionStore
    team: TeamSettings
    library: Library
    book: PlayBook
    lots: Lots | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """The run that is acted on: its day, gate, decisions, triggers and scorecards.

    `is_again`: the day was run before; then the backlog of the baseline waits.
    """

    on: date
    gate: Gate
    decisions: Decisions
    triggers: Sequence[Trigger]
    cards: Sequence[Scorecard]
    is_again: bool = False


def act_on_run(acting: Acting, engine: Engine, view: RunView) -> RunActions | None:
    """Return what a run decides for people's work; nothing is stored here.

    None where the gate is closed: the data are not to be trusted, or describe the past. A held
    run opens and closes nothing until somebody approves it.
    Needs: the engine tables of `compute_portfolio`.
    """
    if view.gate.kind is GateKind.CLOSED:
        return None
    is_held = view.gate.kind is GateKind.HELD
    accounts = acting.store.open_accounts()
    gone = {i: accounts[i] for i in _gone(engine, accounts)} if accounts else {}
    endings = [(e.key, e.cause) for e in view.decisions.endings]
    signals = acting.store.signals() if endings else ()
    effects = decide_effects(endings, signals, gone, is_held=is_held)
    return RunActions(
        view.on,
        Openings() if is_held else _openings(acting, engine, view),
        effects,
        () if is_held else tuple(_exits(acting, engine, view)),
        dict(_readings(acting, engine, view.on)),
        handed={} if is_held else handed_out(acting.store, engine),
    )


def calls_of(alerts: Sequence[Called], triggers: Sequence[Trigger]) -> list[Call]:
    """Return what alerts call for; a trigger that opens no CTA calls for nothing."""
    places = {t.trigger: (place, t) for place, t in enumerate(triggers)}
    calls = []
    for key, account_id, name, facts in alerts:
        place, trigger = places.get(name, (0, None))
        if trigger is None or trigger.cta is None:
            continue
        calls.append(
            Call(
                account_id=account_id,
                type=trigger.cta,
                reason=name,
                priority=trigger.priority,
                play=trigger.play,
                facts=facts,
                place=place,
                alert=key,
                is_rescue=trigger.is_rescue,
            )
        )
    return calls


def act_on_approval(
    acting: Acting, held: Sequence[AlertRecord], triggers: Sequence[Trigger], on: date
) -> RunActions:
    """Return the CTAs that alerts open which a run held and a person approves."""
    alerts = [(a.key, a.account_id, a.trigger, a.facts) for a in held if a.account_id is not None]
    # What waited for approval has just got it.
    work = replace(acting.store.work([key for key, *_ in alerts], on), withheld=frozenset())
    calls = calls_of(alerts, triggers)
    openings = decide_openings(calls, work, acting.team, acting.book, on, "usual")
    return RunActions(on, openings, Effects())


def _openings(acting: Acting, engine: Engine, view: RunView) -> Openings:
    alerts, resumed = (
        [(a.key, a.account_id, a.trigger, a.facts) for a in some]
        for some in (view.decisions.alerts, view.decisions.resumed)
    )
    calls = calls_of(alerts, view.triggers)
    calls.extend(_cell_calls(acting, engine, view, {(c.account_id, c.type) for c in calls}))
    is_baseline = view.gate.kind is GateKind.BASELINE
    older = () if is_baseline or view.is_again else _backlog(acting, engine, view)
    if not calls and not older and not resumed:
        return Openings()
    work = acting.store.work([key for key, *_ in (*alerts, *resumed)], view.on)
    # What goes on after all brings back the CTA that it had; one that had none gets none by it.
    calls.extend(calls_of([a for a in resumed if a[0] in work.linked], view.triggers))
    mode: Literal["usual", "baseline"] = "baseline" if is_baseline else "usual"
    found = decide_openings(calls, work, acting.team, acting.book, view.on, mode)
    return joined(found, _later(acting, view, older, found, work)) if older else found


def _backlog(acting: Acting, engine: Engine, view: RunView) -> tuple[Called, ...]:
    """Return what a baseline left without CTA and what has not ended, with present facts."""
    names = [t.trigger for t in view.triggers if t.cta is not None]
    ended = {e.key for e in view.decisions.endings}
    older = [a for a in acting.store.backlog(names, view.on) if a[0] not in ended]
    now = _facts_of(engine, sorted({a[1] for a in older})) if older else {}
    return tuple((k, i, name, {**facts, **now[i]}) for k, i, name, facts in older if i in now)


def _facts_of(engine: Engine, accounts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is known of accounts today; who is not in the portfolio is left out."""
    engine.read_arrow(ASKED, pa.table({"account_id": pa.array(accounts, pa.string())}))
    found = engine.rows(
        f"SELECT {_facts(engine.columns('portfolio'))} FROM {ASKED} AS k "  # noqa: S608
        "JOIN portfolio AS p ON p.account_id = k.account_id"
    )
    return {str(row[0]): dict(zip(FACTS, row, strict=True)) for row in found}


def _facts(columns: Mapping[str, str]) -> str:
    return ", ".join(f"p.{c}" if c in columns else f"NULL AS {c}" for c in FACTS)


def _later(
    acting: Acting, view: RunView, older: Sequence[Called], found: Openings, work: Work
) -> Openings:
    """Return the CTAs that follow from the backlog while their owners have room for them."""
    now = {o.cta.account_id for o in found.opened}
    calls = calls_of([a for a in older if a[1] not in now], view.triggers)
    room = with_openings(work, found)
    return decide_openings(calls, room, acting.team, acting.book, view.on, "backlog")


def _gone(engine: Engine, accounts: Mapping[int, str]) -> list[int]:
    """Return the open CTAs whose account is not in the portfolio any more."""
    ask_for(engine, CTAS, "cta_id", accounts)
    found = engine.rows(
        f"SELECT c.cta_id FROM {CTAS} AS c "  # noqa: S608
        "LEFT JOIN portfolio AS p ON p.account_id = c.account_id WHERE p.account_id IS NULL"
    )
    return sorted(int(i) for (i,) in found)


def _exits(acting: Acting, engine: Engine, view: RunView) -> Iterator[int]:
    """Yield the running plays whose account meets their exit criteria."""
    by_play: dict[str, dict[int, str]] = defaultdict(dict)
    for play_id, name, account_id in acting.store.running():
        by_play[name][play_id] = account_id
    ends = {p.play: p.exit for p in acting.library.plays}
    columns, lines = engine.columns("portfolio"), card_lines(view.cards)
    for name, running in sorted(by_play.items()):
        end = ends.get(name)
        sql = None if end is None else condition_sql(end.when, columns, lines)
        if sql is None:
            continue
        ask_for(engine, RUNNING, "play_id", running)
        found = engine.rows(
            f"SELECT c.play_id FROM {RUNNING} AS c JOIN "  # noqa: S608
            f"(SELECT account_id FROM portfolio WHERE ({sql})) AS p "
            "ON p.account_id = c.account_id"
        )
        yield from sorted(int(i) for (i,) in found)


def _readings(acting: Acting, engine: Engine, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield what due checks find; a task whose account is not in the portfolio waits."""
    due = acting.store.due_checks(on)
    columns = engine.columns("portfolio")
    names = sorted({str(d.check["measure"]) for d in due} & {*columns})
    if not names:
        return
    shown = [f"p.{n}" for n in names]
    shown += [f"p.{n}__never" if f"{n}__never" in columns else "FALSE" for n in names]
    accounts = sorted({d.account_id for d in due})
    engine.read_arrow(CHECKS, pa.table({"account_id": pa.array(accounts, pa.string())}))
    found = engine.rows(
        f"SELECT p.account_id, {', '.join(shown)} FROM {CHECKS} AS c "  # noqa: S608
        "JOIN portfolio AS p ON p.account_id = c.account_id"
    )
    values = {str(row[0]): row[1:] for row in found}
    for task in due:
        row, name = values.get(task.account_id), str(task.check["measure"])
        if row is not None and name in names:
            at = names.index(name)
            value = None if row[at] is None else float(row[at])
            is_never = bool(row[at + len(names)])
            yield task.task_id, reading_of(task.check, value, on, is_never=is_never)


def _cell_calls(acting: Acting, engine: Engine, view: RunView, kinds: Kinds) -> Iterator[Call]:
    """Yield the accounts that enter the actions which team.yml enrols, largest amounts first."""
    columns, lines = engine.columns("portfolio"), card_lines(view.cards)
    by_action = {a.id: (b, a) for b in acting.library.playbooks for a in b.actions}
    for enrolment in acting.team.cells:
        book, action = by_action[enrolment.action]
        sql = condition_sql(f"({cell_condition(book)}) AND ({action.entry.when})", columns, lines)
        if sql is None:
            continue
        kind = STRATEGY_TYPES[book.strategy]
        since = view.on - timedelta(days=enrolment.again_after_days - 1)
        busy = {account for account, type_ in kinds if type_ == kind}
        held = held_of(acting.lots, engine, action.play)
        asked = sorted(busy | held.keys() | acting.store.asked_lately(action.id, kind, since))
        taken = acting.store.asked_on(action.id, view.on) + [*held.values()].count(view.on)
        left = enrolment.at_most - taken
        for row in _entering(engine, columns, sql, asked, max(0, left)):
            facts = dict(zip(FACTS, row, strict=True))
            kinds.add((str(row[0]), kind))
            yield Call(
                account_id=str(facts["account_id"]),
                type=kind,
                reason=action.id,
                priority="normal",
                play=action.play,
                facts=facts,
                place=len(view.triggers),
                ref=action.id,
            )


def _entering(
    engine: Engine, columns: Mapping[str, str], condition: str, asked: Sequence[str], at_most: int
) -> list[tuple[Any, ...]]:
    """Return the facts of accounts that meet a condition and were not asked lately."""
    engine.read_arrow(ASKED, pa.table({"account_id": pa.array(asked, pa.string())}))
    return engine.rows(
        f"SELECT {_facts(columns)} FROM (SELECT * FROM portfolio WHERE {condition}) AS p "  # noqa: S608
        f"LEFT JOIN {ASKED} AS k ON k.account_id = p.account_id WHERE k.account_id IS NULL "
        f"ORDER BY coalesce(p.contribution_amount, 0.0) DESC, p.account_id LIMIT {at_most}"
    )
