"""A PostgreSQL server of the test session's own: found, made, started on loopback, ended.

Its settings are traps on purpose: a linguistic collation, another zone, another date style.
"""

import contextlib
import getpass
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql", "/opt/homebrew/opt", "/opt")
_ADMIN = "cluster_admin"
_PATIENCE_S = 60
_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "timezone=America/New_York",
    "datestyle=German, DMY",
    "bytea_output=escape",
    "extra_float_digits=-3",
    "max_connections=300",
)


@dataclass
class PostgresServer:
    """A running cluster. Every role has a random password; `url` gives its address."""

    port: int
    passwords: dict[str, str] = field(repr=False)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, role: str = _ADMIN, database: str = "postgres") -> str:
        word = self.passwords[role]
        return f"postgresql://{role}:{word}@127.0.0.1:{self.port}/{database}"

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database=database), autocommit=True)

    def add_role(self, role: str) -> None:
        self.passwords[role] = secrets.token_urlsafe(24)
        with self.admin() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), self.passwords[role]
                )
            )

    def fresh_name(self, stem: str) -> str:
        return f"{stem}_{next(self._numbers)}"

    def add_database(self, template: str | None = None) -> str:
        name = self.fresh_name("company")
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
        with self.admin() as connection:
            # Since 15 a copy goes through the log unless told otherwise: seven times as slow.
            if connection.info.server_version >= 150_000:
                made += sql.SQL(" STRATEGY file_copy")
            connection.execute(made)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        with self.admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def server_binaries() -> Path | None:
    """Return the folder that holds initdb and postgres, newest version first."""
    told = os.environ.get("KEEPWELL_TEST_PG_BIN")
    on_path = shutil.which("initdb")
    found = [p for place in _PLACES for p in Path(place).glob("*/bin/initdb")]
    found.sort(key=lambda p: [int(n) for n in p.parts[-3].split(".") if n.isdigit()], reverse=True)
    candidates = [Path(told)] if told else [Path(on_path).resolve().parent] if on_path else []
    candidates += [p.parent for p in found]
    return next((c for c in candidates if (c / "postgres").is_file()), None)


def _unprivileged() -> str | None:
    """Return the user to run the server as: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_cluster(binaries: Path, folder: Path, user: str | None, password: str) -> Path:
    data, words = folder / "data", folder / "password"
    words.write_text(password, encoding="utf-8")
    words.chmod(0o600)
    if user is not None:
        shutil.chown(folder, user)
        shutil.chown(words, user)
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        _ADMIN,
        "-A",
        "scram-sha-256",
    ]
    command += ["--pwfile", words, "--no-sync", "--encoding", "UTF8"]
    command += ["--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"]
    done = subprocess.run(
        command, user=user, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"initdb as {user or getpass.getuser()}: {done.stderr}"
    words.unlink()
    return data


@contextlib.contextmanager
def _running(binaries: Path, data: Path, user: str | None, port: int) -> Iterator[None]:
    options = [f"-c{setting}" for setting in _SETTINGS]
    command: list[str | Path] = [binaries / "postgres", "-D", data, "-p", str(port), *options]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
    with (data.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            command, user=user, cwd=data, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(server: PostgresServer, log: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            server.admin().close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise AssertionError(log.read_text("utf-8")) from None
            time.sleep(0.05)
        else:
            return


@contextlib.contextmanager
def running_server(binaries: Path) -> Iterator[PostgresServer]:
    """Make a cluster in a folder of its own and run it until the end of the block."""
    user, password, port = _unprivileged(), secrets.token_urlsafe(24), _free_port()
    # Not pytest's own folder: another user could not reach into it.
    with tempfile.TemporaryDirectory(prefix="keepwell-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data = _make_cluster(binaries, folder, user, password)
        with _running(binaries, data, user, port):
            server = PostgresServer(port, {_ADMIN: password})
            _await(server, folder / "log")
            yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Give a PostgreSQL server; skips where the machine has no binaries of it."""
    binaries = server_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL binaries: install postgresql or set KEEPWELL_TEST_PG_BIN")
    with running_server(binaries) as server:
        server.add_role("worker")
        server.add_role("reader")
        with server.admin() as connection:
            connection.execute("GRANT CREATE ON DATABASE postgres TO worker")
        yield server
