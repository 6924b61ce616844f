"""Folders at an address: copied once, followed when they change, told when out of reach."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from adapters.sources.outcomes import read_table
from keepwell.adapters.sources import open_source
from keepwell.adapters.sources.object_store import mirror, shown
from keepwell.config import Source
from keepwell.vocabulary import ConfigInvalid, NotFound, SourceUnavailable

CSV = "id,name\n1,alpha\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    (folder / "crm").mkdir(parents=True)
    (folder / "accounts.csv").write_text(CSV)
    (folder / "crm" / "contacts.csv").write_text(CSV)
    return folder


def test_a_source_at_an_address_reads_like_a_folder(store: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    source = open_source(Source(kind="folder", path=store.as_uri()), project)
    assert [t.name for t in source.tables()] == ["accounts.csv", "crm/contacts.csv"]
    assert read_table(source, "crm/contacts.csv").rows == (("1", "alpha"),)
    assert (project / ".keepwell" / "remote").is_dir()


def test_only_what_changed_is_copied_and_what_is_gone_is_deleted(
    store: Path, tmp_path: Path
) -> None:
    folder = mirror(store.as_uri(), tmp_path / "cache")
    kept = (folder / "accounts.csv").stat().st_ino
    (store / "crm" / "contacts.csv").unlink()
    (store / "new.csv").write_text(CSV)
    assert mirror(store.as_uri(), tmp_path / "cache") == folder
    assert sorted(p.name for p in folder.rglob("*")) == ["accounts.csv", "new.csv"]
    assert (folder / "accounts.csv").stat().st_ino == kept
    (store / "accounts.csv").write_text(CSV.replace("alpha", "gamma"))
    mirror(store.as_uri(), tmp_path / "cache")
    assert "gamma" in (folder / "accounts.csv").read_text()


def test_an_empty_place_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    for address in ((tmp_path / "nothing").as_uri(), (tmp_path / "missing").as_uri()):
        with pytest.raises(NotFound, match="no file at file://"):
            mirror(address, tmp_path / "cache")


def test_an_unknown_scheme_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="s3, gs"):
        mirror("ftp://host/exports", tmp_path)


class _Store(BaseHTTPRequestHandler):
    """The two questions of the S3 protocol that reading needs: list, and get."""

    files: dict[str, bytes]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_HEAD(self) -> None:
        self._answer(is_head=True)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type" in asked.query:
            self._send(200, self._listing(parse_qs(asked.query).get("prefix", [""])[0]))
        else:
            self._answer(is_head=False)

    def _listing(self, prefix: str) -> bytes:
        rows = "".join(
            f"<Contents><Key>{name}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
            f"<ETag>x</ETag><Size>{len(body)}</Size></Contents>"
            for name, body in sorted(self.files.items())
            if name.startswith(prefix)
        )
        text = f"<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>{rows}"
        return f'<?xml version="1.0"?>{text}</ListBucketResult>'.encode()

    def _answer(self, *, is_head: bool) -> None:
        body = self.files.get(unquote(urlsplit(self.path).path).removeprefix("/bucket/"))
        if body is None:
            self._send(404, b"")
            return
        self._send(200, body, is_head=is_head)

    def _send(self, status: int, body: bytes, *, is_head: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        self.send_header("Last-Modified", moment.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.end_headers()
        if not is_head:
            self.wfile.write(body)


@pytest.fixture
def bucket() -> Iterator[str]:
    files = {"exports/accounts.csv": CSV.encode(), "exports/crm/contacts.csv": CSV.encode()}
    handler = type("Handler", (_Store,), {"files": files})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    yield f"endpoint_override=127.0.0.1:{port}&scheme=http&region=eu-west-1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_bucket_of_the_s3_protocol_is_a_folder(bucket: str, tmp_path: Path) -> None:
    source = open_source(
        Source(kind="folder", path=f"s3://KEY:s3cret@bucket/exports?{bucket}"), tmp_path
    )
    assert [t.name for t in source.tables()] == ["accounts.csv", "crm/contacts.csv"]
    assert read_table(source, "accounts.csv").rows == (("1", "alpha"),)


def test_a_store_out_of_reach_is_told_without_its_secret(tmp_path: Path) -> None:
    address = "s3://KEY:s3cret@bucket/exports?endpoint_override=127.0.0.1:9&scheme=http"
    assert shown(address) == "s3://bucket/exports"
    with pytest.raises(SourceUnavailable, match="credentials") as told:
        mirror(f"{address}&region=eu-west-1", tmp_path)
    assert "s3cret" not in str(told.value)
    assert "KEY" not in str(told.value)
    assert told.value.exit_code == 75
