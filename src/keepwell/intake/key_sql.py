"""SQL over typed tables: duplicates, references to accounts, lookups, repeated profiles."""

from collections.abc import Sequence

from keepwell.vocabulary import Kind, Table

KEEPS_ONE = ("accounts", "account_view")
_TEST_WORDS = (
    "(?i)(^|[^a-z])(test|demo|dummy|sandbox|internal|do not use)([^a-z]|$)"
    "|测试|演示账|内部账|内部客户"
)


def live(table: str) -> str:
    """Return SQL for the typed rows of a table that no rule has taken out so far."""
    return f"(SELECT * FROM typed_{table} ANTI JOIN fate_{table} USING (_id))"


def duplicates_select(table: Table, key: Sequence[str]) -> str:
    """Return SQL with one row per repeated key: its agreed values, `_keep` and `_conflicts`.

    A value that the rows disagree on becomes NULL (names keep the first in order of text).
    """
    keys = ", ".join(f'"{k}"' for k in key)
    rest = [c for c in table.columns if c.name not in key]
    agreed = ", ".join(
        f'min("{c.name}") AS "{c.name}"'
        if c.kind is Kind.TEXT
        else f'CASE WHEN count(DISTINCT "{c.name}") <= 1 THEN max("{c.name}") END AS "{c.name}"'
        for c in rest
    )
    conflicts = " OR ".join(f'count(DISTINCT "{c.name}") > 1' for c in rest) or "false"
    return (
        f"SELECT {keys}, {agreed}, min(_id) AS _keep, ({conflicts}) AS _conflicts "
        f"FROM {live(table.name)} WHERE ({keys}) IN (SELECT ({keys}) FROM {live(table.name)} "
        f"GROUP BY ALL HAVING count(*) > 1) GROUP BY {keys}"
    )


def test_account_condition() -> str:
    """Return SQL that is true for accounts that look like test or internal ones."""
    return f"(coalesce(is_test, false) OR regexp_matches(coalesce(name, ''), '{_TEST_WORDS}'))"


def account_fates_select() -> str:
    """Return SQL with what became of every account id: accepted, excluded or quarantined."""
    return (
        "SELECT account_id, CASE min(rank) WHEN 0 THEN 'accepted' WHEN 1 THEN 'excluded' "
        "ELSE 'quarantined' END AS fate FROM (SELECT t.account_id, CASE coalesce(f.class, '') "
        "WHEN '' THEN 0 WHEN 'merged' THEN 0 WHEN 'excluded' THEN 1 ELSE 2 END AS rank "
        "FROM typed_accounts t LEFT JOIN fate_accounts f USING (_id) "
        "WHERE t.account_id IS NOT NULL) GROUP BY account_id"
    )


def lost_zeros_select(table: str) -> str:
    """Return SQL with orphan ids (o) and account ids (a) that differ by leading zeros alone."""
    digits = "regexp_full_match({0}, '[0-9]+')"
    return (
        f"SELECT o.account_id, a.account_id AS other, o._id FROM {live(table)} o "
        "JOIN (SELECT account_id, ltrim(account_id, '0') AS stripped FROM account_fate "
        f"WHERE {digits.format('account_id')}) a ON ltrim(o.account_id, '0') = a.stripped "
        f"WHERE {digits.format('o.account_id')} AND o.account_id <> a.account_id "
        "AND o.account_id NOT IN (SELECT account_id FROM account_fate)"
    )


def lookup_select(target: str, key: str) -> str:
    """Return SQL with the account of each key in a looked-up table, where all its rows agree."""
    return (
        f'SELECT "{key}" AS _key, min(account_id) AS account_id FROM typed_{target} '
        f'WHERE "{key}" IS NOT NULL GROUP BY 1 HAVING count(DISTINCT account_id) = 1'
    )


def profile_columns(table: Table, mapped: frozenset[str]) -> tuple[str, ...]:
    """Return the columns that make up an account's profile: all but ids, names and dates."""
    kinds = (Kind.NUMBER, Kind.COUNT, Kind.PERCENT, Kind.MONEY, Kind.CATEGORY, Kind.FLAG)
    return tuple(c.name for c in table.columns if c.name in mapped and c.kind in kinds)


def repeated_profiles_select(table: Table, columns: Sequence[str]) -> str:
    """Return SQL for accounts in all, distinct profiles, and accounts whose profile repeats."""
    parts = []
    for name in columns:
        column = table.column(name)
        is_text = column is None or column.kind in (Kind.CATEGORY, Kind.FLAG)
        value = f'"{name}"' if is_text else f'CAST("{name}" AS DOUBLE)'
        parts.append(value)
    keys = ", ".join(parts)
    return (
        "SELECT coalesce(sum(n), 0), count(*), coalesce(sum(n) FILTER (n > 1), 0) FROM "
        f"(SELECT count(*) AS n FROM accepted_{table.name} GROUP BY {keys})"
    )
