"""What a run of journeys reads of accounts: contacts without address, drivers, fitting content."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from keepwell.journeys import (
    ROLE_NAMES,
    Choice,
    ContactRow,
    ContentItem,
    Driver,
    choose,
)
from keepwell.measures import CATALOG
from keepwell.outlook import text_literal
from keepwell.ports import Engine
from keepwell.runs.report_subject import build_portfolio
from keepwell.vocabulary import Lang, NotFound

WANTED = "journey_wanted"
CONTACTS = "journey_contacts"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One contact with its address, read at sending only; never stored, never printed."""

    contact_id: str
    address: str = field(repr=False)
    name: str | None = field(repr=False)
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What was read of the accounts of one plan."""

    by_account: Mapping[str, Sequence[ContactRow]]
    drivers: Mapping[str, Sequence[Driver]]
    content: Sequence[ContentItem]
    seen: Mapping[str, frozenset[str]]

    def contacts(self, account_id: str) -> Sequence[ContactRow]:
        """Return the contacts of an account, without addresses."""
        return self.by_account.get(account_id, ())

    def choices(self, row: Mapping[str, Any], lang: Lang) -> tuple[Choice, ...]:
        """Return the content that fits an account, best first."""
        account = str(row["account_id"])
        industry, seen = row.get("industry"), self.seen.get(account, frozenset())
        return choose(self.content, self.drivers.get(account, ()), industry, lang, seen)

    def choice(self, row: Mapping[str, Any], lang: Lang, wanted: str | None) -> Choice | None:
        """Return the wanted item, or the best one where it is not in the catalogue."""
        named = next((i for i in self.content if i.item == wanted and i.is_on), None)
        if named is not None and lang in named.langs:
            return Choice(named, None, 0, is_of_industry=False)
        return next(iter(self.choices(row, lang)), None)


@dataclass(frozen=True, slots=True)
class JourneyReader:
    """Reads accounts for journeys. `contacts`: Parquet file of the last import, if there is one.

    `seen`: content that accounts were shown before.
    """

    contacts: Path | None
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def look(
        self,
        engine: Engine,
        rows: Sequence[Mapping[str, Any]],
        content: Sequence[ContentItem],
    ) -> Look:
        """Return what is known of the accounts of `rows`. Needs: table `portfolio`."""
        accounts = sorted({str(row["account_id"]) for row in rows})
        if not accounts:
            return Look({}, {}, content, self.seen)
        engine.read_arrow(WANTED, pa.table({"account_id": pa.array(accounts, pa.string())}))
        return Look(self._contacts(engine), drivers_of(engine), content, self.seen)

    def _contacts(self, engine: Engine) -> dict[str, list[ContactRow]]:
        found: defaultdict[str, list[ContactRow]] = defaultdict(list)
        if self.contacts is None or not self.contacts.is_file():
            return found
        engine.read_parquet(CONTACTS, self.contacts)
        # Whether there is an address, and of which kind, is decided where it lies.
        box = "split_part(split_part(lower(trim(c.email)), '@', 1), '+', 1)"
        named = ", ".join(f"'{name}'" for name in sorted(ROLE_NAMES))
        for account, contact, has_email, is_role, role, is_active in engine.rows(
            f"SELECT c.account_id, c.contact_id, coalesce(trim(c.email) <> '', FALSE), "
            f"coalesce({box} IN ({named}), FALSE), c.role, coalesce(c.is_active, TRUE) "
            f"FROM {CONTACTS} AS c JOIN {WANTED} AS w ON w.account_id = c.account_id"
        ):
            name = None if contact is None else str(contact)
            row = ContactRow(name, bool(has_email), bool(is_role), role, bool(is_active))
            found[str(account)].append(row)
        return found

    def addressees(self, engine: Engine, accounts: Sequence[str]) -> dict[str, list[Addressee]]:
        """Return the contacts of all given accounts with their addresses, for sending."""
        found: dict[str, list[Addressee]] = {account: [] for account in accounts}
        if self.contacts is None or not self.contacts.is_file() or not accounts:
            return found
        engine.read_arrow(WANTED, pa.table({"account_id": pa.array(accounts, pa.string())}))
        engine.read_parquet(CONTACTS, self.contacts)
        for account, contact, address, name, is_active in engine.rows(
            f"SELECT c.account_id, c.contact_id, trim(c.email), c.name, "
            f"coalesce(c.is_active, TRUE) FROM {CONTACTS} AS c "
            f"JOIN {WANTED} AS w ON w.account_id = c.account_id "
            "WHERE c.contact_id IS NOT NULL AND coalesce(trim(c.email) <> '', FALSE)"
        ):
            found[str(account)].append(Addressee(str(contact), address, name, bool(is_active)))
        return found

    def address_of(self, engine: Engine, contact_id: str) -> str | None:
        """Return the address of one contact, to be hashed; None when it has none."""
        if self.contacts is None or not self.contacts.is_file():
            return None
        engine.read_parquet(CONTACTS, self.contacts)
        found = engine.rows(
            f"SELECT trim(email) FROM {CONTACTS} WHERE contact_id = {text_literal(contact_id)} "
            "AND coalesce(trim(email) <> '', FALSE) ORDER BY email LIMIT 1"
        )
        return str(found[0][0]) if found else None


def drivers_of(engine: Engine) -> dict[str, list[Driver]]:
    """Return what each measure costs the accounts of WANTED. Needs: table `portfolio`."""
    columns = engine.columns("portfolio")
    measures = [m for m in CATALOG if {f"{m}__weight", f"{m}__micro"} <= set(columns)]
    if not measures:
        return {}
    lost = ", ".join(f"p.{m}__weight - p.{m}__micro" for m in measures)
    found = {}
    for account, *values in engine.rows(
        f"SELECT p.account_id, {lost} FROM portfolio AS p "
        f"JOIN {WANTED} AS w ON w.account_id = p.account_id"
    ):
        pairs = zip(measures, values, strict=True)
        found[str(account)] = [Driver(m, int(v)) for m, v in pairs if v is not None and v > 0]
    return found


@dataclass(frozen=True, slots=True)
class Fitting:
    """The content that fits an account, best first, and the drivers that it was chosen by."""

    account_id: str
    drivers: tuple[Driver, ...]
    choices: tuple[Choice, ...]


def fitting_content(
    engine: Engine,
    tables: Sequence[str],
    reader: JourneyReader,
    account_id: str,
    content: Sequence[ContentItem],
    lang: Lang,
) -> Fitting:
    """Return what fits an account of the snapshot that is open. Errors: NotFound."""
    build_portfolio(engine, tables)
    found = engine.rows(
        f"SELECT industry FROM portfolio WHERE account_id = {text_literal(account_id)}"
    )
    if not found:
        raise NotFound(
            f"The current snapshot has no account `{account_id}`.",
            cure="`keepwell export scores -o scores.csv` lists all.",
        )
    row = {"account_id": account_id, "industry": found[0][0]}
    look = reader.look(engine, [row], content)
    drivers = sorted(look.drivers.get(account_id, ()), key=lambda d: (-d.lost_micro, d.measure))
    return Fitting(account_id, tuple(drivers), look.choices(row, lang))
