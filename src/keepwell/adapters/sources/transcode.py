"""Bytes in any encoding as UTF-8; what cannot be decoded stays visibly invalid."""

import codecs
from collections.abc import Iterable, Iterator

from keepwell.adapters.sources.encodings import Encoding

_MARKING = "keepwell-mark-invalid"
# A lone surrogate: written with surrogatepass it is not UTF-8, so its row is set aside later.
_MARK = "\udcff"


def _mark_invalid(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return _MARK, problem.end


def as_utf8(chunks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Return the same text as UTF-8, without byte-order mark."""
    body = _without_mark(chunks, encoding.bom_bytes)
    if encoding.codec == "utf-8":
        yield from body
        return
    codecs.register_error(_MARKING, _mark_invalid)
    decoder = codecs.getincrementaldecoder(encoding.codec)(_MARKING)
    for chunk in body:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _without_mark(chunks: Iterable[bytes], skip: int) -> Iterator[bytes]:
    for chunk in chunks:
        if skip:
            cut = min(skip, len(chunk))
            skip -= cut
            chunk = chunk[cut:]
        yield chunk


def in_blocks(chunks: Iterable[bytes], block_bytes: int, skip: int = 0) -> Iterator[bytes]:
    """Return the same bytes in blocks of about `block_bytes`, the first `skip` left out."""
    held: list[bytes] = []
    size = 0
    for chunk in _without_mark(chunks, skip):
        held.append(chunk)
        size += len(chunk)
        if size >= block_bytes:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)
