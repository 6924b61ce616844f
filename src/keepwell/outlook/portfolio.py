"""The `portfolio` view: everything known of an account in one row (docs/architecture.md)."""

from collections.abc import Collection, Mapping, Sequence

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
PORTFOLIO_TABLES = ("accounts", "scores", *JOINED)
# Computed from the portfolio itself and joined only when it is read again.
LATER = ("value",)


def portfolio_select(
    columns: Mapping[str, Sequence[str]], wanted: Collection[str] | None = None
) -> str:
    """Return SQL giving one row per account of `scores`.

    `columns`: the columns of accounts, scores and JOINED; a name that two tables hold is taken
               from the measures, else from the first. Accounts' missing columns are NULL, and
               one of JOINED without columns is left out.
    `wanted`:  only these columns, and only the tables that hold them; all when None.
    """
    size = ("account_size_segment", "VARCHAR")
    named = [*ACCOUNT_COLUMNS, *([] if size[0] in columns["measures"] else [size])]
    held = set(columns["accounts"])
    score = f"CAST(s.score_micro AS DOUBLE) / nullif({as_double(str(MICRO_PER_POINT))}, 0)"
    parts = {n: f"a.{n}" if n in held else f"CAST(NULL AS {t}) AS {n}" for n, t in named}
    parts |= {c: f"s.{c}" for c in columns["scores"] if c != "account_id"}
    parts["score"] = f"{score} AS score"
    joined = [t for t in (*JOINED, *(t for t in LATER if t in columns)) if columns[t]]
    for table in joined:
        fresh = {c: f"{table}.{c}" for c in columns[table] if c not in ("account_id", *parts)}
        parts |= fresh
    told = [sql for name, sql in parts.items() if wanted is None or name in wanted]
    read = {sql.partition(".")[0] for sql in told} if wanted is not None else {"a", *joined}
    joins = "".join(f" LEFT JOIN {t} ON {t}.account_id = s.account_id" for t in joined if t in read)
    described = " LEFT JOIN accounts AS a ON a.account_id = s.account_id" if "a" in read else ""
    return f"SELECT {', '.join(['s.account_id', *told])} FROM scores AS s{described}{joins}"
