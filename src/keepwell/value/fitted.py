"""When a fitted lifetime value may rank accounts: accepted by its own tests, or asked for.

By itself only a value that stood a holdout ranks: purchases of later months were expected within
a quarter, and spend does not hang on frequency. A contract's value has no holdout yet.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["accepted", "none", "refused", "doubtful", "untracked", "missed"]
FITTED = "fitted"
# A holdout missed by more than this share is said to be missed.
MISSED_BY = 0.25


@dataclass(frozen=True, slots=True)
class FittedValue:
    """A fitted value as a column of `lifetime`, and whether it was accepted.

    `column`:       None where there is no fitted value at all.
    `of_purchases`: it was computed from purchases, which R and F may count too.
    """

    column: str | None = None
    state: State = "none"
    of_purchases: bool = False

    def ranks(self, wanted: str) -> bool:
        """Say whether it ranks accounts: accepted, or fitted and asked for by `amount: fitted`."""
        if self.column is None:
            return False
        return wanted == FITTED or (wanted == "auto" and self.state == "accepted")


NOT_FITTED = FittedValue()


def judge_purchases(
    column: str, *, is_fitted: bool, is_doubtful: bool, holdout: tuple[float, float] | None
) -> FittedValue:
    """Return the value of purchases with its state; `holdout`: repeats as they came, as expected.

    >>> judge_purchases("v", is_fitted=True, is_doubtful=False, holdout=(100, 130)).state
    'missed'
    """
    if not is_fitted:
        return FittedValue(None, "refused", of_purchases=True)
    state: State = "accepted"
    if is_doubtful:
        state = "doubtful"
    elif holdout is None or holdout[0] <= 0:
        state = "untracked"
    elif abs(holdout[1] / holdout[0] - 1) > MISSED_BY:
        state = "missed"
    return FittedValue(column, state, of_purchases=True)
