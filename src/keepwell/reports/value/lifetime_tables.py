"""Tables of the lifetime chapter: models, parameters, survival by cohort, accounts, given columns."""

from math import prod
from typing import Any

from keepwell.outlook import lifetime as models
from keepwell.reports.desk import Desk
from keepwell.reports.facts import SMALL
from keepwell.reports.numbers import Form, interval_text, number_text
from keepwell.reports.page import Cell, Table
from keepwell.reports.sections.table_cells import (
    number_cell,
    pair_cell,
    slot_cell,
    text_cell,
    words_cell,
)
from keepwell.reports.text import DataPair, Slot, by_count, line
from keepwell.reports.value.lifetime_terms import (
    ALL_COHORTS,
    BY_MODEL,
    DOUBTFUL,
    FITTED,
    GIVEN,
    MODELS,
    NEEDS_BOTH,
    NOTHING,
    REFUSED,
    TOTALS,
    UNITS,
    ModelTold,
    column,
    models_told,
)
from keepwell.vocabulary import Bilingual

SHOWN = 10
MONTHS = (1, 3, 6, 12, 24, 36)
EARLY = Bilingual(
    "始于首次流失记录之前：更早离开的客户可能不在数据里，比例可能偏高",
    "began before any loss on record: who left earlier may not be in the data, so this may be too high",
)
SMALL_AMOUNT = 1000
FEW = Bilingual("不足 10 家，只作参考", "fewer than 10, for orientation only")


def models_table(desk: Desk) -> Table:
    """Return what was fitted, to how many customers, what it expects, and why others are not."""
    told = models_told(desk)
    return Table(
        "lifetime_models",
        Bilingual("模型：拟合或不给出", "Models, fitted or refused"),
        (
            Bilingual("模型", "model"),
            Bilingual("结果", "result"),
            Bilingual("拟合客户数", "customers in the fit"),
            Bilingual("给出的数", "what it gives"),
            Bilingual("数值", "amount"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("说明", "note"),
        ),
        tuple(_model_row(told[m]) for m in MODELS if m in told),
        (False, False, True, False, True, True, False),
        "SELECT model, state, customers, total, total_low, total_high, correlation, is_doubtful, "
        "reason_en FROM lifetime_models",
    )


def _model_row(told: ModelTold) -> tuple[Cell, ...]:
    form = Form.NUMBER if told.model == "purchases" else Form.AMOUNT
    if told.model == "spend" and (told.total or 0) < SMALL_AMOUNT:
        form = Form.RATIO
    note: Slot = DOUBTFUL if told.is_doubtful and told.is_fitted else NOTHING
    if not told.is_fitted:
        why, cure = DataPair(told.why), DataPair(told.cure)
        note = NEEDS_BOTH if told.model == "value" else line("{a}{b}", "{a} {b}", a=why, b=cure)
    return (
        words_cell(MODELS[told.model]),
        words_cell(FITTED if told.is_fitted else REFUSED),
        text_cell(f"{told.customers:,}", float(told.customers)),
        words_cell(TOTALS[told.model] if told.is_fitted else NOTHING),
        number_cell(told.total, form),
        _span_cell(told.interval, form),
        slot_cell(note),
    )


def _span_cell(span: tuple[float, float] | None, form: Form) -> Cell:
    return words_cell(Bilingual(*(interval_text(span, form, lang) for lang in ("zh", "en"))))


def parameters_table(desk: Desk) -> Table:
    """Return the parameters of the fitted models with units and intervals."""
    sql = "SELECT model, parameter, unit, value, low, high FROM lifetime_parameters"
    rows = sorted(desk.book.rows(sql), key=lambda r: list(MODELS).index(str(r[0])))
    return Table(
        "lifetime_parameters",
        Bilingual("模型参数", "Parameters of the models"),
        (
            Bilingual("模型", "model"),
            Bilingual("参数", "parameter"),
            Bilingual("单位", "unit"),
            Bilingual("数值", "value"),
            Bilingual("95 % 区间", "95 % interval"),
        ),
        tuple(_parameter_row(r) for r in rows),
        (False, False, False, True, True),
        sql,
    )


def _parameter_row(row: Any) -> tuple[Cell, ...]:
    model, name, unit, value, low, high = row
    word: Slot = UNITS.get(str(unit)) or DataPair(Bilingual(str(unit) or "—", str(unit) or "—"))
    ends = Bilingual(*(f"{float(low):,.3f} {to} {float(high):,.3f}" for to in ("至", "to")))
    return (
        words_cell(MODELS[str(model)]),
        text_cell(str(name)),
        slot_cell(word),
        text_cell(f"{float(value):,.3f}", float(value)),
        words_cell(ends),
    )


def accounts_table(desk: Desk) -> Table | None:
    """Return the accounts with the most expected value; None where nobody has one."""
    value, bought = column(desk, "lifetime_value_amount"), column(desk, "expected_purchases")
    if value is None or bought is None:
        return None
    sql = (
        f"SELECT l.account_id, p.name, l.repeat_purchases, l.alive_prob, l.{bought}, "
        f"l.expected_spend_amount, l.{value}, l.{value}_low, l.{value}_high FROM lifetime AS l "
        f"JOIN portfolio AS p ON p.account_id = l.account_id WHERE l.{value} IS NOT NULL "
        f"ORDER BY l.{value} DESC, l.account_id LIMIT {SHOWN}"
    )
    rows = desk.book.rows(sql)
    if not rows:
        return None
    whom = by_count(len(rows), "account", f"{len(rows)} accounts")
    return Table(
        "lifetime_accounts",
        Bilingual(f"预期价值最多的 {len(rows)} 家", f"The {whom} with the most expected value"),
        (
            Bilingual("客户", "account"),
            Bilingual("重复购买", "repeats"),
            Bilingual("仍在购买的概率", "chance to be still buying"),
            Bilingual("期内预期购买", "purchases ahead"),
            Bilingual("预期单次金额", "spend each"),
            Bilingual("期内价值", "value ahead"),
            Bilingual("95 % 区间（均值）", "95 % interval (of the mean)"),
        ),
        tuple(_account_row(desk, r) for r in rows),
        (False, True, True, True, True, True, True),
        sql,
    )


def _account_row(desk: Desk, row: Any) -> tuple[Cell, ...]:
    span = None if row[7] is None else (float(row[7]), float(row[8]))
    return (
        slot_cell(desk.name(str(row[0]), row[1]), str(row[0])),
        number_cell(float(row[2]), Form.COUNT),
        number_cell(float(row[3]), Form.SHARE),
        number_cell(float(row[4]), Form.NUMBER),
        number_cell(float(row[5]), Form.AMOUNT),
        number_cell(float(row[6]), Form.AMOUNT),
        _span_cell(span, Form.AMOUNT),
    )


def survival_table(desk: Desk) -> Table | None:
    """Return the share still there after whole months by cohort; None where nobody left."""
    if "lifetime_survival" not in desk.subject.tables:
        return None
    early = "is_before_losses" in desk.subject.tables["lifetime_survival"]
    sql = (
        "SELECT cohort, customers, is_small, months, share, low, high"
        f"{', is_before_losses' if early else ''} FROM lifetime_survival"
    )
    cohorts: dict[str, dict[int, Any]] = {}
    for r in desk.book.rows(sql):
        cohorts.setdefault(str(r[0]), {})[int(r[3])] = r
    if not cohorts or all(float(r[4]) == 1 for c in cohorts.values() for r in c.values()):
        return None
    seen = [m for m in MONTHS if any(m in rows for rows in cohorts.values())]
    order = sorted(cohorts, key=lambda c: (c != "all", c))
    rows = [_cohort_row(c, cohorts[c], seen) for c in order]
    fitted = _fitted_row(desk, seen)
    return Table(
        "lifetime_survival",
        Bilingual(
            "满若干个月仍是客户的比例（Kaplan-Meier），按开始年份",
            "Share still customers after whole months (Kaplan-Meier), by year of arrival",
        ),
        (
            Bilingual("开始年份", "arrival"),
            Bilingual("客户数", "customers"),
            *(Bilingual(f"{m} 个月", f"{m} months" if m > 1 else "1 month") for m in seen),
            Bilingual("说明", "note"),
        ),
        (*rows, *([fitted] if fitted else [])),
        (False, *([True] * (len(seen) + 1)), False),
        sql,
    )


def _cohort_row(cohort: str, rows: dict[int, Any], seen: list[int]) -> tuple[Cell, ...]:
    first = next(iter(rows.values()))
    name = ALL_COHORTS if cohort == "all" else Bilingual(cohort, cohort)
    n, is_small = int(first[1]), bool(first[2]) or int(first[1]) < SMALL
    return (
        words_cell(name),
        text_cell(f"{n:,}", float(n)),
        *(_survival_cell(rows.get(m)) for m in seen),
        words_cell(FEW if is_small else EARLY if first[7:] and first[7] else NOTHING),
    )


def _survival_cell(row: Any) -> Cell:
    if row is None:
        return words_cell(NOTHING)
    share, span = float(row[4]), (float(row[5]), float(row[6]))
    if share == 1 and span == (1.0, 1.0):
        return number_cell(share, Form.SHARE)
    texts = []
    for lang, left, right in (("zh", "（", "）"), ("en", " (", ")")):
        ends = interval_text(span, Form.SHARE, "zh" if lang == "zh" else "en")
        texts.append(f"{number_text(share, Form.SHARE, 'en')}{left}{ends}{right}")
    return slot_cell(Bilingual(*texts), share)


def _fitted_row(desk: Desk, seen: list[int]) -> tuple[Cell, ...] | None:
    """Return the same shares by the fitted renewals, where they fall on a whole period."""
    told = models_told(desk).get("contracts")
    if told is None or not told.is_fitted:
        return None
    rows = desk.book.rows(
        "SELECT parameter, value FROM lifetime_parameters WHERE model = 'contracts'"
    )
    by = {str(name): float(value) for name, value in rows}
    every = 12 if told.unit == "year" else 1
    shares = [
        prod((by["beta"] + i) / (by["alpha"] + by["beta"] + i) for i in range(m // every))
        if m % every == 0
        else None
        for m in seen
    ]
    return (
        words_cell(BY_MODEL),
        text_cell(f"{told.customers:,}", float(told.customers)),
        *(number_cell(s, Form.SHARE) for s in shares),
        words_cell(NOTHING),
    )


def given_table(desk: Desk) -> Table | None:
    """Return the columns that came with the data beside ours; None where none came."""
    if "lifetime_given" not in desk.subject.tables:
        return None
    sql = (
        'SELECT "column", n, only_given, only_ours, mean_given, mean_ours, mean_ratio, '
        "rank_correlation FROM lifetime_given"
    )
    rows = desk.book.rows(sql)
    if not rows:
        return None
    given, ours = (
        Bilingual(o.words("zh"), o.words("en")) for o in (models.Origin.GIVEN, models.Origin.FITTED)
    )
    return Table(
        "lifetime_given",
        Bilingual("数据自带的数与我们的数", "Numbers that came with the data, beside ours"),
        (
            Bilingual("数", "number"),
            Bilingual("两者都有", "both"),
            Bilingual("只有自带", "only given"),
            Bilingual("只有我们的", "only ours"),
            Bilingual(f"均值：{given.zh}", f"mean: {given.en}"),
            Bilingual(f"均值：{ours.zh}", f"mean: {ours.en}"),
            Bilingual("自带 / 我们", "given / ours"),
            Bilingual("排序一致程度", "rank agreement"),
        ),
        tuple(_given_row(r) for r in rows),
        (False, True, True, True, True, True, True, True),
        sql,
    )


def _given_row(row: Any) -> tuple[Cell, ...]:
    form = Form.SHARE if row[0] == "churn_probability" else Form.AMOUNT
    numbers = [None if v is None else float(v) for v in row[4:]]
    counts = [text_cell(f"{int(n):,}", float(n)) for n in row[1:4]]
    name = GIVEN.get(str(row[0])) or Bilingual(str(row[0]), str(row[0]))
    forms = (form, form, Form.RATIO, Form.SIGNED)
    return (
        pair_cell(name),
        *counts,
        *(number_cell(v, f) for v, f in zip(numbers, forms, strict=True)),
    )
