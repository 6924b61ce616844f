"""The demo: the example company from nothing to its report."""

import csv
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from keepwell.adapters.clock import FixedClock
from keepwell.example_company import AS_OF, ExportTable, build_company
from keepwell.ports import Progress
from keepwell.runs.run import RunReport
from keepwell.vocabulary import InputProblem, Lang, NotFound
from keepwell.wiring.project import Project
from keepwell.wiring.start import start_project

EXPORTS = "exports"
# Left by an earlier demo; nothing else in the folder is ever deleted.
OWN = (EXPORTS, "scorecards", "reports", ".keepwell")
OWN_FILES = ("keepwell.yml", "keepwell.schema.json", "truth.csv", "delivery.yml")


@dataclass(frozen=True, slots=True)
class DemoReport:
    """The demo's project, its run, the files to open and an account worth explaining."""

    folder: Path
    run: RunReport
    files: tuple[Path, ...]
    example_account: str


def build_demo(
    folder: Path,
    *,
    accounts: int,
    lang: Lang,
    force: bool,
    progress: Progress,
    has_report: bool = True,
) -> DemoReport:
    """Build the example company in `folder`, check, score and, unless told not to, report it.

    Errors: InputProblem when the folder holds something and `force` is not set.
    """
    clear_demo(folder, force=force)
    progress.step("build", lang)
    company = build_company(accounts, lang)
    for table in company.exports:
        write_export(table, folder / EXPORTS / f"{table.name}.csv")
    write_export(company.truth, folder / "truth.csv")
    clock = FixedClock(AS_OF)
    start_project(
        folder,
        folder / EXPORTS,
        scorecard="robust",
        lang=lang,
        force=True,
        progress=progress,
        clock=clock,
        has_preview=False,
    )
    declare_currency(folder, "CNY" if lang == "zh" else "USD")
    project = Project(folder, progress, clock)
    run = project.run(AS_OF)
    files: tuple[Path, ...] = ()
    if has_report:
        progress.step("report", lang)
        files = project.report(lang, "all", None).files
    return DemoReport(folder, run, files, _example_account(project))


def clear_demo(folder: Path, *, force: bool) -> None:
    """Make room for a demo. Errors: InputProblem when the folder holds something else."""
    if folder.exists() and any(folder.iterdir()):
        if not force or not (folder / "truth.csv").is_file():
            raise InputProblem(
                f"{folder} is not empty.",
                cure="Name another folder; --force replaces an earlier demo only.",
            )
        for name in OWN:
            remove_folder(folder / name)
        for name in OWN_FILES:
            (folder / name).unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder of the demo; snapshots are read-only, so rights are given back first."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def write_export(table: ExportTable, path: Path) -> None:
    """Write an export as a CRM would: as it is, nothing made inert."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table.columns)
        rows.writerows(table.rows)


def deliver_exports(exports: Iterable[ExportTable | None], folder: Path) -> None:
    """Write a day's files; one that does not come is not there."""
    kept = set()
    for table in exports:
        if table is not None:
            kept.add(f"{table.name}.csv")
            write_export(table, folder / f"{table.name}.csv")
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink()


def declare_currency(folder: Path, currency: str) -> None:
    """Fill the one line that no export can tell, as `init` asks for it."""
    path = folder / "keepwell.yml"
    text = path.read_text(encoding="utf-8")
    lines = f"money:\n  currency: {currency}\n  undeclared_means: {currency}\n\ntables:\n"
    path.write_text(text.replace("\ntables:\n", f"\n{lines}", 1), encoding="utf-8")


def _example_account(project: Project) -> str:
    """Return the id of the first account of the priority list, or of the lowest score."""
    with project.reader() as engine:
        folder = project.snapshots.path(project.current().run_id)
        for table, order in (("priority", "priority_rank"), ("scores", "score_micro")):
            engine.read_parquet(table, folder / f"{table}.parquet")
            rows = engine.rows(f"SELECT account_id FROM {table} ORDER BY {order} LIMIT 1")  # noqa: S608
            if rows:
                return str(rows[0][0])
    raise NotFound("The snapshot has no account.", cure="Run `keepwell run`.")
