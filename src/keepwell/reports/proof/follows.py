"""What follows from a verdict for the people who work with the score, and what limits its use."""

from keepwell.proof import Conclusion
from keepwell.reports.numbers import Form
from keepwell.reports.proof import figures
from keepwell.reports.proof.figures import Desk
from keepwell.reports.text import Line, line, words
from keepwell.vocabulary import Bilingual

# A lowest tier that holds a smaller share of all outcomes hardly warns of anybody.
LEAST_WARNED_SHARE = 0.10
# From here on, the outcome is what usually happens.
USUAL = 0.5

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
        "**意味着什么**：把它当作专家意见：这里没有支持它的证据，也没有反对它的证据。",
        "**What follows**: take it for an expert's opinion: nothing here speaks for it, and nothing against it.",
    ),
}


def follows(desk: Desk) -> Line:
    """Return what the verdict means for lists and alerts."""
    return _WORDS[desk.card.judgement.conclusion]


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
    tells = (Conclusion.USEFUL, Conclusion.NO_BETTER_THAN_RECENCY)
    low = next((t for t in card.tiers if t.tier == card.subject.low_tier), None)
    if card.judgement.conclusion not in tells or low is None or not low.recall.is_known:
        return None
    if low.recall.value >= LEAST_WARNED_SHARE:
        return None
    held = desk.estimate(
        f"recall:{low.tier}",
        Bilingual(f"{low.tier} 段占全部结果", f"share of all outcomes in {low.tier}"),
        low.recall,
        Form.SHARE,
    )
    return line(
        "评分能区分，但低分段只占全部结果的 {r:delta}{@r}，几乎不预警：这条分段线对这些客户太低，`keepwell tune` 会另提一条。",
        "The score does tell, but its lowest tier holds only {r:delta} {@r} of all outcomes and hardly warns of anybody: "
        "its line lies too low for these accounts; `keepwell tune` proposes another.",
        r=held,
    )
