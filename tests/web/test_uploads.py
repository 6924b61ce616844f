"""Uploads: what comes in is cleaned, bounded, looked at in a process of its own, and confirmed."""

import io
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI

from keepwell.adapters import upload_area
from keepwell.adapters.upload_area import UploadArea, safe_name
from keepwell.ports.auditing import AuditFilter
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.security import limits
from keepwell.wiring import upload_check
from keepwell.wiring.uploads import UploadDesk, look
from keepwell.wiring.web_desk import WebDesk
from web.caller import HOST, Caller, let_in, signed_in, with_token

Web = tuple[FastAPI, WebDesk]
ROWS = "Id,Name,Industry\nA1,Acme,Energy\nA2,Bolt,Retail\n"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at files in this process: what the one of their own does is looked at once, below."""
    monkeypatch.setattr("keepwell.wiring.uploads.look", upload_check.main)


def ops_of(app: FastAPI, desk: WebDesk) -> Caller:
    let_in(desk, "ada", "admin")
    let_in(desk, "ops", "operations")
    return signed_in(app, "ops")


def send(caller: Caller, name: str, content: bytes, back: str = "/data") -> Any:
    return caller.send(
        "POST",
        "/data/uploads",
        data={"_csrf": caller.csrf(), "back": back},
        files={"file": (name, content)},
        headers={"Origin": HOST},
    )


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (("Id", "Name"), ("A1", "Acme"), ("A2", "Bolt")):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"Id": ["A1", "A2"], "Name": ["Acme", "Bolt"]}), out)
    return out.getvalue()


def bomb() -> bytes:
    """Return a workbook of a few hundred kilobytes that says it unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    return out.getvalue()


def database(folder: Path) -> bytes:
    file = folder / "made.sqlite"
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE accounts (Id TEXT, Name TEXT)")
        made.execute("INSERT INTO accounts VALUES ('A1', 'Acme')")
    made.close()
    return file.read_bytes()


@pytest.mark.usefixtures("quick")
def test_a_file_waits_until_it_is_put_in_place(shop: Web) -> None:
    app, desk = shop
    ops = ops_of(app, desk)
    place = desk.project.layout.root / "exports" / "accounts.csv"
    assert send(ops, "C:\\x\\accounts.csv", ROWS.encode()).status_code == 303
    assert not place.exists()
    (waiting,) = UploadDesk(desk.project).waiting()
    assert "2 rows, 3 columns" in ops.get("/data").text
    ops.submit(f"/data/uploads/{waiting.id}/confirm")
    assert place.read_text("utf-8") == ROWS
    assert UploadDesk(desk.project).waiting() == ()
    assert ops.submit(f"/data/uploads/{waiting.id}/confirm").status_code == 404
    deeds = [a.action for a in desk.audit.lines(AuditFilter(actor="ops"))]
    assert deeds[:2] == ["upload_confirmed", "upload_received"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.xlsx", b"%PDF-1.7 not a workbook", "PDF"),
        ("a.csv", b"\x7fELF" + bytes(range(256)) * 20, ""),
        ("a.sqlite", b"PK\x03\x04 not a database", "SQLite"),
        ("a.parquet", b"Id,Name\n1,2\n", "text"),
        ("a.csv", b"<!doctype html><html><body>", "HTML"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_cannot_be_put_in_place(
    shop: Web, name: str, content: bytes, word: str
) -> None:
    app, desk = shop
    ops = ops_of(app, desk)
    send(ops, name, content)
    (waiting,) = UploadDesk(desk.project).waiting()
    assert word in waiting.fault["what"]
    assert waiting.fault["cure"]
    refused = ops.submit(f"/data/uploads/{waiting.id}/confirm")
    assert refused.status_code == 422
    assert list((desk.project.layout.root / "exports").iterdir()) == []
    assert ops.submit(f"/data/uploads/{waiting.id}/discard").status_code == 303
    assert UploadDesk(desk.project).waiting() == ()


def test_a_process_of_its_own_reads_what_is_sound_and_refuses_a_bomb(tmp_path: Path) -> None:
    sound, bad = tmp_path / "sound", tmp_path / "bad"
    for folder in (sound, bad):
        folder.mkdir()
    (sound / "accounts.csv").write_text(ROWS, "utf-8")
    (sound / "b.xlsx").write_bytes(workbook())
    (sound / "c.parquet").write_bytes(parquet())
    (bad / "bomb.xlsx").write_bytes(bomb())
    found = look(sound)
    assert [(t["name"], t["rows"]) for t in found["tables"]] == [
        ("accounts.csv", 2), ("b.xlsx", 2), ("c.parquet", 2)
    ]  # fmt: skip
    assert found["feeds"][0]["table"] == "accounts"
    refused = look(bad)["fault"]
    assert "bytes" in refused["what"]


def test_a_check_that_needs_too_much_is_ended_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_: object) -> None:
        return None

    monkeypatch.setattr("keepwell.wiring.uploads.answer_of_module", too_long)
    assert "more memory or time" in look(tmp_path)["fault"]["what"]


@pytest.mark.usefixtures("quick")
def test_a_database_replaces_a_database_and_nothing_else(shop: Web, tmp_path: Path) -> None:
    app, desk = shop
    ops = ops_of(app, desk)
    send(ops, "crm.sqlite", database(tmp_path))
    (waiting,) = UploadDesk(desk.project).waiting()
    assert waiting.tables[0]["name"] == "accounts"
    assert ops.submit(f"/data/uploads/{waiting.id}/confirm").status_code == 422


@pytest.mark.parametrize(
    "name",
    ["", "a.exe", ".csv", "..", "a\x00.csv", "a\n.csv", "con.csv", "a#b.csv", "x" * 200 + ".csv",
     "~$a.xlsx", "-rf.csv", "a.csv/"],
)  # fmt: skip
def test_a_name_of_no_use_is_refused(name: str) -> None:
    with pytest.raises(InputProblem, match="cannot come in"):
        safe_name(name)


@pytest.mark.parametrize("name", ["../../etc/x.csv", "..\\..\\x.csv", "/etc/x.csv", "a/b/x.csv"])
def test_a_path_in_a_name_leads_nowhere(name: str) -> None:
    assert safe_name(name) == "x.csv"


def test_an_id_that_no_upload_has_opens_nothing(tmp_path: Path) -> None:
    area = UploadArea(tmp_path / "uploads")
    (tmp_path / "upload.json").write_text("{}", "utf-8")
    for wrong in ("..", "../..", "0" * 16, "x" * 16, ""):
        with pytest.raises(NotFound):
            area.upload(wrong)


@pytest.mark.usefixtures("quick")
def test_the_largest_file_and_the_most_files_are_limits(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = shop
    ops = ops_of(app, desk)
    monkeypatch.setattr(upload_area, "MOST_FILE_BYTES", 1000)
    assert send(ops, "a.csv", b"x" * 1001).status_code == 422
    assert send(ops, "a.csv", b"").status_code == 422
    assert UploadDesk(desk.project).waiting() == ()
    assert list((desk.project.layout.hidden / "uploads").iterdir()) == []
    monkeypatch.setattr(upload_area, "MOST_WAITING", 1)
    assert send(ops, "a.csv", ROWS.encode()).status_code == 303
    assert send(ops, "b.csv", ROWS.encode()).status_code == 422
    monkeypatch.setattr(limits, "MOST_UPLOADED_BYTES", 5000)
    assert send(ops, "c.csv", b"x" * 6000).status_code == 413


@pytest.mark.usefixtures("quick")
def test_uploads_are_larger_than_a_form_and_nobody_elses_body_is(shop: Web) -> None:
    app, desk = shop
    ops = ops_of(app, desk)
    large = ROWS + "A3,Acme,Energy\n" * 100_000
    assert len(large) > limits.MOST_BYTES
    assert send(ops, "a.csv", large.encode()).status_code == 303
    (waiting,) = UploadDesk(desk.project).waiting()
    assert waiting.size_bytes == len(large)
    read: list[int] = []

    def body() -> Any:
        async def given() -> Any:
            for _ in range(50):
                read.append(1)
                yield b"x" * 65_536

        return given()

    nobody = Caller(app).send("POST", "/api/v1/uploads?name=a.csv", content=body())
    assert nobody.status_code == 401
    # The client hands over what it holds; the app refused before it asked for a file.
    assert UploadDesk(desk.project).waiting() == (waiting,)


@pytest.mark.usefixtures("quick")
def test_a_program_sends_confirms_and_discards(shop: Web) -> None:
    app, desk = shop
    ops_of(app, desk)
    _, secret = desk.add_token("ops", "t", ("read", "write"), 9, by="t")
    program = with_token(app, secret)
    sent = program.send("POST", "/api/v1/uploads?name=accounts.csv", content=ROWS.encode())
    assert sent.status_code == 201
    upload = sent.json()["upload"]
    assert upload["tables"][0]["columns"] == ["Id", "Name", "Industry"]
    assert program.get("/api/v1/uploads").json()["uploads"][0]["id"] == upload["id"]
    confirmed = program.send("POST", f"/api/v1/uploads/{upload['id']}/confirm")
    assert confirmed.json()["file"] == "accounts.csv"
    again = program.send("POST", "/api/v1/uploads?name=b.csv", content=ROWS.encode()).json()
    gone = program.send("DELETE", f"/api/v1/uploads/{again['upload']['id']}")
    assert gone.json()["discarded"] is True
    assert program.send("POST", "/api/v1/uploads?name=../a.exe", content=b"x").status_code == 422


def test_the_process_that_reads_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []

    class Done:
        returncode = 1
        stdout = b""

    def run(*_: object, **how: Any) -> Done:
        given.append(how["env"])
        return Done()

    monkeypatch.setenv("KEEPWELL_STATE_URL", "postgresql://secret")
    monkeypatch.setattr("keepwell.adapters.child_process.subprocess.run", run)
    look(tmp_path)
    assert given
    assert not [k for k in given[0] if k.startswith("KEEPWELL")]


def test_a_process_that_bounds_itself_gets_no_more_memory() -> None:
    code = (
        "from keepwell.adapters.child_process import limit_this_process as bound\n"
        "bound(memory_mb=400, cpu_s=20, write_mb=1)\n"
        "bytearray(900 << 20)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr
