"""Small projects for all tests of the web; what a test changes is its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from keepwell.adapters import credentials
from keepwell.wiring.web_desk import WebDesk
from web.caller import served
from web.portfolio import bare_project, staged

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the least work that Argon2id allows; one test looks at the real cost."""
    monkeypatch.setattr(credentials, "_hasher", lambda: QUICK)


@pytest.fixture
def bare(tmp_path: Path, state_file: Path) -> Iterator[tuple[FastAPI, WebDesk]]:
    """Give the app of a project without a run and without anybody who may sign in."""
    app, desk = served(bare_project(tmp_path / "p", state_file))
    yield app, desk
    desk.close()


@pytest.fixture
def shop(bare: tuple[FastAPI, WebDesk]) -> tuple[FastAPI, WebDesk]:
    """Give the app of a project with a staged run: accounts of two CSMs, CTAs and alerts."""
    app, desk = bare
    staged(desk)
    return app, desk
