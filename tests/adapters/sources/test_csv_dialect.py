"""Faults of the CSV dialect, header and shape: what each gives, with line numbers."""

from pathlib import Path
from typing import Any

import pytest

from adapters.sources.outcomes import read_bytes
from keepwell.adapters.sources import ReadLimits

HEADER = "id,name,amount\n"
ROWS = "".join(f"{i},name {i},{i * 10}\n" for i in range(1, 9))
CLEAN = HEADER + ROWS
PLAIN = [line.split(",") for line in CLEAN.splitlines()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (CLEAN, "t.csv"),
        (CLEAN[:-1], "t.csv"),
        (CLEAN.replace("\n", "\r\n"), "t.csv"),
        (CLEAN.replace(",", "\t"), "t.tsv"),
        (CLEAN.replace(",", "\t"), "t.txt"),
        (CLEAN.replace("name 3", '"name 3"'), "t.csv"),
        ("".join(",".join(f'"{c}"' for c in row) + "\n" for row in PLAIN), "t.csv"),
    ],
)
def test_clean_file_gives_no_finding(tmp_path: Path, text: str, name: str) -> None:
    got = read_bytes(tmp_path, text.encode(), name)
    assert got.table() == PLAIN
    assert got.lines == tuple(range(2, 10))
    assert got.findings == ()
    assert got.set_aside == ()


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (CLEAN.replace(",", ";"), ("delimiter_detected",)),
        (CLEAN.replace(",", "|"), ("delimiter_detected",)),
        (CLEAN.replace(",", "\t"), ("delimiter_detected",)),
        (CLEAN.replace("\n", "\r"), ("line_ends_unusual",)),
        (HEADER.replace("\n", "\r\n") + ROWS, ("line_ends_unusual",)),
        (CLEAN.replace("\n", ",\n"), ("trailing_delimiter",)),
        (CLEAN.replace("\n", ",,\n"), ("trailing_delimiter",)),
        (HEADER.replace("id", "\u00a0id ").replace("name", "\u200bname") + ROWS,
         ("column_names_cleaned",)),
        ("Accounts of November\n" + CLEAN, ("preamble_skipped",)),
        ("Accounts of November,,\n,,\n" + CLEAN, ("preamble_skipped", "blank_lines")),
        (CLEAN.replace("\n4,", "\n\n4,"), ("blank_lines",)),
        (CLEAN.replace("\n4,", "\n,,\n \n4,"), ("blank_lines",)),
        ("\n" + CLEAN, ("blank_lines",)),
        (CLEAN + "\n\n", ("blank_lines",)),
        (CLEAN.replace("name 3", "'name 3'").replace("name 4", "'name 4'").replace(
            "name 5", "'name 5'"), ("quote_detected",)),
    ],
)  # fmt: skip
def test_harmless_fault_is_repaired_and_noted(
    tmp_path: Path, text: str, findings: tuple[str, ...]
) -> None:
    got = read_bytes(tmp_path, text.encode())
    assert got.table() == PLAIN
    assert got.findings == findings
    assert got.set_aside == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("4,name 4", "short_row"),
        ("4", "short_row"),
        ("4,name,4,40", "long_row"),
        ('4,"na"me 4",40', "unescaped_quote"),
        ('4,na"me 4,40', "unescaped_quote"),
        ('4,"name 4,40', "unescaped_quote"),
        ('4,"name 4" ,40', "unescaped_quote"),
        ('4,""name 4",40', "unescaped_quote"),
        ("id,name,amount", "repeated_header"),
    ],
)
def test_faulty_row_is_set_aside_with_its_line_and_the_rest_is_kept(
    tmp_path: Path, line: str, reason: str
) -> None:
    lines = [*CLEAN.splitlines(), '9,"name 9",90']
    lines[4] = line
    got = read_bytes(tmp_path, "\n".join([*lines, ""]).encode())
    kept = [row.replace('"', "").split(",") for row in [*lines[1:4], *lines[5:]]]
    assert [list(row) for row in got.rows] == kept
    assert got.set_aside == ((5, reason),)
    assert got.raw == (line,)


@pytest.mark.parametrize("word", ["Total", "合计", "总计：", "Grand total", "SUM"])
def test_total_at_the_end_is_set_aside(tmp_path: Path, word: str) -> None:
    got = read_bytes(tmp_path, f"{CLEAN}{word},,360\n".encode())
    assert got.table() == PLAIN
    assert got.set_aside == ((10, "footer_row"),)


def test_account_named_total_is_kept(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, CLEAN.replace("name 8", "Total").encode())
    assert got.rows[-1] == ("8", "Total", "80")
    assert got.set_aside == ()


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        (CLEAN.replace("2,name 2", '2,"name 2'), "unterminated_quote", "line 3"),
        (ROWS, "no_header", "header: false"),
        ("a@b.com,2026-01-05,x\nc@d.com,2026-01-06,y\n", "no_header", "header: false"),
        ("Acme,Tech,x\nBeta,Tech,y\nGamma,Retail,z\n", "no_header", "header: false"),
        ("id,name\n" + ROWS, "header_width", "2 columns"),
        ("id,name,x,amount\n" + ROWS, "header_width", "4 columns"),
        ("id,name,name\n" + ROWS, "duplicate_columns", "name (2) = name (3)"),
        ("id,name,Name \n" + ROWS, "duplicate_columns", "name (2) = Name (3)"),
        (CLEAN + "deal,stage\n1,won\n2,lost\n3,won\n", "two_tables", "line 10"),
        (CLEAN + "\ndeal,stage,at\n1,won,2\n2,lost,3\n", "two_tables", "line 11"),
        ('id,"name,amount\n' + ROWS.replace("8", '"8"', 1), "header_unreadable", "Line 1"),
        ("x;y,z\n1;a,b\n2;c,d\n", "ambiguous_delimiter", "delimiter:"),
    ],
)  # fmt: skip
def test_table_whose_shape_is_not_clear_is_rejected(
    tmp_path: Path, text: str, code: str, named: str
) -> None:
    got = read_bytes(tmp_path, text.encode())
    assert got.rejected == code
    assert named in got.message + got.cure


def test_two_typed_columns_are_needed_to_tell_a_second_header_of_equal_width(
    tmp_path: Path,
) -> None:
    got = read_bytes(tmp_path, CLEAN.replace("\n4,", "\n\nx,").encode())
    assert got.rejected == ""
    assert got.rows[3] == ("x", "name 4", "40")


def test_mostly_unreadable_table_is_rejected(tmp_path: Path) -> None:
    broken = "".join(f'{i},"a"b,{i}\n' for i in range(40))
    assert read_bytes(tmp_path, (CLEAN + broken).encode()).rejected == "mostly_unreadable"


@pytest.mark.parametrize(
    ("size", "limits", "code"),
    [
        (5_000, ReadLimits(cell_bytes=1_000), "cell_too_large"),
        (5_000, ReadLimits(cell_bytes=1_000, block_bytes=500, sample_bytes=100), "cell_too_large"),
        (5_000, ReadLimits(record_bytes=2_000, block_bytes=500, sample_bytes=100),
         "record_too_large"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("quote", ["", '"'])
def test_huge_cell_is_rejected_with_its_line(
    tmp_path: Path, size: int, limits: ReadLimits, code: str, quote: str
) -> None:
    huge = f"4,{quote}{'x' * size}{quote},40"
    got = read_bytes(tmp_path, CLEAN.replace("4,name 4,40", huge).encode(), limits=limits)
    assert got.rejected in {code, "record_too_large"}
    assert "line 5" in got.message or "line: 5" in got.message


def test_too_many_columns_are_rejected(tmp_path: Path) -> None:
    data = ",".join(f"c{i}" for i in range(50)) + "\n" + ",".join("x" * 50) + "\n"
    got = read_bytes(tmp_path, data.encode(), limits=ReadLimits(columns=40))
    assert got.rejected == "too_many_columns"


def test_quoted_line_breaks_are_kept_and_lines_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = 'id,note\n1,"a\nb"\n2,"c\r\nd\n\ne"\n3,"say ""hi"", ok"\n'
    got = read_bytes(tmp_path, text.encode())
    assert got.rows == (("1", "a\nb"), ("2", "c\r\nd\n\ne"), ("3", 'say "hi", ok'))
    assert got.lines == (2, 4, 8)
    assert got.findings == ()


def test_backslash_escapes_are_detected(tmp_path: Path) -> None:
    text = 'id,note\n1,"48\\" table"\n2,"a\\\\b"\n3,"c"\n'
    got = read_bytes(tmp_path, text.encode())
    assert got.rows == (("1", '48" table'), ("2", "a\\b"), ("3", "c"))
    assert got.findings == ("quote_detected",)


@pytest.mark.parametrize(
    ("text", "declared", "rows"),
    [
        ("x;y,z\n1;a,b\n2;c,d\n", {"delimiter": ";"}, [["1", "a,b"], ["2", "c,d"]]),
        ("a\tb\n1\t2\n", {"delimiter": "tab"}, [["1", "2"]]),
        ("a^b\n1^2\n", {"delimiter": "^"}, [["1", "2"]]),
        ("1,x\n2,y\n", {"header": False}, [["1", "x"], ["2", "y"]]),
        ("1,2\n3,4\n", {"header": True}, [["3", "4"]]),
        ("Report, all, of it\nx\na,b\n1,2\n", {"skip_rows": 2}, [["1", "2"]]),
    ],
)
def test_declared_settings_win_over_detection(
    tmp_path: Path, text: str, declared: dict[str, Any], rows: list[list[str]]
) -> None:
    got = read_bytes(tmp_path, text.encode(), **declared)
    assert [list(row) for row in got.rows] == rows
    assert got.findings == ()


def test_delimiter_of_two_characters_is_rejected(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"a::b\n1::2\n", delimiter="::").rejected == "delimiter_invalid"


def test_nameless_and_reserved_columns_are_named(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, b",name,_row\n0,a,7\n1,b,8\n")
    assert got.columns == ("column_1", "name", "source_row")
    assert got.findings == ("columns_named",)


def test_table_of_one_column_is_read(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, b"email\na@b.com\nc@d.com\n")
    assert got.table() == [["email"], ["a@b.com"], ["c@d.com"]]


def test_long_file_keeps_its_lines_across_blocks_with_a_fault_in_the_middle(
    tmp_path: Path,
) -> None:
    rows = [f'{i},"name\n{i}",{i}' for i in range(3_000)]
    rows[1_500] = '1500,"na"me",1'
    limits = ReadLimits(block_bytes=4_096, sample_bytes=2_048, batch_rows=100)
    got = read_bytes(
        tmp_path, ("\n".join(["id,name,amount", *rows]) + "\n").encode(), limits=limits
    )
    assert len(got.rows) == 2_999
    assert got.lines[1_499] == 2 + 2 * 1_499
    assert got.set_aside == ((3_002, "unescaped_quote"),)
    assert got.lines[1_500] == 3_003
    assert got.lines[-1] == 3_003 + 2 * 1_498


def test_delimiter_is_not_confused_by_decimal_commas(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, b"id;price\n1;1,5\n2;2,5\n3;3,5\n")
    assert got.rows[0] == ("1", "1,5")
    assert got.findings == ("delimiter_detected",)


def test_open_quote_that_swallows_lines_is_rejected_before_it_fills_the_memory(
    tmp_path: Path,
) -> None:
    limits = ReadLimits(cell_bytes=4_096, block_bytes=1_024, sample_bytes=512)
    text = HEADER + ROWS * 20 + '9,"open,90\n' + ROWS * 200
    got = read_bytes(tmp_path, text.encode(), limits=limits)
    assert got.rejected == "cell_too_large"
    assert "line 162" in got.message


def test_long_cell_with_line_breaks_is_read_across_blocks(tmp_path: Path) -> None:
    limits = ReadLimits(block_bytes=1_024, sample_bytes=512)
    note = "a line of a note\n" * 500
    text = HEADER + ROWS + f'9,"{note}",90\n' + "10,after,100\n"
    got = read_bytes(tmp_path, text.encode(), limits=limits)
    assert got.rows[-2:] == (("9", note, "90"), ("10", "after", "100"))
    assert got.lines[-2:] == (10, 511)
    assert got.findings == ()
