"""Fates of typed rows: broken rules, exclusions, duplicates and references to accounts."""

from collections.abc import Mapping
from datetime import date

from keepwell.config import Config, Exclude
from keepwell.intake import (
    KEEPS_ONE,
    account_fates_select,
    duplicates_select,
    finding,
    literal,
    live,
    lookup_select,
    lost_zeros_select,
    name_pattern,
    quarantine_rules,
    test_account_condition,
    warning_rules,
    word_list,
)
from keepwell.ports import ImportWork
from keepwell.runs.importing_cells import example_rows
from keepwell.runs.importing_feeds import TableWork
from keepwell.vocabulary import Finding


class RowChecks:
    """The row checks of one import, over the typed tables of its scratch database."""

    def __init__(self, work: ImportWork, config: Config, today: date) -> None:
        self.work = work
        self.config = config
        self.today = today
        self.findings: list[Finding] = []

    def note(self, table: TableWork, code: str, rows: str, column: str, **params: str) -> int:
        """Report the rows of a query over `_id`, if any, with examples; return how many."""
        count, ids = self.work.rows(
            f"SELECT count(DISTINCT _id), arg_min(_id, _id, 5) FROM ({rows})"
        )[0]
        if count:
            shown = example_rows(table, column, sorted(set(ids)), self.work)
            self.findings.append(finding(code, table.name, count, column, shown, **params))
        return int(count)

    def settle(
        self, table: TableWork, fate: str, code: str, rows: str, column: str, **params: str
    ) -> int:
        """Give the rows of a query over `_id` a fate and report them; return how many."""
        count = self.note(table, code, rows, column, **params)
        if count:
            self.work.run(
                f"INSERT INTO fate_{table.name} SELECT DISTINCT _id, '{fate}', '{code}' "
                f"FROM ({rows})"
            )
        return count

    def apply_rules(self, table: TableWork) -> None:
        """Set aside rows that break a rule of their table."""
        for rule in quarantine_rules(table.table, table.mapped, self.today):
            rows = f"SELECT _id FROM typed_{table.name} WHERE {rule.condition}"
            params = {"today": self.today.isoformat(), "scale": "0-10"}
            self.settle(table, "quarantined", rule.code, rows, rule.column, **params)

    def warn(self, table: TableWork) -> None:
        """Count accepted rows that are strange but stay."""
        as_of = None if self.config.as_of == "latest" else self.config.as_of
        for rule in warning_rules(table.table, table.mapped, as_of, self.today):
            rows = f"SELECT _id FROM accepted_{table.name} WHERE {rule.condition}"
            params = {"as_of": str(as_of), "today": self.today.isoformat()}
            self.note(table, rule.code, rows, rule.column, **params)

    def exclude_accounts(self, table: TableWork) -> None:
        """Leave out the accounts that the user excluded; warn of test accounts that stay."""
        exclude = self.config.exclude
        conditions = _excluded(exclude)
        if exclude.test_accounts:
            conditions.append(test_account_condition())
        if conditions:
            rows = f"SELECT _id FROM {live('accounts')} WHERE {' OR '.join(conditions)}"
            self.settle(table, "excluded", "accounts_excluded", rows, "name")
        if not exclude.test_accounts:
            rows = f"SELECT _id FROM {live('accounts')} WHERE {test_account_condition()}"
            self.note(table, "test_accounts", rows, "name")

    def merge_aliases(self, table: TableWork) -> None:
        """Fold rows of merged accounts into the account that aliases names, if it is there."""
        rows = (
            f"SELECT _id FROM {live(table.name)} WHERE s_account_id = 'alias_applied' "
            f"AND account_id IN (SELECT account_id FROM {live(table.name)} "
            "WHERE s_account_id IS DISTINCT FROM 'alias_applied')"
        )
        if self.config.aliases:
            self.settle(table, "merged", "alias_merged", rows, "account_id")

    def merge_duplicates(self, table: TableWork) -> None:
        """Merge rows that agree; of rows that contradict each other keep none (see below).

        Of accounts the agreed values stay, else all their rows elsewhere would be orphans.
        """
        key = table.table.key
        if key not in table.mapped:
            if table.name == "contacts":
                self._merge_equal_rows(table)
            return
        counted = f'count("{key}") - count(DISTINCT "{key}")'
        if not self.work.rows(f"SELECT {counted} FROM {live(table.name)}")[0][0]:
            return
        self.work.run(f"CREATE OR REPLACE TABLE twice AS {duplicates_select(table.table, (key,))}")
        keeps = table.name in KEEPS_ONE
        others = f'SELECT l._id FROM {live(table.name)} l JOIN twice d USING ("{key}") WHERE '
        rows = f"{others} d._conflicts" + (" AND l._id <> d._keep" if keeps else "")
        ids = self.work.rows("SELECT count(*) FROM twice WHERE _conflicts")[0][0]
        kept = (
            ("互相矛盾的值按未知处理，一致的值保留。", "Agreed values stay, others are unknown.")
            if keeps
            else ("这些编号一行都不采用。", "None of them was taken.")
        )
        merged = f"{others} NOT d._conflicts AND l._id <> d._keep"
        self.work.run(f"CREATE OR REPLACE TABLE leaving AS {rows}")
        params = {"ids": str(ids), "kept": kept[0], "kept_en": kept[1]}
        self.settle(table, "merged", "duplicates_merged", merged, key)
        self.settle(
            table,
            "quarantined",
            "duplicates_conflicting",
            "SELECT _id FROM leaving",
            key,
            **params,
        )
        self._keep_agreed(table, key)

    def _keep_agreed(self, table: TableWork, key: str) -> None:
        names = [c.name for c in table.table.columns if c.name != key and c.name in table.mapped]
        if names:
            values = ", ".join(f'"{n}" = d."{n}"' for n in names)
            self.work.run(
                f"UPDATE typed_{table.name} t SET {values} FROM twice d WHERE t._id = d._keep"
            )

    def _merge_equal_rows(self, table: TableWork) -> None:
        names = ", ".join(f'"{c.name}"' for c in table.table.columns)
        rows = (
            f"SELECT _id FROM (SELECT _id, row_number() OVER (PARTITION BY {names} ORDER BY _id) "
            f"AS copy FROM {live(table.name)}) WHERE copy > 1"
        )
        self.settle(table, "merged", "duplicates_merged", rows, "account_id")

    def freeze_accounts(self) -> None:
        """Store what became of every account id, for the tables that refer to them."""
        self.work.run(f"CREATE OR REPLACE TABLE account_fate AS {account_fates_select()}")

    def look_up(self, table: TableWork, works: Mapping[str, TableWork]) -> None:
        """Translate references by way of another table into account ids."""
        for feed in table.feeds:
            cell = next((c for c in feed.cells if c.name == "account_id" and c.via), None)
            if cell is None:
                continue
            target, _, key = cell.via.partition(".")
            if target not in works or key not in works[target].mapped:
                found = "SELECT '' AS _key, '' AS account_id WHERE false"
            else:
                found = lookup_select(target, key)
            mine = f"_id // 1000000000000 = {feed.number}"
            self.work.run(f"CREATE OR REPLACE TABLE looked_up AS {found}")
            rows = (
                f"SELECT _id FROM {live(table.name)} WHERE {mine} "
                "AND account_id NOT IN (SELECT _key FROM looked_up)"
            )
            params = {"source_column": cell.source_column, "via": cell.via}
            self.settle(table, "quarantined", "lookup_failed", rows, "account_id", **params)
            self.work.run(
                f"UPDATE typed_{table.name} t SET account_id = l.account_id FROM looked_up l "
                f"WHERE t.account_id = l._key AND {mine}"
            )

    def check_references(self, table: TableWork) -> None:
        """Set aside or leave out rows whose account is not among the accepted ones."""
        without = (
            f"SELECT l._id FROM {live(table.name)} l LEFT JOIN account_fate a USING (account_id) "
            "WHERE "
        )
        lost = f"SELECT _id FROM ({lost_zeros_select(table.name)})"
        self.note(table, "ids_lost_zeros", lost, "account_id")
        fates = (
            ("excluded", "account_excluded", "a.fate = 'excluded'"),
            ("quarantined", "account_quarantined", "a.fate = 'quarantined'"),
            ("quarantined", "orphan", "a.fate IS NULL"),
        )
        for fate, code, condition in fates:
            self.settle(table, fate, code, f"{without}{condition}", "account_id")

    def accept(self, table: TableWork) -> None:
        """Create the view of rows that stay."""
        self.work.run(f"CREATE OR REPLACE VIEW accepted_{table.name} AS {live(table.name)}")

    def shared_emails(self, table: TableWork) -> None:
        """Report contacts that share an address, which counts people twice."""
        if "email" in table.mapped:
            rows = (
                "SELECT _id FROM accepted_contacts WHERE email IN (SELECT email FROM "
                "accepted_contacts WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1)"
            )
            self.note(table, "shared_email", rows, "email")


def _excluded(exclude: Exclude) -> list[str]:
    conditions = []
    if exclude.account_ids:
        conditions.append(f"account_id IN ({word_list(exclude.account_ids)})")
    if exclude.names_matching:
        pattern = literal(name_pattern(exclude.names_matching))
        conditions.append(f"regexp_matches(coalesce(name, ''), {pattern})")
    return conditions
