"""A KPI's baseline and target as one cell: `6/7 to 3/7`, `24 days to 14`, or that no field is there."""

from keepwell.playbooks import STATE_WORDS, CellAction, KpiReading, state_words
from keepwell.reports.numbers import Form, amount_text, number_text, share_text
from keepwell.reports.text import EMPTY, DataPair, Join, Line, by_count, line
from keepwell.vocabulary import Bilingual, Lang, Unit


def now_to_target(a: CellAction) -> Line:
    """Return the KPI of an action with today's value and the target."""
    reading = a.reading
    label = DataPair(reading.kpi.label)
    if reading.state in ("no_field", "never"):
        return line(
            "{label}：{state}{goal}",
            "{label}: {state}{goal}",
            label=label,
            state=state_words(reading),
            goal=_goal(reading),
        )
    now = _both(reading, reading.baseline, reading.hits)
    if reading.state == "hold":
        return line(
            "{label}：{now}，{state}",
            "{label}: {now}, {state}",
            label=label,
            now=now,
            state=STATE_WORDS["hold"],
        )
    if reading.state == "no_base":
        return line(
            "{label}：{now}，{state}",
            "{label}: {now}, {state}",
            label=label,
            now=now,
            state=STATE_WORDS["no_base"],
        )
    return line(
        "{label}：{now} → {sign}{goal}{peer}",
        "{label}: {now} to {goal}{sign}{peer}",
        label=label,
        now=now,
        sign=_sign(reading),
        goal=_both(reading, reading.target, reading.target_hits),
        peer=_peer(reading),
    )


def _sign(reading: KpiReading) -> Bilingual | Join:
    shown = reading.target if reading.target_hits is None else reading.target_hits
    if reading.kpi.better == "lower" and not shown:
        return EMPTY
    if reading.kpi.better == "lower":
        return Bilingual("≤ ", " or less")
    return Bilingual("≥ ", " or more")


def _peer(reading: KpiReading) -> Bilingual | Join:
    if reading.basis == "peer":
        return Bilingual("（上一段同规模现值）", " (next tier, same size)")
    return EMPTY


def _goal(reading: KpiReading) -> Line | Join:
    if reading.target is None:
        return EMPTY
    return line("，目标 {x}", "; target {x}", x=_both(reading, reading.target, reading.target_hits))


def _both(reading: KpiReading, value: float | None, hits: int | None) -> Bilingual:
    zh, en = (_text(reading, value, hits, lang) for lang in _LANGS)
    return Bilingual(zh, en)


_LANGS: tuple[Lang, Lang] = ("zh", "en")


def _text(reading: KpiReading, value: float | None, hits: int | None, lang: Lang) -> str:
    if hits is not None and reading.known:
        return f"{hits:,}/{reading.known:,}"
    if value is None:
        return "—"
    match reading.kpi.unit:
        case Unit.SHARE:
            return share_text(value, 0 if round(value * 100, 6).is_integer() else 1)
        case Unit.AMOUNT:
            return amount_text(value, lang)
        case Unit.DAYS:
            shown = number_text(round(value, 1), Form.COUNT, lang)
            return f"{shown} 天" if lang == "zh" else f"{shown} " + by_count(value, "day", "days")
        case Unit.COUNT:
            return number_text(round(value, 1), Form.COUNT, lang)
        case _:
            return number_text(value, Form.RATIO, lang)
