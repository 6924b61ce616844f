"""How much of a file may be held or unpacked at once; beyond it the file is rejected."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds of reading, in bytes unless named otherwise.

    `block_bytes` are read at once, and a table needs a few times that, whatever its size.
    `unpack_ratio` counts only once `unpack_free_bytes` have come out of an archive.
    """

    cell_bytes: int = 16 * MEBIBYTE
    record_bytes: int = 64 * MEBIBYTE
    block_bytes: int = 4 * MEBIBYTE
    sample_bytes: int = MEBIBYTE // 4
    batch_rows: int = 20_000
    columns: int = 5_000
    unpacked_bytes: int = 20 * 1024 * MEBIBYTE
    workbook_bytes: int = 1024 * MEBIBYTE
    unpack_ratio: int = 200
    unpack_free_bytes: int = 64 * MEBIBYTE
    set_aside_bytes: int = 128 * MEBIBYTE
