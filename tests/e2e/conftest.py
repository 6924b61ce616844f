"""The example company with 300 customers, built once; tests that change it copy it."""

from pathlib import Path

import pytest

from e2e.company import done


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English demo, run and reported. Not to be changed."""
    folder = tmp_path_factory.mktemp("demo") / "acme"
    done("demo", folder, "--accounts", 300, "--lang", "en")
    # The demo is told on its own day; one run more settles what depends on today.
    done("run", "-C", folder)
    return folder
