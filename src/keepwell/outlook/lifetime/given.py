"""Numbers that came with the data, such as `churn_probability`, set beside computed ones."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.outlook.concentration import spearman
from keepwell.outlook.lifetime.histories import Floats
from keepwell.vocabulary import Bilingual, Lang


class Origin(StrEnum):
    """Where a value or a probability comes from; said wherever it is shown."""

    GIVEN = "given"
    FITTED = "fitted"
    NONE = "none"

    def words(self, lang: Lang) -> str:
        """Return the label that stands beside the number."""
        return _WORDS[self].text(lang)


_WORDS = {
    Origin.GIVEN: Bilingual(zh="数据自带，未经验证", en="given, not validated"),
    Origin.FITTED: Bilingual(
        zh="由模型拟合，尚未回测", en="fitted from the history, not yet back-tested"
    ),
    Origin.NONE: Bilingual(zh="无", en="none"),
}


@dataclass(frozen=True, slots=True)
class GivenComparison:
    """A given column beside ours, over the `n` accounts that have both.

    `rank_correlation` is Spearman's, None under three accounts or when one side is constant;
    `mean_ratio` is mean given / mean ours, None when ours is zero. Agreement validates neither.
    """

    column: str
    n: int
    only_given: int
    only_ours: int
    mean_given: float | None
    mean_ours: float | None
    mean_ratio: float | None
    rank_correlation: float | None


def compare_given(column: str, given: Floats, ours: Floats) -> GivenComparison:
    """Return how a given column agrees with ours; NaN marks an account without a value."""
    has_given, has_ours = ~np.isnan(given), ~np.isnan(ours)
    both = has_given & has_ours
    left, right = given[both], ours[both]
    n = len(left)
    mean_given, mean_ours = (float(np.mean(side)) if n else None for side in (left, right))
    return GivenComparison(
        column=column,
        n=n,
        only_given=int(np.sum(has_given & ~has_ours)),
        only_ours=int(np.sum(has_ours & ~has_given)),
        mean_given=mean_given,
        mean_ours=mean_ours,
        mean_ratio=mean_given / mean_ours if mean_given is not None and mean_ours else None,
        rank_correlation=spearman(left, right),
    )
