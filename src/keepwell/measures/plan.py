"""Which provider serves each measure, and the one SELECT that computes them all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from keepwell.measures.binding import MeasureSettings, family_columns, family_tree
from keepwell.measures.catalog import CATALOG
from keepwell.measures.portable import SOURCE_DIALECT, parse_portable
from keepwell.vocabulary import Measure, MeasureSource, Provider

_ACCOUNTS = "accounts"
_TRUE, _FALSE = exp.true(), exp.false()


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """The provider chosen for each measure of the catalogue, None where the sources lack it."""

    chosen: tuple[tuple[Measure, Provider | None], ...]

    @property
    def available(self) -> frozenset[str]:
        """Return the names of the measures that have a provider."""
        return frozenset(m.name for m, p in self.chosen if p is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of the measures without one, in the order of the catalogue."""
        return tuple(m.name for m, p in self.chosen if p is None)

    def provider(self, measure: str) -> Provider | None:
        """Return what serves a measure, or None."""
        return next((p for m, p in self.chosen if m.name == measure), None)


def plan_measures(
    mapped: frozenset[str],
    settings: MeasureSettings | None = None,
    catalog: Mapping[str, Measure] = CATALOG,
) -> MeasurePlan:
    """Return, for each measure, the first provider whose columns are all mapped.

    `mapped`: canonical columns that a source fills, as "table.column".
    """
    settings = settings or MeasureSettings()
    return MeasurePlan(
        tuple(
            (m, next((p for p in m.providers if _serves(p, mapped, settings)), None))
            for m in catalog.values()
        )
    )


def _serves(provider: Provider, mapped: frozenset[str], settings: MeasureSettings) -> bool:
    if provider.family == "contact_roles" and not settings.key_roles:
        return False
    if "size_by_" in provider.family and not provider.family.endswith(settings.size_by):
        return False
    return mapped.issuperset(provider.requires)


def measures_select(plan: MeasurePlan, as_of: date, settings: MeasureSettings | None = None) -> str:
    """Return one portable SELECT: a row per account, ordered by account_id.

    Shape:   account_id, then per measure its value (DOUBLE, VARCHAR for a category) and
             `<measure>__never` (BOOLEAN, never NULL).
    Missing: NULL with `__never` true is never, NULL with it false is unknown (D5).
    """
    settings = settings or MeasureSettings()
    select = exp.select(exp.column("account_id", table=_ACCOUNTS)).from_(_ACCOUNTS)
    for name in dict.fromkeys(_source_name(p) for _, p in plan.chosen if p is not None):
        if name != _ACCOUNTS:
            select = _join(select, name, as_of, settings)
    for measure, provider in plan.chosen:
        select = select.select(*_value_and_flag(measure, provider), copy=False)
    select = select.order_by(exp.column("account_id", table=_ACCOUNTS))
    return parse_portable(select, for_score=True).sql(dialect=SOURCE_DIALECT, pretty=True)


def _source_name(provider: Provider) -> str:
    """The alias that a provider's column is read from: its family, or the table itself."""
    return f"{provider.family}_family" if provider.family else _table(provider)


def _table(provider: Provider) -> str:
    return provider.requires[0].split(".")[0]


def _join(select: exp.Select, name: str, as_of: date, settings: MeasureSettings) -> exp.Select:
    family = name.removesuffix("_family")
    source: exp.Expr = exp.to_table(name)
    if family != name:
        source = family_tree(family, as_of, settings).subquery(name)
    keys = [exp.column("account_id", table=t) for t in (name, _ACCOUNTS)]
    on = exp.EQ(this=keys[0], expression=keys[1])
    return select.join(source, on=on, join_type="left", copy=False)


def _value_and_flag(measure: Measure, provider: Provider | None) -> Iterator[exp.Expr]:
    name = measure.name
    to = exp.DataType.Type.VARCHAR if measure.is_category else exp.DataType.Type.DOUBLE
    if provider is None:
        yield exp.alias_(exp.cast(exp.null(), to), name)
        yield exp.alias_(_FALSE.copy(), measure.never_column)
        return
    source = _source_name(provider)
    column = provider.requires[0].split(".")[1] if not provider.family else name
    value: exp.Expr = exp.cast(exp.column(column, table=source), to)
    if provider.no_rows == "zero":
        zero = exp.cast(exp.Literal.number(0), to)
        value = exp.case().when(_is_null("account_id", source), zero).else_(value)
    yield exp.alias_(value, name)
    yield exp.alias_(_never(measure, provider, source, column), measure.never_column)


def _never(measure: Measure, provider: Provider, source: str, column: str) -> exp.Expr:
    """TRUE for an account without rows if that means never, and for a NULL that means never."""
    absent = _TRUE.copy() if provider.no_rows == "never" else _FALSE.copy()
    flag = measure.never_column
    if provider.family and flag in family_columns(provider.family):
        present: exp.Expr = exp.column(flag, table=source)
    elif provider.null_value == "never":
        present = _is_null(column, source)
    elif provider.no_rows == "never":
        present = _FALSE.copy()
    else:
        return _FALSE.copy()
    return exp.case().when(_is_null("account_id", source), absent).else_(present)


def _is_null(column: str, table: str) -> exp.Expr:
    return exp.column(column, table=table).is_(exp.null())


def sources_select(plan: MeasurePlan, table: str = "measures") -> str:
    """Return one SELECT of one row: accounts, then known and never of every measure."""
    parts: list[exp.Expr] = [exp.alias_(exp.Count(this=exp.Star()), "accounts")]
    for measure, _ in plan.chosen:
        parts.append(exp.alias_(exp.Count(this=exp.column(measure.name)), f"{measure.name}__known"))
        never = exp.and_(exp.column(measure.name).is_(exp.null()), exp.column(measure.never_column))
        counted = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=never))
        parts.append(exp.alias_(counted, measure.never_column))
    select = exp.select(*parts).from_(table)
    return parse_portable(select).sql(dialect=SOURCE_DIALECT, pretty=True)


def measure_sources(plan: MeasurePlan, counts: tuple[int, ...]) -> tuple[MeasureSource, ...]:
    """Return which provider served each measure, and its accounts known, never and unknown.

    `counts`: the row of `sources_select`.
    """
    accounts, rest = counts[0], counts[1:]
    pairs = zip(rest[0::2], rest[1::2], strict=True)
    return tuple(
        MeasureSource(
            measure=measure.name,
            kind=provider.kind if provider else "missing",
            columns=provider.requires if provider else (),
            known=known,
            never=never,
            unknown=accounts - known - never,
            note=provider.note if provider else None,
        )
        for (measure, provider), (known, never) in zip(plan.chosen, pairs, strict=True)
    )
