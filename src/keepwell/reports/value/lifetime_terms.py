"""Words of the lifetime chapter, and the terms (horizon, rate, units) that its numbers carry."""

from dataclasses import dataclass

from keepwell.outlook import lifetime as models
from keepwell.reports.desk import Desk
from keepwell.vocabulary import Bilingual

MODELS = {
    "purchases": Bilingual("购买次数（BG/NBD）", "purchases (BG/NBD)"),
    "spend": Bilingual("单次金额（gamma-gamma）", "spend (gamma-gamma)"),
    "value": Bilingual("生命周期价值（两者之积）", "lifetime value (their product)"),
    "contracts": Bilingual("续约（shifted beta-geometric）", "renewals (shifted beta-geometric)"),
}
FITTED = Bilingual("已拟合", "fitted")
REFUSED = Bilingual("不给出", "refused")
DOUBTFUL = Bilingual(
    "存疑：金额随频次变动，或无从判断，模型假设两者无关",
    "doubtful: spend hangs on frequency, or this cannot be told; the model assumes it does not",
)
NEEDS_BOTH = Bilingual("需要购买与金额两个模型都成立", "needs both purchases and spend")
TOTALS = {
    "purchases": Bilingual("期内重复购买合计", "repeat purchases within the horizon"),
    "spend": Bilingual("每次购买的平均金额", "mean amount of a purchase"),
    "value": Bilingual("期内价值合计", "value within the horizon"),
    "contracts": Bilingual("—", "—"),
}
GIVEN = {
    "estimated_customer_ltv": Bilingual("客户终身价值", "lifetime value"),
    "churn_probability": Bilingual("离开的概率", "chance to leave"),
}
UNITS = {
    "day": Bilingual("天", "day"),
    "week": Bilingual("周", "week"),
    "month": Bilingual("月", "month"),
    "year": Bilingual("年", "year"),
}
ALL_COHORTS = Bilingual("全部客户", "all customers")
BY_MODEL = Bilingual("续约模型（拟合）", "renewal model (fitted)")
NOTHING = Bilingual("—", "—")


@dataclass(frozen=True, slots=True)
class ModelTold:
    """One row of `lifetime_models` as the chapter needs it."""

    model: str
    is_fitted: bool
    why: Bilingual
    cure: Bilingual
    unit: str
    customers: int
    accounts: int
    total: float | None
    interval: tuple[float, float] | None
    is_doubtful: bool


def has_lifetime(desk: Desk) -> bool:
    """Say whether the snapshot holds the lifetime tables."""
    return {"lifetime", "lifetime_models", "lifetime_tracking"} <= set(desk.subject.tables)


def models_told(desk: Desk) -> dict[str, ModelTold]:
    """Return what was fitted or refused, by model."""
    rows = desk.book.rows(
        "SELECT model, state, reason_zh, reason_en, cure_zh, cure_en, unit, customers, accounts, "
        "total, total_low, total_high, is_doubtful FROM lifetime_models"
    )
    found = {}
    for r in rows:
        span = None if r[10] is None or r[11] is None else (float(r[10]), float(r[11]))
        found[str(r[0])] = ModelTold(
            str(r[0]),
            r[1] == "fitted",
            Bilingual(str(r[2] or "—"), str(r[3] or "—")),
            Bilingual(str(r[4] or "—"), str(r[5] or "—")),
            str(r[6]),
            int(r[7]),
            int(r[8]),
            None if r[9] is None else float(r[9]),
            span,
            bool(r[12]),
        )
    return found


def horizon_word(desk: Desk) -> Bilingual:
    """Return how far ahead the models look and how they discount; a dash without a model."""
    rows = desk.book.rows(
        "SELECT horizon, horizon_unit, annual_discount_rate FROM lifetime_models LIMIT 1"
    )
    if not rows:
        return NOTHING
    ahead = models.Horizon(float(rows[0][0]), models.TimeUnit(str(rows[0][1])), float(rows[0][2]))
    return Bilingual(ahead.text("zh"), ahead.text("en"))


def column(desk: Desk, stem: str) -> str | None:
    """Return the column of `lifetime` that begins with `stem` and carries horizon and rate."""
    names = [c for c in desk.subject.tables["lifetime"] if c.startswith(stem)]
    plain = [c for c in names if not c.endswith(("_low", "_high"))]
    return plain[0] if plain else None
