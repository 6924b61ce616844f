"""The named loader of the families' SQL texts: package data, read once, never written."""

from functools import cache
from importlib import resources


@cache
def families() -> tuple[str, ...]:
    """Return the names of all families, sorted."""
    files = resources.files("keepwell.measures").joinpath("sql").iterdir()
    return tuple(sorted(f.name.removesuffix(".sql") for f in files if f.name.endswith(".sql")))


@cache
def family_sql(name: str) -> str:
    """Return a family's SQL with its `$placeholders`."""
    if name not in families():
        raise KeyError(f"no SQL family {name!r}; there are {', '.join(families())}")
    folder = resources.files("keepwell.measures").joinpath("sql")
    return folder.joinpath(f"{name}.sql").read_text(encoding="utf-8")
