"""Looking ahead: what an edited configuration, or one account with other values, would do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keepwell.adapters.imports import ImportFolders
from keepwell.ports import RunRecord
from keepwell.runs.importing_record import Imported, load_import
from keepwell.runs.preview import PreviewReport, compare_with_snapshot
from keepwell.runs.preview_backtest import BacktestDifference, backtest_difference
from keepwell.runs.preview_loop import Consequences, consequences
from keepwell.runs.run import require_accepted
from keepwell.runs.what_if import WhatIf, what_if
from keepwell.scoring import CardUse
from keepwell.vocabulary import NotFound, Scorecard
from keepwell.warning import Trigger
from keepwell.wiring.backtesting import kept_backtest
from keepwell.wiring.learning import rows_of
from keepwell.wiring.project import Project
from keepwell.wiring.watching import watch_of


@dataclass(frozen=True, slots=True)
class Edit:
    """What is tried: scorecards in place of those of their name, triggers in place of all."""

    cards: tuple[Scorecard, ...] = ()
    triggers: tuple[Trigger, ...] | None = None


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Who changes tier under an edited configuration, and what that would set going.

    `backtests`: how cards that were edited since the newest back-test rank its rows.
    """

    tiers: PreviewReport
    loop: Consequences
    backtests: tuple[BacktestDifference, ...]


def look_ahead(project: Project, edit: Edit | None = None) -> LookAhead:
    """Compare the current snapshot with the same day under an edited configuration.

    Everything that an edit sets going, as plain values: tiers and money, alerts and CTAs, whose
    work, back-test difference. Without `edit`, the files of the project are the edit, and its
    source is checked again; with one, the data are those of the current run. Nothing is stored.
    Errors: NotFound without a snapshot, or for a card that is not in use; ConfigInvalid for
    triggers.
    """
    now = project.current()
    imported = _imported(project, now, edit)
    require_accepted(imported)
    uses = edited_uses(project.uses(), edit.cards if edit else ())
    watch = watch_of(project.layout, project.config, project.state, imported)
    if edit and edit.triggers is not None:
        watch = replace(watch, triggers=edit.triggers)
    with project.engine() as engine:
        portfolio = project.trial_portfolio(engine, imported, now.as_of, uses)
        tiers = compare_with_snapshot(engine, project.snapshots, now.run_id, portfolio)
        findings = (*imported.findings, *portfolio.findings)
        runs = project.state.runs()
        loop = consequences(watch, engine, project.snapshots, runs, portfolio, findings)
    return LookAhead(tiers, loop, tuple(backtest_differences(project, uses)))


def edited_uses(uses: Sequence[CardUse], cards: Sequence[Scorecard]) -> tuple[CardUse, ...]:
    """Return the uses with edited cards in place of those of their name.

    Errors: NotFound for a card that is not in use.
    """
    edited = {card.scorecard: card for card in cards}
    used = {u.card.scorecard for u in uses}
    if lost := sorted(edited.keys() - used):
        raise NotFound(
            f"No scorecard `{lost[0]}` is in use, so that nothing would follow from its edit.",
            cure=f"Name it under `scorecards:` of keepwell.yml; in use: {', '.join(sorted(used))}.",
        )
    return tuple(replace(u, card=edited.get(u.card.scorecard, u.card)) for u in uses)


def _imported(project: Project, now: RunRecord, edit: Edit | None) -> Imported:
    """Return the data of the current run for an edit; those of the source as it is now without."""
    if edit is None:
        return project.check()
    try:
        return load_import(ImportFolders(project.layout.imports).folder(now.input_hash))
    except NotFound:
        return project.check()


def backtest_differences(project: Project, uses: Sequence[CardUse]) -> Iterator[BacktestDifference]:
    """Yield how cards that differ from those of the newest back-test rank its rows."""
    try:
        kept = kept_backtest(project)
    except NotFound:
        return
    replayed = {c["scorecard"]: c for c in kept.manifest["scorecards"]}
    held = {name for (name, _), frame in kept.frames.items() if len(frame)}
    for card in (u.card for u in uses):
        before = replayed.get(card.scorecard)
        if card.scorecard not in held or before is None or _is_same(card, before):
            continue
        rows = rows_of(kept, None, [card], card.scorecard)
        if (found := backtest_difference(card, rows, kept.backtest_id)) is not None:
            yield found


def _is_same(card: Scorecard, replayed: Mapping[str, Any]) -> bool:
    """Say whether a card is defined as the replayed one; a new version of it is no edit."""
    return card.model_dump(mode="json") | {"version": 0} == {**replayed, "version": 0}


def account_what_if(project: Project, account_id: str, changes: Sequence[str]) -> WhatIf:
    """Return one account with changed measures. Errors: NotFound, InputProblem."""
    with project.reader() as engine:
        return what_if(engine, project.state, project.snapshots, account_id, changes)
