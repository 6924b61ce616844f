"""Write the report of one snapshot: facts asked of its tables, then files in the asked formats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from keepwell.playbooks import Library, ValueStrategies
from keepwell.ports import Engine, PictureRenderer, ProofCards, SnapshotStore
from keepwell.reports import (
    Document,
    Page,
    markdown,
    resolve,
    write_document,
    write_value_document,
)
from keepwell.runs.export import open_snapshot
from keepwell.runs.report_subject import build_portfolio, build_subject, with_cards
from keepwell.vocabulary import InputProblem, Lang

FORMATS = ("md", "html", "pdf", "xlsx")
HEALTH, VALUE, PROOF = "health", "value", "proof"
KINDS = (HEALTH, VALUE)
STEMS = {HEALTH: "report", VALUE: "value_report", PROOF: "proof"}
Svgs = Mapping[str, Mapping[str, str]]


class PageWriters(Protocol):
    """Turns a page into files; met by adapters/writers."""

    def html(self, page: Page, pictures: Svgs) -> str:
        """Return the page as HTML; `pictures`: SVG text by picture and drawing."""
        ...

    def pdf(self, page: Page, pictures: Mapping[str, str]) -> bytes:
        """Return the page as PDF; `pictures`: SVG text by picture."""
        ...

    def spreadsheet(self, page: Page, path: Path) -> None:
        """Write the page's tables as a workbook."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """What was written. `undrawable`: characters that no font holds, drawn as their code point."""

    run_id: str
    lang: Lang
    folder: Path
    files: tuple[Path, ...]
    facts: int
    undrawable: tuple[str, ...] = ()


def asked_formats(text: str) -> tuple[str, ...]:
    """Return the formats named in `md,html` or `all`. Errors: InputProblem for another name."""
    if text.strip().lower() == "all":
        return FORMATS
    names = tuple(dict.fromkeys(n.strip().lower() for n in text.split(",") if n.strip()))
    unknown = [n for n in names if n not in FORMATS]
    if unknown or not names:
        raise InputProblem(
            f"Unknown report format {', '.join(unknown) or 'of no name'}.",
            cure=f"Choose from {', '.join(FORMATS)}, or all.",
        )
    return names


def asked_kind(text: str) -> str:
    """Return the kind of report that is asked for. Errors: InputProblem for another name."""
    if text not in KINDS:
        raise InputProblem(
            f"Unknown kind of report `{text}`.", cure=f"Choose from {', '.join(KINDS)}."
        )
    return text


def build_report(
    engine: Engine,
    snapshots: SnapshotStore,
    run_id: str,
    library: Library,
    *,
    before: Sequence[str] = (),
    is_example: bool = False,
    kind: str = HEALTH,
    strategies: ValueStrategies | None = None,
    cards: ProofCards | None = None,
) -> Document:
    """Return the bilingual report on a snapshot; the engine then holds its tables.

    `kind`: one of KINDS; health closes with the value section, value is that alone.
    `cards`: verdicts of back-tests, which stand beside their scorecards.
    `before`: earlier runs, newest first; the first scored by the same cards is comparable.
    Errors:   NotFound for an unknown run.
    """
    manifest = snapshots.read_manifest(run_id)
    tables = open_snapshot(engine, snapshots, run_id)
    build_portfolio(engine, tables)
    earlier = [snapshots.read_manifest(run) for run in before]
    subject = build_subject(engine, manifest, tables, earlier, is_example=is_example)
    subject = with_cards(subject, cards) if cards else subject
    write = write_value_document if kind == VALUE else write_document
    return write(subject, engine.rows, library, strategies)


def write_report(
    document: Document,
    run_id: str,
    lang: Lang,
    formats: Sequence[str],
    folder: Path,
    renderer: PictureRenderer,
    writers: PageWriters,
    *,
    kind: str = HEALTH,
) -> WrittenReport:
    """Write the report in one language; pictures also stand alone as PNG and SVG.

    The same snapshot gives the same bytes in every format.
    """
    page = resolve(document, lang)
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    svgs = _pictures(page, folder / "pictures", renderer, files, is_web="html" in formats)
    stem = folder / STEMS[kind]
    if "md" in formats:
        paths = {p.key: f"pictures/{p.key}.{lang}.png" for p in page.pictures}
        files.append(_written(stem.with_suffix(f".{lang}.md"), markdown(page, paths).encode()))
    if "html" in formats:
        files.append(_written(stem.with_suffix(f".{lang}.html"), writers.html(page, svgs).encode()))
    if "pdf" in formats:
        light = {key: themes["light"] for key, themes in svgs.items()}
        files.append(_written(stem.with_suffix(f".{lang}.pdf"), writers.pdf(page, light)))
    if "xlsx" in formats:
        path = stem.with_suffix(f".{lang}.xlsx")
        writers.spreadsheet(page, path)
        files.append(path)
    missing: Any = getattr(renderer, "missing", ())
    return WrittenReport(
        run_id, lang, folder, tuple(files), len(document.facts), tuple(sorted(missing))
    )


def _pictures(
    page: Page, folder: Path, renderer: PictureRenderer, files: list[Path], *, is_web: bool
) -> dict[str, dict[str, str]]:
    """Write each picture as PNG and SVG (light) and return the SVG texts.

    `is_web`: a web page shows all drawings, of both themes and widths; the others only the light.
    """
    drawn: dict[str, dict[str, str]] = {}
    for picture in page.pictures:
        folder.mkdir(parents=True, exist_ok=True)
        wanted = picture.drawings if is_web else {"light": picture.specs["light"]}
        drawn[picture.key] = {n: renderer.svg(spec) for n, spec in wanted.items()}
        name = f"{picture.key}.{page.lang}"
        files.append(_written(folder / f"{name}.svg", drawn[picture.key]["light"].encode()))
        files.append(_written(folder / f"{name}.png", renderer.png(picture.specs["light"])))
    return drawn


def _written(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)
    return path
