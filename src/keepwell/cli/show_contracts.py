"""Shows survival over contract steps, and why one account has its probability of leaving."""

from typing import Any

from keepwell.cli.console import Speaker
from keepwell.cli.contract_words import contract_word, place_text
from keepwell.cli.show_explain import label
from keepwell.cli.tune_words import bin_text
from keepwell.proof.model import (
    PLACE,
    STEP_DAYS,
    Doubt,
    Part,
    PublishedSurvival,
    TooFewEvents,
    Validation,
    doubt_name,
    doubt_text,
)
from keepwell.runs.churn_model import ChurnFit
from keepwell.runs.contract_survival import StepsAhead, SurvivalFit
from keepwell.vocabulary import Lang
from keepwell.wiring.contract_learning import ChurnReasons

# Parts nearer to nothing than this change the odds by less than a hundredth.
LEAST_MICRO = 10_000


def contracts_values(found: ChurnFit) -> Any:
    """Return survival over contract steps as values; what is refused, with its numbers."""
    held = found.contracts
    if isinstance(held, TooFewEvents):
        return {"refused": held, "what": held.text("en")}
    return held.published if held else None


def show_contracts(found: SurvivalFit | TooFewEvents | None, lang: Lang, speak: Speaker) -> None:
    """Print survival over contract steps, or why there is none; nothing without contracts."""
    match found:
        case TooFewEvents():
            speak.heading(contract_word("title", lang))
            speak.line(found.text(lang))
            speak.line(f"  -> {found.cure(lang)}")
        case SurvivalFit():
            show_stored_contracts(found.published, found.trial.own, lang, speak)


def show_stored_contracts(
    found: PublishedSurvival, tried: Validation | None, lang: Lang, speak: Speaker
) -> None:
    """Print what the trial said, the chance in each place of a contract, and what it is for."""
    speak.heading(contract_word("title", lang))
    said = (found.horizon_days, STEP_DAYS, found.auc, found.ece, found.predicted, found.observed)
    speak.line(contract_word("quality", lang, *said))
    for name, gap in (
        ("minus_scorecard", found.minus_scorecard),
        ("minus_trees", found.minus_trees),
    ):
        if gap is not None:
            speak.line(contract_word(name, lang, gap.value, gap.low, gap.high))
    kinds = [Doubt(d) for d in found.doubts]
    texts = [doubt_text(d, tried, lang) if tried else doubt_name(d, lang) for d in kinds]
    speak.line(
        contract_word("doubts", lang, " ".join(texts)) if texts else contract_word("held", lang)
    )
    if found.whole_months is not None:
        speak.line(contract_word("rewritten", lang, found.whole_months))
    heads = [contract_word(h, lang) for h in ("place", "chance", "steps")]
    rows = [
        (place_text(name, lang), f"{100 * prob:.2f} %", f"{count:,}")
        for name, prob, count in found.places()
    ]
    speak.table(heads, rows, right="12")
    speak.line(contract_word("ranks_nobody", lang))


def show_reasons(found: ChurnReasons, lang: Lang, *, as_json: bool) -> None:
    """Print why an account has its probability, by the scorecard and along its contract."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    told = (found.account_id, found.as_of, found.horizon_days, found.reasons.churn_prob)
    speak.line(contract_word("account", lang, *told))
    _show_parts(found.reasons.parts, lang, speak)
    if found.ahead is not None:
        _show_ahead(found.ahead, lang, speak)
    if found.lacking is not None:
        speak.line(contract_word("lacking", lang, found.lacking))


def _show_parts(parts: tuple[Part, ...], lang: Lang, speak: Speaker) -> None:
    heads = [contract_word(h, lang) for h in ("measure", "bin", "factor")]
    rows = [
        (label(p.feature, lang), bin_text(p.bin, lang), f"x {p.odds_factor:.2f}")
        for p in parts
        if abs(p.micro) >= LEAST_MICRO
    ]
    speak.table(heads, rows, right="2")


def _show_ahead(ahead: StepsAhead, lang: Lang, speak: Speaker) -> None:
    speak.heading(contract_word("title", lang))
    heads = [contract_word(h, lang) for h in ("days", "place", "factor", "chance", "kept")]
    rows: list[tuple[object, ...]] = []
    for number, (place, why, kept) in enumerate(
        zip(ahead.places, ahead.reasons, ahead.kept, strict=True)
    ):
        (own,) = (p for p in why.parts if p.feature == PLACE)
        days = f"{number * STEP_DAYS + 1} - {(number + 1) * STEP_DAYS}"
        chance, still = f"{100 * why.churn_prob:.1f} %", f"{100 * kept:.1f} %"
        rows.append((days, place_text(place, lang), f"x {own.odds_factor:.2f}", chance, still))
    speak.table(heads, rows, right="234")
    speak.line(contract_word("same_parts", lang))
    _show_parts(tuple(p for p in ahead.reasons[0].parts if p.feature != PLACE), lang, speak)
