"""Customers, families and the wide table of measures as definitions."""

from collections.abc import Iterator

from sqlglot import exp

from keepwell.definitions.calendar import AS_OF, joined_calendar
from keepwell.definitions.definition import Definition, portable, renamed, select_of
from keepwell.measures import (
    CALENDAR,
    CATALOG,
    LATER_SQL,
    LEFT_SQL,
    MeasurePlan,
    MeasureSettings,
    measures_select,
)
from keepwell.vocabulary import TABLES, Bilingual, Measure, Unit

CUSTOMERS = "customers"
MEASURES = "measures"
_ACCOUNTS = {"accounts": CUSTOMERS}
_FAMILY = "_family"
UNITS = {
    Unit.DAYS: Bilingual("天", "days"),
    Unit.COUNT: Bilingual("个数", "count"),
    Unit.SHARE: Bilingual("占比 0-1", "share 0-1"),
    Unit.RATIO: Bilingual("比值", "ratio"),
    Unit.AMOUNT: Bilingual("金额（项目币种）", "amount in the project's currency"),
    Unit.POINTS: Bilingual("分", "points"),
    Unit.CATEGORY: Bilingual("类别", "category"),
}
NEVER = Bilingual(
    "真：从未发生；假且指标为空：未知。", "TRUE: it never happened; FALSE beside NULL: unknown."
)


def measure_definitions(plan: MeasurePlan, settings: MeasureSettings) -> tuple[Definition, ...]:
    """Return customers, one definition per family, and `measures`, each over the ones before."""
    tree = select_of(measures_select(plan, None, settings))
    families = tuple(_lifted(tree))
    tree.set("order", None)
    wide = Definition(
        MEASURES,
        Bilingual(
            "指标：每家客户一行，每个指标一列。指标为空时，"
            "同名 __never 列为真表示从未发生，为假表示未知。",
            "Measures: one row per customer, one column per measure. Where it is NULL, its __never "
            "column says TRUE for never happened, FALSE for unknown.",
        ),
        portable(
            joined_calendar(renamed(tree, {**_ACCOUNTS, **{f.name: f.name for f in families}}))
        ),
        notes=measure_notes(plan),
    )
    return (_customers(), *families, wide)


def _customers() -> Definition:
    day = f"{CALENDAR}.{AS_OF}"
    left, later = LEFT_SQL.format(as_of=day), LATER_SQL.format(as_of=day)
    columns = ", ".join(c.name for c in TABLES["accounts"].columns)
    # Names of ours only: the columns of a canonical table.
    text = f"SELECT {columns} FROM accounts WHERE NOT ({left}) AND NOT ({later})"  # noqa: S608
    return Definition(
        CUSTOMERS,
        Bilingual(
            "截止日当天的客户：不含已流失和之后才建立的客户。",
            "The customers of the as-of date: not those that had left or came later.",
        ),
        portable(joined_calendar(select_of(text))),
    )


def _lifted(tree: exp.Select) -> Iterator[Definition]:
    """Take each family out of the joins of the wide SELECT, leaving its name there."""
    for join in tree.args.get("joins") or ():
        if not isinstance(join.this, exp.Subquery):
            continue
        alias = join.this.alias
        family = join.this.this
        name = alias.removesuffix(_FAMILY)
        join.this.replace(exp.to_table(name, alias=alias))
        yield Definition(
            name, _family_words(name), portable(joined_calendar(renamed(family, _ACCOUNTS)))
        )


def _family_words(name: str) -> Bilingual:
    made = [m for m in CATALOG.values() if any(p.family == name for p in m.providers)]
    zh = "、".join(m.label.zh for m in made)
    en = ", ".join(m.label.en for m in made)
    return Bilingual(f"计算这些指标的中间结果：{zh}。", f"The groundwork of: {en}.")


def measure_notes(plan: MeasurePlan) -> dict[str, tuple[Bilingual, ...]]:
    """Return the words on every column of `measures`: label, unit, meaning of NULL, provider."""
    notes: dict[str, tuple[Bilingual, ...]] = {
        "account_id": (Bilingual("客户编号，与数据源一致", "key, as in the source"),)
    }
    for measure, provider in plan.chosen:
        words = [_label(measure), _null(measure)]
        if provider is None:
            words = [
                words[0],
                Bilingual("没有数据源：全部未知。", "No source is mapped: unknown for all."),
            ]
        elif provider.note:
            words.append(provider.note)
        notes[measure.name] = tuple(words)
        notes[measure.never_column] = (NEVER,)
    return notes


def _label(measure: Measure) -> Bilingual:
    unit = UNITS[measure.unit]
    return Bilingual(
        f"{measure.label.zh}（{unit.zh}）。{measure.description.zh}",
        f"{measure.label.en} ({unit.en}). {measure.description.en}",
    )


def _null(measure: Measure) -> Bilingual:
    return Bilingual(f"空值：{measure.null_meaning.zh}", f"NULL: {measure.null_meaning.en}")
