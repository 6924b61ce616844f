"""Every bad input that real exports carry, as a file: the action, the message, nothing lost.

One line an item, by family. R: the last good import stays; Q: the rows are kept aside; F: fixed and
said; W: warned of; A: taken as it is, without a finding.
"""

import gzip
import io
import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.sources import ReadLimits
from keepwell.runs.importing_replay import quarantined_rows
from keepwell.vocabulary import Action
from runs.check_world import FEEDS
from runs.file_world import (
    Spoil,
    cells_of,
    check_files,
    clean_files,
    every,
    line_of,
    of,
    packed,
    put,
    text_of,
)

R, Q, F, W, M = (
    Action.REJECTED, Action.QUARANTINED, Action.FIXED, Action.WARNED, Action.MERGED,
)  # fmt: skip
OPP, ACC, ACT, CON, SUB = "opportunities", "accounts", "activities", "contacts", "subscriptions"


class Item(NamedTuple):
    """A fault and what comes of it: code, action, rows, and where it is shown."""

    spoil: Spoil
    code: str
    action: Action
    rows: int
    at: str = ""


def workbook(name: str, **cells: str) -> Spoil:
    """Return a fault that makes a file a workbook under its old name."""

    def change(data: bytes) -> bytes:
        book = openpyxl.Workbook()
        assert book.active is not None
        for line in data.decode().splitlines():
            book.active.append(line.split(","))
        for place, value in cells.items():
            book.active[place] = value
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return of(name, change)


def archive(member: str) -> Spoil:
    """Return a fault that puts the contacts into an archive under a name."""

    def change(data: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as made:
            made.writestr(member, data)
        return stream.getvalue()

    return of(CON, change)


def chinese(text: str) -> str:
    return (
        text.replace("Person 1,", "李娜,")
        .replace("Person 2,", "赵磊,")
        .replace("Person 3,", "刘洋,")
    )


def grown(times: int) -> Spoil:
    """Return a fault that delivers many times the activities."""
    return cells_of(
        ACT,
        lambda rows: [{**r, "Id": f"{r['Id']}-{i}"} for i in range(times) for r in rows],
    )


BYTES = {
    "UTF-8 with BOM": Item(of(CON, lambda b: b"\xef\xbb\xbf" + b), "bom_removed", F, 1),
    "GBK": Item(text_of(CON, chinese, "gbk"), "encoding_converted", F, 1),
    "GB18030 of four bytes": Item(
        text_of(CON, lambda t: chinese(t).replace("李", "𠮷"), "gb18030"),
        "encoding_converted",
        F,
        1,
    ),
    "UTF-16 LE with BOM": Item(
        of(CON, lambda b: b"\xff\xfe" + b.decode().encode("utf-16-le")), "encoding_converted", F, 1
    ),
    "UTF-16 BE with BOM": Item(
        of(CON, lambda b: b"\xfe\xff" + b.decode().encode("utf-16-be")), "encoding_converted", F, 1
    ),
    "UTF-16 LE without BOM": Item(text_of(CON, chinese, "utf-16-le"), "encoding_converted", F, 1),
    "UTF-16 BE without BOM": Item(text_of(CON, chinese, "utf-16-be"), "encoding_converted", F, 1),
    "Latin-1": Item(
        text_of(CON, lambda t: t.replace("Person 1,", "Société Générale,"), "cp1252"),
        "encoding_assumed",
        F,
        4,
    ),
    "Big5, not garbled": Item(
        text_of(
            CON, lambda t: t.replace("Person 1,", "陳大文,").replace("Person 2,", "張小明,"), "big5"
        ),
        "encoding_converted",
        F,
        1,
    ),
    "invalid sequence mid-file": Item(
        of(CON, lambda b: b.replace(b"Person 3", b"Pers\xff\xfen")),
        "invalid_bytes",
        Q,
        1,
        "contacts.csv:4",
    ),
    "NUL byte": Item(
        of(CON, lambda b: b.replace(b"Person 3", b"Per\0son")), "nul_byte", Q, 1, "contacts.csv:4"
    ),
    "invisible characters in ids": Item(
        put(CON, "Account", "ACC-0001\u200b", "ACC-0002\u00a0", "\u3000ACC-0003"),
        "id_cleaned",
        F,
        3,
        "contacts.csv:2",
    ),
    "full-width digits and letters": Item(
        put(CON, "Account", "ＡＣＣ－０００１"), "id_cleaned", F, 1, "contacts.csv:2"
    ),
    "right-to-left override": Item(
        put(CON, "Name", "Per\u202eson"), "text_cleaned", F, 1, "contacts.csv:2"
    ),
    "control character": Item(
        put(CON, "Name", "Per\x07son"), "text_cleaned", F, 1, "contacts.csv:2"
    ),
    "binary garbage": Item(
        of(CON, lambda _: bytes(range(256)) * 9), "binary_file", R, 1, "contacts.csv"
    ),
    "truncated multibyte at the end": Item(
        of(CON, lambda b: b + "CON-9,ACC-0001,李,x@y.cn\nCON-10,ACC-0001,李".encode()[:-1]),
        "invalid_bytes",
        Q,
        1,
        "contacts.csv:23",
    ),
}
CONTAINERS = {
    "0 bytes": Item(of(ACC, lambda _: b""), "empty_file", R, 1, "accounts.csv"),
    "header only": Item(
        of(ACC, lambda b: b.split(b"\n")[0] + b"\n"), "header_only", R, 1, "accounts.csv"
    ),
    "no header": Item(of(CON, lambda b: b.partition(b"\n")[2]), "no_header", R, 1, "contacts.csv"),
    "title above the header": Item(
        of(CON, lambda b: b"Contacts of November\n\n" + b), "preamble_skipped", F, 1
    ),
    "Total row": Item(
        of(CON, lambda b: b + "合计,,,20\n".encode()), "footer_row", Q, 1, "contacts.csv:22"
    ),
    "two tables in one file": Item(
        of(CON, lambda b: b + b"\ndeal,stage,at\n1,won,2\n2,lost,3\n"),
        "two_tables",
        R,
        1,
        "contacts.csv",
    ),
    "a .csv that is a workbook": Item(workbook(CON), "container_other", F, 1),
    "a .csv that is HTML": Item(
        of(CON, lambda _: b"<!DOCTYPE html><html><body>Sign in</body></html>"),
        "other_format",
        R,
        1,
        "contacts.csv",
    ),
    "a .csv that is JSON": Item(
        of(CON, lambda _: b'[{"Id": 1}, {"Id": 2}]'), "other_format", R, 1, "contacts.csv"
    ),
    "a .csv that is gzip": Item(packed(CON), "container_other", F, 1),
    "path out of the archive": Item(
        archive("../../etc/x.csv"), "unsafe_path", R, 1, "contacts.csv"
    ),
    "absolute path in the archive": Item(
        archive("/etc/x.csv"), "unsafe_path", R, 1, "contacts.csv"
    ),
    "partial upload": Item(
        of(CON, lambda b: gzip.compress(b)[:-9]), "corrupt_file", R, 1, "contacts.csv"
    ),
    "encrypted workbook": Item(
        of(
            CON,
            lambda _: (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                + b"\0" * 600
                + "EncryptedPackage".encode("utf-16-le")
            ),
        ),
        "encrypted_file",
        R,
        1,
        "contacts.csv",
    ),
    "formula without a value": Item(workbook(CON, C3="=1+1"), "formula_without_value", W, 1),
    "damaged Parquet": Item(
        of(CON, lambda _: b"PAR1" + b"\0" * 90), "corrupt_file", R, 1, "contacts.csv"
    ),
}
DIALECT = {
    "semicolons": Item(text_of(CON, lambda t: t.replace(",", ";")), "delimiter_detected", F, 1),
    "tabs": Item(text_of(CON, lambda t: t.replace(",", "\t")), "delimiter_detected", F, 1),
    "bars": Item(text_of(CON, lambda t: t.replace(",", "|")), "delimiter_detected", F, 1),
    "CR alone": Item(text_of(CON, lambda t: t.replace("\n", "\r")), "line_ends_unusual", F, 1),
    "CRLF and LF": Item(
        text_of(CON, lambda t: t.replace("\n", "\r\n", 3)), "line_ends_unusual", F, 1
    ),
    "quote that swallows the rest": Item(
        line_of(CON, 3, lambda x: x.replace("Person", '"Person')),
        "unterminated_quote",
        R,
        18,
        "contacts.csv",
    ),
    "inner quotes": Item(
        line_of(CON, 5, lambda x: x.replace("Person 4", '"Per"son"')),
        "unescaped_quote",
        Q,
        1,
        "contacts.csv:5",
    ),
    "short row": Item(
        line_of(CON, 5, lambda _: "CON-0004,ACC-0005"), "short_row", Q, 1, "contacts.csv:5"
    ),
    "long row": Item(line_of(CON, 5, lambda x: x + ",more"), "long_row", Q, 1, "contacts.csv:5"),
    "trailing delimiter": Item(
        text_of(CON, lambda t: t.replace("\n", ",\n")), "trailing_delimiter", F, 1
    ),
    "blank lines": Item(line_of(CON, 5, lambda x: "\n\n" + x), "blank_lines", F, 2),
    "duplicate column names": Item(
        line_of(CON, 1, lambda x: x.replace("Email", "Name")),
        "duplicate_columns",
        R,
        1,
        "contacts.csv",
    ),
    "names that differ in case, space and BOM": Item(
        line_of(CON, 1, lambda x: "\ufeff" + x.replace("Account", " ACCOUNT ")),
        "column_names_cleaned",
        F,
        1,
    ),
}
SCHEMA = {
    "table without rows": Item(of(CON, lambda b: b.split(b"\n")[0] + b"\n"), "table_empty", W, 0),
    "five times the rows": Item(grown(5), "row_count_changed", R, 100, "activities"),
    "half the rows and less": Item(
        cells_of(ACT, lambda rows: rows[:9]), "row_count_changed", R, 9, "activities"
    ),
    "category in two spellings": Item(
        put(ACC, "Industry", "technolgy"), "similar_categories", W, 1
    ),
    "required column gone": Item(
        line_of(CON, 1, lambda x: x.replace("Account", "Acct")), "column_missing", R, 1, "Acct"
    ),
}
KEYS = {
    "account twice, same values": Item(
        cells_of(ACC, lambda rows: [*rows, dict(rows[0])]),
        "duplicates_merged",
        M,
        1,
        "accounts.csv:22",
    ),
    "account without id": Item(put(ACC, "Id", ""), "key_missing", Q, 1, "accounts.csv:2"),
    "24 contacts of one address": Item(
        cells_of(
            CON,
            lambda rows: [*rows, *({**rows[0], "Id": f"X{i}", "Name": f"N{i}"} for i in range(23))],
        ),
        "shared_email",
        W,
        24,
        "contacts.csv:2",
    ),
    "float ids of a spreadsheet": Item(
        every(CON, "Account", lambda _: "1.23E+15"), "ids_scientific", R, 20, "contacts.csv:2"
    ),
}
NUMBERS_AND_DATES = {
    "a score outside its scale": Item(
        put(ACC, "Score", "140"), "out_of_scale", Q, 1, "accounts.csv:2"
    ),
    "words for true": Item(
        put(ACC, "Test", "Y", "是", "1", "✓"), "flag_read", F, 4, "accounts.csv:2"
    ),
    "overflow": Item(put(OPP, "Amount", "1e400"), "not_finite", Q, 1, "opportunities.csv:2"),
    "day or month first, unproven": Item(
        every(OPP, "Closes", lambda i: f"0{i % 9 + 1}/11/2025"),
        "date_order_unknown",
        R,
        20,
        "opportunities.csv:2",
    ),
    "an end before its start": Item(
        put(SUB, "To", "2020-01-01"), "end_before_start", Q, 1, "subscriptions.csv:2"
    ),
}
ITEMS = {**BYTES, **CONTAINERS, **DIALECT, **SCHEMA, **KEYS, **NUMBERS_AND_DATES}
# With an import before it, a table that lost all rows keeps that import.
FIRST = SCHEMA["table without rows"]

TAKEN = {
    "clean files": lambda _: None,
    "Windows line ends": text_of(CON, lambda t: t.replace("\n", "\r\n")),
    "no line end at the end": of(CON, lambda b: b.rstrip(b"\n")),
    "quoted line breaks": put(CON, "Name", "Per\nson 1"),
    "Chinese text": text_of(CON, chinese),
    "columns in another order": cells_of(
        CON, lambda rows: [dict(reversed(r.items())) for r in rows]
    ),
    "rows in another order": cells_of(CON, lambda rows: rows[::-1]),
    "ids of 23 digits": every(CON, "Id", lambda i: f"{10**22 + i}"),
    "whole numbers beyond 2^53": every(ACC, "Employees", lambda i: f"{2**53 + 1 + i}"),
    "an account without contacts": put(CON, "Account", "ACC-0003"),
    "an account without activity": put(ACT, "Account", "ACC-0003"),
    "cells that start like formulas": put(CON, "Name", "=1+1", "+x", "-y", "@z"),
}


@pytest.fixture(scope="module")
def imported_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the import of clean files. Not to be changed."""
    folder = tmp_path_factory.mktemp("clean")
    assert check_files(clean_files(), folder).is_accepted
    return folder


@pytest.mark.parametrize("name", ITEMS)
def test_each_bad_input_gets_its_action_and_message(
    name: str, tmp_path: Path, imported_before: Path
) -> None:
    item, folder = ITEMS[name], tmp_path / "p"
    folder.mkdir() if item is FIRST else shutil.copytree(imported_before, folder)
    store = ImportFolders(folder / "imports")
    good = store.last()
    files = clean_files()
    item.spoil(files)
    after = check_files(files, folder)
    shown = [(f.code, f.count, [e.text() for e in f.examples]) for f in after.findings]
    told = [f for f in after.findings if f.code == item.code]
    assert {(f.kind.action, f.count) for f in told} == {(item.action, item.rows)}, shown
    for lang in ("zh", "en"):
        texts = [told[0].message(lang), told[0].cure(lang), *(e.text() for e in told[0].examples)]
        assert all(texts)
        assert item.at in " ".join(texts), texts
    assert after.is_accepted is (item.action is not R), shown
    assert store.last() == (good if item.action is R else after.folder)
    for count in after.counts:
        whole = count.accepted + count.merged + count.quarantined + count.excluded
        assert count.rows_in == whole
    if item.action is Q:
        assert item.code in {code for row in quarantined_rows(after.folder) for code in row.codes}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_no_fault_gives_no_finding(name: str, tmp_path: Path) -> None:
    files = clean_files()
    TAKEN[name](files)
    taken = check_files(files, tmp_path)
    assert [(f.code, f.count) for f in taken.findings] == []
    assert {c.table: c.accepted for c in taken.counts} == dict.fromkeys(FEEDS, 20)


def test_a_huge_cell_and_a_huge_line_are_refused_within_their_limits(tmp_path: Path) -> None:
    files = clean_files()
    put(CON, "Name", "x" * 9_000)(files)
    for limits in (ReadLimits(cell_bytes=5_000), ReadLimits(record_bytes=5_000)):
        refused = check_files(files, tmp_path, limits=limits)
        assert not refused.is_accepted
        assert {f.code for f in refused.findings} <= {"cell_too_large", "record_too_large"}
