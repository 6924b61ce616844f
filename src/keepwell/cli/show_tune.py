"""Shows the churn scorecard, its verdict and drift, and proposals for scorecards."""

from keepwell.cli.console import Speaker
from keepwell.cli.show_contracts import contracts_values, show_contracts, show_stored_contracts
from keepwell.cli.show_explain import label
from keepwell.cli.tune_words import bin_text, tune_word
from keepwell.cli.words import tier_word
from keepwell.proof.model import (
    Doubt,
    PublishedChurn,
    TooFewEvents,
    Validation,
    doubt_name,
    doubt_text,
    health_points,
)
from keepwell.runs.churn_model import ChurnFit, ChurnWatch
from keepwell.vocabulary import Lang
from keepwell.wiring.learning import StoredChurn, TuneReport


def show_refusal(refused: TooFewEvents, lang: Lang, *, as_json: bool) -> None:
    """Print why there is no model, and what would be needed."""
    speak = Speaker(as_json=as_json)
    told = {"refused": refused, "what": refused.text(lang), "cure": refused.cure(lang)}
    if speak.result(told):
        return
    speak.line(refused.text(lang))
    speak.line(f"  -> {refused.cure(lang)}")


def show_fit(found: ChurnFit, lang: Lang, *, as_json: bool) -> None:
    """Print a fitted churn scorecard with its verdict."""
    speak = Speaker(as_json=as_json)
    gap = found.validation.gap
    told = {"published": found.published, "gap": gap, "contracts": contracts_values(found)}
    if speak.result(told):
        return
    _show_head(found.published, lang, speak, found.validation)
    speak.line(tune_word("gap", lang, gap.value, gap.low, gap.high))
    _show_points(found.published, lang, speak)
    show_contracts(found.contracts, lang, speak)


def show_stored(found: StoredChurn, lang: Lang, *, as_json: bool) -> None:
    """Print the churn scorecard in use and how the accounts of today stand to it."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    _show_head(found.published, lang, speak, None)
    if found.watch is not None:
        _show_watch(found.watch, lang, speak)
    _show_points(found.published, lang, speak)
    if found.contracts is not None:
        show_stored_contracts(found.contracts, None, lang, speak)


def _show_head(found: PublishedChurn, lang: Lang, speak: Speaker, tried: Validation | None) -> None:
    days = found.fitted_on, found.backtest_id, found.horizon_days
    speak.line(tune_word("rests_on", lang, *days))
    is_known = found.ece_by_chance is not None
    chance = tune_word("by_chance", lang, found.ece_by_chance) if is_known else ""
    said = (found.auc, found.ece, found.predicted, found.observed, chance)
    speak.line(tune_word("quality", lang, *said))
    if found.is_validated:
        speak.line(tune_word("validated", lang))
        return
    kinds = [Doubt(d) for d in found.doubts]
    texts = [doubt_text(d, tried, lang) if tried else doubt_name(d, lang) for d in kinds]
    speak.line(tune_word("doubtful", lang, " ".join(texts)))


def _show_watch(watch: ChurnWatch, lang: Lang, speak: Speaker) -> None:
    speak.line(tune_word("level", lang, watch.accounts, watch.mean_now, watch.mean_then))
    moved = [
        f"{_feature(d.feature, lang)} (PSI {d.stability_index:.2f})"
        for d in watch.drift
        if d.state != "same"
    ]
    speak.line(tune_word("moved", lang, ", ".join(moved)) if moved else tune_word("steady", lang))


def _show_points(found: PublishedChurn, lang: Lang, speak: Speaker) -> None:
    rows: list[tuple[object, ...]] = []
    for f in found.features:
        bins = f.shape.bins()
        name = _feature(bins.feature, lang)
        for bin_name, micro, count in zip(bins.names, f.micro, f.reference, strict=True):
            if count:
                points = f"{health_points(micro):+.1f}"
                rows.append((name, bin_text(bin_name, lang), points, count))
                name = ""
    heads = [tune_word(h, lang) for h in ("feature", "bin", "points", "rows")]
    speak.table(heads, rows, right="23")


def show_tuned(report: TuneReport, lang: Lang, *, as_json: bool) -> None:
    """Print a proposal with its evidence, and where it was written."""
    speak = Speaker(as_json=as_json)
    if speak.result(report):
        return
    p = report.tuned.proposal
    days = (*p.early, p.early_left, *p.later, p.later_left)
    speak.line(tune_word("learned", lang, *days))
    said = (p.auc_before.value, p.auc_after.value, p.gain.value, p.gain.low, p.gain.high)
    speak.line(tune_word("gain", lang, *said))
    before, after = p.expert.micro_weights(), report.tuned.card.micro_weights()
    scales = {m.measure: m.scale.kind for m in p.expert.measures}
    rows = [
        (
            label(m.measure, lang),
            f"{before[m.measure] / 1e6:.1f}",
            f"{after[m.measure] / 1e6:.1f}",
            "" if m.scale.kind == scales[m.measure] else f"{scales[m.measure]} -> {m.scale.kind}",
        )
        for m in report.tuned.card.measures
    ]
    heads = [tune_word(h, lang) for h in ("feature", "before", "after", "scale")]
    speak.table(heads, rows, right="12")
    lines = ", ".join(
        f"{tier_word(a.tier, lang)} {b.min:g} -> {a.min:g}"
        for b, a in zip(p.expert.tiers, report.tuned.card.tiers, strict=True)
        if a.min != b.min
    )
    if lines:
        speak.line(tune_word("lines", lang, lines))
    is_kept = report.file is not None
    speak.line(tune_word("written", lang, report.file) if is_kept else tune_word("no_better", lang))


def _feature(name: str, lang: Lang) -> str:
    return " x ".join(label(part, lang) for part in name.split(" x "))
