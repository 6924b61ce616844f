"""A run on a standalone cluster that loses workers: the right numbers or none (`make soak`)."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from e2e.company import done
from e2e.test_engines import differences, fresh
from spark_cluster import Cluster, spark_cluster

pytestmark = pytest.mark.soak

LOSSES = 4
_LIMIT_SECONDS = 900
OUTSIDE = 75


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with spark_cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small example company and DuckDB's snapshot of it."""
    folder = tmp_path_factory.mktemp("small")
    done("demo", folder / "demo", "--accounts", 120, "--lang", "en")
    plain = fresh(folder / "demo", folder / "plain")
    done("run", "-C", plain)
    return plain


def begin(project: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "keepwell", "run", "-C", str(project)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(os.environ),
    )


def on_cluster(small: Path, folder: Path, cluster: Cluster) -> Path:
    lines = ("engine: spark", "memory_limit_mb: 512", f"spark: {{master: '{cluster.url}'}}")
    return fresh(small, folder, *lines)


def published(project: Path) -> list[Path]:
    folder = project / ".keepwell" / "snapshots"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def steps(project: Path) -> int:
    """Return how many tables the run has begun so far; their folders are numbered."""
    begun = (project / ".keepwell" / "spill" / "spark").glob("tables-*/*-*")
    return max((int(folder.name.rpartition("-")[2]) for folder in begun), default=0)


@pytest.fixture(scope="module")
def all_steps(small: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many tables an undisturbed run makes; it equals DuckDB's."""
    project = on_cluster(small, tmp_path_factory.mktemp("whole") / "p", cluster)
    running = begin(project)
    seen = 0
    while running.poll() is None:
        seen = max(seen, steps(project))
        time.sleep(0.2)
    said, _ = running.communicate()
    assert running.returncode == 0, said
    assert differences(small, project) == []
    assert seen > 20
    return seen


@pytest.mark.parametrize("seed", range(LOSSES))
def test_a_worker_lost_in_mid_run_never_gives_a_wrong_number(
    small: Path, cluster: Cluster, all_steps: int, tmp_path: Path, seed: int
) -> None:
    wanted = int(all_steps * Random(seed).uniform(0.05, 0.9))  # noqa: S311
    project = on_cluster(small, tmp_path / "p", cluster)
    running = begin(project)
    while steps(project) < wanted:
        assert running.poll() is None, running.communicate()[0]
        time.sleep(0.02)
    cluster.end_worker(-1)
    said, _ = running.communicate(timeout=_LIMIT_SECONDS)
    cluster.add_worker()
    cluster.wait_for(2)
    if running.returncode != 0:
        assert running.returncode == OUTSIDE, said
        assert "Spark lost its workers" in said
        assert published(project) == []
        again = begin(project)
        said, _ = again.communicate(timeout=_LIMIT_SECONDS)
        assert again.returncode == 0, said
    assert differences(small, project) == []


def test_a_cluster_without_workers_is_told_and_publishes_nothing(
    small: Path, tmp_path: Path
) -> None:
    with spark_cluster(tmp_path / "cluster") as lonely:
        project = on_cluster(small, tmp_path / "p", lonely)
        running = begin(project)
        while steps(project) < 10:
            assert running.poll() is None, running.communicate()[0]
            time.sleep(0.1)
        for number in range(2):
            lonely.end_worker(number)
        said, _ = running.communicate(timeout=_LIMIT_SECONDS)
    assert running.returncode == OUTSIDE, said
    assert "Spark lost its workers" in said
    assert published(project) == []
