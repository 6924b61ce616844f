"""Projects over outside data whose past can be replayed; purchases count as touches too."""

import os
from pathlib import Path

import duckdb
import pytest

from e2e.company import done

NAMES = ("cdnow", "uci_online_retail", "ravenstack", "churnsim_crm5", "churnsim_socialnet7")
_ORDERS = {
    "cdnow": (
        "SELECT trim(column0[7:11]) AS id, "
        "CAST(strptime(column0[12:20], '%Y%m%d') AS DATE) AS day, "
        "CAST(trim(column0[24:]) AS DECIMAL(18, 2)) AS amount "
        "FROM read_csv('{data}/CDNOW_sample.txt', header=false, delim='|', all_varchar=true)"
    ),
    "uci_online_retail": (
        "SELECT CAST(CAST(CustomerID AS BIGINT) AS VARCHAR) AS id, CAST(InvoiceDate AS DATE) AS "
        "day, CAST(sum(Quantity * UnitPrice) AS DECIMAL(18, 2)) AS amount "
        "FROM '{data}/online_retail.parquet' WHERE CustomerID IS NOT NULL GROUP BY InvoiceNo, 1, 2"
    ),
}


def data(name: str) -> Path:
    """Return the folder of a set of outside data."""
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    return Path(given) / name


def orders_of(name: str) -> str:
    """Return a SELECT of id, day and amount of every order of a log."""
    return _ORDERS[name].format(data=data(name))


def project_of(name: str, folder: Path) -> Path:
    """Return a project over a set of outside data, in English."""
    source, project = data(name), folder / "project"
    if name in _ORDERS:
        source = folder / "source"
        source.mkdir(parents=True)
        orders = orders_of(name)
        rows = {
            "customers": f"SELECT id AS customer_id, min(day) AS customer_since FROM ({orders}) "
            "WHERE amount > 0 GROUP BY id",
            "orders": "SELECT row_number() OVER (ORDER BY day, id, amount) AS order_id, "
            f"id AS customer_id, day AS order_date, amount FROM ({orders})",
            "activities": "SELECT row_number() OVER (ORDER BY day, id, amount) AS activity_id, "
            "id AS account_id, 'purchase' AS type, 'self_service' AS channel, day AS occurred_at "
            f"FROM ({orders}) WHERE amount > 0",
        }
        for table, select in rows.items():
            duckdb.execute(f"COPY ({select} ORDER BY 1) TO '{source}/{table}.csv' (HEADER)")
    done("init", project, "--from", source, "--lang", "en")
    return project
