"""Shows verdicts of back-tests, and the short card beside a scorecard."""

from collections.abc import Iterable

from keepwell.cli.console import Speaker
from keepwell.cli.show_explain import show_explanation
from keepwell.cli.show_trigger_cards import trigger_table
from keepwell.ports import KeptCard
from keepwell.proof import Conclusion
from keepwell.reports import NOT_VALIDATED, card_name, conclusion_word, is_dated, origins_word
from keepwell.vocabulary import Bilingual, Lang
from keepwell.wiring.project import Project
from keepwell.wiring.proof_cards import card_beside
from keepwell.wiring.proving import ProofDone

WORDS = {
    "verdict": Bilingual("结论", "verdict"),
    "written": Bilingual("已写", "written"),
    "days": Bilingual("{0} 天", "{0} days"),
    "numbers": Bilingual(
        "{0} {3}，{1} 家客户中 {2} 家出现结果",
        "{0} {3}, {2} of {1} accounts with the outcome",
    ),
    "auc": Bilingual("AUC {0}（{1} 至 {2}），", "AUC {0} ({1} to {2}), "),
    "lead": Bilingual("，提前 {0} 天（中位数）", ", {0} days ahead (median)"),
    "beside": Bilingual("验证：{0}", "back-test: {0}"),
}


def show_proof(done: ProofDone, lang: Lang, *, as_json: bool) -> None:
    """Print the verdict of each card first, then its numbers and the files written."""
    speak = Speaker(as_json=as_json)
    if speak.result(proved_values(done)):
        return
    for proved in done.cards:
        kept = proved.kept
        days = WORDS["days"].text(lang).format(kept.horizon_days)
        ahead = f" · {days}" if is_dated(kept.outcome) else ""
        speak.heading(f"{card_name(kept.scorecard, kept.version).text(lang)}{ahead}")
        speak.line(f"{WORDS['verdict'].text(lang)}: {verdict_text(kept, lang)}")
        speak.line(_numbers(kept, lang))
        speak.heading(WORDS["written"].text(lang))
        for path in proved.written.files:
            speak.line(f"  {path}")
    trigger_table(done.triggers, lang, speak)


def proved_values(done: ProofDone) -> dict[str, object]:
    """Return the verdicts as plain values."""
    cards = [{"card": p.kept, "files": [str(f) for f in p.written.files]} for p in done.cards]
    return {"cards": cards, "triggers": done.triggers}


def verdict_text(kept: KeptCard, lang: Lang) -> str:
    """Return a verdict in one or two words."""
    return conclusion_word(Conclusion(kept.conclusion), kept.rule or "recency").text(lang)


def card_text(kept: KeptCard | None, lang: Lang) -> str:
    """Return the line that stands beside a scorecard: its newest verdict, or that there is none."""
    if kept is None:
        return WORDS["beside"].text(lang).format(NOT_VALIDATED.text(lang))
    told = f"{verdict_text(kept, lang)}; {_numbers(kept, lang)}"
    return WORDS["beside"].text(lang).format(told)


def explain_with_card(at_work: Project, account_id: str, lang: Lang, *, as_json: bool) -> None:
    """Print why an account has its score, and what its scorecard's newest verdict is."""
    found = at_work.explain(account_id)
    show_explanation(found, lang, as_json=as_json)
    used = [(found.scorecard, found.scorecard_version)]
    tell_cards(at_work, used, lang, as_json=as_json)


def tell_cards(
    at_work: Project, scorecards: Iterable[tuple[str, int]], lang: Lang, *, as_json: bool
) -> None:
    """Print the newest verdict on each version of a scorecard, or that there is none."""
    if as_json:
        return
    speak = Speaker(as_json=False)
    for name, version in scorecards:
        kept = card_beside(at_work, name, version)
        speak.line(f"{name} v{version}   {card_text(kept, lang)}")


def _numbers(kept: KeptCard, lang: Lang) -> str:
    known = kept.auc is not None and kept.reason not in ("too_few_events", "too_few_others")
    counted = origins_word(kept.origins).text(lang)
    told = (kept.origins, f"{kept.accounts:,}", f"{kept.event_accounts:,}", counted)
    text = WORDS["numbers"].text(lang).format(*told)
    if known:
        ends = (kept.auc, kept.auc_low, kept.auc_high)
        shown = tuple("-" if e is None else f"{e:.3f}" for e in ends)
        text = WORDS["auc"].text(lang).format(*shown) + text
    if known and kept.lead_days is not None:
        text += WORDS["lead"].text(lang).format(f"{kept.lead_days:g}")
    return text
