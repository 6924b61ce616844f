"""How much memory an engine may hold where keepwell.yml does not say."""

from collections.abc import Mapping
from typing import Any

# With it, 2,000,000 accounts and 40,000,000 activities stay within 1 GB, the program included.
EMBEDDED_MB = 768
# A heap of Java holds the program, too, and is no place for tight limits.
SPARK_MB = 2048


def default_memory_mb(fields: Mapping[str, Any]) -> int:
    """Return the default of `memory_limit_mb` beside the other fields of keepwell.yml."""
    return SPARK_MB if fields.get("engine") == "spark" else EMBEDDED_MB
