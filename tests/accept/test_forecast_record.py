"""The track record of the forecast on outside data: a short one is called short."""

import os
from datetime import date
from pathlib import Path

import pytest

from keepwell.adapters.clock import FixedClock
from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.adapters.sources import open_source
from keepwell.config import Source
from keepwell.runs.export import open_snapshot
from keepwell.runs.initialise import initialise
from keepwell.wiring import Project

pytestmark = pytest.mark.accept
LAST_DAY = date(2017, 9, 30)


def test_eleven_months_of_deals_are_too_short_to_tell(tmp_path: Path) -> None:
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    source = Source(kind="folder", path=str(Path(given) / "maven_crm"))
    folder = tmp_path / "p"
    reader = open_source(source, folder)
    files = ProjectFolder(folder)
    initialise(folder, reader, source, scorecard="robust", lang="en", files=files)
    project = Project(folder, clock=FixedClock(LAST_DAY))
    run = project.run(LAST_DAY)
    with project.reader() as engine:
        open_snapshot(engine, project.snapshots, run.run_id)
        summary = engine.rows(
            "SELECT verdict, months, needed_months, origins, total_low FROM forecast_summary"
        )
        assert engine.rows("SELECT count(*) FROM forecast_record") == [(0,)]
        amounts = engine.rows(
            "SELECT sum(i.amount), sum(f.pace_amount) FROM forecast_intervals AS i "
            "JOIN forecast AS f ON f.account_id = i.account_id"
        )
    assert summary == [("too_short", 7, 27, 0, None)]
    assert amounts[0][0] == pytest.approx(amounts[0][1])
