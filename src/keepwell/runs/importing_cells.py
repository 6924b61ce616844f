"""Typing of staged feeds: how columns are read, typing in one pass, counts of what was odd."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from keepwell.config import Config
from keepwell.intake import (
    KEEPS_ONE,
    KINDS,
    ROWS_PER_FEED,
    Cell,
    MoneyRules,
    cell_finding,
    column_stats,
    currency_decision,
    decide_reading,
    derived_columns,
    finding,
    literal,
    number_scale,
    odd_cells,
    percent_findings,
    profile_select,
    quoted,
    reads_as,
    typed_select,
)
from keepwell.ports import ImportWork
from keepwell.runs.importing_feeds import FeedWork, TableWork
from keepwell.vocabulary import Action, Column, Example, Finding, Kind

_ACCOUNT_IDS = ("account_id", "parent_account_id")


def profile_feeds(works: Mapping[str, TableWork], work: ImportWork, config: Config) -> None:
    """Fill the statistics and readings of every feed."""
    for table in works.values():
        for feed in table.feeds:
            sql, names = profile_select(feed.staged.name, feed.cells, feed.where)
            feed.stats = dict(zip(names, work.rows(sql)[0], strict=True))
            odd = odd_cells(feed.cells, feed.stats)
            if odd:
                sql, names = profile_select(feed.staged.name, odd, feed.where, is_odd=True)
                feed.stats |= dict(zip(names, work.rows(sql)[0], strict=True))
            for cell in feed.cells:
                stats = column_stats(cell, feed.stats)
                feed.readings[cell.name] = decide_reading(cell, stats, config.time_zone)
    _decide_ids(works, config)


def _decide_ids(works: Mapping[str, TableWork], config: Config) -> None:
    """Extend 15-character Salesforce ids where true 18-character ones of the same things exist."""
    short: set[str] = set()
    long: set[str] = set()
    for table in works.values():
        for feed in table.feeds:
            for cell in feed.cells:
                stats = column_stats(cell, feed.stats)
                short |= {_domain(cell)} if stats.get("short") else set()
                long |= {_domain(cell)} if stats.get("long") else set()
    for table in works.values():
        for feed in table.feeds:
            for cell in feed.cells:
                if cell.column.kind is Kind.ID:
                    is_account = _domain(cell) == "account_id"
                    feed.readings[cell.name] = replace(
                        feed.readings[cell.name],
                        extends=_domain(cell) in short & long,
                        aliases=resolved_aliases(config.aliases) if is_account else {},
                    )


def _domain(cell: Cell) -> str:
    if cell.via:
        return cell.via.partition(".")[2]
    return "account_id" if cell.name in _ACCOUNT_IDS else cell.name


def resolved_aliases(aliases: Mapping[str, str]) -> dict[str, str]:
    """Return each old id with the id at the end of its chain; a circle keeps its ids."""
    resolved = {}
    for old in aliases:
        new, seen = aliases[old], {old}
        while new in aliases and new not in seen:
            seen.add(new)
            new = aliases[new]
        if new != old and new not in seen:
            resolved[old] = new
    return resolved


def dated_rates(config: Config) -> tuple[tuple[str, date, float], ...]:
    """Return the configured rates: currency, first day, worth of one unit."""
    return tuple((r.currency.upper(), r.since, r.rate) for r in config.money.rates)


def rate_day_of(config: Config, today: date) -> date:
    """Return the day whose rates count for amounts without a date of their own."""
    return today if config.as_of == "latest" else config.as_of


def money_rules(
    works: Mapping[str, TableWork], config: Config, today: date, findings: list[Finding]
) -> MoneyRules:
    """Return how amounts are brought into one currency; mixtures that cannot be are findings."""
    undeclared = config.money.undeclared_means
    rules = MoneyRules(
        config.money.currency.upper() if config.money.currency else None,
        undeclared.upper() if undeclared else None,
        dated_rates(config),
        rate_day_of(config, today),
    )
    seen: set[str] = set()
    for table in works.values():
        for feed in table.feeds:
            codes = feed.stats.get("currency.codes")
            signs = {
                c.name: feed.readings[c.name].signs
                for c in feed.cells
                if c.column.kind is Kind.MONEY
            }
            listed = tuple(sorted(codes)) if isinstance(codes, list) else ()
            found, problems = currency_decision(table.name, listed, signs, rules)
            seen |= found
            findings += problems
    if rules.undeclared:
        seen.add(rules.undeclared)
    return (
        replace(rules, project=next(iter(seen))) if not rules.project and len(seen) == 1 else rules
    )


def type_table(
    table: TableWork, work: ImportWork, rules: MoneyRules, today: date, findings: list[Finding]
) -> None:
    """Create `typed_*` and an empty `fate_*` of a table, and report what its cells showed."""
    for feed in table.feeds:
        place = (feed.number, feed.staged.name, feed.where)
        select = typed_select(table.table, place, feed.cells, feed.readings, rules, today)
        if feed is table.feeds[0]:
            work.run(f"CREATE TABLE typed_{table.name} AS {select}")
        else:
            work.run(f"INSERT INTO typed_{table.name} {select}")
        table.mapped |= set(derived_columns(table.name, frozenset(c.name for c in feed.cells)))
    work.run(f"CREATE TABLE fate_{table.name} (_id BIGINT, class VARCHAR, code VARCHAR)")
    work.run(f"CREATE TABLE cells_{table.name} (_id BIGINT, code VARCHAR)")
    _count_statuses(table, work, today, findings)
    _note_percents(table, findings)
    _note_derived(table, work, findings)


def _count_statuses(
    table: TableWork, work: ImportWork, today: date, findings: list[Finding]
) -> None:
    columns = [c for c in table.table.columns if c.name in table.mapped]
    counts = ", ".join(f"count(s_{c.name})" for c in columns)
    found = work.rows(f"SELECT {counts or '0'}, count(*) FILTER (_is_bare) FROM typed_{table.name}")
    *odd, bare = found[0]
    for column, count in zip(columns, odd, strict=False):
        if count:
            _status_findings(table, column, work, today, findings)
    if bare:
        findings.append(finding("currency_undeclared", table.name, bare))


def _status_findings(
    table: TableWork,
    column: Column,
    work: ImportWork,
    today: date,
    findings: list[Finding],
) -> None:
    status = f"s_{column.name}"
    groups = work.rows(
        f"SELECT {status}, count(*), arg_min(_id, _id, 5) FROM typed_{table.name} "
        f"WHERE {status} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    total = sum(_stat(f, column, "n") for f in table.feeds)
    unreadable = sum(n for code, n, _ in groups if code.endswith("_unreadable"))
    is_changed = unreadable * 2 > total and unreadable > 1
    for code, count, ids in groups:
        examples = example_rows(table, column.name, ids, work)
        params = {"today": today.isoformat(), **_params(table, column, code, work)}
        tell = finding
        if code.endswith("_unreadable") and is_changed:
            code, expected = "type_changed", reads_as(column.kind)
            params = {
                "of": str(total),
                "expected": expected.en,
                "expected_zh": expected.zh,
                "source_column": _source_column(table, column),
            }
        elif KINDS[code].action is Action.QUARANTINED:
            tell = _set_aside(table, column, code, work)
        findings.append(tell(code, table.name, count, column.name, examples, **params))


def _set_aside(
    table: TableWork, column: Column, code: str, work: ImportWork
) -> Callable[..., Finding]:
    """Set rows aside for a cell, or the cell alone; return how to tell of it.

    One row is all there is of an account, so a bad figure must not take the rest with it.
    """
    name, status = table.name, f"s_{column.name}"
    chosen = f"{status} FROM typed_{name} WHERE {status} = '{code}'"
    is_needed = column.is_required or column.name == table.table.key
    if name in KEEPS_ONE and not is_needed:
        work.run(f"INSERT INTO cells_{name} SELECT _id, {chosen}")
        return cell_finding
    work.run(f"INSERT INTO fate_{name} SELECT _id, 'quarantined', {chosen}")
    return finding


def _stat(feed: FeedWork, column: Column, name: str) -> int:
    value = feed.stats.get(f"{column.name}.{name}") or 0
    return value if isinstance(value, int) else 0


def _source_column(table: TableWork, column: Column) -> str:
    names = [c.source_column for f in table.feeds for c in f.cells if c.name == column.name]
    return ", ".join(dict.fromkeys(names))


def _params(table: TableWork, column: Column, code: str, work: ImportWork) -> dict[str, str]:
    if code == "out_of_scale":
        low, high = number_scale(column) or (0.0, 1.0)
        return {"scale": f"{low:g}-{high:g}"}
    if code == "time_zone_converted":
        return {"zone": table.feeds[0].readings[column.name].date.project_zone}
    if code == "time_zone_assumed":
        return {"zone": table.feeds[0].readings[column.name].date.project_zone}
    if code in ("null_word", "currency_from_symbol", "rate_missing"):
        words = _raw_words(table, column, code, work)
        return {"words": words, "found": words}
    return {}


def _raw_words(table: TableWork, column: Column, code: str, work: ImportWork) -> str:
    """Return the distinct words behind a status: no-words, currency signs or currencies."""
    words: set[str] = set()
    for feed in table.feeds:
        by_name = {c.name: c for c in feed.cells}
        cell = by_name.get(column.name)
        if cell is None:
            continue
        text = f"trim({cell.raw})"
        if code != "null_word":
            currency = by_name.get("currency")
            text = f"trim({currency.raw})" if currency else f"money_sign({cell.raw})"
        rows = work.rows(
            f"SELECT DISTINCT {text} FROM typed_{table.name} t JOIN {feed.staged.name} r "
            f"ON r.rowid = t._id - {feed.number * ROWS_PER_FEED} "
            f"WHERE s_{column.name} = {literal(code)} LIMIT 20"
        )
        words |= {str(w) for (w,) in rows if w}
    return ", ".join(sorted(words)) or "-"


def example_rows(
    table: TableWork, column: str, ids: list[int], work: ImportWork
) -> tuple[Example, ...]:
    """Return file, row and raw value of up to five typed rows."""
    examples = []
    for feed in table.feeds:
        first = feed.number * ROWS_PER_FEED
        places = [str(i - first) for i in ids if first <= i < first + ROWS_PER_FEED]
        if not places:
            continue
        raw = next((c.raw for c in feed.cells if c.name == column), "NULL")
        rows = work.rows(
            f"SELECT _row, {raw} FROM {feed.staged.name} WHERE rowid IN ({', '.join(places)}) "
            "ORDER BY _row"
        )
        examples += [Example(feed.staged.raw.file, r, (v or "")[:80]) for r, v in rows]
    return tuple(examples[:5])


def _note_percents(table: TableWork, findings: list[Finding]) -> None:
    for feed in table.feeds:
        for cell in feed.cells:
            if cell.column.kind is Kind.PERCENT and not cell.unit:
                stats = column_stats(cell, feed.stats)
                findings += percent_findings(table.name, cell, stats)


def _note_derived(table: TableWork, work: ImportWork, findings: list[Finding]) -> None:
    given = frozenset(c.name for f in table.feeds for c in f.cells)
    for name in derived_columns(table.name, given):
        column = table.table.column(name)
        if column is None:
            continue
        count = work.rows(f"SELECT count({quoted(column)}) FROM typed_{table.name}")[0][0]
        code = "channels_derived" if name == "channel" else "flags_derived"
        if count:
            findings.append(finding(code, table.name, count, name))
