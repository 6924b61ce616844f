"""What became of an account's money in the end, kept for a later proof of effect."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keepwell.actions.plans_moves import require_words
from keepwell.vocabulary import InputProblem


class OutcomeKind(StrEnum):
    """What happened: the customer stayed as is, pays less, left, or pays more."""

    KEPT = "kept"
    CONTRACTED = "contracted"
    CHURNED = "churned"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome on a day. `amount`: yearly money kept, lost or added, never negative."""

    id: int
    account_id: str
    plan_id: int | None
    kind: str
    amount: float | None
    currency: str
    on: date
    note: str
    by: str


def new_outcome(
    account_id: str,
    kind: str,
    *,
    amount: float | None,
    currency: str,
    on: date,
    by: str,
    note: str = "",
    plan_id: int | None = None,
) -> Outcome:
    """Return an outcome. Errors: InputProblem for its kind or a negative amount."""
    require_words(by=by)
    if kind not in [str(k) for k in OutcomeKind]:
        raise InputProblem(f"`{kind}` is no outcome.", cure=f"Use {', '.join(OutcomeKind)}.")
    if amount is not None and not 0 <= amount < 1e15:
        raise InputProblem(
            f"An outcome's amount is {amount:g}.",
            cure="Give 0 or more; the kind says whether it was kept, lost or added.",
        )
    return Outcome(0, account_id, plan_id, kind, amount, currency, on, note, by)
