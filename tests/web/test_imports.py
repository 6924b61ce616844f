"""Rows that programs send: merged by key, bounded, and none of them lost."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI

from keeping_world import CONFIG
from keepwell.adapters import batch_area, batch_merge
from keepwell.adapters.batch_area import BatchArea
from keepwell.adapters.locks import project_lock
from keepwell.ports.auditing import AuditFilter
from keepwell.wiring import Project, batches
from keepwell.wiring.privacy_desk import erase_person, find_person
from keepwell.wiring.web_desk import WebDesk
from web.caller import Caller, let_in, served, with_token
from web.portfolio import bare_project

Web = tuple[FastAPI, WebDesk]
FEED = """\
tables:
  accounts: [{source: accounts.csv, columns: {account_id: Id}}]
  activities:
    - source: api/activities.parquet
      columns: {activity_id: Nr, account_id: Konto, occurred_at: Wann, type: Art}
"""
DECLARED = CONFIG.replace(CONFIG[CONFIG.index("tables:") : CONFIG.index("scorecards:")], FEED)
IMPORT = "/api/v1/import/activities"
CSV = {"Content-Type": "text/csv"}


@pytest.fixture
def filled(tmp_path: Path, state_file: Path) -> Iterator[Web]:
    """Give the app of a project that lets programs fill a table."""
    folder = bare_project(tmp_path / "p", state_file)
    (folder / "keepwell.yml").write_text(DECLARED, "utf-8")
    (folder / "exports" / "accounts.csv").write_text("Id\nA1\nA2\n", "utf-8")
    app, desk = served(folder)
    yield app, desk
    desk.close()


@pytest.fixture
def robot(filled: Web) -> Caller:
    """Give a program that may send rows of activities and nothing else."""
    app, desk = filled
    let_in(desk, "robot", "api")
    _, secret = desk.add_token("robot", "t", ("import",), 9, by="t")
    return with_token(app, secret)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merge in this process: what the one of its own does is looked at once, below."""

    def merged(_: str, given: list[str], __: float) -> str:
        return json.dumps(batch_merge.main(Path(given[0])))

    monkeypatch.setattr(batches, "answer_of_module", merged)


def row(number: int, **other: Any) -> str:
    given = {"Nr": f"N{number:07}", "Konto": f"A{1 + number % 2}", "Wann": "2026-10-01"}
    return json.dumps({**given, **other}, ensure_ascii=False) + "\n"


def send(robot: Caller, text: str | bytes, **headers: str) -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    answer = robot.send("POST", IMPORT, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["import"]
    parts = ("added", "replaced", "unchanged", "repeated", "set_aside")
    assert sum(found[p] for p in parts) == found["rows"]
    return found


def table_of(desk: WebDesk) -> list[dict[str, Any]]:
    place = desk.project.layout.root / "exports/api/activities.parquet"
    return list(pq.read_table(place).to_pylist())


def test_rows_are_merged_by_key_and_the_next_check_reads_them(filled: Web, robot: Caller) -> None:
    _, desk = filled
    first = send(robot, row(1, Art="呼叫") + row(2) + "\n" + row(2, Wann="2026-10-02"))
    assert (first["rows"], first["added"], first["repeated"]) == (3, 2, 1)
    second = send(robot, row(1, Art="呼叫") + row(2) + row(3, Art=None))
    assert (second["added"], second["replaced"], second["unchanged"]) == (1, 1, 1)
    assert [r["Wann"] for r in table_of(desk)] == ["2026-10-01"] * 3
    assert table_of(desk)[0] == {
        "Nr": "N0000001",
        "Konto": "A2",
        "Wann": "2026-10-01",
        "Art": "呼叫",
    }
    assert list((desk.project.layout.hidden / "batches").glob("[0-9a-f]*/")) == []
    checked = Project(desk.project.layout.root).check()
    taken = checked.count("activities")
    assert taken is not None
    assert taken.accepted == 3
    deeds = desk.audit.lines(AuditFilter(action="rows_imported"))
    assert [d.actor for d in deeds] == ["robot"] * 2


@pytest.mark.usefixtures("quick")
def test_a_batch_that_changes_nothing_leaves_the_table_alone(filled: Web, robot: Caller) -> None:
    _, desk = filled
    send(robot, row(1) + row(2))
    before = (desk.project.layout.root / "exports/api/activities.parquet").stat()
    again = send(robot, row(2) + row(1))
    assert (again["unchanged"], again["added"]) == (2, 0)
    after = (desk.project.layout.root / "exports/api/activities.parquet").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.usefixtures("quick")
def test_the_same_idempotency_key_is_answered_alike_and_done_once(
    filled: Web, robot: Caller
) -> None:
    _, desk = filled
    once = send(robot, row(1), **{"Idempotency-Key": "k1"})
    assert send(robot, row(1), **{"Idempotency-Key": "k1"}) == once
    assert len(list(desk.audit.lines(AuditFilter(action="rows_imported")))) == 1
    other = robot.send("POST", IMPORT, content=row(2).encode(), headers={"Idempotency-Key": "k1"})
    assert other.status_code == 409
    assert len(table_of(desk)) == 1


@pytest.mark.usefixtures("quick")
def test_the_example_of_the_documentation_sends_rows(
    filled: Web, robot: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = filled
    page = (Path(__file__).parents[2] / "docs" / "web.md").read_text("utf-8")
    (code,) = (c for c in re.findall(r"```python\n(.*?)```", page, re.S) if "def send(" in c)

    def post(url: str, *, content: Iterator[bytes], headers: dict[str, str], timeout: int) -> Any:
        assert timeout
        assert headers.pop("Authorization") == "Bearer t"
        path = url.removeprefix("http://127.0.0.1:8000")
        answer = robot.send("POST", path, content=b"".join(content), headers=headers)
        answer.request = httpx.Request("POST", url)
        return answer

    monkeypatch.setattr(httpx, "post", post)
    monkeypatch.setenv("KEEPWELL_TOKEN", "t")
    example: dict[str, Any] = {}
    exec(code, example)  # noqa: S102 - our own page
    done = example["send"]("activities", [json.loads(row(1)), json.loads(row(2))], "k7")
    assert done["added"] == len(table_of(desk)) == 2


BAD = [
    (b"{oops", "invalid_json", ""),
    (b"[1]", "not_an_object", ""),
    (b'{"Nr": "x", "Konto": "\xff"}', "not_utf8", ""),
    (b'{"Nr": "x", "Nr": "y", "Konto": "A1"}', "repeated_column", ""),
    (b'{"Nr": "x", "Konto": "A1", "Wann": "d", "Farbe": 1}', "unknown_column", "Farbe"),
    (b'{"Nr": " ", "Konto": "A1", "Wann": "d"}', "missing_value", "Nr"),
    (b'{"Nr": "x", "Wann": "d"}', "missing_value", "Konto"),
    (b'{"Nr": "x", "Konto": "A1"}', "missing_value", "Wann"),
    (b'{"Nr": "x", "Konto": "A1", "Wann": {"d": 1}}', "nested_value", "Wann"),
    (b'{"Nr": "x", "Konto": "A1", "Wann": NaN}', "invalid_json", "Wann"),
    (b'{"Nr": "x\\u0000", "Konto": "A1", "Wann": "d"}', "nul_byte", "Nr"),
    (b'{"Nr": "x\\ud800", "Konto": "A1", "Wann": "d"}', "not_utf8", "Nr"),
]


@pytest.mark.usefixtures("quick")
def test_a_row_of_no_use_is_set_aside_whole_with_its_line_and_reason(
    filled: Web, robot: Caller
) -> None:
    _, desk = filled
    given = [line for line, *_ in BAD]
    found = send(robot, row(1).encode() + b"\n".join(given) + b"\n" + row(2).encode())
    assert (found["added"], found["set_aside"]) == (2, len(BAD))
    seen = [(e["reason"], e["column"]) for e in found["examples"]]
    assert seen == [(reason, column) for _, reason, column in BAD]
    assert sum(r["rows"] for r in found["reasons"]) == len(BAD)
    kept = robot.get("/api/v1/imports").json()["imports"]
    assert [(b["id"], b["by"]) for b in kept] == [(found["id"], "robot")]
    lines = robot.get(f"/api/v1/imports/{found['id']}/rows").text.splitlines()
    told = [json.loads(line) for line in lines]
    assert [t["line"] for t in told] == list(range(2, 2 + len(BAD)))
    assert [t["row"] for t in told] == [g.decode("utf-8", "backslashreplace") for g in given]
    assert robot.send("DELETE", f"/api/v1/imports/{found['id']}").status_code == 200
    assert robot.get("/api/v1/imports").json() == {"imports": []}
    assert robot.get(f"/api/v1/imports/{found['id']}/rows").status_code == 404
    assert list((desk.project.layout.hidden / "batches").glob("[0-9a-f]*/")) == []


@pytest.mark.usefixtures("quick")
def test_csv_comes_in_any_order_of_columns_and_bad_rows_stay_whole(robot: Caller) -> None:
    text = '﻿Konto,Nr,Wann\nA1,N1,2026-10-01\nA1,N2\n"A"1,N3,x\nA1,"N\n4",2026\nA1,,x\n\nA2,N5,"o'
    found = send(robot, text, **CSV)
    assert (found["added"], found["set_aside"]) == (2, 4)
    assert [(e["line"], e["reason"], e["row"]) for e in found["examples"]] == [
        (3, "other_width", "A1,N2"), (4, "broken_quotes", '"A"1,N3,x'),
        (7, "missing_value", "A1,,x"), (9, "broken_quotes", 'A2,N5,"o'),
    ]  # fmt: skip


USELESS: list[tuple[bytes, dict[str, str]]] = [
    (b"", {}),
    (b"Nr,Konto\n1,2\n", CSV),
    (b"Nr,Konto,Wann,Farbe\n1,2,3,4\n", CSV),
    (b"Nr,Nr,Konto,Wann\n1,2,3,4\n", CSV),
    (b'{"Nr": "' + b"x" * (1 << 20) + b'"}\n', {}),
    (b'Nr,Konto,Wann\n1,2,"' + b"x\n" * (1 << 19), CSV),
    (b"{}", {"Content-Type": "application/json"}),
    (b"\x1f\x8b", {"Content-Encoding": "gzip"}),
]


@pytest.mark.usefixtures("quick")
def test_a_batch_of_no_use_is_refused_and_nothing_is_taken_in(filled: Web, robot: Caller) -> None:
    _, desk = filled
    for content, headers in USELESS:
        answer = robot.send("POST", IMPORT, content=content, headers=headers)
        assert answer.status_code == 422, (content[:40], answer.text)
        assert answer.json()["error"]["cure"]
    assert not (desk.project.layout.root / "exports" / "api").exists()
    assert list((desk.project.layout.hidden / "batches").glob("[0-9a-f]*/")) == []


def test_only_tables_that_the_project_declares_are_filled(robot: Caller) -> None:
    for table in ("accounts", "tickets", "nothing", "..%2Factivities"):
        answer = robot.send("POST", f"/api/v1/import/{table}", content=row(1).encode())
        assert answer.status_code == 404, table
    assert robot.get("/api/v1/me").status_code == 403


@pytest.mark.usefixtures("quick")
def test_more_than_the_limits_is_refused(
    filled: Web, robot: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = filled
    monkeypatch.setattr(batch_merge, "MOST_SET_ASIDE", 2)
    assert robot.send("POST", IMPORT, content=b"x\nx\nx\n").status_code == 422
    monkeypatch.setattr(batch_area, "MOST_KEPT", 1)
    assert send(robot, "x\n")["set_aside"] == 1
    assert robot.send("POST", IMPORT, content=row(1).encode()).status_code == 422
    monkeypatch.setattr(batch_area, "MOST_KEPT", 2)
    monkeypatch.setattr(batch_area, "MOST_BODY_BYTES", 50)
    assert robot.send("POST", IMPORT, content=row(1).encode()).status_code == 422
    assert not (desk.project.layout.root / "exports" / "api").exists()


@pytest.mark.usefixtures("quick")
def test_no_table_changes_under_a_run(
    filled: Web, robot: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = filled
    monkeypatch.setattr(batches, "RUN_WAIT_S", 0.0)
    with project_lock(desk.project.layout.hidden / "run.lock"):
        held = robot.send("POST", IMPORT, content=row(1).encode(), headers={"Idempotency-Key": "k"})
    assert held.status_code == 503
    assert not (desk.project.layout.root / "exports" / "api").exists()
    assert send(robot, row(1), **{"Idempotency-Key": "k"})["added"] == 1


@pytest.mark.usefixtures("quick")
def test_somebody_is_found_and_erased_in_rows_set_aside(filled: Web, robot: Caller) -> None:
    _, desk = filled
    text = row(1, Art="lu@acme.com") + '{"Nr": "lu@acme.com"}\n{"Nr": "other"}\n'
    found = send(robot, text)
    place = desk.project.layout.root / "exports/api/activities.parquet"
    named = find_person(desk.project, "lu@acme.com")
    assert [n for _, n in named.set_aside] == [1]
    assert named.outside == (place,)
    erase_person(desk.project, "lu@acme.com", by="t")
    area = BatchArea(desk.project.layout.hidden / "batches")
    kept = area.rows(area.batch(found["id"])).read_text("utf-8")
    assert "other" in kept
    assert "lu@" not in kept + json.dumps(robot.get("/api/v1/imports").json())


def test_memory_does_not_grow_with_the_batch(tmp_path: Path) -> None:
    """A twentieth of the rows needs all but the same memory in both processes."""
    rows = 1_000_000 if os.environ.get("KEEPWELL_SOAK") else 100_000
    tops = {}
    for count in (rows // 20, rows):
        folder = tmp_path / str(count)
        folder.mkdir()
        with (folder / "body").open("w") as body:
            body.writelines(row(n) for n in range(count))
        columns = ["Nr", "Konto", "Wann", "Art"]
        asked = {"kind": "ndjson", "columns": columns, "needed": columns[:3], "key": "Nr"}
        (folder / "asked.json").write_text(json.dumps(asked))
        command = [sys.executable, "-m", batches.MERGER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert json.loads(process.stdout.read())["added"] == count
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        tops[count] = used.ru_maxrss / 1024
    small, large = tops.values()
    # What the database may hold of the table is bounded, whatever its size.
    assert large < small + 200, tops
    assert len(pq.read_table(folder / "merged.parquet")) == rows


@pytest.mark.usefixtures("quick")
def test_a_body_is_never_held(filled: Web) -> None:
    desk = batches.BatchDesk(filled[1].project)
    pieces = 400

    async def body() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield b"x" * 65_536

    def size(receiving: Any, _: str) -> int:
        return int((receiving.folder / "body").stat().st_size)

    tracemalloc.start()
    assert asyncio.run(desk.take(body(), size)) == pieces * 65_536
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20
