"""A project whose data and computing are a PostgreSQL server, and what befalls it in mid-run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from keepwell.ports import Progress
from keepwell.vocabulary import InputProblem, KeepwellProblem, Lang, SourceRejected
from keepwell.vocabulary import SourceUnavailable as Unavailable
from keepwell.wiring import Project, start_project
from postgres_server import PostgresServer

DATA = (
    "CREATE SCHEMA crm",
    """CREATE TABLE crm.accounts AS SELECT 'A' || lpad(i::text, 4, '0') AS account_id,
         'Company ' || i AS name, (ARRAY['Retail', 'Energy', 'Health'])[i % 3 + 1] AS industry,
         (i * 37) % 900 AS number_of_employees, (i * 1234.5)::numeric(18, 2) AS annual_revenue,
         date '2023-01-01' + i AS created_at FROM generate_series(1, 40) AS g (i)""",
    """CREATE TABLE crm.events AS SELECT 'E' || i AS activity_id,
         'A' || lpad((i % 37 + 1)::text, 4, '0') AS account_id, 'call' AS type,
         timestamp '2026-09-01 10:00' - (i % 120) * interval '1 day' AS occurred_at
       FROM generate_series(1, 400) AS g (i)""",
    "CREATE VIEW crm.activities AS SELECT * FROM crm.events",
    "GRANT USAGE ON SCHEMA crm TO reader",
    "GRANT SELECT ON crm.accounts, crm.activities TO reader",
)
DAY = date(2026, 9, 1)


class Morning:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 9, 2, 3, tzinfo=UTC)

    def today(self, time_zone: str) -> date:  # noqa: ARG002 - protocol
        return date(2026, 9, 2)


class Meddling:
    """A progress that does something to the server when a step begins."""

    def __init__(self, at: str, act: Callable[[], None]) -> None:
        self._at, self._act = at, act

    def step(self, key: str, lang: Lang, total: int | None = None) -> None:  # noqa: ARG002
        if key == self._at and total is None:
            self._act()

    def expect(self, parts: int) -> None:
        pass

    def advance(self, parts: int = 1) -> None:
        pass


@dataclass
class Company:
    """A database with a company's tables, and a project on it that has one good snapshot."""

    server: PostgresServer
    database: str
    folder: Path

    def run_sql(self, *statements: str) -> None:
        with self.server.admin(self.database) as session:
            for statement in statements:
                session.execute(statement)

    def project(self, progress: Progress | None = None) -> Project:
        return Project(self.folder, progress, Morning())

    def end_sessions(self, role: str) -> None:
        self.run_sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
        )

    def fails(self, at: str, act: Callable[[], None]) -> KeepwellProblem:
        """Run anew with a meddler; return the problem, the last good snapshot being untouched."""
        before = self.kept()
        with pytest.raises(KeepwellProblem) as problem:
            self.project(Meddling(at, act)).run(DAY, refit=True)
        assert self.kept() == before
        return problem.value

    def kept(self) -> tuple[str, list[str]]:
        folder = self.folder / ".keepwell" / "snapshots"
        return self.project().current().run_id, sorted(p.name for p in folder.iterdir())


@pytest.fixture
def company(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Company:
    database = postgres_server.add_database()
    made = Company(postgres_server, database, tmp_path / "myco")
    made.run_sql(*DATA, f"GRANT CREATE ON DATABASE {database} TO worker")
    monkeypatch.setenv("CRM_URL", postgres_server.url("reader", database))
    monkeypatch.setenv("KEEPWELL_POSTGRES_URL", postgres_server.url("worker", database))
    start_project(
        made.folder, "env:CRM_URL#crm", scorecard="robust", lang="en", force=False, clock=Morning()
    )
    config = made.folder / "keepwell.yml"
    text = config.read_text("utf-8") + "engine: postgres\nstate: {url_env: KEEPWELL_POSTGRES_URL}\n"
    config.write_text(text.replace("schemas: [crm]", "schemas: [crm]\n  statement_timeout_s: 2"))
    assert made.project().run(DAY).accounts == 40
    return made


@pytest.mark.slow
def test_a_project_from_a_database_names_no_address_anywhere(company: Company) -> None:
    words = [company.server.passwords[role].encode() for role in ("reader", "worker")]
    for file in company.folder.rglob("*"):
        if file.is_file():
            assert not any(word in file.read_bytes() for word in words), file
    with company.server.admin(company.database) as session:
        stored = session.execute("SELECT run_id FROM keepwell_state.runs").fetchall()
    assert [run_id for (run_id,) in stored] == [company.project().current().run_id]
    text = (company.folder / "keepwell.yml").read_text("utf-8")
    assert "  kind: postgres\n  url_env: CRM_URL\n  schemas: [crm]\n" in text
    company.run_sql("DELETE FROM crm.events WHERE activity_id = 'E1'")
    assert company.project().run(DAY).is_new


@pytest.mark.slow
def test_a_connection_dropped_in_mid_run_leaves_the_last_good_snapshot(company: Company) -> None:
    lost = company.fails("outlook", lambda: company.end_sessions("worker"))
    assert isinstance(lost, Unavailable)
    assert "ended the connection" in lost.what
    assert "run the command again" in lost.cure
    assert company.project().run(DAY, refit=True).is_new


@pytest.mark.slow
def test_a_permission_revoked_in_mid_run_leaves_the_last_good_snapshot(company: Company) -> None:
    schema = "keepwell_work"
    company.run_sql(f"ALTER SCHEMA {schema} OWNER TO cluster_admin")
    company.run_sql(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO worker")
    revoke = f"REVOKE CREATE ON SCHEMA {schema} FROM worker"
    refused = company.fails("scores", lambda: company.run_sql(revoke))
    assert isinstance(refused, InputProblem)
    assert "permission denied for schema keepwell_work" in refused.what
    assert "GRANT" in refused.cure
    unread = company.fails(
        "check", lambda: company.run_sql("REVOKE SELECT ON crm.activities FROM reader")
    )
    assert isinstance(unread, InputProblem)
    assert unread.cure.endswith("GRANT SELECT ON crm.activities TO reader;")


@pytest.mark.slow
def test_a_column_renamed_in_mid_run_leaves_the_last_good_snapshot(company: Company) -> None:
    rename = "ALTER TABLE crm.accounts RENAME account_id TO id_of_account"
    renamed = company.fails("check", lambda: company.run_sql(rename))
    assert isinstance(renamed, SourceRejected)
    told = " ".join(
        f"{f.message('en')} {f.cure('en')}" for f in company.project().check(DAY).findings
    )
    assert "account_id" in told
    assert "id_of_account" in told


@pytest.mark.slow
def test_a_view_grown_slow_in_mid_run_leaves_the_last_good_snapshot(company: Company) -> None:
    slow = (
        "CREATE OR REPLACE VIEW crm.activities AS SELECT e.* FROM crm.events AS e "
        "CROSS JOIN LATERAL (SELECT pg_sleep(0.1), e.activity_id) AS s"
    )
    stopped = company.fails("check", lambda: company.run_sql(slow))
    assert isinstance(stopped, Unavailable)
    assert "reading activities" in stopped.what
    assert "statement timeout" in stopped.what
    assert "statement_timeout_s" in stopped.cure
