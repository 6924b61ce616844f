"""Compile definitions: of the project in a folder, or of a scorecard that ships."""

from datetime import date
from pathlib import Path

from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.example_fit import load_example_fit
from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.text_folder import TextFolderOnDisk
from keepwell.config import ForecastSettings
from keepwell.definitions import Subject, dialect_named, shipped_subject
from keepwell.runs.compile import (
    Compiled,
    compile_subject,
    form_named,
    project_subject,
    write_compiled,
)
from keepwell.runs.importing_record import load_import
from keepwell.wiring.project import Project


def compile_project(
    project: Project, dialect: str, form: str, folder: Path | None, as_of: date | None = None
) -> Compiled:
    """Return the definitions of a project as texts, written to `folder` where one is given.

    Errors: NotFound without a run, InputProblem for a scorecard that is not fitted.
    """
    record = project.current()
    imported = load_import(ImportFolders(project.layout.imports).folder(record.input_hash))
    with project.reader() as engine:
        subject = project_subject(
            project.config,
            project.uses(),
            record,
            imported.mapped,
            project.state,
            project.snapshots,
            engine,
            as_of,
        )
    return _compiled(subject, dialect, form, folder)


def compile_shipped(
    scorecard: str, dialect: str, form: str, folder: Path | None, as_of: date | None = None
) -> Compiled:
    """Return the definitions of a shipped scorecard over the tables of a CRM. Errors: NotFound."""
    card, example = shipped_scorecard(scorecard), load_example_fit()
    subject = shipped_subject(card, example, ForecastSettings(), as_of)
    return _compiled(subject, dialect, form, folder)


def _compiled(subject: Subject, dialect: str, form: str, folder: Path | None) -> Compiled:
    compiled = compile_subject(subject, dialect_named(dialect), form_named(form))
    if folder is None:
        return compiled
    return write_compiled(compiled, TextFolderOnDisk(folder), folder)
