"""Short ways to write the providers and words that catalogue entries share."""

from typing import Literal

from keepwell.vocabulary import Absent, Bilingual, Provider

VIEW = "account_view"


def direct(column: str, table: str = VIEW) -> Provider:
    """Return a provider that takes a column as it stands."""
    return Provider("direct", (f"{table}.{column}",))


def direct_through(family: str, *requires: str, note: Bilingual) -> Provider:
    """Return a provider that only rewrites a direct column; a blank one means never."""
    return Provider("direct", requires, family, "unknown", "never", note)


def events(
    family: str,
    *requires: str,
    no_rows: Absent = "unknown",
    null_value: Literal["never", "unknown"] = "unknown",
    note: Bilingual | None = None,
) -> Provider:
    """Return a provider computed by a family's SQL."""
    return Provider("events", requires, family, no_rows, null_value, note)


def proxy(
    family: str,
    *requires: str,
    note: Bilingual,
    no_rows: Absent = "unknown",
    null_value: Literal["never", "unknown"] = "unknown",
) -> Provider:
    """Return a declared stand-in: another thing measured, labelled as such."""
    return Provider("proxy", requires, family, no_rows, null_value, note)


USAGE_STANDS_IN = Bilingual(
    "未提供活动记录，以产品使用记录代替。",
    "No activities are recorded; product usage stands in for them.",
)
TRANSACTIONS_STAND_IN = Bilingual(
    "未提供商机，以成交流水金额代替赢单金额。",
    "No opportunities are recorded; booked transactions stand in for won amounts.",
)
UNKNOWN_ONLY = Bilingual(
    "未知：来源没有该字段，或该客户的值缺失。",
    "Unknown: the source has no such column, or no value for the account.",
)
ZERO_WITHOUT_ROWS = Bilingual(
    "有数据源而客户没有记录时为 0；没有数据源时未知。",
    "Zero when the source is there and the account has no row; unknown without the source.",
)
NEVER_WITHOUT_ROWS = Bilingual(
    "有数据源而客户没有记录：从未发生；没有数据源：未知。",
    "Never when the source is there and the account has no row; unknown without the source.",
)
AMOUNT_UNKNOWN = Bilingual(
    "没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。",
    "Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.",
)
