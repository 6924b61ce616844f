"""One small project for all tests of the web; what a test changes is its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from keeping_world import build
from keepwell.adapters import credentials
from keepwell.wiring.web_desk import WebDesk
from web.caller import served


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the least work that Argon2id allows; one test looks at the real cost."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(credentials, "_hasher", lambda: quick)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[tuple[FastAPI, WebDesk]]:
    """Give the app of a project without anybody who may sign in."""
    kept = build(tmp_path / "p", runs=0)
    app, desk = served(kept.folder)
    yield app, desk
    desk.close()
