"""One pass over all bytes of a file: its hash, and what its encoding may be."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_HEAD_BYTES = 1 << 16
_ODD_BYTES = 1 << 17
_INVALID = re.compile("[\udc80-\udcff]+")


@dataclass(slots=True)
class Survey:
    """What the bytes of a file are like.

    `odd_lines` holds (some of) the lines with bytes outside ASCII, `invalid_spans` counts runs
    of bytes that are not UTF-8, `valid_wide` the surplus bytes of characters that are;
    `is_cut_off` says that the last bytes begin a character that does not end.
    """

    size: int = 0
    head: bytes = b""
    is_ascii: bool = True
    nul_even: int = 0
    nul_odd: int = 0
    invalid_spans: int = 0
    valid_wide: int = 0
    high_bytes: int = 0
    first_odd_line: int = 0
    is_cut_off: bool = False
    odd_lines: bytearray = field(default_factory=bytearray)
    sha256: str = ""

    @property
    def nul(self) -> int:
        """Return the number of NUL bytes."""
        return self.nul_even + self.nul_odd


def survey(chunks: Iterable[bytes]) -> Survey:
    """Return what the bytes are like; reads them once, in bounded memory."""
    seen, digest = Survey(), hashlib.sha256()
    cut, lines = b"", 1
    for chunk in chunks:
        digest.update(chunk)
        _look(seen, chunk)
        seen.size += len(chunk)
        if not (cut or not chunk.isascii()):
            lines += chunk.count(b"\n")
            continue
        whole = cut + chunk
        cut = _unfinished(whole)
        part = whole[: len(whole) - len(cut)]
        _look_wide(seen, part, lines)
        lines += part.count(b"\n")
    if cut:
        seen.is_cut_off = True
        _look_wide(seen, cut, lines)
    seen.sha256 = digest.hexdigest()
    return seen


def _look(seen: Survey, chunk: bytes) -> None:
    if len(seen.head) < _HEAD_BYTES:
        seen.head += chunk[: _HEAD_BYTES - len(seen.head)]
    if b"\0" in chunk:
        even = chunk[seen.size % 2 :: 2].count(0)
        seen.nul_even += even
        seen.nul_odd += chunk.count(0) - even


def _unfinished(data: bytes) -> bytes:
    """Return the bytes at the end that may be the start of one UTF-8 character."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[-back:] if length > back else b""
        if byte < 0x80:
            return b""
    return b""


def _look_wide(seen: Survey, part: bytes, line: int) -> None:
    if part.isascii():
        return
    if seen.is_ascii:
        seen.is_ascii = False
    try:
        seen.valid_wide += len(part) - len(part.decode("utf-8"))
    except UnicodeDecodeError as problem:
        if not seen.first_odd_line:
            seen.first_odd_line = line + part.count(b"\n", 0, problem.start)
        text = part.decode("utf-8", "surrogateescape")
        seen.invalid_spans += len(_INVALID.findall(text))
        seen.high_bytes += len(part.translate(None, bytes(range(128))))
        seen.valid_wide += len(part) - len(text)
    if len(seen.odd_lines) < _ODD_BYTES:
        _keep_odd_lines(seen, part)


def _keep_odd_lines(seen: Survey, part: bytes) -> None:
    for line in part.splitlines():
        if not line.isascii():
            seen.odd_lines += line[:_ODD_BYTES] + b"\n"
        if len(seen.odd_lines) >= _ODD_BYTES:
            return
