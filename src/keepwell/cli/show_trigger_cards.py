"""Shows what back-tests said of triggers: beside an alert, a test of rules and a replay."""

from collections.abc import Sequence

from keepwell.cli.console import Speaker
from keepwell.ports import KeptTrigger
from keepwell.proof import Conclusion
from keepwell.reports import NOT_VALIDATED, conclusion_word
from keepwell.vocabulary import Bilingual, Lang
from keepwell.wiring.project import Project
from keepwell.wiring.proof_cards import trigger_cards_beside

WORDS = {
    "title": Bilingual("触发规则的成绩单", "Report cards of the triggers"),
    "trigger": Bilingual("触发规则", "trigger"),
    "days": Bilingual("观察期（天）", "horizon (days)"),
    "verdict": Bilingual("结论", "verdict"),
    "precision": Bilingual("预警中出现结果", "precision"),
    "lift": Bilingual("相对平均（倍）", "lift (times)"),
    "recall": Bilingual("占全部结果", "recall"),
    "gain": Bilingual("比同样长的沉默名单多（百分点）", "beyond a list by silence (points)"),
    "lead": Bilingual("提前期中位数（天）", "median lead (days)"),
    "false": Bilingual("每位 CSM 每月误报", "false alarms per CSM and month"),
    "proxy": Bilingual("（代理）", " (stand-in)"),
    "beside": Bilingual("验证：{0}", "back-test: {0}"),
    "said": Bilingual(
        "{0}；{1} 天内，预警中 {2} 出现结果，是平均的 {3} 倍；提前 {4} 天（中位数）",
        "{0}; of alerts {2} met the outcome in {1} days, {3} times the usual; {4} days ahead "
        "(median)",
    ),
}


def trigger_table(cards: Sequence[KeptTrigger], lang: Lang, speak: Speaker) -> None:
    """Print a line for each card; nothing without any."""
    if not cards:
        return
    speak.heading(_word("title", lang))
    heads = ("trigger", "days", "verdict", "precision", "lift", "recall", "gain", "lead", "false")
    speak.table([_word(h, lang) for h in heads], [_row(c, lang) for c in cards], right="1345678")


def tell_triggers(
    at_work: Project, names: Sequence[str], lang: Lang, *, as_json: bool, is_table: bool = True
) -> None:
    """Print the newest cards of triggers as they are defined now, or that there is none."""
    if as_json:
        return
    speak, cards = Speaker(as_json=False), trigger_cards_beside(at_work, names)
    if is_table:
        trigger_table(cards, lang, speak)
        return
    for name in names:
        mine = [c for c in cards if c.trigger == name]
        told = [_said(c, lang) for c in mine] or [NOT_VALIDATED.text(lang)]
        for text in told:
            speak.line(_word("beside", lang).format(text))


def _row(card: KeptTrigger, lang: Lang) -> tuple[object, ...]:
    ends = (card.lift, card.lift_low, card.lift_high)
    lift = "-" if card.lift is None else " ".join("-" if e is None else f"{e:.1f}" for e in ends)
    gains = (card.list_gain, card.list_gain_low, card.list_gain_high)
    gain = " ".join("-" if g is None else f"{g * 100:+.1f}" for g in gains)
    return (
        card.trigger + (_word("proxy", lang) if card.is_proxy else ""),
        card.horizon_days,
        _verdict(card, lang),
        _share(card.precision),
        lift,
        _share(card.recall),
        "-" if card.list_gain is None else gain,
        "-" if card.lead_days is None else f"{card.lead_days:g}",
        "-" if card.false_alarms is None else f"{card.false_alarms:.1f}",
    )


def _verdict(card: KeptTrigger, lang: Lang) -> str:
    return conclusion_word(Conclusion(card.conclusion)).text(lang)


def _said(card: KeptTrigger, lang: Lang) -> str:
    lift = "-" if card.lift is None else f"{card.lift:.1f}"
    lead = "-" if card.lead_days is None else f"{card.lead_days:g}"
    told = (_verdict(card, lang), card.horizon_days, _share(card.precision), lift, lead)
    return WORDS["said"].text(lang).format(*told)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _word(name: str, lang: Lang) -> str:
    return WORDS[name].text(lang)
