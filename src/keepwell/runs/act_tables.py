"""CTAs or plays with their accounts, as a table that conditions are asked of."""

from collections.abc import Mapping

import pyarrow as pa

from keepwell.ports import Engine


def ask_for(engine: Engine, table: str, number: str, accounts: Mapping[int, str]) -> None:
    """Make accounts by the number of a CTA or play a table of the columns `number`, account_id."""
    columns = {
        number: pa.array(accounts.keys(), pa.int64()),
        "account_id": pa.array(accounts.values(), pa.string()),
    }
    engine.read_arrow(table, pa.table(columns))
