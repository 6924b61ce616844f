"""Which encoding a file is in. What cannot be told is rejected, never guessed."""

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.frequent_characters import (
    JAPANESE,
    KOREAN,
    SIMPLIFIED,
    TRADITIONAL,
)
from keepwell.adapters.sources.survey import Survey
from keepwell.adapters.sources.western import is_western_text

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EAST_ASIAN: tuple[tuple[str, frozenset[str]], ...] = (
    ("gb18030", SIMPLIFIED),
    ("big5", TRADITIONAL),
    ("cp932", JAPANESE),
    ("euc_jp", JAPANESE),
    ("cp949", KOREAN),
)
_CLEAR_SHARE = 0.25
_CLEAR_LEAD = 1.8
_FEW_FAULTS = 0.02
_ENOUGH_HITS = 3


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codec of a file and how many bytes of byte-order mark precede its text."""

    codec: str
    bom_bytes: int = 0


def find_encoding(seen: Survey, declared: str | None, log: FileLog) -> Encoding:
    """Return the encoding that is declared or proven. Errors: SourceRejected."""
    codec, mark = _byte_order_mark(seen.head)
    if declared:
        return _declared(declared, codec, mark, log)
    if codec == "utf-8":
        log.note("bom_removed")
        return Encoding(codec, mark)
    if codec:
        log.note("encoding_converted", found=codec)
        return Encoding(codec, mark)
    wide = _utf16_without_mark(seen)
    if wide:
        log.note("encoding_converted", found=wide)
        return Encoding(wide)
    _refuse_binary(seen, log.table)
    if not seen.invalid_spans or _is_damaged_utf8(seen):
        return Encoding("utf-8")
    return _legacy(seen, log)


def _byte_order_mark(head: bytes) -> tuple[str, int]:
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec, len(mark)
    return "", 0


def _declared(declared: str, marked: str, mark: int, log: FileLog) -> Encoding:
    try:
        codec = codecs.lookup(declared).name
        "".encode(codec)
    except LookupError as problem:
        raise rejection(log.table, "encoding_invalid", found=declared) from problem
    if codec == "utf-8-sig":
        codec = "utf-8"
    if codec in {"utf-16", "utf-32"}:
        return Encoding(marked or f"{codec}-le", mark)
    if codec in {"gbk", "gb2312"}:
        codec = "gb18030"
    return Encoding(codec, mark if codec == marked else 0)


def _utf16_without_mark(seen: Survey) -> str:
    """Return utf-16-le/-be when NUL bytes stand on one side and the head decodes, else ""."""
    if not seen.nul:
        return ""
    low, high = sorted((seen.nul_even, seen.nul_odd))
    if low > 0.02 * high or seen.nul < 0.02 * seen.size:
        return ""
    codec = "utf-16-le" if seen.nul_odd > seen.nul_even else "utf-16-be"
    text = seen.head[: len(seen.head) // 2 * 2].decode(codec, "replace")
    odd = sum(c == "\ufffd" or (ord(c) < 32 and c not in "\t\r\n") for c in text)
    return codec if odd <= 0.01 * len(text) and ("\n" in text or "\r" in text) else ""


def _refuse_binary(seen: Survey, table: str) -> None:
    allowed = b"\t\n\r\f\x1a\x1b"
    control = bytes(b for b in range(1, 32) if b not in allowed)
    strange = len(seen.head) - len(seen.head.translate(None, control))
    nul_share = seen.nul / max(seen.size, 1)
    if strange > 0.02 * len(seen.head) or nul_share > 0.1:
        raise rejection(table, "binary_file", found="control bytes")


def _is_damaged_utf8(seen: Survey) -> bool:
    """Say whether the file is UTF-8 but for a few damaged places."""
    if seen.valid_wide >= 4 * seen.invalid_spans:
        return True
    if seen.is_cut_off and seen.valid_wide and seen.invalid_spans == 1:
        return True
    # A place or two in a file that is otherwise ASCII, where no Western word stands.
    return seen.invalid_spans <= 2 and not seen.valid_wide and not _is_any_legacy(seen)


def _is_any_legacy(seen: Survey) -> bool:
    data = bytes(seen.odd_lines)
    return is_western_text(data) or max(_shares(data).values(), default=0.0) >= _CLEAR_SHARE


def _shares(data: bytes) -> dict[str, float]:
    """Return, per East Asian codec that decodes `data`, the share of frequent characters."""
    shares: dict[str, float] = {}
    for codec, frequent in _EAST_ASIAN:
        text = data.decode(codec, "replace")
        wide = [c for c in text if ord(c) > 0x2E7F and c != "\ufffd" and not _is_punctuation(c)]
        half = sum("\uff61" <= c <= "\uff9f" for c in text)
        faults = text.count("\ufffd")
        if faults <= _FEW_FAULTS * (len(wide) + 1) and wide:
            hits = sum(c in frequent for c in wide)
            # One or two hits among strange characters are chance, not evidence.
            is_evidence = hits >= _ENOUGH_HITS or hits == len(wide)
            shares[codec] = hits / (len(wide) + 2 * half) if is_evidence else 0.0
    return shares


def _is_punctuation(char: str) -> bool:
    return "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e"


def _legacy(seen: Survey, log: FileLog) -> Encoding:
    data = bytes(seen.odd_lines)
    shares = sorted(_shares(data).items(), key=lambda pair: -pair[1])
    best, share = shares[0] if shares else ("", 0.0)
    second = shares[1][1] if len(shares) > 1 else 0.0
    western = is_western_text(data)
    if share >= _CLEAR_SHARE and share >= _CLEAR_LEAD * second and not western:
        log.note("encoding_converted", found=best)
        return Encoding(best)
    if _four_byte_only(data, shares):
        log.note("encoding_converted", found="gb18030")
        return Encoding("gb18030")
    if western and share < _CLEAR_SHARE:
        log.note("encoding_assumed", seen.high_bytes, found="cp1252")
        return Encoding("cp1252")
    return _second_opinion(data, best, share, shares, seen, log)


def _four_byte_only(data: bytes, shares: list[tuple[str, float]]) -> bool:
    text = data.decode("gb18030", "replace")
    return [codec for codec, _ in shares] == ["gb18030"] and any(
        len(c.encode("gb18030")) == 4 for c in text if c != "\ufffd"
    )


def _second_opinion(
    data: bytes,
    best: str,
    share: float,
    shares: list[tuple[str, float]],
    seen: Survey,
    log: FileLog,
) -> Encoding:
    """Return the better of two near candidates if an independent detector names it too."""
    named = from_bytes(data).best()
    if named and share >= _CLEAR_SHARE and codecs.lookup(named.encoding).name == best:
        log.note("encoding_converted", found=best)
        return Encoding(best)
    found = ", ".join(codec for codec, _ in shares[:3]) or "-"
    raise rejection(log.table, "ambiguous_encoding", found=found, line=seen.first_odd_line)
