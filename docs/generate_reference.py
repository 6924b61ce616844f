"""Writes docs/measures.md from the catalogue: python docs/generate_reference.py."""

from pathlib import Path

from keepwell.measures import CATALOG
from keepwell.vocabulary import Measure, Provider

PAGE = Path(__file__).with_name("measures.md")
HEAD = """# Measures

<!-- Generated from the catalogue by docs/generate_reference.py; edit the catalogue instead. -->

One number or category per account, as of a date. `as_of` is the last included day; an N-day
window is `as_of - N + 1` to `as_of`, and rows dated later never matter. A measure takes the first
provider whose columns are mapped; the report says which one served it.

A value is *known*, *never* (the source is there and it did not happen) or *unknown* (no source, or
the value is missing). A sum of money is unknown as soon as one of its parts is.

每个客户在基准日的一个数字或类别。基准日为最后一个计入的日期，N 天窗口为基准日前 N-1 天至基准日，
之后的记录不产生任何影响。指标采用第一个字段齐备的来源，报告会注明采用了哪一个。
值分为三种：已知；从未（有数据源而未发生）；未知（没有数据源，或值缺失）。
金额合计中只要有一部分未知，合计即为未知。

"""
PORTABLE = """
## Portable SQL

All SQL from the measures on, and every expression in the configuration, keeps to what DuckDB,
PostgreSQL and Spark compute alike. Anything else is refused with the cure in the message.

- **Rows**: `SELECT`, `WITH`, inner, left, right, full and cross joins, `WHERE`, `GROUP BY` a list,
  `HAVING`, `UNION ALL`, `ORDER BY` numbers, dates or keys, `LIMIT` after `ORDER BY`.
- **Totals**: `COUNT`, `COUNT(DISTINCT x)`, `SUM`, `MIN` and `MAX` of numbers and dates, all with
  `FILTER`; `AVG` and `STDDEV_SAMP` of DOUBLE, never under a score.
- **Windows**: `ROW_NUMBER`, `LAG`, `SUM`, `COUNT` with a unique order key.
- **Values**: `CASE`, `COALESCE`, `NULLIF`, `IN`, `BETWEEN`, `FLOOR`, `ABS`; `LN`, `EXP` and `SQRT`
  inside a `CASE` that guards them; `+ - *`.
- **Division**: `CAST(a AS DOUBLE) / nullif(b, 0)`, or by a number that is not 0.
- **Dates**: `date_diff('day', CAST(a AS DATE), CAST(b AS DATE))`; days of today are literals.
- **Casts**: DOUBLE, BIGINT (of whole numbers or `FLOOR`), DECIMAL, DATE, TIMESTAMP, VARCHAR,
  BOOLEAN. A fraction is written `CAST('0.5' AS DOUBLE)`; in an expression of the configuration
  `0.5` will do.
"""


def provider_line(provider: Provider) -> str:
    """Return one provider as a list item."""
    absent = {"zero": "0", "never": "never", "unknown": "unknown"}[provider.no_rows]
    columns = ", ".join(f"`{c}`" for c in provider.requires)
    how = f"computed by `sql/{provider.family}.sql`" if provider.family else "as it stands"
    rows = f"; an account without rows: {absent}" if provider.family else ""
    note = f" {provider.note.en} {provider.note.zh}" if provider.note else ""
    return f"{provider.kind}: {columns}, {how}{rows}.{note}"


def measure_section(measure: Measure) -> str:
    """Return one measure as a section."""
    providers = "\n".join(f"{i}. {provider_line(p)}" for i, p in enumerate(measure.providers, 1))
    current = (
        "\n\nRests on columns that the source overwrites in place; kept out of back-tests."
        if measure.is_current_only
        else ""
    )
    direction = measure.direction.replace("_", " ")
    return f"""### `{measure.name}`

**{measure.label.en}** · {measure.label.zh} · {measure.unit.value} · direction: {direction}

{measure.description.en}
{measure.description.zh}

- Formula: `{measure.formula}`
- Missing: {measure.null_meaning.en} {measure.null_meaning.zh}

{providers}{current}
"""


def measures_page() -> str:
    """Return the whole reference page."""
    return HEAD + "\n".join(measure_section(m) for m in CATALOG.values()) + PORTABLE


if __name__ == "__main__":
    PAGE.write_text(measures_page(), encoding="utf-8")
