"""Reads from DuckDB's profile of each statement how much memory and spill space it took."""

import re

import duckdb

_PEAK = re.compile(r'"peak_buffer_memory": (\d+)')
_SPILLED = re.compile(r'"total_bytes_spilled": (\d+)')
_MEBIBYTE = 2**20


class SpillMeter:
    """Sums what statements spilled; keeps the most memory that one of them held."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self.spilled_mb = 0.0

    def read(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Add what the last statement used; a statement without a profile adds nothing."""
        profile = connection.get_profiling_information("json")
        # The figures stand at the end, after the plan, which may be long.
        tail = profile[profile.rfind('"system"') :]
        peak, spilled = _PEAK.search(tail), _SPILLED.search(tail)
        if peak and spilled:
            self.peak_mb = max(self.peak_mb, int(peak.group(1)) / _MEBIBYTE)
            self.spilled_mb += int(spilled.group(1)) / _MEBIBYTE
