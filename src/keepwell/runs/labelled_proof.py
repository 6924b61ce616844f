"""Cross-validate a labelled table and write its report card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keepwell.ports import PictureRenderer, RawTable
from keepwell.proof.model import FitSettings, LabelledCard, TooFewEvents, labelled_card
from keepwell.reports import Aside, write_labelled_document
from keepwell.runs.labelled import Labelled, read_labelled
from keepwell.runs.report import PROOF, PageWriters, WrittenReport, write_report
from keepwell.vocabulary import LabelledTable, Lang


@dataclass(frozen=True, slots=True)
class LabelledProved:
    """What judging a labelled table came to, and what was written."""

    table: str
    found: LabelledCard | TooFewEvents
    written: WrittenReport


def judge_labelled(
    raw: RawTable, declared: LabelledTable, capacities: Sequence[float]
) -> tuple[LabelledCard | TooFewEvents, Aside]:
    """Return the card of a labelled table, or why there is none, and what took no part."""
    read = read_labelled(raw, declared)
    found = labelled_card(read.sample, read.specs, FitSettings(), capacities)
    return found, _aside(read, declared)


def _aside(read: Labelled, declared: LabelledTable) -> Aside:
    return Aside(declared.leave_out, read.unread, read.keys, read.unlabelled)


def write_labelled(
    judged: tuple[LabelledCard | TooFewEvents, Aside],
    project: str,
    declared: LabelledTable,
    on: date,
    lang: Lang,
    formats: Sequence[str],
    folder: Path,
    renderer: PictureRenderer,
    writers: PageWriters,
) -> LabelledProved:
    """Write the report in one language and the asked formats."""
    found, aside = judged
    document = write_labelled_document(found, project, declared.table, aside, on)
    written = write_report(
        document, "labelled", lang, formats, folder, renderer, writers, kind=PROOF
    )
    return LabelledProved(declared.table, found, written)
