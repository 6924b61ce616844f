"""Compile: the definitions of a project, or of a shipped scorecard, in a warehouse's dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

from keepwell.config import Config
from keepwell.definitions import (
    Dialect,
    Subject,
    dbt_files,
    script_files,
)
from keepwell.measures import plan_measures
from keepwell.outlook import ForecastBasis
from keepwell.ports import Engine, RunRecord, SnapshotStore, StateStore
from keepwell.runs.portfolio import measure_settings
from keepwell.runs.score_portfolio_cards import stored_fit
from keepwell.scoring import CardUse, shared_measures
from keepwell.vocabulary import InputProblem, Scorecard

Form = Literal["sql", "dbt"]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The texts by file name, in the order in which they are run; `written` where they lie."""

    title: str
    dialect: str
    is_executed: bool
    form: Form
    as_of: date
    files: Mapping[str, str]
    written: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """Return all files as one script."""
        return "\n".join(self.files.values())


class TextFolder(Protocol):
    """A folder that texts are written to, each whole."""

    def files(self) -> tuple[str, ...]:
        """Return the names of the files that are there, relative to the folder."""
        ...

    def write(self, texts: Mapping[str, str]) -> None:
        """Write files. Errors: SourceUnavailable."""
        ...


def form_named(name: str) -> Form:
    """Return the form of that name. Errors: InputProblem."""
    match name:
        case "sql" | "dbt":
            return "sql" if name == "sql" else "dbt"
    raise InputProblem(f"There is no format `{name}`.", cure="Use --format sql or dbt.")


def compile_subject(subject: Subject, dialect: Dialect, form: Form) -> Compiled:
    """Return the definitions as texts. Errors: SqlNotAllowed where the dialect cannot say them."""
    make = script_files if form == "sql" else dbt_files
    files = make(subject, dialect)
    return Compiled(subject.title, dialect.name, dialect.is_executed, form, subject.as_of, files)


def write_compiled(compiled: Compiled, folder: TextFolder, place: Path) -> Compiled:
    """Write the texts; what another compile left there would be run with them, so it is refused.

    Errors: InputProblem when the folder holds other files; SourceUnavailable.
    """
    other = sorted(set(folder.files()) - set(compiled.files))
    if other:
        raise InputProblem(
            f"{place} holds {len(other)} files that this compile does not write, "
            f"such as {other[0]}.",
            cure="Choose another -o, or remove them first.",
            files=other,
        )
    folder.write(compiled.files)
    return replace(compiled, written=tuple(place / name for name in compiled.files))


def project_subject(
    config: Config,
    uses: Sequence[CardUse],
    record: RunRecord,
    mapped: frozenset[str],
    state: StateStore,
    snapshots: SnapshotStore,
    engine: Engine,
    as_of: date | None = None,
) -> Subject:
    """Return what a project's current run defines, under the scorecards as they are now.

    Errors: InputProblem for a scorecard that was never fitted in its present form.
    """
    fitted = tuple(CardUse(_fitted(state, use.card), use.when) for use in uses)
    folder = snapshots.path(record.run_id)
    for table in ("scores", "contributions"):
        engine.read_parquet(table, folder / f"{table}.parquet")
    settings = measure_settings(config)
    return Subject(
        title=config.project,
        as_of=as_of or record.as_of,
        plan=plan_measures(mapped, settings),
        settings=settings,
        uses=fitted,
        basis=_basis(snapshots.read_manifest(record.run_id)["forecast_basis"]),
        weights=config.forecast,
        seen={u.card.scorecard: _seen(engine, u.card) for u in fitted},
        overrides=_overrides(engine),
    )


def _fitted(state: StateStore, card: Scorecard) -> Scorecard:
    found = stored_fit(state, card)
    if found is None:
        raise InputProblem(
            f"Scorecard `{card.scorecard}` is not fitted in its present form, so its scales have "
            "no bounds.",
            cure="Run `keepwell run`, then compile.",
            scorecard=card.scorecard,
        )
    return found


def _basis(given: Mapping[str, Any]) -> ForecastBasis:
    return ForecastBasis(
        held=frozenset(given["held"]),
        accounts=int(given["accounts"]),
        mean_win_rate=given["mean_win_rate"],
        mean_odds_count=int(given["mean_odds_count"]),
    )


def _seen(engine: Engine, card: Scorecard) -> tuple[int, ...]:
    """Return the patterns of missing measures among the scored accounts of a card."""
    bits = [
        f"CASE WHEN c.{name}__scaled IS NULL THEN {2**bit} ELSE 0 END"
        for bit, name in enumerate(shared_measures(card))
        if f"{name}__scaled" in engine.columns("contributions")
    ]
    if not bits:
        return ()
    name = card.scorecard.replace("'", "''")
    found = engine.rows(
        f"SELECT DISTINCT {' + '.join(bits)} FROM contributions AS c "  # noqa: S608
        f"JOIN scores AS s ON s.account_id = c.account_id "
        f"WHERE s.scorecard = '{name}' AND s.score_micro IS NOT NULL"
    )
    return tuple(sorted(int(pattern) for (pattern,) in found))


def _overrides(engine: Engine) -> tuple[tuple[str, str], ...]:
    rows = engine.rows(
        "SELECT account_id, effective_tier FROM scores WHERE has_override ORDER BY account_id"
    )
    return tuple((str(account), str(tier)) for account, tier in rows)
