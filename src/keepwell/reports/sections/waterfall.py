"""The picture of why one account scores what it scores: its exact parts, full marks as frames."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepwell.reports.charts import Caption, Step, Waterfall, in_both, in_narrow, waterfall_chart
from keepwell.reports.charts.frame import Spec
from keepwell.reports.desk import Desk
from keepwell.reports.facts import named, quoted
from keepwell.reports.figures import money
from keepwell.reports.measure_text import measure_text
from keepwell.reports.numbers import points_text, points_up
from keepwell.reports.page import Picture
from keepwell.reports.palette import Palette
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import may_say_because
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual, Lang, Scorecard

if TYPE_CHECKING:
    from keepwell.reports.sections.priority_rows import Listed


@dataclass(frozen=True, slots=True)
class Part:
    """One measure of one account: raw value or None, micro-points earned and possible."""

    measure: str
    value: float | str | None
    is_never: bool
    earned: int
    full: int


def waterfall_picture(desk: Desk, rows: "list[Listed]") -> Picture | None:
    """Return the picture of the first low account of weight, else of the first; None unscored."""
    low = [r for r in rows if r.values["effective_tier"] == desk.subject.low]
    heavy = [r for r in low if r.group == "B"] or ([] if money.is_little(desk) else low)
    chosen = next((r for r in (heavy or rows) if r.values["score_micro"] is not None), None)
    if chosen is None or not may_say_because(is_exact_part_of_score=True):
        return None
    account_id, micro = str(chosen.values["account_id"]), int(chosen.values["score_micro"])
    parts = _parts(desk, account_id)
    if not parts:
        return None
    cut = _line_above(desk, micro)
    score = same(points_text(micro))
    title = line(
        "{who} 为什么是 {score} 分",
        "Why {who} scores {score}",
        claims=(Pattern.CAUSE,),
        who=desk.name(account_id, chosen.values["name"]),
        score=score,
    )
    note = line(
        "色块：得分；浅框：满分。未知指标不计分，其权重由其余指标分摊。{touch}",
        "Bar: points earned; pale frame: full marks. Unknown measures are left out, their weight is shared among the others.{touch}",
        touch=_touch(desk, account_id, micro, cut),
    )

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        caption = Caption(title.plain(lang), note.plain(lang))
        chart = _chart(desk, parts, micro, cut, lang)
        return waterfall_chart(caption, chart, palette, is_narrow=is_narrow)

    return Picture("waterfall", title, in_both(draw), in_narrow(draw))


def _touch(desk: Desk, account_id: str, micro: int, cut: float) -> Line | Join:
    """Return how far the line is and what one logged activity would give, as a trial."""
    short = cut * 1_000_000 - micro
    if short <= 0 or not desk.has("score_touch_micro"):
        return EMPTY
    sql = f"SELECT score_touch_micro FROM portfolio WHERE account_id = {quoted(account_id)}"
    touched = desk.book.rows(sql)[0][0]
    if touched is None:
        return EMPTY
    return line(
        "离 {cut} 分差 {short} 分；今天记一次活动就是 {touched} 分（试算），所以看双向沟通，不看分数过线。",
        " Short of {cut} by {short}; one activity logged today gives {touched} (a trial), so judge a rescue by two-way contact, not by the score.",
        cut=same(limit_text(cut)),
        short=same(points_up(short)),
        touched=same(points_text(int(touched))),
    )


def _line_above(desk: Desk, micro: int) -> float:
    """Return the tier line that the score has not reached, or the low line."""
    cuts = sorted(c.min for c in desk.subject.cards[0].tiers if c.min > 0)
    return next((c for c in cuts if c * 1_000_000 > micro), cuts[-1] if cuts else 0.0)


def _card_of(desk: Desk, account_id: str) -> Scorecard | None:
    sql = f"SELECT scorecard FROM portfolio WHERE account_id = {quoted(account_id)}"
    rows = desk.book.rows(sql)
    name = rows[0][0] if rows else None
    return next((c for c in desk.subject.cards if c.scorecard == name), None)


def _parts(desk: Desk, account_id: str) -> list[Part]:
    card = _card_of(desk, account_id) or desk.subject.cards[0]
    held = [
        m.measure
        for m in card.measures
        if desk.has(m.measure, f"{m.measure}__micro", f"{m.measure}__weight")
    ]
    if not held:
        return []
    columns = ", ".join(
        f"{named(m)}, coalesce({named(m + '__never')}, FALSE), {named(m + '__micro')}, {named(m + '__weight')}"
        for m in held
    )
    sql = f"SELECT {columns} FROM portfolio WHERE account_id = {quoted(account_id)}"
    row = desk.book.rows(sql)[0]
    parts = [
        Part(
            m, row[4 * i], bool(row[4 * i + 1]), int(row[4 * i + 2] or 0), int(row[4 * i + 3] or 0)
        )
        for i, m in enumerate(held)
    ]
    return sorted((p for p in parts if p.full > 0), key=lambda p: (-p.full, p.measure))


def _chart(desk: Desk, parts: list[Part], micro: int, cut: float, lang: Lang) -> Waterfall:
    worst = max(parts, key=lambda p: (p.full - p.earned, p.measure))
    steps = tuple(
        Step(
            label=_label(desk, part, lang),
            earned=part.earned / 1e6,
            full=part.full / 1e6,
            text=f"+{points_text(part.earned)} / {limit_text(round(part.full / 1e6, 1))}",
            is_worst=part is worst,
        )
        for part in parts
    )
    shown = limit_text(cut)
    return Waterfall(
        steps=steps,
        total_label="健康分" if lang == "zh" else "Health score",
        total=micro / 1e6,
        total_text=points_text(micro),
        line=cut,
        line_text=f"分段线 {shown}" if lang == "zh" else f"tier line {shown}",
        axis_title="分" if lang == "zh" else "Points",
    )


def _label(desk: Desk, part: Part, lang: Lang) -> str:
    word = desk.subject.label(part.measure).text(lang)
    if part.value is None:
        absent = Bilingual("从未", "never") if part.is_never else Bilingual("未知", "unknown")
        value = absent.text(lang)
    else:
        value = measure_text(desk.subject.measures.get(part.measure), part.value, lang)
    return f"{word}：{value}" if lang == "zh" else f"{word}: {value}"
