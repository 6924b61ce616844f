"""Words in a status or stage which say that an account has left or is no customer yet."""

from collections.abc import Sequence

from keepwell.intake.cleaning import word_list

STATE_COLUMNS = ("status", "lifecycle_stage")
_LEFT = (
    "churned", "churn", "cancelled", "canceled", "lost", "closed", "inactive", "terminated",
    "former", "former customer", "ex-customer", "流失", "已流失", "流失客户", "停用", "已停用",
    "终止", "已终止", "已流失客户", "停止合作", "终止合作",
)  # fmt: skip
_LEADS = (
    "lead", "leads", "prospect", "prospects", "prospective", "潜在客户", "潜客", "线索", "意向客户",
)  # fmt: skip
_STAGES = (
    "subscriber", "opportunity", "mql", "sql", "marketingqualifiedlead", "salesqualifiedlead",
    "marketing qualified lead", "sales qualified lead", "商机", "商机客户",
)  # fmt: skip


def left_words() -> tuple[str, ...]:
    """Return the words, in lower case, for accounts that have left."""
    return _LEFT


def lead_words(column: str) -> tuple[str, ...]:
    """Return the words for companies that are no customers yet; a stage knows more of them."""
    return (*_LEADS, *_STAGES) if column == "lifecycle_stage" else _LEADS


def state_condition(column: str, words: Sequence[str]) -> str:
    """Return SQL that is true for rows whose column is one of the words."""
    return f'lower(trim("{column}")) IN ({word_list(list(words))})'


def words_among(values: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """Return the values that are one of the words, as written."""
    return tuple(v for v in values if v.strip().casefold() in words)
