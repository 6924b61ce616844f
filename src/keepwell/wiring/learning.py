"""Learning from a kept back-test: the churn scorecard, proposals for scorecards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.churn_file import drop_churn, save_churn
from keepwell.adapters.proposal_file import write_proposal
from keepwell.proof.model import (
    Boosting,
    FitSettings,
    PublishedChurn,
    PublishedSurvival,
    TooFewEvents,
)
from keepwell.proof.tune_weights import LARGEST_MOVE
from keepwell.runs.backtest_run import KeptBacktest
from keepwell.runs.backtest_store import FEATURES
from keepwell.runs.churn_model import ChurnFit, ChurnWatch, fit_churn_model, specs_of, watch_churn
from keepwell.runs.churn_outcome import require_leaving
from keepwell.runs.churn_sample import PastRows, feature_specs, past_rows, table_features
from keepwell.runs.contract_survival import SurvivalFit
from keepwell.runs.model_beside import keep_predictions, model_file
from keepwell.runs.tune import Tuned, tune_card
from keepwell.vocabulary import InputProblem, NotFound, Scorecard
from keepwell.wiring.backtesting import kept_backtest
from keepwell.wiring.contract_learning import (
    fit_project_contracts,
    stored_card,
    stored_survival,
)
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class StoredChurn:
    """The fitted churn scorecard and, where a run was published, how today stands to it.

    contracts: survival over contract steps, where it was fitted beside.
    """

    published: PublishedChurn
    watch: ChurnWatch | None
    contracts: PublishedSurvival | None = None


@dataclass(frozen=True, slots=True)
class TuneReport:
    """A proposal and the file it was written to; None: nothing was written."""

    tuned: Tuned
    file: Path | None


def fit_project_churn(
    project: Project,
    backtest_id: str | None = None,
    horizon: int | None = None,
    boosting: Boosting = "scikit_learn",
) -> ChurnFit | TooFewEvents:
    """Fit the churn scorecard on a kept back-test and keep it, whatever its verdict says.

    Errors: NotFound without a back-test; InputProblem for one whose outcome is not leaving.
    """
    kept = kept_backtest(project, backtest_id)
    require_leaving(kept.manifest, _mapped(project))
    cards = [u.card for u in project.uses()]
    specs = feature_specs(cards, kept.manifest["features"])
    rows = rows_of(kept, horizon, cards)
    last = date.fromisoformat(kept.manifest["last_day"])
    found = fit_churn_model(
        rows.sample(),
        specs,
        FitSettings(),
        fitted_on=last,
        backtest_id=kept.backtest_id,
        boosting=boosting,
    )
    if isinstance(found, ChurnFit):
        found = replace(
            found, contracts=fit_project_contracts(project, kept, rows, specs, found.validation)
        )
        save_churn(project.layout.root, found.published.model_dump_json(indent=1))
        file = model_file(project.layout.proof_cards, kept.backtest_id, rows.horizon_days)
        trial = found.contracts.trial if isinstance(found.contracts, SurvivalFit) else None
        keep_predictions(file, rows.account, rows.origin, found.validation, trial)
    return found


def _mapped(project: Project) -> set[str]:
    tables = project.config.tables.items()
    return {f"{table}.{column}" for table, feeds in tables for f in feeds for column in f.columns}


def stored_churn(project: Project) -> StoredChurn:
    """Return the fitted churn scorecard. Errors: NotFound where none was fitted."""
    found, contracts = stored_card(project), stored_survival(project)
    runs = project.state.runs()
    if not runs:
        return StoredChurn(found, None, contracts)
    table = pq.read_table(project.snapshots.path(runs[0].run_id) / "measures.parquet")
    watch = watch_churn(found, table_features(table, specs_of(found)))
    return StoredChurn(found, watch, contracts)


def drop_project_churn(project: Project) -> bool:
    """Forget the fitted churn scorecard; say whether there was one."""
    return drop_churn(project.layout.root)


def tune_project(
    project: Project,
    scorecard: str | None = None,
    backtest_id: str | None = None,
    horizon: int | None = None,
    *,
    largest_move: float = LARGEST_MOVE,
    anyway: bool = False,
) -> TuneReport | TooFewEvents:
    """Return a proposal for a scorecard; written for review where it is better on later days.

    `anyway`: write it also where its gain may be chance.
    Errors: NotFound for a scorecard or without a back-test.
    """
    kept = kept_backtest(project, backtest_id)
    card = _chosen(project, scorecard)
    rows = rows_of(kept, horizon, [card], card.scorecard)
    tuned = tune_card(card, rows, largest_move)
    if isinstance(tuned, TooFewEvents):
        return tuned
    if not (tuned.proposal.is_better or anyway):
        return TuneReport(tuned, None)
    name = f"{card.scorecard}-{kept.backtest_id}"
    version = tuned.card.model_copy(update={"version": card.version + 1})
    file = write_proposal(project.layout.root, version, name, evidence(tuned, kept.backtest_id))
    return TuneReport(tuned, file)


def evidence(tuned: Tuned, backtest_id: str) -> list[str]:
    """Return what speaks for a proposal, as lines for its file."""
    p = tuned.proposal
    gain, caught = p.gain, p.caught
    lines = [
        "Proposed by `keepwell tune` for review; no run reads this file.",
        (
            f"Back-test {backtest_id}: learned on {p.early[0]} to {p.early[1]} "
            f"({p.early_left} left), judged on {p.later[0]} to {p.later[1]} ({p.later_left} left)."
        ),
        (
            f"AUC {p.auc_before.value:.3f} -> {p.auc_after.value:.3f}: gain {gain.value:+.3f} "
            f"(95 % {gain.low:+.3f} .. {gain.high:+.3f})."
        ),
        (
            f"Leavers among as many lowest scores as were low: {100 * caught.value:+.1f} points "
            f"(95 % {100 * caught.low:+.1f} .. {100 * caught.high:+.1f})."
        ),
        f"Weight moved: {p.moved_points:.1f} of 100 points.",
    ]
    if not p.is_better:
        lines.append("The interval of the gain holds 0: this may be no better than yours.")
    if tuned.untouched:
        lines.append(f"Not known on past days, left as they were: {', '.join(tuned.untouched)}.")
    lines.append("To take it: move it over the present file, then `keepwell preview`.")
    return lines


def _chosen(project: Project, scorecard: str | None) -> Scorecard:
    cards = {u.card.scorecard: u.card for u in project.uses()}
    if scorecard is None and len(cards) == 1:
        return next(iter(cards.values()))
    if scorecard not in cards:
        raise NotFound(
            f"No scorecard `{scorecard}` is in use." if scorecard else "Several are in use.",
            cure=f"Choose with --scorecard: {', '.join(cards)}.",
        )
    return cards[scorecard]


def rows_of(
    kept: KeptBacktest,
    horizon: int | None,
    cards: Sequence[Scorecard],
    scorecard: str | None = None,
) -> PastRows:
    """Return a back-test's rows with the measures of some cards; of one scorecard or of all.

    Errors: InputProblem where it holds none over so many days.
    """
    offered = sorted({h for _, h in kept.frames})
    wanted = horizon or offered[0]
    frames = [
        f
        for (card, h), f in sorted(kept.frames.items())
        if h == wanted and len(f) and scorecard in (None, card)
    ]
    if not frames:
        raise InputProblem(
            f"Back-test {kept.backtest_id} holds no rows of "
            f"{scorecard or 'any scorecard'} over {wanted} days.",
            cure=f"It holds {', '.join(map(str, offered))} days; or run `keepwell backtest "
            f"--horizon {wanted}`.",
        )
    specs = feature_specs(cards, kept.manifest["features"])

    def measures(day: date) -> pa.Table:
        return pq.read_table(kept.folder / FEATURES / f"{day}.parquet")

    return past_rows(frames, specs, measures)
