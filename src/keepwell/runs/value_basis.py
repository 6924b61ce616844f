"""Store what R, F and M are cut from: purchases, and one row per account with all that is read."""

from collections.abc import Collection, Sequence
from datetime import date

from keepwell.ports import Engine
from keepwell.runs.store_portions import store_by_portions
from keepwell.value import (
    BOUGHT_ON,
    DATED,
    FREQUENCIES,
    STAND_INS,
    RfmBasis,
    RfmSettings,
    basis_select,
    choose_basis,
    given_rows_select,
    given_select,
    purchases_select,
)


def counted(engine: Engine, select: str) -> int:
    """Return the one whole number of a select."""
    return int(engine.rows(select)[0][0])


def store_source(engine: Engine, rfm: RfmSettings, mapped: frozenset[str], as_of: date) -> RfmBasis:
    """Store what the chosen source of R, F and M needs; return which source that is."""
    rows: dict[str, int] = {}
    if engine.columns("account_view"):
        rows["given"] = counted(engine, given_rows_select())
    rows["transactions"] = counted(engine, "SELECT count(*) FROM transactions")
    rows["opportunities"] = counted(engine, "SELECT count(*) FROM opportunities WHERE is_won")
    rows["subscriptions"] = counted(engine, "SELECT count(*) FROM subscriptions")
    basis = choose_basis(rfm.source, mapped, rows)
    if basis.source in ("transactions", "opportunities"):
        _store_purchases(engine, basis.source, rfm, as_of)
        if not counted(engine, "SELECT count(*) FROM value_purchases"):
            rows[basis.source] = 0
            basis = choose_basis(rfm.source, mapped, rows)
            if basis.source == "opportunities":
                _store_purchases(engine, basis.source, rfm, as_of)
    return basis


def _store_purchases(engine: Engine, source: str, rfm: RfmSettings, as_of: date) -> None:
    days = engine.distinct_days(BOUGHT_ON, table=source, column=DATED[source], last=as_of)
    store_by_portions(engine, "value_purchases", purchases_select(source, rfm, as_of, days))


def store_basis(
    engine: Engine,
    basis: RfmBasis,
    columns: Collection[str],
    carried: Collection[str],
    known: Collection[str],
    fitted: str | None,
) -> str:
    """Store `value_basis`; return what the money is: purchases, a stand-in, given, or missing.

    `columns`: of value_accounts; `carried`: SQL of those that go along.
    """

    def store(held: Collection[str], money: str | None) -> None:
        select = basis_select(
            basis.source,
            carried,
            held,
            money=money,
            has_failures="failed_payments_90d" in known,
            fitted=fitted,
        )
        engine.create_table("value_basis", select)

    if basis.source in ("transactions", "opportunities"):
        store((), None)
        if counted(engine, "SELECT count(monetary_amount) FROM value_basis"):
            return "purchases"
    held = _held(engine, columns, [c for c in (*FREQUENCIES, *STAND_INS) if c in columns])
    if basis.source == "given":
        engine.create_table("value_given", given_select())
        store(held, None)
        return "given"
    stand_in = next((c for c in STAND_INS if c in held), None)
    if basis.source == "activity" or stand_in:
        store(held, stand_in)
    return stand_in or "missing"


def _held(engine: Engine, columns: Collection[str], asked: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of `value_accounts` without those among `asked` that no account has."""
    if not asked:
        return tuple(columns)
    counts = ", ".join(f"count({c})" for c in asked)
    found = engine.rows(f"SELECT {counts} FROM value_accounts")[0]
    empty = {c for c, n in zip(asked, found, strict=True) if not int(n)}
    return tuple(c for c in columns if c not in empty)
