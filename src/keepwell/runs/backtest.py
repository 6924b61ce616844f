"""A back-test: replay scorecards at past days and join the scores with what came after."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from keepwell import __version__
from keepwell.config import WITHOUT_EFFECT, Config
from keepwell.measures import MeasurePlan, plan_measures
from keepwell.ports import Engine, Progress, StateStore
from keepwell.proof import (
    STATUS_LEFT_UNDATED,
    EvaluationFrame,
    History,
    Ints,
    KnownThen,
    Labels,
    LeftOut,
    Origins,
    Outcome,
    choose_outcome,
    known_then,
    label_aside,
    left_out,
    month_ends,
)
from keepwell.runs.backtest_frames import OriginCount, build_frame, count_origin, look_ahead
from keepwell.runs.backtest_history import (
    ends_are_rewritten,
    first_day,
    number_accounts,
    offered,
    read_history,
)
from keepwell.runs.backtest_labels import label_findings, read_labels, undated
from keepwell.runs.backtest_origin import SIZE, OriginRows, Replay, replay_origin
from keepwell.runs.backtest_repeats import clustered, repeats
from keepwell.runs.backtest_triggers import AlarmReplay, Served
from keepwell.runs.backtest_uses import conditions_of_today, reduced, words_of
from keepwell.runs.importing_record import Imported
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.portfolio import measure_settings, open_import
from keepwell.scoring import CardUse, definition_hash
from keepwell.vocabulary import Finding, InputProblem
from keepwell.warning import Trigger

FrameKey = tuple[str, int]
# Of what is kept: one of another layout is replayed anew.
LAYOUT = 2


@dataclass(frozen=True, slots=True)
class BacktestInputs:
    """Everything that decides a back-test; equal inputs give the same id.

    `last`: the last day of the data. `horizons`: days ahead, each with frames of its own.
    `triggers`: those whose alerts are replayed beside the scores.
    """

    config: Config
    uses: tuple[CardUse, ...]
    imported: Imported
    last: date
    horizons: tuple[int, ...]
    origins: int
    triggers: tuple[Trigger, ...] = ()

    def backtest_id(self) -> str:
        """Return `<last day>-<hash>`."""
        proof = self.config.proof.model_dump(mode="json")
        parts = [
            __version__,
            LAYOUT,
            self.imported.import_id,
            self.config.model_dump(mode="json", exclude={*WITHOUT_EFFECT, "churn_model"}),
            [[u.card.scorecard, definition_hash(u.card), u.when] for u in self.uses],
            [proof, self.horizons, self.origins],
            [t.model_dump(mode="json") for t in self.triggers],
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return f"{self.last}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Backtest:
    """Frames by scorecard and horizon, and what stands behind them.

    `outcomes`: what counts as bad, by horizon. `counts`: the origins in numbers, by horizon.
    `left_out`: measures of each scorecard that were not known then. `accounts`: their ids by
    number. `alarms`: numbers of those under the alert of each trigger, by origin.
    """

    frames: Mapping[FrameKey, EvaluationFrame]
    outcomes: Mapping[int, Outcome]
    counts: Mapping[int, tuple[OriginCount, ...]]
    origins: Origins
    left_out: Mapping[str, tuple[LeftOut, ...]]
    features: tuple[str, ...]
    findings: tuple[Finding, ...]
    accounts: tuple[str, ...] = ()
    served: tuple[Served, ...] = ()
    alarms: Mapping[date, Mapping[str, Ints]] = field(default_factory=dict)


def evaluation_frames(
    inputs: BacktestInputs,
    engine: Engine,
    state: StateStore,
    progress: Progress,
    *,
    at: datetime,
    folds: Path | None = None,
    features: Path | None = None,
) -> Backtest:
    """Return one frame per scorecard and horizon; nothing is stored but measures in `features`.

    `folds`: where folds of months are kept, so that events are read once for all origins.
    Errors: InputProblem where the data hold no such outcome or not one whole horizon.
    """
    config, imported = inputs.config, inputs.imported
    open_import(engine, imported, inputs.last)
    accounts = number_accounts(engine, imported.mapped)
    there = offered(engine, config, imported, inputs.last)
    outcomes = {h: choose_outcome(config.proof, h, there) for h in inputs.horizons}
    known = _known(inputs, engine, outcomes)
    histories = {h: _history(inputs, engine, o, len(accounts)) for h, o in outcomes.items()}
    findings = (
        *_disagreements(inputs, engine, outcomes),
        *_undated(inputs, histories),
        *conditions_of_today(inputs.uses),
    )
    origins = _origins(inputs, engine, outcomes, histories)
    replay, gone = _replay(inputs, known, state, at, folds)
    replay = _with_alarms(inputs, replay, len(accounts))
    days = _days(engine, replay, origins.days, progress, features)
    cluster = repeats(engine, len(accounts), days, features)
    counts, frames = {}, {}
    for horizon, history in histories.items():
        seen = [look_ahead(rows, history, horizon) for rows in days]
        pairs = zip(days, seen, strict=True)
        counts[horizon] = tuple(count_origin(rows, s, len(accounts)) for rows, s in pairs)
        for use in replay.uses:
            name = use.card.scorecard
            frame = build_frame(name, accounts, days, seen, horizon)
            frames[name, horizon] = clustered(frame, cluster)
    return Backtest(
        frames,
        outcomes,
        counts,
        origins,
        gone,
        replay.features,
        findings,
        accounts.ids,
        replay.alarms.served if replay.alarms else (),
        {rows.origin: rows.alarms for rows in days},
    )


def _known(inputs: BacktestInputs, engine: Engine, outcomes: Mapping[int, Outcome]) -> KnownThen:
    """Return the columns that may serve; a label without dates looks at today alone."""
    (kind,) = {o.kind for o in outcomes.values()}
    mapped, labels = inputs.imported.mapped, inputs.config.proof.labels
    if kind == "label" and labels is not None:
        return label_aside(mapped, labels.column)
    return known_then(mapped, ends_rewritten=ends_are_rewritten(engine))


def _history(inputs: BacktestInputs, engine: Engine, outcome: Outcome, accounts: int) -> History:
    labels = inputs.config.proof.labels
    if outcome.kind == "label" and labels is not None:
        return read_labels(engine, labels, accounts)
    return read_history(engine, inputs.config, outcome, accounts, inputs.last)


def _disagreements(
    inputs: BacktestInputs, engine: Engine, outcomes: Mapping[int, Outcome]
) -> tuple[Finding, ...]:
    """Return where sources disagree; where a status is the label, it is taken at its word."""
    found = label_findings(engine, inputs.config, inputs.imported, inputs.last)
    is_label = any(o.kind == "label" for o in outcomes.values())
    return tuple(f for f in found if not (is_label and f.kind is STATUS_LEFT_UNDATED))


def _undated(inputs: BacktestInputs, histories: Mapping[int, History]) -> tuple[Finding, ...]:
    labels = inputs.config.proof.labels
    found = next((h for h in histories.values() if isinstance(h, Labels)), None)
    return () if labels is None or found is None else (undated(labels, found),)


def _origins(
    inputs: BacktestInputs,
    engine: Engine,
    outcomes: Mapping[int, Outcome],
    histories: Mapping[int, History],
) -> Origins:
    if any(o.kind == "label" for o in outcomes.values()):
        return Origins((inputs.last,), (), 0)
    first = first_day(engine, inputs.imported)
    # Silence is only known as far as the rows reach whose absence it is.
    newest = inputs.imported.newest
    last = min(newest.get(o.on, inputs.last) for o in outcomes.values())
    last = min(last, inputs.last)
    ahead = max(h + history.confirmed_after_days for h, history in histories.items())
    found = month_ends(first or last, last, inputs.origins, ahead)
    if not found.days:
        raise InputProblem(
            f"The data reach from {first} to {last}; no end of a month lies 30 days after "
            f"their beginning and {ahead} days before their end, so nothing can be looked back to.",
            cure="Take a shorter `--horizon` (30, 60, 90, 180), or bring a longer history.",
        )
    return found


def _days(
    engine: Engine,
    replay: Replay,
    origins: Sequence[date],
    progress: Progress,
    features: Path | None,
) -> list[OriginRows]:
    progress.step("backtest", replay.config.lang, len(origins))
    days = []
    for origin in origins:
        file = features / f"{origin}.parquet" if features else None
        days.append(replay_origin(engine, replay, origin, file))
        progress.advance()
    return days


def _with_alarms(inputs: BacktestInputs, replay: Replay, accounts: int) -> Replay:
    """Return the replay with that of triggers; an undated label has no past to warn in."""
    if not inputs.triggers or inputs.config.proof.outcome == "label":
        return replay
    alarms = AlarmReplay(inputs.triggers, inputs.config, replay.plan, accounts, {}, {})
    return replace(replay, alarms=alarms)


def _replay(
    inputs: BacktestInputs,
    known: KnownThen,
    state: StateStore,
    at: datetime,
    folds: Path | None,
) -> tuple[Replay, dict[str, tuple[LeftOut, ...]]]:
    """Return how origins are replayed, and what each card leaves out."""
    settings = measure_settings(inputs.config)
    now = plan_measures(inputs.imported.mapped, settings)
    safe = plan_measures(known.columns, settings)
    then = MeasurePlan(tuple((m, None if m.name in known.without else p) for m, p in safe.chosen))
    gone = {u.card.scorecard: left_out(u.card, now, then, known) for u in inputs.uses}
    uses = tuple(reduced(u, gone[u.card.scorecard]) for u in inputs.uses)
    # Conditions and the size of an account are read as they stand today; neither is scored.
    asked = {SIZE} | {w for u in uses for w in words_of(u)}
    plan = MeasurePlan(
        tuple((m, now.provider(m.name) if m.name in asked else p) for m, p in then.chosen)
    )
    kept = KeptFolds(folds, inputs.imported.months) if folds else None
    features = tuple(m.name for m, p in then.chosen if p is not None)
    made = Replay(inputs.config, inputs.imported, uses, plan, state, at, kept, features)
    return made, gone
