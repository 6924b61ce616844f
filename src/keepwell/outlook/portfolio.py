"""The `portfolio` view: everything known of an account in one row (docs/architecture.md)."""

from collections.abc import Mapping, Sequence

from keepwell.outlook.sql_text import as_double
from keepwell.vocabulary import MICRO_PER_POINT

ACCOUNT_COLUMNS = (
    ("name", "VARCHAR"),
    ("industry", "VARCHAR"),
    ("region", "VARCHAR"),
    ("owner_id", "VARCHAR"),
    ("csm_id", "VARCHAR"),
    ("lifecycle_stage", "VARCHAR"),
    ("status", "VARCHAR"),
)
JOINED = ("measures", "contributions", "forecast", "stability")
# Computed from the portfolio itself and joined only when it is read again.
LATER = ("value",)


def portfolio_select(columns: Mapping[str, Sequence[str]]) -> str:
    """Return SQL giving one row per account of `scores`.

    `columns`: the columns of accounts, scores and JOINED; a name that two tables hold is taken
               from the measures, else from the first. Accounts' missing columns are NULL, and
               one of JOINED without columns is left out.
    """
    size = ("account_size_segment", "VARCHAR")
    wanted = [*ACCOUNT_COLUMNS, *([] if size[0] in columns["measures"] else [size])]
    held = set(columns["accounts"])
    parts = ["s.account_id"]
    parts += [f"a.{n}" if n in held else f"CAST(NULL AS {t}) AS {n}" for n, t in wanted]
    parts += [f"s.{c}" for c in columns["scores"] if c != "account_id"]
    score = f"CAST(s.score_micro AS DOUBLE) / nullif({as_double(str(MICRO_PER_POINT))}, 0)"
    parts.append(f"{score} AS score")
    taken = {"account_id", "score", *(n for n, _ in wanted), *columns["scores"]}
    joined = (*JOINED, *(t for t in LATER if t in columns))
    for table in joined:
        fresh = [c for c in columns[table] if c not in taken]
        taken.update(fresh)
        parts += [f"{table}.{c}" for c in fresh]
    held_tables = [t for t in joined if columns[t]]
    joins = "".join(f" LEFT JOIN {t} ON {t}.account_id = s.account_id" for t in held_tables)
    return (
        f"SELECT {', '.join(parts)} FROM scores AS s "
        f"LEFT JOIN accounts AS a ON a.account_id = s.account_id{joins}"
    )
