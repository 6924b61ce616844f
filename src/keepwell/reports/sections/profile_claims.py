"""What may be said of the profile: each comparison passes its rule or appears as its negative."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.outlook import ProfileRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import excludes_zero, may_compare, may_say_because
from keepwell.reports.text import EMPTY, Join, Line, line
from keepwell.vocabulary import Bilingual

MOST = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure with its two facts: Cliff's delta over all and within size (None = none)."""

    row: ProfileRow
    delta: Fact | None
    within: Fact | None


def profile_claims(desk: Desk, compared: Sequence[Compared]) -> list[Line]:
    """Return what the measures outside the score show over all, then within size."""
    outside = [c for c in compared if not c.row.is_by_construction and c.delta is not None]
    if not outside:
        return [
            line(
                "没有不进评分的指标可比：低健康与其余的差别全部由定义造成，给不出“为什么不健康”的外部证据。",
                "No measure outside the score can be compared: every difference is by construction, so these data "
                "hold no outside evidence of why accounts are low.",
            )
        ]
    lines = _over_all(desk, outside)
    within = _within(desk, outside)
    return [*lines, *within]


def _differs(c: Compared) -> bool:
    fact = c.delta
    return fact is not None and bool(
        may_compare(
            c.row.n_low, c.row.n_rest, fact.interval, is_by_construction=c.row.is_by_construction
        )
    )


def _over_all(desk: Desk, outside: Sequence[Compared]) -> list[Line]:
    standing = sorted((c for c in outside if _differs(c)), key=lambda c: -abs(c.row.delta or 0.0))[
        :MOST
    ]
    if not standing:
        return [
            line(
                "不进评分的指标，按总体比**都看不出差别**：{items}。",
                "Over all, measures outside the score show **no difference**: {items}.",
                items=Join(tuple(_item(desk, c, c.delta) for c in outside[:MOST])),
            )
        ]
    lower = tuple(_item(desk, c, c.delta) for c in standing if (c.row.delta or 0.0) < 0)
    higher = tuple(_item(desk, c, c.delta) for c in standing if (c.row.delta or 0.0) > 0)
    parts = []
    if lower:
        parts.append(line("更低的有{x}", "lower: {x}", x=Join(lower)))
    if higher:
        parts.append(line("更高的有{x}", "higher: {x}", x=Join(higher)))
    return [
        line(
            "不进评分的指标里，低健康客户总体上{parts}。",
            "Among measures outside the score, low accounts are over all {parts}.",
            claims=(Pattern.COMPARE,),
            parts=Join(tuple(parts), Bilingual("；", "; ")),
        )
    ]


def _item(desk: Desk, c: Compared, fact: Fact | None) -> Line | Join:
    if fact is None:
        return EMPTY
    return line(
        "{name} {x:delta}{@x}",
        "{name} {x:delta} {@x}",
        name=desk.subject.label(c.row.measure),
        x=fact,
    )


def _survives(c: Compared) -> bool:
    fact = c.within
    return fact is not None and bool(
        may_say_because(
            is_exact_part_of_score=False,
            within_size=fact.interval,
            n_one=c.row.within_n_low,
            n_other=c.row.within_n_rest,
        )
    )


def _within(desk: Desk, outside: Sequence[Compared]) -> list[Line]:
    held = [c for c in outside if c.within is not None]
    if not held:
        return []
    surviving = [c for c in held if _survives(c)]
    if not surviving:
        first = sorted(held, key=lambda c: -abs(c.row.within_delta or 0.0))[:MOST]
        return [
            line(
                "放到同一规模里，不进评分的指标**都看不出差别**：{items}。所以这份数据给不出“为什么不健康”的外部证据。",
                "Within one size, measures outside the score show **no difference**: {items}. So these data hold "
                "no outside evidence of why accounts are low.",
                items=Join(tuple(_item(desk, c, c.within) for c in first)),
            )
        ]
    first = sorted(surviving, key=lambda c: -abs(c.row.within_delta or 0.0))[:MOST]
    lines = [
        line(
            "放到同一规模里仍有差别、且不进评分的：{items}。这是低健康客户确有不同的线索，不是原因的证明。",
            "Differences that remain within one size, outside the score: {items}. They show that low accounts "
            "do differ; they prove no cause.",
            claims=(Pattern.COMPARE,),
            denies=(Pattern.CAUSE,),
            items=Join(tuple(_item(desk, c, c.within) for c in first)),
        )
    ]
    return [*lines, *_gone(desk, held)]


def _gone(desk: Desk, held: Sequence[Compared]) -> list[Line]:
    """Return the differences over all that lie around zero within one size."""
    gone = [
        c
        for c in held
        if c.within is not None and _differs(c) and not excludes_zero(c.within.interval)
    ]
    if not gone:
        return []
    return [
        line(
            "总体上有差别、放到同一规模里却落在零附近的：{items}：那是规模的差别。",
            "Differences over all that lie around zero within one size: {items}; those are differences of size.",
            items=Join(tuple(_item(desk, c, c.within) for c in gone[:MOST])),
        )
    ]
