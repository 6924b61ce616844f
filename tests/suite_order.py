"""The order in which workers share the suite: heavy files first, light ones to end evenly.

Each worker begins with one contiguous part and takes over from the other's end when it is done
(`--dist worksteal`). Within their group files keep the order that was drawn at random.
"""

from collections.abc import Sequence

import pytest

# A file that names one of these asks for the Spark driver, which each worker starts for itself.
_SPARK = {"ENGINES", "open_spark", "SparkEngine", "SparkDriverSettings"}


def shared_out(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the items so that one worker begins with Spark, the next with other heavy files."""
    spark = {i.path for i in items if _SPARK & set(vars(getattr(i, "module", None) or object))}
    slow = {i.path for i in items if i.get_closest_marker("slow") or i.path.parent.name == "e2e"}
    first = [i for i in items if i.path in spark]
    second = [i for i in items if i.path in slow - spark]
    light = [i for i in items if i.path not in spark | slow]
    filling = max(0, len(items) // workers - len(first))
    return [*first, *light[:filling], *second, *light[filling:]]
