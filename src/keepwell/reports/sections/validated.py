"""The report card beside a scorecard: the newest verdict of its version, or that there is none."""

from keepwell.proof import Conclusion
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.patterns import Pattern
from keepwell.reports.proof.terms import conclusion_word, outcome_word, within
from keepwell.reports.subject import Validated
from keepwell.reports.text import Line, line, same
from keepwell.vocabulary import Bilingual, Scorecard


def validated(desk: Desk, card: Scorecard) -> Line:
    """Return the line that stands beside a scorecard."""
    found = next((v for v in desk.subject.validated if v.scorecard == card.scorecard), None)
    if found is None:
        return line(
            "**还没有验证**：没有用过去的结果检验过这一版评分卡，低分只表示分数低。用 `keepwell backtest`、`keepwell proof` 检验。",
            "**Not validated yet**: this version has not been held against past outcomes; low means a low score. Check it with "
            "`keepwell backtest` and `keepwell proof`.",
            denies=(Pattern.PREDICT,),
        )
    told = conclusion_word(Conclusion(found.conclusion), found.rule or "recency")
    days = within(found.outcome, found.horizon_days, "{d} 天内", " within {d} days")
    until = same(found.last_origin.isoformat())
    auc = _auc(desk, found)
    if found.conclusion == Conclusion.NOT_ENOUGH_DATA or not auc.is_known:
        return line(
            "**验证：{w}**（{d}{o}，回测至 {u}），所以不说它能区分谁会{o}。",
            "**Validated: {w}** ({o}{d}, back-tested to {u}), so nothing is said about whether it tells who {o}.",
            denies=(Pattern.PREDICT,),
            w=Bilingual(told.zh, told.en.lower()),
            d=days,
            o=outcome_word(found.outcome),
            u=until,
        )
    return line(
        "**验证：{w}**（{d}{o}，回测至 {u}）：AUC {a:delta}{@a}，0.5 为抛硬币。全文见 `keepwell proof`。",
        "**Validated: {w}** ({o}{d}, back-tested to {u}): AUC {a:delta} {@a}, where 0.5 is a coin. The whole "
        "report card: `keepwell proof`.",
        w=Bilingual(told.zh, told.en.lower()),
        d=days,
        o=outcome_word(found.outcome),
        u=until,
        a=auc,
    )


def _auc(desk: Desk, found: Validated) -> Fact:
    name = f"{found.scorecard} v{found.version}"
    return desk.book.keep(
        Fact(
            f"validated:{found.scorecard}",
            Bilingual(f"{name} 的 AUC（回测）", f"AUC of {name} in its back-test"),
            found.auc,
            Form.RATIO3,
            f"proof.report_card({found.backtest_id})",
            found.accounts,
            None,
            found.interval,
            is_sql=False,
        )
    )
