"""Which delimiter and quoting a delimited text has, judged on a sample and strictly."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.records import BLANK, Dialect, Record, RecordSplitter
from keepwell.vocabulary import SourceRejected

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_RECORDS = 2_000
_CONSISTENT = 0.5
_EQUALLY_GOOD = 0.95
_NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_DOUBLE_QUOTED = re.compile(rb'(?:^|[,;\t|])"', re.MULTILINE)
_SINGLE_QUOTED = re.compile(rb"(?:^|[,;\t|])'[^\r\n]*?'(?=[,;\t|\r\n]|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Fit:
    dialect: Dialect
    width: int
    share: float
    starts_with_width: bool


def sample_records(
    sample: bytes, dialect: Dialect, limits: ReadLimits, table: str, is_whole: bool
) -> list[Record]:
    """Return the first records of a sample; a record that the sample cuts is left out."""
    splitter = RecordSplitter(dialect, limits, table)
    records: list[Record] = []
    for record in splitter.split(sample, is_whole):
        records.append(record)
        if len(records) >= _SAMPLE_RECORDS:
            break
    return records


def find_dialect(
    sample: bytes, is_whole: bool, declared: str | None, limits: ReadLimits, log: FileLog
) -> Dialect:
    """Return the dialect that fits. Errors: SourceRejected when two delimiters fit as well."""
    quoting = _quoting(sample)
    if declared is not None:
        delimiter = _NAMED.get(declared, declared)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise rejection(log.table, "delimiter_invalid", found=repr(declared))
        chosen = replace(quoting, delimiter=delimiter)
    else:
        fits = [
            fit
            for delimiter in DELIMITERS
            if (fit := _fit(sample, replace(quoting, delimiter=delimiter), limits, is_whole))
        ]
        chosen = _best(fits, log).dialect if fits else quoting
    chosen = _with_escape(sample, chosen, limits, is_whole)
    _note(chosen, declared, log)
    return chosen


def _quoting(sample: bytes) -> Dialect:
    single = len(_SINGLE_QUOTED.findall(sample))
    double = len(_DOUBLE_QUOTED.findall(sample))
    return Dialect(quote="'") if single >= 3 and not double else Dialect()


def _fit(sample: bytes, dialect: Dialect, limits: ReadLimits, is_whole: bool) -> _Fit | None:
    if dialect.delimiter.encode() not in sample:
        return None
    try:
        records = sample_records(sample, dialect, limits, "", is_whole)
    except SourceRejected:
        return None
    seen = [r for r in records if r.fault != BLANK]
    widths = Counter(len(r.cells) for r in seen if r.cells and len(r.cells) > 1)
    if not widths:
        return None
    top = max(widths.values())
    width = max(w for w, n in widths.items() if n == top)
    first = next((len(r.cells) for r in seen if r.cells), 0)
    return _Fit(dialect, width, top / len(seen), first == width)


def _best(fits: list[_Fit], log: FileLog) -> _Fit:
    ranked = sorted(
        fits, key=lambda f: (f.share >= _CONSISTENT, f.starts_with_width, f.share, f.width)
    )
    best = ranked[-1]
    rivals = [
        f
        for f in ranked[:-1]
        if f.starts_with_width == best.starts_with_width
        and f.share >= _EQUALLY_GOOD
        and best.share >= _EQUALLY_GOOD
    ]
    if not rivals:
        return best
    widest = max([best, *rivals], key=lambda f: f.width)
    if sum(f.width == widest.width for f in [best, *rivals]) > 1:
        found = " / ".join(repr(f.dialect.delimiter) for f in [best, *rivals])
        raise rejection(log.table, "ambiguous_delimiter", found=found)
    return widest


def _with_escape(sample: bytes, dialect: Dialect, limits: ReadLimits, is_whole: bool) -> Dialect:
    """Return the dialect with backslash escapes if only they explain the quotes."""
    if b"\\" + dialect.quote.encode() not in sample:
        return dialect
    escaped = replace(dialect, escape="\\")
    if _faults(sample, escaped, limits, is_whole) < _faults(sample, dialect, limits, is_whole):
        return escaped
    return dialect


def _faults(sample: bytes, dialect: Dialect, limits: ReadLimits, is_whole: bool) -> int:
    try:
        records = sample_records(sample, dialect, limits, "", is_whole)
    except SourceRejected:
        return _SAMPLE_RECORDS
    return sum(record.fault == "unescaped_quote" for record in records)


def _note(dialect: Dialect, declared: str | None, log: FileLog) -> None:
    name = log.file.lower()
    expected = {"\t"} if name.endswith((".tsv", ".tab")) else {","}
    if name.endswith(".txt"):
        expected = {",", "\t"}
    if declared is None and dialect.delimiter not in expected:
        log.note("delimiter_detected", found=repr(dialect.delimiter))
    if dialect.quote != '"':
        log.note("quote_detected", found=f"quote {dialect.quote}")
    if dialect.escape:
        log.note("quote_detected", found=f"\\{dialect.quote} = {dialect.quote}")
