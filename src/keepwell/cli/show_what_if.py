"""Shows what an edit would set going, and one account with other values."""

from typing import Any

from keepwell.actions import CTA_TYPES
from keepwell.cli.console import Speaker, as_plain
from keepwell.cli.preview_words import preview_word
from keepwell.cli.show_explain import label, value_text
from keepwell.cli.show_run import show_preview
from keepwell.cli.words import tier_word, word
from keepwell.runs.preview_loop import Consequences, NewWork, PersonLoad
from keepwell.runs.what_if import ChangedPart, WhatIf
from keepwell.scoring import Effort, Value
from keepwell.vocabulary import Lang, truncate_points
from keepwell.wiring.previewing import LookAhead

SHOWN = 10


def show_look_ahead(found: LookAhead, lang: Lang, *, as_json: bool) -> None:
    """Print who would change tier, which alerts and CTAs would come, and for whom."""
    speak = Speaker(as_json=as_json)
    if speak.result(_plain(found)):
        return
    show_preview(found.tiers, lang)
    if found.tiers.moves:
        speak.line(preview_word("money", lang, found.tiers.moved_amount, found.tiers.low_amount))
    _show_loop(found.loop, lang, speak)
    _show_backtests(found, lang, speak)


def _show_loop(loop: Consequences, lang: Lang, speak: Speaker) -> None:
    fired = sum(loop.alerts.values())
    speak.heading(preview_word("would_fire", lang, fired, loop.new_ctas, loop.ended))
    if loop.alerts:
        heads = [preview_word(h, lang) for h in ("trigger", "alerts")]
        speak.table(heads, list(loop.alerts.items()), right="1")
    if fired or loop.new_ctas:
        heads = [
            preview_word(h, lang) for h in ("person", "alerts", "new_ctas", "open_ctas", "hours")
        ]
        speak.table(heads, [_load(p, lang) for p in loop.people], right="1234")
    if loop.first_ctas:
        types = ", ".join(f"{_cta_type(name, lang)} {n}" for name, n in loop.ctas.items())
        speak.line(preview_word("by_type", lang, types))
        speak.heading(preview_word("first_ctas", lang))
        heads = ["", *(preview_word(h, lang) for h in ("account", "type", "person", "amount"))]
        speak.table(heads, [_work(w, lang) for w in loop.first_ctas[:SHOWN]], right="4")


def _cta_type(name: str, lang: Lang) -> str:
    return CTA_TYPES[name].text(lang) if name in CTA_TYPES else name


def _load(p: PersonLoad, lang: Lang) -> tuple[object, ...]:
    able = "-" if p.able_hours is None else f"{p.able_hours:,.0f}"
    hours = f"{p.hours:,.0f} + {p.new_hours:,.0f} / {able}"
    return p.person or preview_word("nobody", lang), p.alerts, p.new_ctas, p.open_ctas, hours


def _work(w: NewWork, lang: Lang) -> tuple[object, ...]:
    person = w.person or preview_word("nobody", lang)
    amount = "" if w.amount is None else f"{w.amount:,.0f}"
    return w.account_id, w.name, _cta_type(w.what, lang), person, amount


def _plain(found: LookAhead) -> dict[str, Any]:
    loop = {"consequences": found.loop, "backtests": found.backtests}
    return {**as_plain(found.tiers), **loop}


def _show_backtests(found: LookAhead, lang: Lang, speak: Speaker) -> None:
    for b in found.backtests:
        said = (b.before.value, b.after.value, b.gain.value, b.gain.low, b.gain.high)
        speak.line(preview_word("backtest", lang, b.scorecard, b.horizon_days, *said))


def show_what_if(found: WhatIf, lang: Lang, *, as_json: bool) -> None:
    """Print an account as it is and as it would be, and the least effort to the next tier."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    before, after = _points(found.before_micro), _points(found.after_micro)
    tiers = f"{tier_word(found.tier_before, lang)} -> {tier_word(found.tier_after, lang)}"
    speak.line(f"{found.account_id}   {word('score', lang)} {before} -> {after}   {tiers}")
    if found.parts:
        heads = (word("measure", lang), *(preview_word(h, lang) for h in ("now", "then")), "", "")
        rows = [_row(part, lang) for part in found.parts]
        speak.table(heads, rows, right="34")
    _show_effort(found.effort, lang, speak)


def _row(part: ChangedPart, lang: Lang) -> tuple[str, str, str, str, str]:
    name = part.measure
    return (
        label(name, lang),
        _value(name, part.now),
        _value(name, part.then),
        truncate_points(part.micro_before),
        truncate_points(part.micro_after),
    )


def _show_effort(effort: Effort | None, lang: Lang, speak: Speaker) -> None:
    if effort is None:
        speak.line(preview_word("at_top", lang))
        return
    gap = truncate_points(effort.gap_micro)
    speak.heading(preview_word("effort", lang, tier_word(effort.next_tier, lang), gap))
    for move in effort.moves:
        speak.line(
            f"  {label(move.measure, lang)}: {_value(move.measure, move.now)} -> "
            f"{_value(move.measure, move.target)}  ({truncate_points(move.score_micro)})"
        )
    if not effort.moves:
        speak.line(f"  {preview_word('out_of_reach', lang)}")


def _value(measure: str, value: Value) -> str:
    return "-" if value is None else value_text(measure, value)


def _points(micro: int | None) -> str:
    return "-" if micro is None else truncate_points(micro)
