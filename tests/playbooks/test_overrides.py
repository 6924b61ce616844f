"""A project's playbooks change the library, or say with file and line what is wrong."""

from pathlib import Path

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.vocabulary import ConfigInvalid

ACTION = """
      - id: ours
        play: diagnosis_session
        title: {zh: "甲", en: "A"}
        description: {zh: "乙", en: "B"}
        owner: csm
        cadence: {zh: "每周", en: "weekly"}
        entry: {text: {zh: "全部", en: "all"}, when: "effective_tier = 'low'"}
        kpi:
          label: {zh: "丙", en: "C"}
          statistic: median
          expression: total_contacts
          unit: count
          better: higher
          target: {kind: relative, change: 0.1}
"""
HEAD = "playbooks:\n  - tier: low\n    size: Large\n"


def load(folder: Path, text: str) -> None:
    (folder / "ours.yml").write_text(text, "utf-8")
    load_library(folder)


def test_no_folder_or_an_empty_one_leaves_the_library_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "empty.yml").write_text("# nothing yet\n", "utf-8")
    assert load_library(tmp_path) == load_library() == load_library(tmp_path / "missing")


def test_action_is_changed_in_part_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text(
        HEAD + "    actions:\n      - id: low_large_alert\n        owner: cs_manager\n"
        "        kpi: {target: {kind: absolute, value: 0.1}}\n",
        "utf-8",
    )
    changed = load_library(tmp_path).playbook("low", "Large")
    shipped = load_library().playbook("low", "Large")
    assert changed
    assert shipped
    assert changed.actions[0].owner == "cs_manager"
    assert changed.actions[0].kpi.target.model_dump() == {"kind": "absolute", "value": 0.1}
    assert changed.actions[0].kpi.expression == shipped.actions[0].kpi.expression
    assert changed.actions[1:] == shipped.actions[1:]


def test_later_file_wins_and_a_new_tier_can_be_added(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(HEAD + "    hours_per_account_month: 11\n", "utf-8")
    (tmp_path / "b.yml").write_text(HEAD + "    hours_per_account_month: 9\n", "utf-8")
    added = "".join(ACTION.replace("id: ours", f"id: ours_{n}") for n in "abc")
    (tmp_path / "c.yml").write_text(
        "playbooks:\n  - tier: platinum\n    size: any\n    strategy: advocate\n"
        '    aim: {zh: "甲", en: "A"}\n    hours_per_account_month: 2\n'
        '    lean_hours_per_account_month: 1\n    lean_means: {zh: "甲", en: "A"}\n'
        "    who: [csm]\n    actions:" + added,
        "utf-8",
    )
    library = load_library(tmp_path)
    low = library.playbook("low", "Large")
    platinum = library.playbook("platinum", "Enterprise")
    assert low
    assert low.hours_per_account_month == 9
    assert platinum
    assert [a.id for a in platinum.actions] == ["ours_a", "ours_b", "ours_c"]


FAULTS = {
    "unknown top key": ("playbook: []\n", 1, "Did you mean `playbooks`?"),
    "not a mapping": ("- a\n", 1, "expected a mapping"),
    "roles not a mapping": ("roles: [a]\n", 1, "`roles` must be a mapping"),
    "entry without a name": ("playbooks:\n  - tier: low\n", 2, "needs `tier` and `size`"),
    "unknown field": (HEAD + "    hours: 3\n", 4, "hours"),
    "hours too many": (HEAD + "    hours_per_account_month: 2000\n", 4, "hours_per_account_month"),
    "lean above normal": (HEAD + "    lean_hours_per_account_month: 50\n", 2, "exceeds"),
    "unknown role": (HEAD + "    who: [csn]\n", 4, "Did you mean `csm`?"),
    "unknown play": (
        HEAD + "    actions:\n      - id: low_large_alert\n        play: alert_folow_up\n",
        6,
        "Did you mean `alert_follow_up`?",
    ),
    "unknown column": (
        HEAD + "    actions:\n      - id: low_large_alert\n        entry:\n"
        "          when: scor < 50\n",
        7,
        "`score`",
    ),
    "SQL that is not an expression": (
        HEAD + "    actions:\n      - id: low_large_alert\n        entry:\n"
        "          when: (SELECT 1) = 1\n",
        7,
        "portable",
    ),
    "drop of nothing": (
        HEAD + "    drop_actions: [low_large_alrt]\n",
        4,
        "Did you mean `low_large_alert`?",
    ),
    "drop in a cell that is not": (
        "playbooks:\n  - tier: low\n    size: Huge\n    drop_actions: [a]\n",
        4,
        "cell that does not exist",
    ),
    "new action with a gap": (
        HEAD + "    actions:" + ACTION.replace("        owner: csm\n", ""),
        5,
        "owner: Field required",
    ),
    "language missing": (
        HEAD + '    aim: {zh: "", en: "A"}\n',
        4,
        "missing in one language",
    ),
    "too few actions": (
        HEAD + "    drop_actions: [low_large_alert, low_large_deal_review]\n",
        4,
        "at least 3 items",
    ),
    "broken YAML": ("playbooks:\n  - tier: [\n", 3, "Mend the YAML"),
    "key twice": ("roles: {}\nroles: {}\n", 2, "duplicate"),
    "unknown placeholder": (
        "plays:\n  - play: qbr\n    mail:\n      subject: {zh: '{acount}', en: 'A'}\n",
        2,
        "unknown placeholder {acount}",
    ),
}


@pytest.mark.parametrize(("text", "line", "said"), FAULTS.values(), ids=FAULTS)
def test_fault_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert f"{tmp_path.name}/ours.yml:{line}:" in message
    assert said in message


def test_several_faults_are_told_in_one_pass(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, HEAD + "    hours: 3\n    strategy: resque\n")
    assert "ours.yml:4: playbooks.hours" in str(caught.value)
    assert "ours.yml:5: playbooks.strategy" in str(caught.value)


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_bytes("roles: {a: {zh: 甲}}".encode("gbk"))
    with pytest.raises(ConfigInvalid, match="not UTF-8"):
        load_library(tmp_path)
