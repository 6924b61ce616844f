"""Forecast, portfolio and risk matrix as definitions over the scores."""

from collections.abc import Sequence

from sqlglot import exp

from keepwell.definitions.definition import Definition, portable, renamed, select_of
from keepwell.definitions.measured import CUSTOMERS, MEASURES
from keepwell.definitions.scored import SCORES
from keepwell.measures import MeasurePlan
from keepwell.outlook import (
    MATRIX_SELECT,
    ForecastBasis,
    ForecastWeights,
    forecast_select,
    portfolio_select,
)
from keepwell.vocabulary import FORECAST_COLUMNS, TABLES, Bilingual

_VIEWS = {
    "accounts": CUSTOMERS,
    "measures": MEASURES,
    "scores": SCORES,
    "forecast": "forecast",
    "portfolio": "portfolio",
}


def outlook_definitions(
    plan: MeasurePlan,
    basis: ForecastBasis,
    weights: ForecastWeights,
    score_columns: Sequence[str],
) -> tuple[Definition, ...]:
    """Return `forecast`, `portfolio` and `risk_matrix`."""
    measures = [c for m, _ in plan.chosen for c in (m.name, m.never_column)]
    forecast = forecast_select(basis, weights, measures)
    portfolio = portfolio_select(
        {
            "accounts": [c.name for c in TABLES["accounts"].columns],
            "scores": score_columns,
            "measures": measures,
            "contributions": (),
            "forecast": [c.name for c in FORECAST_COLUMNS],
            "stability": (),
        }
    )
    return (
        Definition("forecast", _forecast_words(basis, weights), _over(forecast)),
        Definition(
            "portfolio",
            Bilingual(
                "每家客户一行：名称、指标、健康分、贡献预测。",
                "One row per customer: names, measures, score, forecast.",
            ),
            _over(portfolio),
        ),
        Definition(
            "risk_matrix",
            Bilingual(
                "风险矩阵：行业 x 规模的客户数、低分数、金额。区间与检验由报告计算。",
                "Risk matrix: customers, low ones and amounts by industry and size. Intervals and "
                "tests are made by the report.",
            ),
            _over(MATRIX_SELECT),
        ),
    )


def _over(text: str) -> exp.Select | exp.Union:
    return portable(renamed(select_of(text), _VIEWS))


def _forecast_words(basis: ForecastBasis, weights: ForecastWeights) -> Bilingual:
    rate = "-" if basis.mean_win_rate is None else f"{basis.mean_win_rate:.4f}"
    return Bilingual(
        f"未来 {weights.horizon_months} 个月的贡献预测，主方法 {basis.method}；"
        f"没有自身赢单率时用平均值 {rate}。",
        f"Contribution of the next {weights.horizon_months} months, headline {basis.method}; "
        f"mean win rate where an account has none of its own: {rate}.",
    )
