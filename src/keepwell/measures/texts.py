"""The named loader of the measures' SQL texts: package data, read once, never written.

`sql/` holds families, `folds/` what families of events read, `rows/` the rows of a stand-in.
"""

from functools import cache
from importlib import resources


@cache
def texts(folder: str) -> tuple[str, ...]:
    """Return the names of the texts in a folder, sorted."""
    files = resources.files("keepwell.measures").joinpath(folder).iterdir()
    return tuple(sorted(f.name.removesuffix(".sql") for f in files if f.name.endswith(".sql")))


@cache
def text(folder: str, name: str) -> str:
    """Return one text with its `$placeholders`. Errors: KeyError naming those there are."""
    if name not in texts(folder):
        raise KeyError(f"no SQL text {name!r} in {folder}/; there are {', '.join(texts(folder))}")
    place = resources.files("keepwell.measures").joinpath(folder)
    return place.joinpath(f"{name}.sql").read_text(encoding="utf-8")
