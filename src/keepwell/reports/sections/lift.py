"""The scenario "all medium accounts reach high": its size by formula, and who could get there."""

from keepwell.outlook import wilson_interval
from keepwell.playbooks import LIFT_LABEL, Lift
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import may_say_would_gain
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual


def lift_line(desk: Desk, lift: Lift, query: str) -> Line:
    """Return the scenario with the share able to reach the line; without that share no gain."""
    top = desk.subject.cards[0].tiers[0].min
    able = _able(lift, query)
    verdict = may_say_would_gain(
        is_labelled=bool(LIFT_LABEL.en), feasible_share=able.value if able else None
    )
    if able is None or not verdict or lift.gain_amount is None or not desk.has_money:
        return line(
            "**把中健康抬到高健康？** 不知道多少家做得到，或金额未知：不给出增加额。",
            "**Lift medium to high?** It is not known how many accounts could, or amounts are unknown: no gain is given.",
        )
    return line(
        "**把中健康抬到高健康？** 若 {n} 家都到 {top} 分，贡献指数按公式增加 {gain}（{label}）{@gain}。但按现行刻度，就算今天有活动、"
        "邮箱补齐，也只有 {able:full}到得了{@able}{able_gain}。{advice}",
        "**Lift medium to high?** If all {n} reached {top}, the contribution index would grow by {gain} by its own formula ({label}) "
        "{@gain}. But on the present scale, even with an activity today and full e-mail coverage, only {able:full} can "
        "reach it {@able}{able_gain}. {advice}",
        claims=(Pattern.GAIN,),
        denies=(Pattern.FORECAST,),
        n=same(f"{lift.accounts:,}"),
        top=same(limit_text(top)),
        gain=_gain(desk, lift, query),
        label=LIFT_LABEL,
        able=desk.book.keep(able),
        able_gain=_able_gain(desk, lift, able, query),
        advice=_advice(able),
    )


def _gain(desk: Desk, lift: Lift, query: str) -> Fact:
    label = Bilingual(
        "情景：中健康全部到线，指数增加",
        "scenario: all medium accounts at the line, growth of the index",
    )
    sql = f"SELECT sum(gain_amount) FROM ({query})"
    return desk.book.keep(
        Fact(
            "lift:gain",
            label,
            lift.gain_amount,
            Form.AMOUNT,
            sql,
            lift.accounts,
            is_by_construction=True,
        )
    )


def _able_gain(desk: Desk, lift: Lift, able: Fact, query: str) -> Line | Join:
    if lift.able_gain_amount is None or not able.k:
        return EMPTY
    fact = Fact(
        "lift:able_gain",
        Bilingual(
            "情景：仅能到线者，指数增加", "scenario: only those able to, growth of the index"
        ),
        lift.able_gain_amount,
        Form.AMOUNT,
        f"SELECT sum(able_gain_amount) FROM ({query})",
        able.k,
        is_by_construction=True,
    )
    return line("，对应 {x}{@x}", ", worth {x} {@x}", x=desk.book.keep(fact))


def _able(lift: Lift, query: str) -> Fact | None:
    if lift.able is None or not lift.able_known:
        return None
    wilson = wilson_interval(lift.able, lift.able_known)
    return Fact(
        "lift:able",
        Bilingual(
            "中健康中，今天有活动且邮箱 100 % 就能到线",
            "medium accounts that an activity today and full e-mail coverage would bring to the line",
        ),
        lift.able / lift.able_known,
        Form.SHARE,
        f"SELECT sum(able) / sum(able_known) FROM ({query})",
        lift.able_known,
        lift.able,
        (wilson.low, wilson.high) if wilson else None,
    )


def _advice(able: Fact) -> Bilingual:
    if (able.value or 0.0) < 0.5:
        return Bilingual(
            "在换用更合适的刻度之前，不要把“转高健康户数”设为目标，改用上面各表的行为指标。",
            'Until a scale that allows it is adopted, set the behaviour targets above, not "accounts moved to high".',
        )
    return Bilingual(
        "以上面各表的行为指标为目标。", "Set the behaviour targets of the tables above."
    )
