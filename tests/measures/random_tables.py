"""Random canonical tables with ties, nulls, edges of months and accounts without rows."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from keepwell.vocabulary import SQL_TYPES, TABLES, Column

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_ARROW = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "DECIMAL(24, 6)": pa.decimal128(24, 6),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
AS_OF_DATES = (
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2026, 8, 31),
    date(2026, 11, 1),
)
KEY_ROLES = ("Decision Maker", "champion")


def arrow_table(name: str, rows: list[Row]) -> pa.Table:
    columns = TABLES[name].columns
    return pa.table({c.name: pa.array([r.get(c.name) for r in rows], _type(c)) for c in columns})


def _type(column: Column) -> pa.DataType:
    return _ARROW[SQL_TYPES[column.kind]]


class Maker:
    """Draws rows around an as-of date; one seed gives one set of tables."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        self.as_of = AS_OF_DATES[seed % len(AS_OF_DATES)]
        self.accounts = [f"{seed:05d}-{i:02d}" for i in range(self.rng.randint(1, 12))]

    def moment(self, *, later: bool = True) -> datetime:
        edges = (0, 1, 28, 29, 30, 88, 89, 90, 91, 181, 182, 183, 364, 365, 366)
        back = self.rng.choice((*edges, self.rng.randint(0, 800)))
        if later and self.rng.random() < 0.2:
            back = -self.rng.randint(1, 200)
        day = self.as_of - timedelta(days=back)
        second = self.rng.choice((0, 1, 43_200, 86_399))
        return datetime.combine(day, time()) + timedelta(seconds=second)

    def maybe(self, value: Any, gap: float = 0.15) -> Any:
        return None if self.rng.random() < gap else value

    def amount(self) -> Decimal | None:
        cents = self.rng.choice((0, 1, 99, 123_456, self.rng.randint(0, 10**12)))
        return None if self.rng.random() < 0.06 else Decimal(cents) / 100

    def _rows(self, most: int) -> range:
        return range(self.rng.choice((0, 1, most)))

    def _of(self) -> str:
        return self.rng.choice(self.accounts)

    def tables(self) -> Tables:
        return {
            "accounts": [self._account(a) for a in self.accounts],
            "activities": [self._activity(i) for i in self._rows(80)],
            "contacts": [self._contact(i) for i in self._rows(25)],
            "opportunities": [self._opportunity(i) for i in self._rows(40)],
            "transactions": [self._transaction(i) for i in self._rows(20)],
            "subscriptions": [self._subscription(i) for i in self._rows(20)],
            "tickets": [self._ticket(i) for i in self._rows(30)],
            "usage": [self._usage(i) for i in self._rows(60)],
            "surveys": [self._survey(i) for i in self._rows(20)],
            "account_view": [self._view(a) for a in self.accounts if self.rng.random() < 0.8],
        }

    def _account(self, account: str) -> Row:
        return {
            "account_id": account,
            "number_of_employees": self.maybe(self.rng.choice((0, 99, 100, 999, 1000, 5000, 9**7))),
            "annual_revenue": self.amount(),
            "csm_pulse": self.maybe(float(self.rng.randint(1, 5))),
            "customer_since": self.maybe(self.moment().date(), 0.4),
            "created_at": self.maybe(self.moment().date(), 0.2),
        }

    def _activity(self, i: int) -> Row:
        channels = ("marketing", "sales", "product", "self_service")
        return {
            "activity_id": f"e{i}",
            "account_id": self._of(),
            "occurred_at": self.moment(),
            "channel": self.maybe(self.rng.choice(channels), 0.3),
        }

    def _contact(self, i: int) -> Row:
        roles = ("Decision Maker", "decision maker", "CHAMPION", "User")
        return {
            "contact_id": f"c{i}",
            "account_id": self._of(),
            "email": self.maybe("x@example.com", 0.4),
            "role": self.maybe(self.rng.choice(roles), 0.4),
            "is_active": self.maybe(self.rng.random() < 0.7),
            "created_at": self.maybe(self.moment()),
        }

    def _opportunity(self, i: int) -> Row:
        closes = self.moment()
        if self.rng.random() < 0.3:
            closes = datetime.combine(date(self.as_of.year + 1, self.rng.randint(1, 12), 1), time())
        return {
            "opportunity_id": f"o{i}",
            "account_id": self._of(),
            "amount": self.amount(),
            "probability": self.maybe(self.rng.choice((0.0, 0.1, 0.35, 1.0)), 0.05),
            "created_at": self.maybe(self.moment(), 0.1),
            "close_date": self.maybe(closes, 0.06),
            "is_won": self.maybe(self.rng.random() < 0.4, 0.06),
            "is_closed": self.maybe(self.rng.random() < 0.5, 0.06),
        }

    def _transaction(self, i: int) -> Row:
        return {
            "transaction_id": f"t{i}",
            "account_id": self._of(),
            "occurred_at": self.moment(),
            "amount": self.amount(),
        }

    def _subscription(self, i: int) -> Row:
        return {
            "subscription_id": f"s{i}",
            "account_id": self._of(),
            "period_start": self.moment().date(),
            "period_end": self.maybe(self.moment().date(), 0.4),
            "amount": self.amount(),
            "seats": self.maybe(self.rng.randint(0, 500), 0.05),
            "is_trial": self.maybe(self.rng.random() < 0.2),
        }

    def _ticket(self, i: int) -> Row:
        return {
            "ticket_id": f"k{i}",
            "account_id": self._of(),
            "occurred_at": self.moment(),
            "closed_at": self.maybe(self.moment(), 0.3),
            "reopened_at": self.maybe(self.moment(), 0.6),
        }

    def _usage(self, i: int) -> Row:
        return {
            "usage_id": f"u{i}",
            "account_id": self._of(),
            "occurred_at": self.moment(),
            "kind": self.maybe(self.rng.choice(("login", "report", "export"))),
            "value": self.maybe(self.rng.choice((0.0, 0.0001, 0.5, 1.0, 12.345, 5e13)), 0.2),
        }

    def _survey(self, i: int) -> Row:
        return {
            "survey_id": f"v{i}",
            "account_id": self._of(),
            "occurred_at": self.moment(),
            "kind": self.maybe(self.rng.choice(("nps", "NPS", "csat"))),
            "value": float(self.rng.randint(0, 10)),
        }

    def _view(self, account: str) -> Row:
        return {
            "account_id": account,
            "last_activity_at": self.maybe(self.moment().date(), 0.3),
            "total_contacts": self.maybe(self.rng.choice((0, 1, 7))),
            "contacts_with_email": self.maybe(self.rng.choice((0, 1))),
            "number_of_employees": self.maybe(self.rng.choice((5, 100, 5000))),
            "annual_revenue": self.amount(),
            "account_size_segment": self.maybe(self.rng.choice(("Enterprise", "Large"))),
            "win_rate": self.maybe(self.rng.random()),
            "nps": self.maybe(float(self.rng.randint(-100, 100))),
        }


def merged(makers: list[Maker]) -> Tables:
    """The tables of several companies as one: their accounts have different names."""
    together: Tables = {name: [] for name in TABLES}
    for maker in makers:
        for name, rows in maker.tables().items():
            together[name] += rows
    return together
