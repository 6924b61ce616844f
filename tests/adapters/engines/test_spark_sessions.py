"""Sessions of the Spark driver that the garbage collector gives back, without a driver."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from keepwell.adapters.engines import spark_driver
from keepwell.adapters.engines.spark_driver import (
    SparkDriverSettings,
    close_session,
    open_session,
)

PATIENCE_SECONDS = 20


class FakeDriver:
    """A driver whose new session comes while the collector gives an old one back."""

    def __init__(self, settings: SparkDriverSettings) -> None:
        self.settings = settings
        self.users = 1
        self.is_ended = False
        self.context = object()
        self.session = SimpleNamespace(sparkContext=self.context, newSession=self.new_session)

    def new_session(self) -> Any:
        close_session(self.given())
        return self.given()

    def given(self) -> Any:
        conf = SimpleNamespace(set=lambda _name, _value: None)
        return SimpleNamespace(sparkContext=self.context, conf=conf)

    def end(self) -> None:
        self.is_ended = True


def test_a_session_collected_while_another_opens_is_given_back_and_nothing_waits(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SparkDriverSettings(folder=tmp_path)
    driver = FakeDriver(settings)
    monkeypatch.setattr(spark_driver, "_drivers", [driver])
    opened: list[Any] = []
    opening = threading.Thread(target=lambda: opened.append(open_session(settings)), daemon=True)
    opening.start()
    opening.join(PATIENCE_SECONDS)
    assert not opening.is_alive(), "opening waits for a lock that its own thread holds"
    assert (driver.users, driver.is_ended) == (1, False)
    close_session(opened[0])
    assert (driver.users, driver.is_ended) == (0, True)
