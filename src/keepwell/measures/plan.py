"""Which provider serves each measure, and the one SELECT that computes them all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from keepwell.measures.binding import MeasureSettings, family_columns, family_tree, fold_tree
from keepwell.measures.catalog import CATALOG
from keepwell.measures.dialects import SOURCE_DIALECT
from keepwell.measures.families import FOLD_TYPES, FOLDS, fold_names
from keepwell.measures.portable import parse_portable
from keepwell.vocabulary import Measure, MeasureSource, Provider

_ACCOUNTS = "accounts"
SERVED = "measures_served"
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


def measures_select(
    plan: MeasurePlan, as_of: date | None, settings: MeasureSettings | None = None
) -> str:
    """Return one portable SELECT: a row per account, ordered by account_id.

    `as_of`: None leaves every day a column of the one-row table CALENDAR, which is not joined.

    Shape:   account_id, then per measure its value (DOUBLE, VARCHAR for a category) and
             `<measure>__never` (BOOLEAN, never NULL).
    Missing: NULL with `__never` true is never, NULL with it false is unknown (D5).
    """
    families = {name: tree.subquery(name) for name, tree in _families(plan, as_of, settings)}
    columns = [c for m, p in plan.chosen for c in _value_and_flag(m, p)]
    return _checked(_joined(plan, columns, families))


def stored_selects(
    plan: MeasurePlan,
    as_of: date,
    settings: MeasureSettings | None = None,
    *,
    is_folded: bool = False,
) -> tuple[tuple[str, str], ...]:
    """Return tables to store in turn, name and SELECT, the last being `measures_served`.

    One statement per family needs a fraction of the memory of one for all. The last holds only
    what differs between accounts, ordered by account_id; `widened_select` gives all columns.
    `is_folded`: families of events read the tables of `fold_selects`, to be stored before.
    """
    families = tuple(_families(plan, as_of, settings, is_folded=is_folded))
    tables: dict[str, exp.Expr] = {name: exp.to_table(name) for name, _ in families}
    columns = [c for m, p in plan.chosen for c in _value_and_flag(m, p) if not _is_constant(c)]
    served = (SERVED, _checked(_joined(plan, columns, tables)))
    return (*((name, _checked(tree)) for name, tree in families), served)


def fold_selects(
    plan: MeasurePlan, as_of: date, settings: MeasureSettings | None = None
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, for each stored family of events, the folds that it reads: name and SELECT."""
    settings = settings or MeasureSettings()
    return {
        f"{family}_family": tuple(
            (stored, _checked(fold_tree(family, fold, as_of, settings)))
            for fold, stored in zip(FOLDS, fold_names(family), strict=True)
        )
        for family in _family_names(plan)
        if fold_names(family)
    }


def widened_select(plan: MeasurePlan) -> str:
    """Return one SELECT over `measures_served` with the columns of `measures_select`."""
    chosen: list[exp.Expr] = [exp.column("account_id")]
    for measure, provider in plan.chosen:
        made = _value_and_flag(measure, provider)
        chosen.extend(c if _is_constant(c) else exp.column(c.alias) for c in made)
    return _checked(exp.Select(expressions=chosen).from_(SERVED))


def source_plans(plan: MeasurePlan) -> dict[str, MeasurePlan]:
    """Return the plan parted by what serves the measures: a family, or a table as it stands."""
    parts: dict[str, list[tuple[Measure, Provider | None]]] = {}
    for measure, provider in plan.chosen:
        if provider is not None:
            parts.setdefault(provider.family or _table(provider), []).append((measure, provider))
    return {source: MeasurePlan(tuple(chosen)) for source, chosen in parts.items()}


def served_columns(plan: MeasurePlan) -> tuple[str, ...]:
    """Return the columns of `measures_served` after the key, in order."""
    made = (c for m, p in plan.chosen for c in _value_and_flag(m, p))
    return tuple(c.alias for c in made if not _is_constant(c))


def _checked(select: exp.Select) -> str:
    checked = parse_portable(select, types=FOLD_TYPES, for_score=True)
    return checked.sql(dialect=SOURCE_DIALECT, pretty=True)


def _family_names(plan: MeasurePlan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.family for _, p in plan.chosen if p is not None and p.family))


def _families(
    plan: MeasurePlan,
    as_of: date | None,
    settings: MeasureSettings | None,
    *,
    is_folded: bool = False,
) -> Iterator[tuple[str, exp.Select]]:
    settings = settings or MeasureSettings()
    for family in _family_names(plan):
        yield f"{family}_family", family_tree(family, as_of, settings, is_folded=is_folded)


def _joined(
    plan: MeasurePlan, columns: Sequence[exp.Expr], families: Mapping[str, exp.Expr]
) -> exp.Select:
    key = exp.column("account_id", table=_ACCOUNTS)
    select = exp.Select(expressions=[key, *columns]).from_(_ACCOUNTS)
    for name in dict.fromkeys(_source_name(p) for _, p in plan.chosen if p is not None):
        if name != _ACCOUNTS:
            on = exp.EQ(this=exp.column("account_id", table=name), expression=key.copy())
            source = families.get(name) or exp.to_table(name)
            select = select.join(source, on=on, join_type="left", copy=False)
    return select.order_by(key.copy(), copy=False)


def _is_constant(column: exp.Expr) -> bool:
    """Whether a column is the same for every account: no provider, or a flag that is fixed."""
    return column.find(exp.Column) is None


def _source_name(provider: Provider) -> str:
    """The alias that a provider's column is read from: its family, or the table itself."""
    return f"{provider.family}_family" if provider.family else _table(provider)


def _table(provider: Provider) -> str:
    return provider.requires[0].split(".")[0]


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
    for measure, provider in plan.chosen:
        if provider is None:
            zeros = (f"{measure.name}__known", measure.never_column)
            parts.extend(exp.alias_(exp.Literal.number(0), name) for name in zeros)
            continue
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
