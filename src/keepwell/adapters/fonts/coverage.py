"""Which characters the shipped font, or a system font, can draw: read from the fonts' cmap."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FAMILY = "Noto Sans SC"
LATIN_FAMILY = "Noto Sans"
# Family, weight and file; the second family fills in Latin, Greek and Cyrillic letters.
SHIPPED = (
    (FAMILY, 400, "NotoSansSC-Regular.ttf"),
    (FAMILY, 600, "NotoSansSC-SemiBold.ttf"),
    (LATIN_FAMILY, 400, "NotoSans-Regular.ttf"),
    (LATIN_FAMILY, 600, "NotoSans-SemiBold.ttf"),
)
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


def font_folder() -> Path:
    """Return the folder with the shipped font files."""
    return Path(__file__).parent


@cache
def shipped_glyphs() -> frozenset[int]:
    """Return the code points that the shipped fonts can draw in both weights."""
    by_weight: dict[int, set[int]] = {}
    for _, weight, name in SHIPPED:
        by_weight.setdefault(weight, set()).update(code_points(font_folder() / name))
    return frozenset.intersection(*(frozenset(points) for points in by_weight.values()))


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Tells which characters of a text no font can draw; `folders` hold fonts to fall back on."""

    folders: tuple[Path, ...] = SYSTEM_FOLDERS

    def undrawable(self, text: str) -> tuple[str, ...]:
        """Return the characters that neither the shipped font nor a system font holds, sorted."""
        missing = {c for c in text if ord(c) not in shipped_glyphs() and _needs_glyph(c)}
        if missing:
            held = _held_by(self.folders)
            missing = {c for c in missing if ord(c) not in held}
        return tuple(sorted(missing))

    def needs_system_font(self, text: str) -> bool:
        """Say whether a character of the text is outside the shipped font."""
        return any(ord(c) not in shipped_glyphs() and _needs_glyph(c) for c in text)

    def drawable(self, text: str) -> str:
        """Return the text with each undrawable character as its code point, such as [U+1F600]."""
        missing = self.undrawable(text)
        for char in missing:
            text = text.replace(char, f"[U+{ord(char):04X}]")
        return text


def _needs_glyph(char: str) -> bool:
    return char.isprintable() and not char.isspace()


@cache
def _held_by(folders: tuple[Path, ...]) -> frozenset[int]:
    points: set[int] = set()
    for folder in folders:
        if folder.is_dir():
            for file in sorted(folder.rglob("*")):
                if file.suffix.lower() in SUFFIXES:
                    points.update(code_points(file))
    return frozenset(points)


def code_points(file: Path) -> Iterator[int]:
    """Yield the code points in a font file's Unicode tables; nothing when it is no such file.

    Source: OpenType specification, `cmap`, formats 4 and 12.
    """
    try:
        data = file.read_bytes()
        offsets = _faces(data)
        for offset in offsets:
            yield from _face_points(data, offset)
    except (OSError, struct.error, IndexError):
        return


def _faces(data: bytes) -> tuple[int, ...]:
    if data[:4] != b"ttcf":
        return (0,)
    (count,) = struct.unpack_from(">I", data, 8)
    return tuple(struct.unpack_from(f">{count}I", data, 12))


def _face_points(data: bytes, face: int) -> Iterator[int]:
    (tables,) = struct.unpack_from(">H", data, face + 4)
    for i in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, face + 12 + 16 * i)
        if tag == b"cmap":
            yield from _cmap_points(data, offset)


def _cmap_points(data: bytes, cmap: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for i in range(count):
        platform, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * i)
        if platform not in (0, 3):
            continue
        (kind,) = struct.unpack_from(">H", data, cmap + offset)
        if kind == 4:
            yield from _format_4(data, cmap + offset)
        elif kind == 12:
            yield from _format_12(data, cmap + offset)


def _format_4(data: bytes, at: int) -> Iterator[int]:
    (double,) = struct.unpack_from(">H", data, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + double)
    for start, end in zip(starts, ends, strict=True):
        yield from range(start, min(end, 0xFFFE) + 1)


def _format_12(data: bytes, at: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    for i in range(groups):
        start, end, _ = struct.unpack_from(">III", data, at + 16 + 12 * i)
        yield from range(start, end + 1)
