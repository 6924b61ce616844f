"""An entry condition whose field is missing says so; it never claims that nobody meets it."""

from dataclasses import replace

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.playbooks import CellAction
from keepwell.playbooks.targets import KpiReading
from keepwell.reports.sections.strategy import who_meets
from keepwell.reports.text import Line, line

ACTION = load_library().playbooks[0].actions[0]
READING = KpiReading.__new__(KpiReading)
MET = CellAction(ACTION, 5, 0, READING)


def said(action: CellAction, lang: str = "zh") -> str:
    """Return what stands after the entry condition."""
    found = who_meets(action)
    whole = found if isinstance(found, Line) else line("{x}", "{x}", x=found)
    return whole.plain("zh" if lang == "zh" else "en")


@pytest.mark.parametrize(
    ("action", "zh", "en"),
    [
        (MET, "，现有 5 家符合", ", 5 now"),
        (
            replace(MET, held_back=2),
            "，现有 5 家符合，其中 2 家先核实",
            ", 5 now, 2 of them to verify first",
        ),
        (
            replace(MET, undecided=3),
            "，现有 5 家符合，另 3 家缺数据",
            ", 5 now, 3 more lack the data",
        ),
        (replace(MET, matching=0), "（目前没有客户符合）", " (nobody meets it now)"),
        (
            replace(MET, matching=0, undecided=7),
            "（没有一家可确认符合：7 家缺所需数据）",
            " (nobody is known to meet it: 7 lack the data)",
        ),
        (
            replace(MET, matching=None),
            "（缺所需字段，暂不能判断谁符合）",
            " (the field is missing: who meets it cannot be told)",
        ),
    ],
)
def test_who_meets_an_entry_condition(action: CellAction, zh: str, en: str) -> None:
    assert said(action) == zh
    assert said(action, "en") == en
