"""Words of the strategy chapter in both languages, and the columns that conditions may read."""

from collections.abc import Iterable

from keepwell.measures import CATALOG
from keepwell.playbooks.tiers import NEAR_LOW_LINE
from keepwell.vocabulary import FORECAST_COLUMNS, SCORE_COLUMNS, Bilingual

ANY_SIZE_LABEL = Bilingual("任何规模", "any size")
STRATEGY_LABELS: dict[str, Bilingual] = {
    "rescue": Bilingual("挽回", "rescue"),
    "nurture": Bilingual("提升", "nurture"),
    "advocate": Bilingual("共建", "advocate"),
    "repair": Bilingual("修数据", "repair the data"),
}
EMPTY_CELL = Bilingual("没有客户，不写动作", "no accounts, no actions")
NOBODY_NOW = Bilingual("目前没有客户符合", "nobody meets it now")
NO_PLAYBOOK = Bilingual(
    "策略库没有这个分段：在 playbooks/*.yml 里为它写一份",
    "the library has no playbook for this tier: add one in playbooks/*.yml",
)
BY_POSITION = Bilingual(
    "自定分段，按其在评分卡上的位置选取策略",
    "a tier of your own; its strategy goes by its place on the scorecard",
)
OTHER_SIZES = Bilingual(
    "规模不在四类之内，按规模未知处理", "sizes outside the four, handled as unknown size"
)

_ACCOUNT_COLUMNS = ("account_id", "name", "industry", "region", "owner_id", "csm_id")
_STATE_COLUMNS = ("lifecycle_stage", "status", "score", "score_best_micro")
_STABILITY_COLUMNS = ("is_near_line", "is_firm_low", "has_contradiction")


def portfolio_columns(measures: Iterable[str] = tuple(CATALOG)) -> frozenset[str]:
    """Return the names that the `portfolio` view has by contract for these measures."""
    parts = ("", "__never", "__scaled", "__weight", "__micro")
    words = (w.name for w in (*SCORE_COLUMNS, *FORECAST_COLUMNS))
    per_measure = (f"{measure}{part}" for measure in measures for part in parts)
    return frozenset(
        {*_ACCOUNT_COLUMNS, *_STATE_COLUMNS, *_STABILITY_COLUMNS, *words, *per_measure}
    )


def condition_columns(columns: Iterable[str] | None = None) -> frozenset[str]:
    """Return the names that conditions and KPIs may read: `columns` and `is_near_low_line`."""
    return frozenset({*(portfolio_columns() if columns is None else columns), NEAR_LOW_LINE})
