"""The exports of the example company as they looked on each day: only what was known by then."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from keepwell.example_company import commerce, events, profiles
from keepwell.example_company.company import AS_OF, SEED, Made, make, truth_of
from keepwell.example_company.dirt import soil
from keepwell.example_company.faults import DayFault, Exports, planted_faults, spoiled
from keepwell.example_company.texts import ExportTable, day_text

# Where each table has its account and the date from which a row is known; accounts have neither.
ACCOUNT, DATED = (None, 1, 1, 1, 1, 1, 1, 1, 1), (None, 7, 4, 6, 2, 2, 2, 2, 2)
OPPORTUNITIES, SUBSCRIPTIONS, TICKETS = 3, 4, 7
STAGE, PROBABILITY, CLOSE, WON, CLOSED = 2, 5, 7, 8, 9
TICKET_DATES = (3, 4)


@dataclass(frozen=True, slots=True)
class DeliveredDay:
    """What the source delivers on one day; None stands for a file that does not come.

    `sound`: what it would deliver without its fault.
    """

    as_of: date
    exports: tuple[ExportTable | None, ...]
    fault: DayFault | None
    sound: Exports


class CompanyDays:
    """The example company over its last `days` days, with planted faults of whole exports.

    `faults`: those that the seed plants when None.
    """

    def __init__(
        self,
        accounts: int,
        lang: str,
        days: int,
        seed: int = SEED,
        *,
        faults: tuple[DayFault, ...] | None = None,
    ) -> None:
        self._made, self._lang, self._days = make(accounts, lang, seed), lang, days
        self.faults = planted_faults(days, seed) if faults is None else faults

    @property
    def truth(self) -> ExportTable:
        """Return the truth behind the company, one row per account."""
        return truth_of(self._made)

    @property
    def first(self) -> date:
        """Return the first day."""
        return AS_OF - timedelta(days=self._days - 1)

    @property
    def last(self) -> date:
        """Return the last day, the present."""
        return AS_OF

    def span(self, fault: DayFault) -> tuple[date, ...]:
        """Return the days of a fault."""
        numbers = range(fault.first, fault.last + 1)
        return tuple(self.first + timedelta(days=n) for n in numbers)

    def __iter__(self) -> Iterator[DeliveredDay]:
        """Yield the days in order."""
        sound: Exports = ()
        before: Exports = ()
        for number in range(self._days):
            exports = exports_on(self._made, number - self._days + 1, self._lang)
            fault = next((f for f in self.faults if f.first <= number <= f.last), None)
            as_of = self.first + timedelta(days=number)
            if fault is None:
                sound = exports
                yield DeliveredDay(as_of, exports, None, exports)
                continue
            before = sound if number == fault.first else before
            yield DeliveredDay(as_of, spoiled(exports, fault.kind, before), fault, exports)


def exports_on(made: Made, day: int, lang: str) -> Exports:
    """Return the exports, dirt included, as they looked `day` days after as_of (0 or before)."""
    rng = np.random.default_rng(0)
    rng.bit_generator.state = dict(made.before_profiles)
    tables = list(made.tables)
    tables[0] = profiles.accounts_table(made.latent, AS_OF, lang, rng, day)
    tables[1] = profiles.contacts_table(made.latent, AS_OF, lang, rng, day)
    tables[OPPORTUNITIES] = _deals_on(made, day, lang)
    tables[SUBSCRIPTIONS] = _terms_on(made, day)
    tables[TICKETS] = _tickets_on(tables[TICKETS], day)
    ids = profiles.account_ids(len(made.latent.size))
    hidden = {i for i, start in zip(ids, made.latent.start_day, strict=True) if start > day}
    dirty = soil(tuple(tables), AS_OF, lang)
    return tuple(_known(table, place, hidden, day) for place, table in enumerate(dirty))


def _known(table: ExportTable, place: int, hidden: set[str], day: int) -> ExportTable:
    """Return the rows that were there on a day; dirt dated past as_of always was."""
    account, dated = ACCOUNT[place], DATED[place]
    if account is None or dated is None:
        return replace(table, rows=tuple(r for r in table.rows if r[0] not in hidden))
    now, end = day_text(AS_OF, day), day_text(AS_OF, 0)
    return replace(
        table,
        rows=tuple(
            r
            for r in table.rows
            if r[account] not in hidden and (r[dated][:10] <= now or r[dated][:10] > end)
        ),
    )


def _deals_on(made: Made, day: int, lang: str) -> ExportTable:
    """Return the opportunities with the stage they had: what closes later is still open."""
    table, now = made.tables[OPPORTUNITIES], day_text(AS_OF, day)
    stages = [events.STAGES_ZH[s] if lang == "zh" else s for s in commerce.OPEN_STAGES]
    rows = []
    for number, row in enumerate(table.rows):
        if row[CLOSED] == "true" and row[CLOSE] > now:
            cells = list(row)
            cells[STAGE] = stages[number % len(stages)]
            cells[PROBABILITY] = str(20 + number % 7 * 10)
            cells[WON] = cells[CLOSED] = "false"
            row = tuple(cells)
        rows.append(row)
    return replace(table, rows=tuple(rows))


def _terms_on(made: Made, day: int) -> ExportTable:
    """Return the terms begun by a day; one that was not yet broken off runs its whole year."""
    latent = made.latent
    account, first, _ = commerce.terms(latent)
    left = latent.churn_day[account] <= day
    whole = first + commerce.YEAR - 1
    last = np.where(left, np.minimum(whole, latent.churn_day[account]), whole)
    ends = [day_text(AS_OF, int(d)) for d in last]
    rows = made.tables[SUBSCRIPTIONS].rows
    return replace(
        made.tables[SUBSCRIPTIONS],
        rows=tuple((*r[:3], end, *r[4:]) for r, end in zip(rows, ends, strict=True)),
    )


def _tickets_on(table: ExportTable, day: int) -> ExportTable:
    """Return the tickets; what was closed or opened again later was not so yet."""
    now = day_text(AS_OF, day)
    rows = (
        tuple("" if i in TICKET_DATES and c > now else c for i, c in enumerate(r))
        for r in table.rows
    )
    return replace(table, rows=tuple(rows))
