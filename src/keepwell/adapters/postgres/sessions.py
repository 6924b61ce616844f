"""A session on a PostgreSQL server whose settings are ours, whatever the server's are."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from keepwell.adapters.postgres.faults import first_line
from keepwell.vocabulary import InputProblem, SourceUnavailable

# The same result in every session: no parallel sums, scans from the start, exact doubles.
_SETTINGS: Mapping[str, str] = {
    "client_encoding": "UTF8",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "synchronize_seqscans": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "standard_conforming_strings": "on",
    "idle_in_transaction_session_timeout": "0",
}
_CONNECT_TIMEOUT_S = 15


def connect(url: str, variable: str, settings: Mapping[str, str]) -> psycopg.Connection:
    """Return an open session in autocommit with our settings and those given.

    `variable`: the environment variable that holds `url`; messages name it, never the address.
    Errors: InputProblem for what is no address, SourceUnavailable when nobody answers.
    """
    try:
        connection = psycopg.connect(
            url,
            autocommit=True,
            application_name="keepwell",
            connect_timeout=_CONNECT_TIMEOUT_S,
        )
    except psycopg.OperationalError as problem:
        raise SourceUnavailable(
            f"PostgreSQL does not let keepwell in: {_without(url, problem)}.",
            cure=f"See that the server runs, and that {variable} holds the right address and role.",
            variable=variable,
        ) from None
    except psycopg.Error:
        # The driver's own words repeat the address, and with it the password.
        raise InputProblem(
            f"{variable} does not hold an address of PostgreSQL.",
            cure=f"Write {variable}=postgresql://role:password@host:5432/database.",
            variable=variable,
        ) from None
    try:
        for name, value in {**_SETTINGS, **settings}.items():
            setting = sql.SQL("SET {} = {}").format(sql.Identifier(name), value)
            connection.execute(setting)
    except psycopg.Error as problem:
        connection.close()
        raise InputProblem(
            f"PostgreSQL refused the setting `{name} = {value}`: {first_line(problem)}.",
            cure="Leave it out of keepwell.yml, or let a superuser grant the right to set it.",
            setting=name,
        ) from problem
    return connection


def _without(url: str, problem: psycopg.Error) -> str:
    """Return the driver's words without the password, should they hold it."""
    said = first_line(problem)
    try:
        password = psycopg.conninfo.conninfo_to_dict(url).get("password")
    except psycopg.Error:
        return "connection refused"
    return said.replace(str(password), "***") if password else said
