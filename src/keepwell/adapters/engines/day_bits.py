"""Distinct days as bits of whole numbers: DuckDB's COUNT(DISTINCT) takes thrice the memory.

COUNT(DISTINCT day) keeps a row for each account and day; bits are one small state an account.
"""

from datetime import date

# Bits of a HUGEINT that are used; and above so many numbers an account, rows are the better way.
_BITS, _MOST = 120, 10


def day_bits(day: str, first: date, last: date) -> str | None:
    """Return DuckDB SQL of an aggregate: how many distinct dates `day` has, all in first..last.

    None where the span is so long, or so odd, that COUNT(DISTINCT) serves better.
    """
    span = (last - first).days + 1
    if not 0 < span <= _BITS * _MOST:
        return None
    since = f"date_diff('day', DATE '{first.isoformat()}', {day})"
    bit = f"CAST(1 AS HUGEINT) << CAST({since} % {_BITS} AS HUGEINT)"
    counts = (
        f"coalesce(bit_count(bit_or({bit}) FILTER (WHERE {since} // {_BITS} = {part})), 0)"
        for part in range((span - 1) // _BITS + 1)
    )
    return f"CAST({' + '.join(counts)} AS BIGINT)"
