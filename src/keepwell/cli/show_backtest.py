"""Shows what a back-test came to: origins, rows, outcomes, and what was left out."""

from collections.abc import Mapping
from typing import Any

from keepwell.cli.backtest_words import word
from keepwell.cli.console import Speaker
from keepwell.proof import REASONS, Reason
from keepwell.reports import origins_word
from keepwell.runs.backtest_run import KeptBacktest
from keepwell.runs.importing_record import finding_from_json
from keepwell.vocabulary import Lang


def show_backtest(
    done: KeptBacktest, lang: Lang, *, as_json: bool, newest: str | None = None
) -> None:
    """Print a back-test in tables, or as one JSON object without its rows.

    `newest`: the back-test that `keepwell proof` takes by itself; another one is named to it.
    """
    speak = Speaker(as_json=as_json)
    told = {
        "backtest_id": done.backtest_id,
        "folder": done.folder,
        "is_new": done.is_new,
        "frames": done.counts,
        "manifest": done.manifest,
    }
    if speak.result(told):
        return
    manifest = done.manifest
    speak.heading(word("title", lang))
    if not done.is_new:
        speak.line(word("kept", lang))
    for outcome in manifest["outcomes"].values():
        speak.line(outcome[lang])
    _origins(speak, manifest, lang)
    _frames(speak, done, lang)
    for horizon, counts in manifest["counts"].items():
        if len(manifest["counts"]) > 1:
            speak.line(f"{word('horizon', lang)}: {horizon}")
        _counts(speak, counts, lang)
    speak.heading(word("left_out", lang))
    _left_out(speak, manifest["left_out"], lang)
    _findings(speak, manifest["findings"], lang)
    speak.line(f"{word('written', lang)}: {done.folder}")
    is_other = newest is not None and newest != done.backtest_id
    speak.line(word("next", lang, f" --backtest {done.backtest_id}" if is_other else ""))


def _origins(speak: Speaker, manifest: Mapping[str, Any], lang: Lang) -> None:
    days, late = manifest["origins"], manifest["incomplete"]
    counted = origins_word(len(days)).text(lang)
    speak.line(word("span", lang, len(days), days[0], days[-1], manifest["last_day"], counted))
    if late:
        speak.line(word("incomplete", lang, len(late), late[0], late[-1]))
    if manifest["early"]:
        speak.line(word("early", lang, manifest["early"]))


def _frames(speak: Speaker, done: KeptBacktest, lang: Lang) -> None:
    heads = ["scorecard", "horizon", "rows", "accounts", "outcomes", "left", "rate", "scored"]
    rows = [
        (
            c.scorecard,
            c.horizon_days,
            f"{c.rows:,}",
            f"{c.accounts:,}",
            f"{c.outcomes:,}",
            f"{c.accounts_with_outcome:,}",
            f"{c.outcomes / c.rows:.1%}" if c.rows else "-",
            f"{c.scored:,}",
        )
        for c in done.counts
    ]
    speak.table([word(h, lang) for h in heads], rows, right="1234567")


def _counts(speak: Speaker, counts: list[Mapping[str, Any]], lang: Lang) -> None:
    heads = ["origin", "customers", "gone", "later", "at_risk", "met"]
    columns = ["origin", "customers", "left", "later", "at_risk", "outcomes"]
    rows = [[c[n] if n == "origin" else f"{c[n]:,}" for n in columns] for c in counts]
    speak.table([word(h, lang) for h in heads], rows, right="12345")


def _left_out(speak: Speaker, by_card: Mapping[str, list[Mapping[str, Any]]], lang: Lang) -> None:
    if not any(by_card.values()):
        speak.line(word("none_out", lang))
        return
    rows = [
        (
            card,
            gone["measure"],
            ", ".join(gone["columns"]),
            f"{gone['weight_share']:.0%}",
            REASONS[Reason(gone["reason"])].text(lang),
        )
        for card, every in by_card.items()
        for gone in every
    ]
    heads = [word(h, lang) for h in ("scorecard", "measure", "columns", "weight", "why")]
    speak.table(heads, rows, right="3")


def _findings(speak: Speaker, findings: list[Mapping[str, Any]], lang: Lang) -> None:
    if not findings:
        return
    speak.heading(word("findings", lang))
    for given in findings:
        finding = finding_from_json(given)
        speak.line(f"[{finding.code}] {finding.message(lang)}")
        speak.line(f"  -> {finding.cure(lang)}")
