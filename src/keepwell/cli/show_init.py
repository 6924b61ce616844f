"""Shows what `init` recognised, why, with what coverage, and what it could not map."""

from keepwell.cli.console import Speaker
from keepwell.cli.words import tier_word, word
from keepwell.runs.initialise import InitReport
from keepwell.vocabulary import Lang


def show_init(report: InitReport, lang: Lang, *, as_json: bool) -> None:
    """Print the mapping table by table, the lines to fill, the warnings and the next command."""
    speak = Speaker(as_json=as_json)
    if speak.result(report):
        return
    _show_mapping(report, lang, speak)
    _show_unmapped(report, lang, speak)
    _show_fills(report, lang, speak)
    if report.warnings:
        speak.heading(word("warnings", lang))
        for warning in report.warnings:
            speak.line(f"- {warning.text(lang)}")
    if report.preview:
        speak.heading(word("tier", lang))
        for tier, share in report.preview.shares.items():
            speak.line(f"  {tier_word(tier, lang)}  {100 * share:.0f} %")
    speak.heading(f"{word('written', lang)}: {', '.join(report.written)}")
    speak.line(f"{word('next', lang)}: keepwell check -C {report.project_dir}")


def _show_mapping(report: InitReport, lang: Lang, speak: Speaker) -> None:
    for feed in report.proposal.feeds:
        rows = "" if feed.row_count is None else f" ({feed.row_count})"
        speak.heading(f"{feed.source}{rows} -> {feed.table}   [{feed.preset}]")
        for note in feed.notes:
            speak.line(f"  {note.text(lang)}")
        speak.table(
            (feed.table, feed.source, word("coverage", lang), ""),
            [
                (c.canonical, c.source, f"{100 * c.coverage:.0f} %", c.why().text(lang))
                for c in feed.columns
            ],
            right="2",
        )


def _show_unmapped(report: InitReport, lang: Lang, speak: Speaker) -> None:
    left = [(f.source, c) for f in report.proposal.feeds for c in f.unmapped]
    if left or report.proposal.skipped:
        speak.heading(word("not_mapped", lang))
    by_source: dict[str, list[str]] = {}
    for source, column in dict.fromkeys(left):
        by_source.setdefault(source, []).append(column)
    for source, columns in by_source.items():
        speak.line(f"- {source}: {', '.join(columns)}")
    for skipped in report.proposal.skipped:
        speak.line(f"- {skipped.source}: {skipped.why.text(lang)}")


def _show_fills(report: InitReport, lang: Lang, speak: Speaker) -> None:
    for key, needed in (("to_fill", True), ("to_check", False)):
        fills = [f for f in report.fills if f.is_required is needed]
        if fills:
            speak.heading(word(key, lang))
        for fill in fills:
            speak.line(f"- {fill.file}:{fill.line}  {fill.key}  {fill.message.text(lang)}")
