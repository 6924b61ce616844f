"""What the value model reads of `portfolio`: joined once, then carried along in `value_basis`."""

from collections.abc import Collection

from keepwell.value.amounts import ORDERED
from keepwell.value.basis import FREQUENCIES, STAND_INS
from keepwell.value.candidates import BREADTH, GROWTH
from keepwell.value.struggle import NEEDED

_GAP = "days_since_last_activity"
# Read once more after `value` is made, by its lists and tables; not part of `value`.
KEPT = {
    "score": "DOUBLE",
    "churn_probability": "DOUBLE",
    "effective_tier": "VARCHAR",
    "account_size_segment": "VARCHAR",
    "lifecycle_stage": "VARCHAR",
    **dict.fromkeys((*GROWTH, *BREADTH), "DOUBLE"),
}
_READ = {
    **KEPT,
    **dict.fromkeys(("account_age_days", _GAP, *NEEDED), "DOUBLE"),
}


def wanted_columns(amount: str) -> frozenset[str]:
    """Return all that the model reads of `portfolio`, so that no other table need be joined."""
    flags = (f"{c}__never" for c in (_GAP, *NEEDED))
    return frozenset((*_READ, *ORDERED, *STAND_INS, *FREQUENCIES, *flags, amount))


def carried_columns(columns: Collection[str], amount: str) -> tuple[str, ...]:
    """Return SQL of each carried column over `value_accounts AS p`; one that is missing is NULL.

    `columns`: of portfolio; `amount`: the setting that says which amount ranks accounts.
    """
    amounts = dict.fromkeys((*ORDERED, *STAND_INS, amount))
    told = [
        f"p.{c}" if c in columns else f"CAST(NULL AS {kind}) AS {c}" for c, kind in _READ.items()
    ]
    told += [f"p.{c}" for c in amounts if c in columns and c not in _READ]
    return tuple(told)


def published_select(columns: Collection[str]) -> str:
    """Return SQL giving `value` from `value_wide`, whose `columns` it is given."""
    return f"SELECT {', '.join(c for c in columns if c not in KEPT)} FROM value_wide"
