"""Findings about accepted columns as a whole: empty, constant, outlying, misspelt, repeated."""

from collections.abc import Mapping
from datetime import date

import pyarrow.compute as pc
import pyarrow.parquet as pq

from keepwell.intake import (
    finding,
    literal,
    profile_columns,
    quoted,
    repeated_profiles_select,
    row_change,
    similar_words,
)
from keepwell.ports import ImportWork
from keepwell.runs.importing_feeds import TableWork
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import Column, Finding, Kind, TableCount

_NUMBERS = (Kind.NUMBER, Kind.COUNT, Kind.PERCENT, Kind.MONEY)
_MANY = 1000
_ACCOUNTS = "accounts.parquet"
_FIGURES = 3
_PROFILE = ("accounts", "account_view")


def column_findings(table: TableWork, work: ImportWork) -> list[Finding]:
    """Return what is strange about the accepted values of each mapped column."""
    findings: list[Finding] = []
    given = {c.name for f in table.feeds for c in f.cells}
    columns = [c for c in table.table.columns if c.name in table.mapped]
    parts = ", ".join(f"count({quoted(c)})" for c in columns)
    total, *known = work.rows(f"SELECT count(*), {parts or '0'} FROM accepted_{table.name}")[0]
    for column, count in zip(columns, known, strict=False):
        if total and not count and column.name in given:
            findings.append(finding("column_empty", table.name, total, column.name))
        elif column.kind in _NUMBERS and count > 1:
            findings += _number_findings(table, column, count, work)
        elif column.kind is Kind.CATEGORY and count:
            findings += _category_findings(table, column, work)
    return findings


def _number_findings(
    table: TableWork, column: Column, count: int, work: ImportWork
) -> list[Finding]:
    if table.name not in _PROFILE and column.kind is not Kind.MONEY:
        return []
    name = quoted(column)
    low, high, top = work.rows(
        f"SELECT min({name}), max({name}), max(CAST({name} AS DOUBLE), 2) "
        f"FROM accepted_{table.name}"
    )[0]
    if low == high:
        if table.name in _PROFILE and count >= 10:
            return [finding("column_constant", table.name, count, column.name, value=str(low))]
        return []
    rest = top[1]
    if count >= 200:
        sql = f"SELECT quantile_disc(CAST({name} AS DOUBLE), 0.99) FROM accepted_{table.name}"
        rest = max(work.rows(sql)[0][0], 0.0) or rest
    if count < 10 or rest <= 0 or top[0] <= 100 * rest:
        return []
    params = {
        "value": f"{top[0]:,.0f}",
        "other": f"{rest:,.0f}",
        "times": f"{top[0] / rest:,.0f}",
        "squeeze": f"{rest / top[0]:.3f}",
    }
    return [finding("giant_outlier", table.name, 1, column.name, **params)]


def _category_findings(table: TableWork, column: Column, work: ImportWork) -> list[Finding]:
    name = quoted(column)
    groups = work.rows(
        f"SELECT {name}, count(*) AS n FROM accepted_{table.name} WHERE {name} IS NOT NULL "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_MANY + 1}"
    )
    if len(groups) > _MANY:
        distinct = work.rows(f"SELECT count(DISTINCT {name}) FROM accepted_{table.name}")[0][0]
        return [finding("too_many_categories", table.name, distinct, column.name)]
    findings = []
    if table.name in _PROFILE and len(groups) == 1 and groups[0][1] >= 10:
        value, count = groups[0]
        findings.append(finding("column_constant", table.name, count, column.name, value=value))
    for word, other in similar_words(dict(groups), is_industry=_is_industry(column)):
        count = dict(groups)[word]
        findings.append(
            finding("similar_categories", table.name, count, column.name, value=word, other=other)
        )
    return findings


def _is_industry(column: Column) -> bool:
    return column.name == "industry"


def profile_findings(table: TableWork, work: ImportWork) -> list[Finding]:
    """Return findings on repeated account profiles and repeated names."""
    findings = []
    columns = profile_columns(table.table, frozenset(table.mapped))
    if table.name in _PROFILE and _tells_apart(table, columns):
        sql = repeated_profiles_select(table.table, columns)
        total, distinct, repeated = work.rows(sql)[0]
        if repeated and distinct * 10 <= total * 9:
            params = {"effective": str(distinct), "of": str(total)}
            findings.append(finding("repeated_profiles", table.name, int(repeated), **params))
    if table.name == "accounts" and {"name", "account_id"} <= table.mapped:
        total, names, shared = work.rows(
            "SELECT coalesce(sum(n), 0), count(*), coalesce(sum(n) FILTER (n > 1), 0) FROM "
            "(SELECT count(*) AS n FROM accepted_accounts WHERE name IS NOT NULL GROUP BY name)"
        )[0]
        if shared:
            params = {"of": str(total), "names": str(names)}
            findings.append(finding("names_repeated", "accounts", int(shared), "name", **params))
    return findings


def _tells_apart(table: TableWork, columns: tuple[str, ...]) -> bool:
    """Say whether a profile has figures enough that equal ones are no coincidence."""
    kinds = [c.kind for c in table.table.columns if c.name in columns]
    return sum(k in _NUMBERS for k in kinds) >= _FIGURES


def change_findings(
    tables: Mapping[str, TableWork],
    counts: Mapping[str, TableCount],
    newest: Mapping[str, date],
    last: Imported | None,
    today: date,
) -> list[Finding]:
    """Return what changed against the last good import: rows, columns, dates that stand still."""
    if last is None:
        return []
    # Two checks on one day, such as after an edit of keepwell.yml, say nothing of the source.
    is_later = last.checked_on < today
    findings = []
    for name, table in tables.items():
        before = last.count(name)
        accepts = any(f.feed.accept_row_change for f in table.feeds)
        now = counts[name].rows_in
        change = row_change(before.rows_in, now) if before and now else ""
        if before and change and not accepts:
            params = {"before": str(before.rows_in), "change": change}
            findings.append(finding("row_count_changed", name, now, **params))
        found = newest.get(name)
        # The same bytes as before say nothing of a source that has stopped.
        is_fresh = any(
            last.fingerprints.get(f.staged.raw.name) != f.staged.raw.fingerprint
            for f in table.feeds
        )
        is_still = is_fresh and found is not None and last.newest.get(name) == found
        if found and is_still and is_later and (today - found).days >= 7:
            days = (today - found).days
            findings.append(finding("newest_unchanged", name, days, newest=found.isoformat()))
        findings += _new_columns(name, table, last)
    return findings


def lost_zeros_since(
    tables: Mapping[str, TableWork], last: Imported | None, work: ImportWork
) -> list[Finding]:
    """Return the finding that account ids of the last import came back without their zeros."""
    if last is None or "accounts" not in tables or not (last.folder / _ACCOUNTS).is_file():
        return []
    ids = pq.read_table(last.folder / _ACCOUNTS, columns=["account_id"]).column(0)
    padded = list(ids.filter(pc.match_substring_regex(ids, "^0+[1-9][0-9]*$")).to_pylist())
    pairs = ", ".join(f"({literal(i)}, {literal(i.lstrip('0'))})" for i in padded[:_MANY])
    if not pairs:
        return []
    lost = work.rows(
        f"SELECT count(*) FROM (VALUES {pairs}) v(before, now) "
        "WHERE now IN (SELECT account_id FROM typed_accounts) "
        "AND before NOT IN (SELECT account_id FROM typed_accounts WHERE account_id IS NOT NULL)"
    )[0][0]
    return [finding("ids_lost_zeros", "accounts", int(lost), "account_id")] if lost else []


def _new_columns(name: str, table: TableWork, last: Imported) -> list[Finding]:
    fresh = []
    for feed in table.feeds:
        before = last.headers.get(feed.staged.raw.name)
        used = {c.source_column for c in feed.cells}
        if before is not None:
            fresh += [c for c in feed.staged.raw.columns if c not in before and c not in used]
    if not fresh:
        return []
    return [finding("new_columns", name, len(fresh), found=", ".join(dict.fromkeys(fresh)))]
