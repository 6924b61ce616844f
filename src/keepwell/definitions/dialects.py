"""The dialects that definitions are written in, and how far each was tried."""

from dataclasses import dataclass

from keepwell.vocabulary import InputProblem


@dataclass(frozen=True, slots=True)
class Dialect:
    """A SQL dialect: `name` for SQLGlot and users, `title` for people.

    `is_executed`: tests run the text on that engine; otherwise it is compiled, not executed.
    """

    name: str
    title: str
    is_executed: bool = False


DIALECTS = (
    Dialect("duckdb", "DuckDB", is_executed=True),
    Dialect("postgres", "PostgreSQL", is_executed=True),
    Dialect("spark", "Spark", is_executed=True),
    Dialect("databricks", "Databricks"),
    Dialect("snowflake", "Snowflake"),
    Dialect("bigquery", "BigQuery"),
    Dialect("trino", "Trino"),
)


def dialect_named(name: str) -> Dialect:
    """Return the dialect of that name. Errors: InputProblem naming those there are."""
    for dialect in DIALECTS:
        if dialect.name == name.lower():
            return dialect
    known = ", ".join(d.name for d in DIALECTS)
    raise InputProblem(f"There is no dialect `{name}`.", cure=f"Use --dialect with one of {known}.")
