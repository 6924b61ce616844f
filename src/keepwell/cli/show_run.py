"""Shows what a run published, what a preview would change, and what a report wrote."""

from keepwell.cli.console import Speaker, as_plain
from keepwell.cli.show_alerts import tell_warning
from keepwell.cli.show_check import show_findings
from keepwell.cli.show_explain import label
from keepwell.cli.show_renewals import tell_renewals
from keepwell.cli.show_writeback import tell_written_back
from keepwell.cli.words import tier_word, word
from keepwell.ports import ResourceUse
from keepwell.runs.preview import PreviewReport
from keepwell.runs.preview_reasons import Mover
from keepwell.runs.report import WrittenReport
from keepwell.runs.run import RunReport
from keepwell.runs.write_back import WrittenBack
from keepwell.vocabulary import Action, Lang, Severity, truncate_points


def show_run(
    report: RunReport, lang: Lang, *, as_json: bool, written: WrittenBack | None = None
) -> None:
    """Print the snapshot's id, its tiers, the findings that may change a decision, the delivery."""
    speak = Speaker(as_json=as_json)
    if speak.result({**as_plain(report), "written_back": written} if written else report):
        return
    if not report.is_new:
        speak.line(word("unchanged", lang))
    cards = ", ".join(f"{name} v{version}" for name, version in report.scorecards)
    speak.line(f"{word('snapshot', lang)}: {report.run_id}")
    speak.line(f"{word('as_of', lang)}: {report.as_of}   {word('scorecard', lang)}: {cards}")
    speak.line(
        f"{word('accounts', lang)}: {report.accounts}   {word('excluded', lang)}: {report.excluded}"
    )
    speak.table(
        (word("tier", lang), word("accounts", lang), word("share", lang)),
        [
            (tier_word(t, lang), n, f"{100 * n / max(report.accounts, 1):.0f} %")
            for t, n in sorted(report.tiers.items(), key=_tier_order)
        ],
        right="12",
    )
    tell_renewals(report.renewals, lang, speak)
    told = tuple(
        f
        for f in report.findings
        if f.kind.severity is not Severity.INFO or f.kind.action is Action.EXCLUDED
    )
    if told:
        show_findings(told, lang, speak)
    if report.warning is not None:
        tell_warning(report.run_id, report.warning, lang, speak)
    if written:
        tell_written_back(written, lang, speak)
    speak.line()
    speak.line(_used(report.used, lang))
    speak.line(f"{word('next', lang)}: keepwell report --lang {lang}")


def _used(used: ResourceUse, lang: Lang) -> str:
    process = f"{used.process_mb:,.0f}"
    if used.engine_mb is None or used.spilled_mb is None or used.limit_mb is None:
        return word("used_elsewhere", lang, process)
    parts = (f"{used.engine_mb:,.0f}", f"{used.limit_mb:,}", process, f"{used.spilled_mb:,.0f}")
    return word("used", lang, *parts)


def _tier_order(pair: tuple[str, int]) -> tuple[int, str]:
    order = ("high", "medium", "low", "unknown")
    return (order.index(pair[0]) if pair[0] in order else len(order), pair[0])


def show_preview(report: PreviewReport, lang: Lang) -> None:
    """Print who would change tier and what contribution moves."""
    speak = Speaker(as_json=False)
    speak.line(
        f"{report.run_id}   {word('accounts', lang)}: {report.accounts}   "
        + word("changes", lang, report.changed_scores, report.changed_tiers)
    )
    if report.moves:
        _show_moves(report, lang, speak)
        _show_movers(report, lang, speak)
    if report.squashed:
        speak.line(word("squashed", lang, ", ".join(report.squashed)))


def _show_moves(report: PreviewReport, lang: Lang, speak: Speaker) -> None:
    speak.heading(word("moves", lang))
    speak.table(
        [word(h, lang) for h in ("before", "after", "accounts", "amount")],
        [
            (
                tier_word(m.tier_before, lang),
                tier_word(m.tier_after, lang),
                m.accounts,
                f"{m.amount:,.0f}",
            )
            for m in report.moves
        ],
        right="23",
    )


def _show_movers(report: PreviewReport, lang: Lang, speak: Speaker) -> None:
    speak.heading(word("movers", lang))
    speak.table(
        ["", *(word(h, lang) for h in ("name", "before", "after", "amount", "reason"))],
        [
            (
                m.account_id,
                m.name,
                f"{tier_word(m.tier_before, lang)} {_points(m.micro_before)}",
                f"{tier_word(m.tier_after, lang)} {_points(m.micro_after)}",
                "" if m.amount is None else f"{m.amount:,.0f}",
                _reason(m, lang),
            )
            for m in report.movers
        ],
        right="4",
    )


def _reason(m: Mover, lang: Lang) -> str:
    if m.reason is None or m.reason_micro is None:
        return ""
    sign = "+" if m.reason_micro > 0 else "-"
    return f"{label(m.reason, lang)} {sign}{truncate_points(abs(m.reason_micro))}"


def _points(micro: int | None) -> str:
    return "" if micro is None else truncate_points(micro)


def show_report(written: WrittenReport, lang: Lang, *, as_json: bool) -> None:
    """Print the files that were written."""
    speak = Speaker(as_json=as_json)
    if speak.result(written):
        return
    speak.heading(word("written", lang))
    for path in written.files:
        speak.line(f"  {path}")
