"""A project's playbooks change the strategies by value, or say with file and line what is wrong."""

from pathlib import Path

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.value_strategies import load_value_strategies
from keepwell.playbooks import VALUE_COLUMNS
from keepwell.vocabulary import ConfigInvalid
from value.world import compute, open_world

HEAD = "strategies:\n  - strategy: automated_scale\n"
KPI = """
      - kpi: answered
        label: {zh: "两天内答复", en: "answered within two days"}
        statistic: share_where
        expression: "days_inactive <= 14 AND value_tier = 'bronze'"
        unit: share
        better: higher
        target: 0.9
        amber: 0.8
        red: 0.5
        minutes_per_account_month: 3
"""


def test_no_folder_or_other_playbooks_leave_the_strategies_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "playbooks:\n  - tier: low\n    size: Large\n    hours_per_account_month: 11\n", "utf-8"
    )
    assert load_value_strategies(tmp_path) == load_value_strategies()
    assert load_value_strategies(tmp_path / "missing") == load_value_strategies()


def test_only_what_is_stated_changes_and_both_kinds_share_a_file(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text(
        'roles:\n  bot: {zh: "机器人", en: "bot"}\n'
        "playbooks:\n  - tier: low\n    size: Large\n    hours_per_account_month: 11\n"
        + HEAD
        + "    automation_share: 0.95\n    drop_steps: [office_hours]\n"
        "    steps:\n      - step: wake_up_journey\n        owner: bot\n"
        "    drop_kpis: [resolved_alone]\n"
        "    kpis:\n      - kpi: dormant\n        target: 0.2\n" + KPI.lstrip("\n"),
        "utf-8",
    )
    shipped, changed = load_value_strategies(), load_value_strategies(tmp_path)
    assert changed.strategies[:2] == shipped.strategies[:2]
    old, new = shipped.strategies[2], changed.strategies[2]
    assert new.automation_share == 0.95
    assert new.title == old.title
    assert [s.step for s in new.steps] == [
        "onboarding_journey",
        "wake_up_journey",
        "hand_over_upgrades",
    ]
    assert new.steps[1].owner == "bot"
    assert new.steps[1].detail == old.steps[1].detail
    assert [k.kpi for k in new.kpis] == [
        *(k.kpi for k in old.kpis if k.kpi != "resolved_alone"),
        "answered",
    ]
    dormant = next(k for k in new.kpis if k.kpi == "dormant")
    assert (dormant.target, dormant.amber) == (0.2, 0.35)
    low = load_library(tmp_path).playbook("low", "Large")
    assert low is not None
    assert low.hours_per_account_month == 11


FAULTS = {
    "unknown strategy": (HEAD.replace("scale", "scal"), 2, "Did you mean `automated_scale`?"),
    "no name": ("strategies:\n  - model: automated\n", 2, "needs `strategy`"),
    "unknown key": (HEAD + "    automated_share: 0.5\n", 3, "automated_share"),
    "share over one": (HEAD + "    automation_share: 90\n", 3, "automation_share"),
    "unknown owner": (
        HEAD + "    steps:\n      - step: wake_up_journey\n        owner: digital_c\n",
        5,
        "Did you mean `digital_cs`?",
    ),
    "drop of nothing": (HEAD + "    drop_kpis: [dormnt]\n", 3, "Did you mean `dormant`?"),
    "thresholds out of order": (
        HEAD + "    kpis:\n      - kpi: dormant\n        target: 0.9\n",
        4,
        "get worse in this order",
    ),
    "unknown column": (
        HEAD + "    kpis:\n      - kpi: dormant\n        expression: segmnt = 'lost'\n",
        5,
        "`segment`",
    ),
    "too few steps": (
        HEAD + "    drop_steps: [office_hours, wake_up_journey]\n",
        3,
        "at least 3 items",
    ),
    "a step without a name": (HEAD + "    steps:\n      - owner: csm\n", 4, "needs `step`"),
}


@pytest.mark.parametrize(("text", "line", "said"), FAULTS.values(), ids=FAULTS)
def test_fault_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "ours.yml").write_text(text, "utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        load_value_strategies(tmp_path)
    message = str(caught.value)
    assert f"{tmp_path.name}/ours.yml:{line}:" in message
    assert said in message


def test_kpis_may_read_every_column_that_the_value_table_has() -> None:
    with open_world({}, [{"account_id": "a"}]) as engine:
        compute(engine, {})
        assert set(VALUE_COLUMNS) == set(engine.columns("value")) - {"account_id"}
