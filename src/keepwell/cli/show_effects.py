"""Shows effects: a sentence for each, and why there is none yet."""

from collections.abc import Sequence
from typing import Any

from keepwell.cli.console import Speaker, as_plain
from keepwell.proof import Effect
from keepwell.reports.proof.effect_words import subject_word
from keepwell.reports.proof.effects import effect_line
from keepwell.runs.effect import SubjectEffect
from keepwell.vocabulary import Bilingual, Lang

NOTHING = Bilingual(
    "还没有执行、旅程或成功计划运行过。", "No play, journey or success plan has run yet."
)
STANDING = Bilingual(
    "{subject}：进入 {enrolled} 家，抽签 {drawn} 家，观察期 {days} 天未满或缺快照 {waiting} 家。",
    "{subject}: {enrolled} accounts got it, {drawn} were drawn; for {waiting} the {days} days are "
    "not over or lack a snapshot.",
)
NOBODY = Bilingual("还没有可以比较的客户。", "There is nobody to compare yet.")
OUTLAY = Bilingual(
    "每家：{hours} 小时，成本 {cost}，净值 {net}。",
    "For each account: {hours} hours, cost {cost}, net {net}.",
)


def show_effects(found: Sequence[SubjectEffect], lang: Lang, *, as_json: bool) -> None:
    """Print effects by subject."""
    speak = Speaker(as_json=as_json)
    if speak.result({"subjects": [_plain(s) for s in found]}):
        return
    if not found:
        speak.line(NOTHING.text(lang))
    for one in found:
        speak.heading(subject_word(one.subject, one.title).text(lang))
        speak.line(
            STANDING.text(lang).format(
                subject=subject_word(one.subject, one.title).text(lang),
                enrolled=one.enrolled,
                drawn=one.drawn,
                waiting=one.waiting,
                days=one.horizon_days,
            )
        )
        if not one.effects:
            speak.line(NOBODY.text(lang))
        for effect in one.effects:
            speak.line(effect_line(effect).plain(lang).replace("**", ""))
            _outlay(speak, effect, lang)


def _outlay(speak: Speaker, effect: Effect, lang: Lang) -> None:
    outlay = effect.outlay
    if outlay is None:
        return
    numbers = {"hours": outlay.hours, "cost": outlay.cost, "net": outlay.net}
    told = {n: "—" if v is None else f"{v:,.1f}" for n, v in numbers.items()}
    speak.line(OUTLAY.text(lang).format(**told))


def _plain(one: SubjectEffect) -> dict[str, Any]:
    told: dict[str, Any] = as_plain(one)
    for shown, effect in zip(told["effects"], one.effects, strict=True):
        estimate = effect.estimate
        shown["once"] = as_plain(effect.once)
        shown["always"] = as_plain(effect.always)
        shown["detectable"] = estimate.detectable()
        shown["needed"] = effect.needed
        shown["sentence"] = {lang: effect_line(effect).plain(lang) for lang in ("zh", "en")}
    return told
