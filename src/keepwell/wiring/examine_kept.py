"""The doctor looks at what runs keep for the next: folds of months, and the last measures."""

from pathlib import Path

from keepwell.measures import plan_measures
from keepwell.ports import Engine
from keepwell.runs.importing_record import Imported
from keepwell.runs.kept_folds import KeptFolds, wrong_folds
from keepwell.runs.kept_measures import is_current, last_measures, wrong_measures
from keepwell.runs.kept_over_months import wrong_over_months
from keepwell.runs.portfolio import measure_settings, open_import
from keepwell.runs.store_measures import store_measures
from keepwell.vocabulary import Bilingual, SourceUnavailable
from keepwell.wiring.project import Project


def look_at_kept(project: Project) -> Bilingual:
    """Return what was compared. Errors: SourceUnavailable for what is kept and wrong."""
    imported = project.last_import()
    kept = KeptFolds(project.layout.folds, imported.months, imported.folder)
    held = tuple(kept.current())
    with project.reader() as engine:
        for table in {fold.table for fold in held}:
            engine.read_parquet(table, imported.folder / f"{table}.parquet")
        last = last_measures(kept)
        # The files over months are made of the kept months, which must be right first.
        wrong = wrong_folds(engine, kept) or (
            wrong_over_months(engine, kept, last.day) if last else ()
        )
        if wrong:
            raise SourceUnavailable(
                f"Kept folds of events differ from their rows: {', '.join(wrong)}.",
                cure=_cure(project.layout.folds),
            )
        rows = _wrong_measures(engine, project, imported, kept)
    if rows:
        raise SourceUnavailable(
            f"The kept measures differ from their tables in {rows} rows.",
            cure=_cure(project.layout.folds),
        )
    return Bilingual(f"{len(held)} 个月份与其明细一致", f"{len(held)} months equal their rows")


def _wrong_measures(engine: Engine, project: Project, imported: Imported, kept: KeptFolds) -> int:
    """Return how many kept measures differ; 0 where they are of another import."""
    settings, last = measure_settings(project.config), last_measures(kept)
    plan = plan_measures(imported.mapped, settings)
    if last is None or not is_current(last, kept, plan, settings):
        return 0
    open_import(engine, imported, last.day)
    store_measures(engine, plan, last.day, settings)
    return wrong_measures(engine, kept, plan)


def _cure(folder: Path) -> str:
    return f"Delete {folder} and run `keepwell run --full`."
