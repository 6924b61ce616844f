"""Some days of the example company, with faults of its exports, led as real days are."""

import json
from pathlib import Path

import pytest

from keepwell.adapters.progress import NoProgress
from keepwell.cli.show_replay import show_replay
from keepwell.example_company import FAULT_KINDS, DayFault
from keepwell.wiring import replay_demo

pytestmark = pytest.mark.slow
KINDS = {k.name: k for k in FAULT_KINDS}


def test_faults_of_exports_are_one_source_alert_each_and_none_of_an_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A file that stops on the last day has only that one day to show.
    kinds = ("cut_accounts", "wrong_currency", "stale_file")
    faults = tuple(DayFault(KINDS[k], day, day) for k, day in zip(kinds, (1, 2, 4), strict=True))
    done = replay_demo(
        tmp_path / "acme",
        days=5,
        accounts=150,
        lang="zh",
        force=False,
        progress=NoProgress(),
        faults=faults,
    )
    replay = done.replay
    assert dict(replay.gates) == {"baseline": 1, "open": 1, "closed": 3}
    for fault in replay.faults:
        assert (fault.closed, fault.source_alerts) == (1, 1), fault
        assert (fault.account_alerts, fault.caused) == (0, 0), fault
    # The same days without their faults tell of accounts: what was held back is known.
    assert sum(f.lost for f in replay.faults) > 0
    assert replay.calm_source_alerts == 0
    # News of the days between are told, and nobody's message is longer than the budget.
    assert 0 < replay.hindsight.alerts < replay.baseline
    assert 0 < replay.volume.longest <= replay.budget
    assert done.balance.faults == ()
    told = replay.baseline + replay.hindsight.alerts + replay.leads
    assert "upgrade_candidate" not in replay.hindsight.triggers
    assert done.balance.matched == told + replay.tallied + 3
    show_replay(done, "en", as_json=False)
    shown = capsys.readouterr().out
    assert "gate closed on 1" in shown
    assert "caused by faults in all: 0." in shown
    assert "accounts cut off" in done.pages[1].read_text("utf-8")
    show_replay(done, "zh", as_json=True)
    assert json.loads(capsys.readouterr().out)["replay"]["people"] == replay.people
    letters = "".join(
        f.read_text("utf-8") for f in (tmp_path / "acme/.keepwell/sent/letters").iterdir()
    )
    # One CSM reads the other language.
    assert "健康分" in letters
    assert "Health score" in letters
