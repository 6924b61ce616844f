"""Settings for all tests: seeded property tests, and no skips where the caller forbids them."""

import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

import kept_on_server  # before keepwell, which it may change
from keepwell.adapters.engines import SparkDriverSettings, SparkEngine
from kept_plugin import (
    about_files,
    pytest_configure,
    pytest_runtest_teardown,
    pytest_unconfigure,
)
from postgres_server import postgres_server
from state_databases import (
    bare_database,
    own_database,
    state_database,
    state_file,
    state_template,
)
from suite_order import shared_out

__all__ = [
    "bare_database",
    "kept_on_server",
    "own_database",
    "postgres_server",
    "pytest_configure",
    "pytest_runtest_teardown",
    "pytest_unconfigure",
    "state_database",
    "state_file",
    "state_template",
]

# Child processes load what is there before anything else; it is no module of tests.
collect_ignore = ["children", "kept_on_server.py"]
# A driver of tests lives for minutes: its thorough compiler would cost more than it gains.
QUICK_JAVA = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}

settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("soak", max_examples=1000, deadline=None)
settings.load_profile("soak" if os.environ.get("KEEPWELL_SOAK") else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only the soak runs; a test that is left out is not skipped."""
    out = about_files(items)
    if not os.environ.get("KEEPWELL_SOAK"):
        out += [item for item in items if item.get_closest_marker("soak")]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
    if workers := getattr(config, "workerinput", {}).get("workercount"):
        items[:] = shared_out(items, workers)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure when KEEPWELL_NO_SKIP is set, as continuous integration does."""
    report = yield
    if report.skipped and os.environ.get("KEEPWELL_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which is not allowed here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def spark_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkDriverSettings]:
    """Keep one small Spark driver up for the whole session; engines of these settings share it."""
    folder = tmp_path_factory.mktemp("spark")
    found = SparkDriverSettings(folder, memory_limit_mb=1024, threads=1, options=QUICK_JAVA)
    with SparkEngine(found):
        yield found
