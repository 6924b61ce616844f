"""The example company with 300 customers, built once; tests that change it copy it."""

import shutil
from pathlib import Path

import pytest

from e2e.company import done
from shared_worlds import built_once


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English demo, run and reported. Not to be changed."""

    def build(place: Path) -> None:
        done("demo", place / "acme", "--accounts", 300, "--lang", "en")
        # The demo is told on its own day; one run more settles what depends on today.
        done("run", "-C", place / "acme")

    # Each worker reads a copy of its own: commands that only read hold the state for a moment.
    folder = tmp_path_factory.mktemp("demo") / "acme"
    return Path(shutil.copytree(built_once(tmp_path_factory, "demo", build) / "acme", folder))
