"""Why a lifetime model is not given: the reasons as values, with their words."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from keepwell.vocabulary import Bilingual, Lang


class Reason(StrEnum):
    """What keeps a model from being identified by the data."""

    TOO_FEW_CUSTOMERS = "too_few_customers"
    NO_TIME_OBSERVED = "no_time_observed"
    NO_REPEATS = "no_repeats"
    TOO_FEW_REPEATERS = "too_few_repeaters"
    ALL_THE_SAME = "all_the_same"
    NOBODY_LEAVES = "nobody_leaves"
    SAME_RATE = "same_rate"
    SAME_DROPOUT = "same_dropout"
    LEAVE_AT_ONCE_OR_NEVER = "leave_at_once_or_never"
    AT_BOUNDARY = "at_boundary"
    FLAT_LIKELIHOOD = "flat_likelihood"
    NOT_CONVERGED = "not_converged"
    NO_SPEND = "no_spend"
    SPEND_MEAN_INFINITE = "spend_mean_infinite"
    TOO_FEW_PERIODS = "too_few_periods"
    NO_LOSSES = "no_losses"
    ALL_LOST = "all_lost"


_WORDS: dict[Reason, Bilingual] = {
    Reason.TOO_FEW_CUSTOMERS: Bilingual(
        zh="客户太少（{customers} 个，至少需要 {least} 个）。",
        en="There are too few customers ({customers}; at least {least} are needed).",
    ),
    Reason.NO_TIME_OBSERVED: Bilingual(
        zh="{customers} 个客户都没有首次购买之后的观察时间。",
        en="No time after the first purchase was observed for any of the {customers} customers.",
    ),
    Reason.NO_REPEATS: Bilingual(
        zh="{customers} 个客户中没有一个重复购买。",
        en="Not one of the {customers} customers bought a second time.",
    ),
    Reason.TOO_FEW_REPEATERS: Bilingual(
        zh="重复购买的客户太少（{repeaters} 个，至少需要 {least} 个）。",
        en="Too few customers bought again ({repeaters}; at least {least} are needed).",
    ),
    Reason.ALL_THE_SAME: Bilingual(
        zh="全部 {customers} 个客户的记录相同，无法看出客户之间的差异。",
        en="All {customers} customers have the same record, so nothing tells how they differ.",
    ),
    Reason.NOBODY_LEAVES: Bilingual(
        zh="数据中看不到客户停止购买的迹象，流失部分无法估计。",
        en="Nothing in the data shows that customers stop buying, so the drop-out part of the "
        "model has no estimate.",
    ),
    Reason.SAME_RATE: Bilingual(
        zh="客户的购买频率看不出差异，购买频率的分布无法估计。",
        en="Customers do not differ visibly in how often they buy, so the spread of buying rates "
        "has no estimate.",
    ),
    Reason.SAME_DROPOUT: Bilingual(
        zh="客户的流失概率看不出差异，流失概率的分布无法估计。",
        en="Customers do not differ visibly in how likely they are to leave, so the spread of "
        "drop-out chances has no estimate.",
    ),
    Reason.LEAVE_AT_ONCE_OR_NEVER: Bilingual(
        zh="客户要么在第一次重复购买后立即离开，要么始终不离开；流失概率的分布无法估计。",
        en="Customers seem to leave right after their first repeat or never, so the spread of "
        "drop-out chances has no estimate.",
    ),
    Reason.AT_BOUNDARY: Bilingual(
        zh="似然函数没有内部最大值：参数 {parameter} 趋向边界。",
        en="The likelihood has no maximum inside: parameter {parameter} runs to its boundary.",
    ),
    Reason.FLAT_LIKELIHOOD: Bilingual(
        zh="似然函数在最优点附近是平的，参数无法由数据确定。",
        en="The likelihood is flat around its best point, so the data do not fix the parameters.",
    ),
    Reason.NOT_CONVERGED: Bilingual(
        zh="{steps} 步之内没有收敛。",
        en="The fit did not converge within {steps} steps.",
    ),
    Reason.NO_SPEND: Bilingual(
        zh="没有一笔重复购买的金额已知且大于零。",
        en="No repeat purchase has a known amount above zero.",
    ),
    Reason.SPEND_MEAN_INFINITE: Bilingual(
        zh="消费金额的分布尾部过重（q = {q}），总体均值不存在。",
        en="Spend has so heavy a tail (q = {q}) that it has no finite mean over customers.",
    ),
    Reason.TOO_FEW_PERIODS: Bilingual(
        zh="观察到的续约期太少（{periods} 期，至少需要 {least} 期）。",
        en="Too few renewal periods were observed ({periods}; at least {least} are needed).",
    ),
    Reason.NO_LOSSES: Bilingual(
        zh="按这段历史，观察期内没有客户流失。",
        en="By this history no customer was lost in the periods observed.",
    ),
    Reason.ALL_LOST: Bilingual(
        zh="全部 {customers} 个客户都在第一期流失。",
        en="All {customers} customers were lost in the first period.",
    ),
}
_CURES = {
    "data": Bilingual(
        zh="提供更长的交易历史或更多客户；在此之前只给出描述性数字。",
        en="Give a longer history or more customers; until then only counts are shown.",
    ),
    "model": Bilingual(
        zh="换用更简单的说法：报告购买频率与流失的实际数字，不做生命周期价值预测。",
        en="Say less: report purchase counts and losses as seen, without a lifetime forecast.",
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A model that is not given, and why. `details` fill the words of the reason."""

    model: str
    reason: Reason
    details: dict[str, str] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """Return the reason as one sentence.

        >>> Refusal("purchases", Reason.NO_REPEATS, {"customers": "40"}).text("en")
        'Not one of the 40 customers bought a second time.'
        """
        return _WORDS[self.reason].text(lang).format(**self.details)

    def cure(self, lang: Lang) -> str:
        """Return what the reader can do about it."""
        return _CURES[_cure_of(self.reason)].text(lang)


def _cure_of(reason: Reason) -> str:
    match reason:
        case (
            Reason.TOO_FEW_CUSTOMERS
            | Reason.NO_TIME_OBSERVED
            | Reason.NO_REPEATS
            | Reason.TOO_FEW_REPEATERS
            | Reason.NO_SPEND
            | Reason.TOO_FEW_PERIODS
            | Reason.NO_LOSSES
            | Reason.ALL_LOST
        ):
            return "data"
        case (
            Reason.ALL_THE_SAME
            | Reason.NOBODY_LEAVES
            | Reason.SAME_RATE
            | Reason.SAME_DROPOUT
            | Reason.LEAVE_AT_ONCE_OR_NEVER
            | Reason.AT_BOUNDARY
            | Reason.FLAT_LIKELIHOOD
            | Reason.NOT_CONVERGED
            | Reason.SPEND_MEAN_INFINITE
        ):
            return "model"
        case _:
            assert_never(reason)
