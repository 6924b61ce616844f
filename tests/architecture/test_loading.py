"""What a process loads: computing scores needs neither reports nor plans."""

import subprocess
import sys

import keepwell.adapters.state
import keepwell.ports

COMPUTES = """
import sys
from keepwell.adapters.state import SqlStateStore
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.runs.value import build_value_tables
SqlStateStore("sqlite://").close()
print(*sorted({".".join(n.split(".")[:2]) for n in sys.modules if n.startswith("keepwell.")}))
"""
SPARED = {"actions", "journeys", "messages", "playbooks", "reports", "warning"}


def test_computing_loads_no_room_that_it_does_not_use() -> None:
    run = subprocess.run(
        [sys.executable, "-c", COMPUTES], capture_output=True, text=True, check=True
    )
    loaded = {name.removeprefix("keepwell.") for name in run.stdout.split()}
    assert {"ports", "scoring", "value"} <= loaded
    assert not loaded & SPARED


def test_each_name_that_ports_and_state_offer_is_found_in_its_file() -> None:
    for package in (keepwell.ports, keepwell.adapters.state):
        assert set(package._FILES) == set(package.__all__)
        for name in package.__all__:
            assert getattr(package, name) is not None
