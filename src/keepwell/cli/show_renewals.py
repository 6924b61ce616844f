"""Tells of a run what recurring revenue was kept, what is due, and what of it is at risk."""

from keepwell.cli.console import Speaker
from keepwell.runs.renewal_outlook import RenewalRow
from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "held": Bilingual(
        "年度经常性收入（ARR）{0:,.0f}；六个月内到期 {1:,.0f}，其中低健康 {2:,.0f}",
        "ARR {0:,.0f}; due within six months {1:,.0f}, of it in the low tier {2:,.0f}",
    ),
    "kept": Bilingual(
        "过去十二个月：GRR {0:.1%}（{1:.1%} 至 {2:.1%}），NRR {3:.1%}（{4:.1%} 至 {5:.1%}）",
        "Last twelve months: GRR {0:.1%} ({1:.1%} .. {2:.1%}), NRR {3:.1%} ({4:.1%} .. {5:.1%})",
    ),
    "at_risk": Bilingual(
        "按以往到期续约 {1:.1%}（{2} 家），在险 ARR {0:,.0f}；六个月后 GRR {3:.1%} 至 {4:.1%}",
        "At the past renewal rate of {1:.1%} ({2} accounts) {0:,.0f} ARR is at risk; GRR in six "
        "months {3:.1%} .. {4:.1%}",
    ),
    "open": Bilingual(
        "其中 {0:,.0f} 没有到期日，何时到期不得而知",
        "Of the ARR, {0:,.0f} has no end on record: nobody knows when it comes due",
    ),
    "unknown": Bilingual(
        "这超过一半，在险 ARR 不作推算；请映射在约合同的到期日（subscriptions.period_end）。",
        "That is more than half, so ARR at risk cannot be told: map the ends of running terms "
        "(subscriptions.period_end).",
    ),
    "few": Bilingual(
        "过去六个月到期的客户不足 30 家，在险 ARR 不作推算。",
        "Fewer than 30 accounts came due in the last six months: ARR at risk cannot be told.",
    ),
}


def tell_renewals(found: RenewalRow | None, lang: Lang, speak: Speaker) -> None:
    """Print the renewal outlook of a run; nothing without recurring revenue."""
    if found is None or not found.arr_amount:
        return
    speak.line(_said("held", lang, found.arr_amount, found.due_amount, found.due_low_amount))
    if found.grr is not None and found.nrr is not None:
        ends = (found.grr_low, found.grr_high, found.nrr, found.nrr_low, found.nrr_high)
        speak.line(_said("kept", lang, found.grr, *ends))
    if found.open_amount:
        speak.line(_said("open", lang, found.open_amount))
    if found.at_risk_amount is None:
        speak.line(_said("few" if found.renewed is None else "unknown", lang))
        return
    ahead = (found.renewed, found.renewals, found.grr_ahead_low, found.grr_ahead_high)
    speak.line(_said("at_risk", lang, found.at_risk_amount, *ahead))


def _said(key: str, lang: Lang, *values: object) -> str:
    return WORDS[key].text(lang).format(*values)
