"""Shows the row account of every table and every finding with its cure."""

from collections.abc import Sequence
from pathlib import Path

from keepwell.cli.console import Speaker
from keepwell.cli.words import word
from keepwell.runs.importing_record import Imported
from keepwell.runs.importing_replay import Replayed
from keepwell.vocabulary import Finding, InputProblem, Lang, Severity

ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: ""}


def show_check(
    imported: Imported,
    lang: Lang,
    *,
    replayed: Replayed | None = None,
    files: Sequence[Path] = (),
    as_json: bool,
) -> int:
    """Print the result of a check; return 0, or 2 when an error keeps the data out."""
    speak = Speaker(as_json=as_json)
    code = 0 if imported.is_accepted else InputProblem.exit_code
    if speak.result(replayed or imported):
        return code
    speak.heading(word("rows", lang))
    speak.table(
        [word(h, lang) for h in ("table", "in", "taken", "merged", "quarantined", "excluded")],
        [
            (c.table, c.rows_in, c.accepted, c.merged, c.quarantined, c.excluded)
            for c in imported.counts
        ],
        right="12345",
    )
    show_findings(imported.findings, lang, speak)
    if replayed:
        numbers = (replayed.tried, replayed.released, replayed.remaining)
        speak.line(word("replayed", lang, *numbers))
    for file in files:
        speak.line(f"{word('written', lang)}: {file}")
    speak.line()
    speak.line(word("accepted" if not code else "refused", lang), "" if not code else "bold red")
    return code


def show_findings(findings: tuple[Finding, ...], lang: Lang, speak: Speaker) -> None:
    """Print findings, the gravest first, each with count, examples and cure."""
    if not findings:
        speak.line(word("no_findings", lang))
        return
    speak.heading(f"{word('findings', lang)} ({len(findings)})")
    for severity in ORDER:
        for finding in (f for f in findings if f.kind.severity is severity):
            place = f"{finding.table}.{finding.column}" if finding.column else finding.table
            head = f"{severity.value:<8}{finding.code}  [{place}]  {finding.kind.action.value}"
            speak.line(head, STYLE[severity])
            speak.line(f"        {finding.message(lang)}")
            for example in finding.examples:
                speak.line(f"          {example.text()}", "dim")
            speak.line(f"        -> {finding.cure(lang)}")
