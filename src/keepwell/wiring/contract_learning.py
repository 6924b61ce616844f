"""Survival over contract steps of a project: fit it beside the churn scorecard, look at it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from keepwell.adapters.churn_file import load_churn, load_survival, save_survival
from keepwell.adapters.imports import ImportFolders
from keepwell.ports import RunRecord
from keepwell.proof.model import (
    FeatureSpec,
    PublishedChurn,
    PublishedSurvival,
    Reasons,
    TooFewEvents,
    Validation,
)
from keepwell.runs.backtest_run import KeptBacktest
from keepwell.runs.churn_model import specs_of
from keepwell.runs.churn_sample import PastRows, table_features
from keepwell.runs.contract_survival import (
    StepsAhead,
    SurvivalFit,
    fit_contracts_ahead,
    look_along,
    survival_specs,
)
from keepwell.runs.contract_terms import NamedTerms, has_terms, read_terms, spells_of
from keepwell.runs.importing_record import load_import
from keepwell.vocabulary import NotFound
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class ChurnReasons:
    """Why one account has its probability: by the scorecard, and step by step of its contract.

    lacking: the import that the contract part needs, where it is no longer there.
    """

    account_id: str
    as_of: date
    horizon_days: int
    reasons: Reasons
    ahead: StepsAhead | None
    lacking: str | None = None


def fit_project_contracts(
    project: Project,
    kept: KeptBacktest,
    rows: PastRows,
    specs: tuple[FeatureSpec, ...],
    beside: Validation,
) -> SurvivalFit | TooFewEvents | None:
    """Fit and keep survival over contract steps; None where no contracts are the clock.

    `rows`, `beside`: of the churn scorecard of the same back-test.
    """
    found = _fitted(project, kept, rows, specs, beside)
    fitted = found.published if isinstance(found, SurvivalFit) else None
    text = fitted.model_dump_json(indent=1) if fitted else None
    save_survival(project.layout.root, text)
    return found


def _fitted(
    project: Project,
    kept: KeptBacktest,
    rows: PastRows,
    specs: tuple[FeatureSpec, ...],
    beside: Validation,
) -> SurvivalFit | TooFewEvents | None:
    terms = _terms(project, str(kept.manifest["import_id"]))
    spells = spells_of(rows, terms) if terms else None
    if terms is None or spells is None:
        return None
    return fit_contracts_ahead(
        spells,
        specs,
        beside,
        whole_months=terms.terms.whole_months,
        settle_days=int(kept.manifest["outcomes"][str(rows.horizon_days)]["grace_days"]),
        fitted_on=date.fromisoformat(kept.manifest["last_day"]),
        backtest_id=kept.backtest_id,
    )


def _terms(project: Project, import_id: str) -> NamedTerms | None:
    folder = ImportFolders(project.layout.imports).folder(import_id)
    file = folder / "subscriptions.parquet"
    if not has_terms(load_import(folder).mapped) or not file.is_file():
        return None
    with project.reader() as engine:
        engine.read_parquet("subscriptions", file)
        return read_terms(engine)


def stored_card(project: Project) -> PublishedChurn:
    """Return the fitted churn scorecard. Errors: NotFound where none was fitted."""
    values = load_churn(project.layout.root)
    if values is None:
        raise NotFound(
            "No churn scorecard was fitted yet.",
            cure="`keepwell backtest`, then `keepwell churn fit`.",
        )
    return PublishedChurn.model_validate(values)


def stored_survival(project: Project) -> PublishedSurvival | None:
    """Return the fitted survival over contract steps; None where none was fitted."""
    values = load_survival(project.layout.root)
    return None if values is None else PublishedSurvival.model_validate(values)


def churn_reasons(project: Project, account_id: str) -> ChurnReasons:
    """Return why an account of the newest run has its probability of leaving.

    Errors: NotFound without a fitted scorecard, a run, or this account in it.
    """
    found = stored_card(project)
    run = next(iter(project.state.runs()), None)
    if run is None:
        raise NotFound("No run was published yet.", cure="`keepwell run`.")
    table = pq.read_table(project.snapshots.path(run.run_id) / "measures.parquet")
    row = table.filter(pc.field("account_id") == account_id)
    if not len(row):
        raise NotFound(
            f"No account `{account_id}` in the run of {run.as_of}.",
            cure="Take an id of `keepwell export scores -o scores.csv`.",
        )
    lacking, ahead = None, None
    try:
        ahead = _ahead(project, run, account_id, row)
    except NotFound:
        # Imports are no part of a backup; the scorecard needs the snapshot alone.
        lacking = run.input_hash
    return ChurnReasons(
        account_id,
        run.as_of,
        found.horizon_days,
        found.model().reasons(table_features(row, specs_of(found)), 0),
        ahead,
        lacking,
    )


def _ahead(project: Project, run: RunRecord, account_id: str, row: pa.Table) -> StepsAhead | None:
    found = stored_survival(project)
    terms = _terms(project, run.input_hash) if found else None
    if found is None or terms is None:
        return None
    day = np.array([run.as_of], "datetime64[D]")
    places = terms.places(np.array([account_id]), day, found.steps)
    return look_along(found, table_features(row, survival_specs(found)), places)
