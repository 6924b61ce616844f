"""A font file cut down to the characters of one text, as WOFF: small enough to sit in a page."""

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

KEPT = (b"OS/2", b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"post")
_WORDS, _SCALE, _XY_SCALE, _TWO_BY_TWO, _MORE = 0x0001, 0x0008, 0x0040, 0x0080, 0x0020


def woff_subset(file: Path, text: str) -> bytes:
    """Return the font with outlines for `text` only; glyph numbers and metrics stay as they are.

    Source: OpenType specification (glyf, loca) and W3C WOFF File Format 1.0.
    """
    data = file.read_bytes()
    tables = _tables(data)
    numbers = _glyph_numbers(tables[b"cmap"])
    wanted = {0, *(numbers[ord(c)] for c in text if ord(c) in numbers)}
    offsets = _offsets(tables)
    glyphs = _with_parts(tables[b"glyf"], offsets, wanted)
    body, places = bytearray(), [0]
    for i in range(len(offsets) - 1):
        if i in glyphs:
            body += tables[b"glyf"][offsets[i] : offsets[i + 1]]
            body += bytes(-len(body) % 4)
        places.append(len(body))
    head = bytearray(tables[b"head"])
    struct.pack_into(">h", head, 50, 1)
    tables |= {
        b"glyf": bytes(body),
        b"loca": struct.pack(f">{len(places)}I", *places),
        b"head": bytes(head),
        b"post": struct.pack(">I", 0x00030000) + tables[b"post"][4:32],
    }
    return _woff(data[:4], {tag: tables[tag] for tag in KEPT})


def _tables(data: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", data, 4)
    found = {}
    for i in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        found[tag] = data[offset : offset + length]
    return found


def _offsets(tables: dict[bytes, bytes]) -> tuple[int, ...]:
    (count,) = struct.unpack_from(">H", tables[b"maxp"], 4)
    (is_long,) = struct.unpack_from(">h", tables[b"head"], 50)
    if is_long:
        return struct.unpack_from(f">{count + 1}I", tables[b"loca"])
    return tuple(2 * o for o in struct.unpack_from(f">{count + 1}H", tables[b"loca"]))


def _glyph_numbers(cmap: bytes) -> dict[int, int]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    found: dict[int, int] = {}
    for i in range(count):
        (offset,) = struct.unpack_from(">I", cmap, 8 + 8 * i)
        (kind,) = struct.unpack_from(">H", cmap, offset)
        if kind == 4:
            found |= _numbers_4(cmap, offset)
        elif kind == 12:
            found |= _numbers_12(cmap, offset)
    return found


def _numbers_4(cmap: bytes, at: int) -> dict[int, int]:
    (double,) = struct.unpack_from(">H", cmap, at + 6)
    n = double // 2
    ends = struct.unpack_from(f">{n}H", cmap, at + 14)
    starts = struct.unpack_from(f">{n}H", cmap, at + 16 + double)
    deltas = struct.unpack_from(f">{n}h", cmap, at + 16 + 2 * double)
    ranges_at = at + 16 + 3 * double
    ranges = struct.unpack_from(f">{n}H", cmap, ranges_at)
    found = {}
    for i, (start, end, delta, skip) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            number = code
            if skip:
                place = ranges_at + 2 * i + skip + 2 * (code - start)
                (number,) = struct.unpack_from(">H", cmap, place)
            if number or not skip:
                found[code] = (number + delta) & 0xFFFF
    return found


def _numbers_12(cmap: bytes, at: int) -> dict[int, int]:
    (groups,) = struct.unpack_from(">I", cmap, at + 12)
    found = {}
    for i in range(groups):
        start, end, first = struct.unpack_from(">III", cmap, at + 16 + 12 * i)
        found.update({code: first + code - start for code in range(start, end + 1)})
    return found


def _with_parts(glyf: bytes, offsets: tuple[int, ...], wanted: Iterable[int]) -> set[int]:
    """Return the glyphs with those that composite ones are made of."""
    found: set[int] = set()
    queue = list(wanted)
    while queue:
        number = queue.pop()
        if number in found:
            continue
        found.add(number)
        queue += _components(glyf[offsets[number] : offsets[number + 1]])
    return found


def _components(outline: bytes) -> list[int]:
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts, at, flags = [], 10, _MORE
    while flags & _MORE:
        flags, number = struct.unpack_from(">HH", outline, at)
        parts.append(number)
        at += 4 + (4 if flags & _WORDS else 2)
        if flags & _SCALE:
            at += 2
        elif flags & _XY_SCALE:
            at += 4
        elif flags & _TWO_BY_TWO:
            at += 8
    return parts


def _checksum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


def _woff(flavour: bytes, tables: dict[bytes, bytes]) -> bytes:
    entries, body = [], b""
    start = 44 + 20 * len(tables)
    whole = 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        packed = zlib.compress(table, 9)
        stored = packed if len(packed) < len(table) else table
        sizes = (len(stored), len(table), _checksum(table))
        entries.append(struct.pack(">4sIIII", tag, start + len(body), *sizes))
        body += stored + bytes(-len(stored) % 4)
        whole += len(table) + (-len(table) % 4)
    lengths = (start + len(body), len(tables), 0, whole)
    head = struct.pack(">4s4sIHHIHH5I", b"wOFF", flavour, *lengths, 1, 0, *(0,) * 5)
    return head + b"".join(entries) + body
