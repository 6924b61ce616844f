"""The lifetime chapter: what the histories let expect, how well that held, and what is refused."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Heading, Paragraph
from keepwell.reports.text import EMPTY, DataPair, Join, Line, line, words
from keepwell.reports.value.amount_words import amount_basis, is_fitted
from keepwell.reports.value.lifetime_picture import holdout, track_picture
from keepwell.reports.value.lifetime_tables import (
    accounts_table,
    given_table,
    models_table,
    parameters_table,
    survival_table,
)
from keepwell.reports.value.lifetime_terms import (
    MODELS,
    ModelTold,
    column,
    has_lifetime,
    horizon_word,
    models_told,
)
from keepwell.value import MISSED_BY
from keepwell.vocabulary import Bilingual

WHOLE_FROM = 100.0


def lifetime(desk: Desk, heading: Line, level: int, *, is_short: bool = False) -> list[Block]:
    """Return the section; `is_short` leaves out tables and picture, and points to them."""
    if not has_lifetime(desk):
        return []
    blocks: list[Block] = [Heading(heading, level, "lifetime")]
    told = models_told(desk)
    if not told:
        blocks.append(Paragraph(_nothing()))
        given = given_table(desk)
        return [*blocks, Paragraph(_beside()), given] if given and not is_short else blocks
    if not is_short:
        blocks.append(Paragraph(_terms(desk, is_bought="purchases" in told)))
    blocks += [Paragraph(said) for said in _said(desk, told)]
    if is_short:
        return [*blocks, Paragraph(_more())]
    return [*blocks, *_shown(desk, told)]


def _shown(desk: Desk, told: dict[str, ModelTold]) -> list[Block]:
    blocks: list[Block] = [models_table(desk)]
    if any(m.is_fitted for m in told.values()):
        blocks.append(parameters_table(desk))
    picture = track_picture(desk)
    rest = (picture, accounts_table(desk), survival_table(desk))
    blocks += [b for b in rest if b is not None]
    given = given_table(desk)
    return [*blocks, Paragraph(_beside()), given] if given else blocks


def _nothing() -> Line:
    return words(
        "数据里既没有带日期的购买，也没有合同，因此没有可拟合的历史，不给出生命周期价值与离开的可能。",
        "The data hold neither dated purchases nor contracts, so there is no history to fit: no lifetime value and "
        "no chance to leave are given.",
    )


def _terms(desk: Desk, *, is_bought: bool) -> Line:
    once = words(
        "没有重复购买的客户，按模型的定义“仍在购买”为 100 %，不是好消息。",
        'A customer without a repeat is "still buying" with 100 % by construction of the model, which is no good news. ',
    )
    return line(
        "只用客户自己的历史推算，展望 {h}；金额为收入，不扣成本。区间说的是均值有多确定，单个客户的波动大得多。"
        "{once}没有任何名单按离开的可能排序。",
        "Computed from the customers' own histories alone, looking ahead {h}; amounts are revenue, no cost taken off. "
        "Intervals say how well a mean is known; a single customer scatters far more. "
        "{once}No list goes by the chance to leave.",
        once=once if is_bought else EMPTY,
        h=horizon_word(desk),
    )


def total(desk: Desk, told: ModelTold) -> Fact:
    """Return the total of a model with its interval; large purchase counts in whole numbers."""
    is_count = told.model == "purchases"
    is_whole = is_count and (told.total or 0) >= WHOLE_FROM
    name = MODELS[told.model]
    column_sql = "floor(total + 0.5)" if is_whole else "total"
    sql = f"SELECT {column_sql} FROM lifetime_models WHERE model = '{told.model}'"
    form = Form.AMOUNT if not is_count else Form.COUNT if is_whole else Form.NUMBER
    span = told.interval
    if is_whole and span:
        span = (float(round(span[0])), float(round(span[1])))
    label = Bilingual(f"{name.zh}：期内合计", f"{name.en}: total within the horizon")
    kept = desk.book.scalar(f"lifetime:total:{told.model}", label, form, sql, told.accounts)
    return kept if span is None else desk.book.replace(kept.key, interval=span)


def _said(desk: Desk, told: dict[str, ModelTold]) -> list[Line]:
    found: list[Line] = []
    bought, value = told.get("purchases"), told.get("value")
    if bought and bought.is_fitted:
        found.append(_expected(desk, bought, value))
        tracked = _tracked(desk)
        found.append(tracked or _untracked())
    elif bought:
        found.append(_refused(bought))
    kept = told.get("contracts")
    if kept:
        found.append(_leaving(desk) if kept.is_fitted else _refused(kept))
    return found


def _expected(desk: Desk, bought: ModelTold, value: ModelTold | None) -> Line:
    worth: Line | Join = EMPTY
    if value is not None and value.is_fitted:
        doubt: Bilingual | Join = (
            Bilingual("（存疑，见表）", " (doubtful, see the table)")
            if value.is_doubtful
            else EMPTY
        )
        worth = line(
            "，价值 {v:delta}{@v}{d}", ", worth {v:delta}{d} {@v}", v=total(desk, value), d=doubt
        )
    elif value is not None:
        worth = line(
            "；金额不给出：{why}",
            "; their worth is refused: {why}",
            why=DataPair(_unstopped(value.why)),
        )
    quiet: Line | Join = EMPTY
    silent = _silent(desk)
    if silent.is_known:
        quiet = line(
            "有过重复购买的客户中，{s}按模型更可能已经停止购买{@s}。",
            " Of those who bought again, {s} have by the model more likely stopped than not {@s}.",
            s=silent,
        )
    return line(
        "**购买**：展望 {h}，现有客户预期再购买 {n:delta}次{@n}{worth}。{quiet}",
        "**Purchases**: looking ahead {h}, {n:delta} more purchases are expected of today's accounts {@n}{worth}.{quiet}",
        h=horizon_word(desk),
        n=total(desk, bought),
        worth=worth,
        quiet=quiet,
    )


def _unstopped(text: Bilingual) -> Bilingual:
    """Return a sentence without its stop, to stand inside another."""
    return Bilingual(text.zh.rstrip("。"), text.en.rstrip("."))


def _silent(desk: Desk) -> Fact:
    n = int(
        desk.book.rows("SELECT count(alive_prob) FROM lifetime WHERE repeat_purchases > 0")[0][0]
    )
    return desk.book.scalar(
        "lifetime:silent",
        Bilingual(
            "有重复购买的客户中仍在购买的概率低于一半者",
            "of those with repeats, chance to be still buying under one half",
        ),
        Form.SHARE,
        "SELECT count(*) FILTER (WHERE alive_prob < 0.5) / nullif(count(alive_prob), 0) "
        "FROM lifetime WHERE repeat_purchases > 0",
        n,
    )


def _tracked(desk: Desk) -> Line | None:
    found = holdout(desk)
    if found is None:
        return None
    seen, told = found
    missed: Line | Join = EMPTY
    if seen.value and told.value is not None and abs(told.value / seen.value - 1) > MISSED_BY:
        missed = _missed(desk)
    return line(
        "**留出检验**：同一种模型只用前三分之二的时间拟合，对其余时间预期重复购买 {e} 次{@e}，实际 {a} 次{@a}。{m}",
        "**Holdout**: fitted on the first two thirds of the time only, the same kind of model expected {e} repeat purchases "
        "of the rest {@e}; {a} came {@a}.{m}",
        e=told,
        a=seen,
        m=missed,
    )


def _missed(desk: Desk) -> Line:
    if is_fitted(amount_basis(desk)):
        return words(
            "差距超过四分之一：模型没有经住检验，只因设置要求才用来排序。",
            " It missed by more than a quarter: the model did not stand the test and ranks accounts only "
            "because the settings ask for it.",
        )
    return words(
        "差距超过四分之一：模型没有经住检验，不作排序。",
        " It missed by more than a quarter: the model did not stand the test and ranks nobody.",
    )


def _untracked() -> Line:
    return words(
        "**留出检验**：只用前三分之二的时间无法拟合，因此没有检验。",
        "**Holdout**: the first two thirds of the time alone allow no fit, so there is no test.",
    )


def _refused(told: ModelTold) -> Line:
    return line(
        "**{m}：不给出**。{why}{cure}",
        "**Not given: {m}.** {why} {cure}",
        m=MODELS[told.model],
        why=DataPair(told.why),
        cure=DataPair(told.cure),
    )


def _leaving(desk: Desk) -> Line:
    name = column(desk, "leave_prob") or "leave_prob"
    n = int(desk.book.rows(f"SELECT count({name}) FROM lifetime")[0][0])
    gone = desk.book.scalar(
        "lifetime:leaving",
        Bilingual("期内预期离开的合同客户", "contract customers expected to leave in the horizon"),
        Form.NUMBER,
        f"SELECT sum({name}) FROM lifetime",
        n,
    )
    return line(
        "**合同**：按续约模型，{n} 家有效合同客户中，展望期内预期离开 {g} 家{@g}；续约越久，离开的可能越小。它没有回测，只看整体，不排名单。",
        "**Contracts**: by the renewal model {g} of {n} accounts with a running contract are expected to leave within "
        "the horizon {@g}; the longer an account has renewed, the smaller its chance to leave. This was not "
        "back-tested: read it for the whole, no list goes by it.",
        n=Bilingual(f"{n:,}", f"{n:,}"),
        g=gone,
    )


def _beside() -> Line:
    return words(
        "**数据自带的数**：照用，但未经验证。与我们的数并列如下；两个未验证的数彼此一致，并不证明任何一个。",
        "**Numbers that came with the data** are used as they are and were not validated. Beside ours they read as "
        "follows; agreement of two unvalidated numbers validates neither.",
    )


def _more() -> Line:
    return line(
        "参数、区间、留出期图与分年份的留存见价值报告：`keepwell report --kind value`。",
        "Parameters, intervals, the holdout in a picture and survival by year of arrival are in the value report: "
        "`keepwell report --kind value`.",
    )
