"""The schema of our own on a PostgreSQL server: taken by one run, cleared of what is left."""

import psycopg
from psycopg import sql

from keepwell.adapters.postgres import told_as_ours
from keepwell.vocabulary import InputProblem, SourceUnavailable

# A table of this name says that everything beside it is ours to drop.
MARKER = "keepwell_working_tables"
_OBJECTS = """
SELECT c.relname, c.relkind FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
ORDER BY c.relname
"""
_SHOWN = 5


class WorkSchema:
    """Our schema, held by one session at a time; made when it is missing."""

    def __init__(self, connection: psycopg.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._schema = sql.Identifier(name)

    def take(self) -> None:
        """Hold the schema for this session, and drop what a crashed run has left in it.

        Errors: SourceUnavailable while another run holds it, InputProblem when it holds tables
        that are not ours or may not be made.
        """
        with told_as_ours(f"taking schema {self._name}"):
            if not self._is_held():
                raise SourceUnavailable(
                    f"Another run of keepwell is working in schema `{self._name}`.",
                    cure="Wait for it to end, or give this project a `work_schema` of its own.",
                    schema=self._name,
                )
            if not self._exists():
                self._connection.execute(sql.SQL("CREATE SCHEMA {}").format(self._schema))
            self._connection.execute(sql.SQL("SET search_path = {}").format(self._schema))
            self._claim()
            self.clear()

    def clear(self) -> None:
        """Drop every working table and view."""
        with self._connection.transaction():
            for name, kind in self.objects():
                if name == MARKER:
                    continue
                what = sql.SQL("VIEW" if kind == "v" else "TABLE")
                self._connection.execute(
                    sql.SQL("DROP {} IF EXISTS {} CASCADE").format(
                        what, sql.Identifier(self._name, name)
                    )
                )

    def objects(self) -> list[tuple[str, str]]:
        """Return the names and kinds of what lies in the schema."""
        found = self._connection.execute(_OBJECTS, (f'"{self._name}"',)).fetchall()
        return [(str(name), _letter(kind)) for name, kind in found]

    def _is_held(self) -> bool:
        held = self._connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (f"keepwell {self._name}",)
        ).fetchone()
        return bool(held and held[0])

    def _exists(self) -> bool:
        found = self._connection.execute("SELECT to_regnamespace(%s)", (f'"{self._name}"',))
        row = found.fetchone()
        return row is not None and row[0] is not None

    def _claim(self) -> None:
        names = [name for name, _ in self.objects()]
        if MARKER in names:
            return
        if names:
            raise InputProblem(
                f"Schema `{self._name}` holds tables that keepwell did not make: "
                f"{', '.join(names[:_SHOWN])}. It drops what lies in its working schema.",
                cure="Name an empty or new schema: `postgres: {work_schema: keepwell_work}`.",
                schema=self._name,
            )
        self._connection.execute(
            sql.SQL("CREATE TABLE {} ()").format(sql.Identifier(self._name, MARKER))
        )


def _letter(kind: object) -> str:
    return kind.decode() if isinstance(kind, bytes) else str(kind)
