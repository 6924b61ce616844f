"""Mapped columns that are nearly empty where other data would tell of more accounts."""

from datetime import date

from keepwell.measures import CATALOG, MeasurePlan, MeasureSettings, measures_select, plan_measures
from keepwell.ports import Engine
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import (
    Action,
    Bilingual,
    Finding,
    FindingKind,
    Measure,
    MeasureSource,
    Provider,
    Severity,
    Unit,
)

SPARSE_BELOW = 0.5
COLUMN_SPARSE = FindingKind(
    "column_sparse",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "指标 {measure} 取自列 {column}，该列对 {count} 家客户为空，只有 {known} 家有值；"
        "而 {other} 能说明 {told} 家。每项指标对所有客户只用一个来源，列优先。",
        "Measure {measure} is taken from column {column}, which is empty for {count} accounts and "
        "filled for {known}; {other} would tell of {told}. One source serves all accounts, and a "
        "mapped column comes first.",
    ),
    Bilingual(
        "若应按 {other} 计算，删去 keepwell.yml 中 tables.{line} 这一行，"
        "再运行 keepwell preview 看影响。",
        "If it should be computed from {other}, delete the line tables.{line} in keepwell.yml; "
        "keepwell preview then shows the effect.",
    ),
)


def sparse_findings(
    engine: Engine,
    plan: MeasurePlan,
    sources: tuple[MeasureSource, ...],
    imported: Imported,
    as_of: date,
    settings: MeasureSettings,
) -> tuple[Finding, ...]:
    """Return a finding for each measure whose column knows fewer accounts than other data would.

    Needs: the canonical tables and, as `accounts`, the customers of the day in the engine.
    """
    found = []
    for source in sources:
        accounts = source.known + source.never + source.unknown
        provider = plan.provider(source.measure)
        if provider is None or provider.kind != "direct" or not accounts:
            continue
        if source.known >= SPARSE_BELOW * accounts:
            continue
        other = _other(source.measure, provider, imported.mapped, settings)
        if other is None:
            continue
        told = _told(engine, CATALOG[source.measure], other, as_of, settings)
        if told > source.known:
            found.append(_finding(source, provider, other, told))
    return tuple(found)


def _other(
    measure: str, provider: Provider, mapped: frozenset[str], settings: MeasureSettings
) -> Provider | None:
    """Return what would serve a measure if the columns of its provider were not mapped."""
    return plan_measures(mapped - set(provider.requires), settings).provider(measure)


def _told(
    engine: Engine, measure: Measure, provider: Provider, as_of: date, settings: MeasureSettings
) -> int:
    """Return of how many accounts a provider has something to tell: a value that is not zero."""
    select = measures_select(MeasurePlan(((measure, provider),)), as_of, settings)
    told = f"{measure.name} IS NOT NULL"
    if measure.unit is not Unit.CATEGORY:
        told += f" AND {measure.name} <> CAST(0 AS DOUBLE)"
    rows = engine.rows(f"SELECT count(*) FILTER (WHERE {told}) FROM ({select}) AS tried")  # noqa: S608
    return int(rows[0][0])


def _finding(source: MeasureSource, provider: Provider, other: Provider, told: int) -> Finding:
    column = provider.requires[0]
    table, _, name = column.partition(".")
    words = {
        "measure": source.measure,
        "column": column,
        "known": str(source.known),
        "other": ", ".join(dict.fromkeys(other.requires)),
        "told": str(told),
        "line": f"{table}.columns.{name}",
    }
    return Finding(COLUMN_SPARSE, table, source.never + source.unknown, params=words)
