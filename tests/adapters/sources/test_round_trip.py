"""Random tables of nasty text, written in a random dialect and encoding, come back equal."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.outcomes import Outcome, read_bytes
from keepwell.adapters.sources import ReadLimits

NASTY = st.text(
    "a,;\t|\"'\\\n\r =+-@<>{}%$1.0客é\ufeff\u3000",
    max_size=8,
)
PLAIN = st.sampled_from(["Acme", "Beta GmbH", "12", "3.5", "2026-01-05", "", "北京公司", "x y"])
SMALL = ReadLimits(block_bytes=64, sample_bytes=64, batch_rows=3)


def written(rows: list[list[str]], delimiter: str, quoting: int, end: str, encoding: str) -> bytes:
    """Return rows as CSV bytes by the standard library's writer."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end)
    writer.writerow([f"column {i}" for i in range(len(rows[0]))])
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return stream.getvalue().encode(encoding)


def back(data: bytes, limits: ReadLimits | None = None, **declared: str | bool) -> Outcome:
    """Return what the reader makes of the bytes."""
    with tempfile.TemporaryDirectory() as folder:
        return read_bytes(Path(folder), data, limits=limits, **declared)  # type: ignore[arg-type]


@given(
    rows=st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(NASTY, min_size=width, max_size=width), min_size=1, max_size=12
        )
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    limits=st.sampled_from([None, SMALL]),
)
def test_nasty_text_comes_back_equal(
    rows: list[list[str]],
    delimiter: str,
    quoting: int,
    end: str,
    encoding: str,
    limits: ReadLimits | None,
) -> None:
    # The standard writer leaves a lone CR unquoted, which no reader can tell from a line end.
    bare = "\r" if quoting == csv.QUOTE_MINIMAL else ""
    rows = [
        [f"k{i}", *(cell.replace(bare, "") if bare else cell for cell in row)]
        for i, row in enumerate(rows)
    ]
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    got = back(
        written(rows, delimiter, quoting, end, encoding),
        limits,
        delimiter=delimiter,
        encoding=codec,
        header=True,
    )
    assert got.rejected == ""
    assert [list(row) for row in got.rows] == rows
    assert got.set_aside == ()


@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(PLAIN, min_size=width, max_size=width), min_size=1, max_size=12
        )
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_undeclared_dialect_is_found_or_the_file_is_rejected(
    rows: list[list[str]], delimiter: str, quoting: int, encoding: str
) -> None:
    rows = [[f"k{i}", *row] for i, row in enumerate(rows)]
    got = back(written(rows, delimiter, quoting, "\n", encoding))
    assert got.rejected in {"", "ambiguous_encoding"}
    if not got.rejected:
        assert [list(row) for row in got.rows] == rows
        assert got.set_aside == ()


@given(
    rows=st.lists(
        st.lists(st.sampled_from(["a", "1", "b c"]), min_size=3, max_size=3), min_size=4, max_size=9
    ),
    at=st.integers(0, 200),
    inserted=st.sampled_from(['"', ",", "\n", "\0", '""', ',"']),
)
def test_damaged_place_never_changes_another_row(
    rows: list[list[str]], at: int, inserted: str
) -> None:
    rows = [[f"k{i}", *row] for i, row in enumerate(rows)]
    data = written(rows, ",", csv.QUOTE_MINIMAL, "\n", "utf-8").decode()
    start = data.index("\n") + 1
    place = start + at % (len(data) - start)
    got = back((data[:place] + inserted + data[place:]).encode())
    if not got.rejected:
        hit = data.count("\n", 0, place) - 1
        whole = [row for i, row in enumerate(rows) if i not in {hit, hit - 1, hit + 1}]
        kept = [list(row) for row in got.rows]
        assert all(row in kept for row in whole)
        strange = {
            line - 2
            for row, line in zip(kept, got.lines, strict=True)
            if row not in rows
            and "".join(cell or "" for cell in row) != "".join(rows[hit]) + inserted
        }
        assert strange <= {hit, hit + 1}
