"""Why a churn model is not given: too little happened to learn from."""

from dataclasses import dataclass

from keepwell.vocabulary import Bilingual, Lang

# Accounts that left, and accounts that stayed, without which no model is fitted.
LEAST_EVENTS = 40
# Accounts of the rarer kind for every free number of the model; coarser bins are tried first.
EVENTS_PER_PARAMETER = 5

_TOO_FEW = Bilingual(
    zh="事件太少：{left} 家客户流失、{stayed} 家留存；每类至少需要 {needed} 家（且每个模型参数至少 "
    "{per} 家），模型不予给出。",
    en="Too little happened: {left} {accounts} left and {stayed} stayed; {needed} of each are "
    "needed ({per} for every free number of the model), so no model is given.",
)
_CURE = Bilingual(
    zh="延长历史、加长观察期，或减少指标（可减到 {affordable} 个参数）。",
    en="Take a longer history or horizon, or fewer measures (there is enough for {affordable} free "
    "numbers).",
)


_LONGER = Bilingual(
    zh="延长历史或加长观察期。",
    en="Take a longer history or horizon.",
)
_PART = Bilingual(
    zh="这里只计 {0} 至 {1} 的起点：学习与检验各用各的日期。",
    en=" Counted are the past days {0} to {1} alone: learning and judging take days of their own.",
)


@dataclass(frozen=True, slots=True)
class TooFewEvents:
    """A model that is refused. left, stayed: accounts of each kind; needed: of the rarer kind.

    days: the first and last past day that were counted, where these are not all.
    """

    left: int
    stayed: int
    needed: int
    days: tuple[str, str] | None = None

    @property
    def affordable(self) -> int:
        """Return how many free numbers the data allow, were there enough events at all."""
        return min(self.left, self.stayed) // EVENTS_PER_PARAMETER

    def text(self, lang: Lang) -> str:
        """Return the reason as one sentence.

        >>> TooFewEvents(12, 900, 60).text("en")[:44]
        'Too little happened: 12 accounts left and 90'
        """
        told = _TOO_FEW.text(lang).format(
            left=self.left,
            accounts="account" if self.left == 1 else "accounts",
            stayed=self.stayed,
            needed=self.needed,
            per=EVENTS_PER_PARAMETER,
        )
        return told + (_PART.text(lang).format(*self.days) if self.days else "")

    def cure(self, lang: Lang) -> str:
        """Return what the reader can do about it."""
        # Fewer measures are of no help where there is not enough for any.
        cure = _LONGER if min(self.left, self.stayed) < LEAST_EVENTS else _CURE
        return cure.text(lang).format(affordable=self.affordable)
