"""What follows from a verdict for the people who work with the score, and what limits its use."""

from keepwell.proof import Conclusion
from keepwell.reports.numbers import Form
from keepwell.reports.proof import figures
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.terms import rule_label, tier_name
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual

# A lowest tier that holds a smaller share of all outcomes hardly warns of anybody.
LEAST_WARNED_SHARE = 0.10
# From here on, the outcome is what usually happens.
USUAL = 0.5
# The AUC of a coin.
CHANCE = 0.5

_WORDS = {
    Conclusion.USEFUL: words(
        "**意味着什么**：可以按它排名单；看多少家能找到多少，见“按人手能看的数量”一表。",
        '**What follows**: lists may be ordered by it; what a list of each length finds stands under "By what people '
        'can look at".',
    ),
    Conclusion.NO_BETTER_THAN_RECENCY: words(
        "**意味着什么**：排名单用那条规则就够了，也更简单；评分还能说明由什么构成，但排先后不必靠它。"
        "`keepwell tune` 能看出换权重在更晚的日期上是否更能区分。",
        "**What follows**: for ordering a list that rule is enough, and simpler; the score still tells what it is made "
        "of. `keepwell tune` shows whether other weights tell more on later days.",
    ),
    Conclusion.NO_SKILL: words(
        "**意味着什么**：照现在的样子，不要按它排名单，也不要让预警依赖它。`keepwell tune` 能看出换权重在更晚的日期上是否更能区分。",
        "**What follows**: as it stands, order no list by it and let no alert hang on it. `keepwell tune` shows whether "
        "other weights tell more on later days.",
    ),
    Conclusion.NOT_ENOUGH_DATA: words(
        "**意味着什么**：把评分当作专家意见：这里的证据不足以支持它，也不足以反对它。",
        "**What follows**: take the score for an expert's opinion: the evidence here is enough neither for it nor against it.",
    ),
}


_OF_MODELS = {
    Conclusion.USEFUL: words(
        "**意味着什么**：可以按它排名单，看多少家能找到多少，见“按人手能看的数量”一表；运行是否已经按它排序，见 `keepwell churn show`。",
        '**What follows**: lists may be ordered by it; what a list of each length finds stands under "By what people '
        'can look at". `keepwell churn show` tells whether runs do so.',
    ),
    Conclusion.NO_BETTER_THAN_RECENCY: words(
        "**意味着什么**：只为排先后，那条规则就够了，也更简单；模型还给出带原因的概率，它说得准不准见下文。",
        "**What follows**: for ordering alone that rule is enough, and simpler; the model still gives a probability with "
        "its reasons; how true it is stands below.",
    ),
    Conclusion.NO_SKILL: words(
        "**意味着什么**：不要按它排名单；现有指标里没有它能学到的东西。",
        "**What follows**: order no list by it; there is nothing in the present measures for it to learn.",
    ),
    Conclusion.NOT_ENOUGH_DATA: words(
        "**意味着什么**：不要按它排名单：这里的证据不足以支持它，也不足以反对它。",
        "**What follows**: order no list by it: the evidence here is enough neither for it nor against it.",
    ),
}


def follows(desk: Desk) -> Line:
    """Return what the verdict means for lists and alerts."""
    if desk.card.subject.tried is not None:
        return _OF_MODELS[desk.card.judgement.conclusion]
    return _WORDS[desk.card.judgement.conclusion]


_TRIED = {
    "later_days": words(
        "**没有见过的行**：每行的概率都由只学过更早日期的那次拟合给出，分箱、正则与校准也只用那段过去另选；最早的起点只用来学，不在这张成绩单里。"
        "分数是 100 乘以留下的概率；各分段的家数与当日的健康分相同，预警的多少因此可比。",
        "**Rows it had not seen**: the probability of each row comes from a fit on earlier days, with bins, ridge and "
        "calibration chosen anew within that past; the first origins only teach and are not in this card. The score is "
        "100 times the probability of staying; each tier holds as many accounts as that of the health score on the day, so "
        "that both warn of equally many.",
    ),
    "other_accounts": words(
        "**没有见过的客户**：过去的日期不够，概率由没有见过该客户的那次拟合给出，没有在更晚的日期上检验，因此运行不按它排序。"
        "分数是 100 乘以留下的概率；各分段的家数与当日的健康分相同。",
        "**Accounts it had not seen**: there are too few past days, so each probability comes from a fit without this "
        "account and was not tried on later days; no run ranks by it. The score is 100 times the probability of staying; "
        "each tier holds as many accounts as that of the health score on the day.",
    ),
}


def telling_rule(desk: Desk) -> Line | None:
    """Return the naive rule that tells where the score does not; None where there is none."""
    judged = desk.card.judgement
    if judged.conclusion is not Conclusion.NO_SKILL:
        return None
    telling = [r for r in judged.rules if r.auc.low > CHANCE and r.difference.high < 0]
    if not telling:
        return None
    best = max(telling, key=lambda r: r.auc.value)
    label = Bilingual(f"AUC：{rule_label(best.rule).zh}", f"AUC: {rule_label(best.rule).en}")
    return line(
        "**数据里有分得开的东西**：只用“{r}”这条规则，AUC 就是 {a:delta}{@a}，与评分成对相差 {x:delta}{@x}；评分没有把它用起来。",
        '**There is something in the data that tells**: the rule "{r}" alone has an AUC of {a:delta} {@a}, score minus rule is '
        "{x:delta} {@x}; the score makes no use of it.",
        r=rule_label(best.rule),
        a=desk.estimate(f"auc:{best.rule}", label, best.auc, Form.RATIO3),
        x=figures.rule_difference(desk, best.rule),
    )


def trial_line(desk: Desk) -> Line | None:
    """Return in what sense the rows of a fitted model were new to it; None for a scorecard."""
    tried = desk.card.subject.tried
    return None if tried is None else _TRIED[tried]


def usual_line(desk: Desk) -> Line | None:
    """Return that most accounts met the outcome, so that it singles out few; None where not."""
    mean = desk.card.base_rate
    if desk.card.subject.outcome != "inactivity" or not mean.has_interval or mean.low <= USUAL:
        return None
    return line(
        "平均每个起点有一半以上的客户出现这个结果（{m:delta}{@m}），它是常态而不是警讯；把 `proof.inactive_days` 或观察期设长些，才挑得出少数。",
        "On average more than half of the accounts of an origin met it ({m:delta} {@m}): it is the usual course and no warning. A longer "
        "`proof.inactive_days` or horizon singles out fewer.",
        m=figures.mean_rate(desk),
    )


def low_tier_line(desk: Desk) -> Line | None:
    """Return that a score which tells hardly uses its lowest tier; None where it does."""
    card = desk.card
    if card.subject.tried is not None:
        # Its tiers are as large as the health score's by construction.
        return None
    tells = (Conclusion.USEFUL, Conclusion.NO_BETTER_THAN_RECENCY)
    low = next((t for t in card.tiers if t.tier == card.subject.low_tier), None)
    if card.judgement.conclusion not in tells or low is None or not low.recall.is_known:
        return None
    if low.recall.value >= LEAST_WARNED_SHARE:
        return None
    held = desk.estimate(
        f"recall:{low.tier}",
        Bilingual(
            f"{tier_name(low.tier).zh}段占全部结果",
            f"share of all outcomes in {tier_name(low.tier).en}",
        ),
        low.recall,
        Form.SHARE,
    )
    return line(
        "评分能区分，但低分段只占全部结果的 {r:delta}{@r}，几乎不预警：这条分段线对这些客户太低，`keepwell tune` 会另提一条。",
        "The score does tell, but its lowest tier holds only {r:delta} {@r} of all outcomes and hardly warns of anybody: "
        "its line lies too low for these accounts; `keepwell tune` proposes another.",
        r=held,
    )


def early(desk: Desk) -> Line | None:
    """Return how early it warned; None where nobody was warned of or nothing can be said."""
    lead, warned = figures.lead(desk), figures.warned(desk)
    if not lead.is_known or not warned.is_known:
        return None
    found = desk.card.lead
    step = f"{found.step_days:g}"
    # Who stood there at the first origin already has at least so long a lead.
    least = Bilingual("至少", "at least ") if 2 * found.at_least > len(found.days) else EMPTY
    return line(
        "落入低分段到出现结果之间，中位数{q}为 {x:delta}天{@x}（起点相隔约 {s} 天，精度以此为限）；{w:full}{@w}曾被预警。",
        "From entering the low tier to the outcome there were {q}{x:delta} days at the median {@x} (origins lie {s} days "
        "apart, no finer is known); {w:full} {@w} were warned of.",
        q=least,
        x=lead,
        s=same(step),
        w=warned,
    )


def independent(desk: Desk) -> Line | Join:
    """Return how many accounts the outcomes are worth; nothing where each stands for itself."""
    units, effective = figures.units(desk), figures.effective(desk)
    if desk.card.judgement.units == desk.card.extent.event_accounts == effective.value:
        return EMPTY
    return line(
        "（独立的 {u} 家{@u}，有效样本 {x}{@x}）",
        " ({u} {@u} of them independent, effective sample {x} {@x})",
        u=units,
        x=effective,
    )
