"""Shipped triggers are sound; a project's own replace them; proxies stand in and say so."""

from pathlib import Path

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.trigger_library import load_triggers, shipped_triggers
from keepwell.measures import CATALOG
from keepwell.playbooks import condition_columns
from keepwell.vocabulary import ConfigInvalid
from keepwell.warning import bound, check_triggers, watch_columns

OWN = """
triggers:
  - trigger: health_low
    title: {zh: "更严", en: "stricter"}
    reason: {zh: "因为", en: "because"}
    enter: "score < 60"
    leave: "score >= 65"
  - trigger: key_contact_gone
    title: {zh: "没有联系人", en: "no contact"}
    reason: {zh: "因为", en: "because"}
    enter: "total_contacts = 0"
    leave: "total_contacts > 0"
"""


def columns() -> dict[str, str]:
    return watch_columns(dict.fromkeys(condition_columns(None), "DOUBLE") | {
        "effective_tier": "VARCHAR", "tier": "VARCHAR", "account_size_segment": "VARCHAR",
        "has_override": "BOOLEAN",
        **{f"{m}__never": "BOOLEAN" for m in CATALOG},
    })  # fmt: skip


def test_the_shipped_triggers_fit_the_portfolio_and_the_library() -> None:
    plays = frozenset(p.play for p in load_library().plays)
    check_triggers(shipped_triggers(), columns(), plays)
    assert len(shipped_triggers()) >= 6


def test_a_project_replaces_adds_and_switches_off(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(OWN, encoding="utf-8")
    off = "triggers:\n" + "".join(
        f"""  - trigger: {name}
    title: {{zh: "a", en: "a"}}
    reason: {{zh: "a", en: "a"}}
    enter: "score < 1"
    leave: "score > 2"
    is_on: false
"""
        for name in ("struggle",)
    )
    (tmp_path / "quiet.yml").write_text(off, encoding="utf-8")
    found = {t.trigger: t for t in load_triggers(tmp_path)}
    assert found["health_low"].enter == "score < 60"
    assert "key_contact_gone" in found
    assert "struggle" not in found
    assert next(iter(found)) == "health_low"


def test_a_trigger_that_two_files_define_is_refused(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(OWN, encoding="utf-8")
    with pytest.raises(ConfigInvalid, match=r"Two files .* `health_low`"):
        load_triggers(tmp_path)


def test_a_misspelt_key_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = OWN.replace('    leave: "score >= 65"', '    leaves: "score >= 65"')
    (tmp_path / "own.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(ConfigInvalid, match=r"own\.yml:7.*leaves"):
        load_triggers(tmp_path)


def test_unknown_columns_and_plays_are_all_told_at_once(tmp_path: Path) -> None:
    wrong = OWN.replace("total_contacts = 0", "total_contact = 0").replace(
        'enter: "score < 60"', 'play: no_such_play\n    enter: "score < 60"'
    )
    (tmp_path / "own.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(ConfigInvalid) as told:
        check_triggers(load_triggers(tmp_path), columns(), frozenset({"qbr"}))
    assert "Did you mean `total_contacts`" in str(told.value)
    assert "no_such_play" in str(told.value)


def test_a_trigger_needs_the_value_model_only_outside_coalesce() -> None:
    found = {t.trigger: t for t in shipped_triggers()}
    assert found["struggle"].needs() == {"is_struggling"}
    assert found["high_value_at_risk"].needs() == frozenset()
    assert bound(found["upgrade_candidate"], frozenset()) is None
    served = bound(found["struggle"], frozenset({"days_since_last_activity"}))
    assert served is not None
    assert served[1]
    assert "proxy" in served[0].title.en


def test_without_logins_activity_stands_in_and_says_so() -> None:
    trigger = next(t for t in shipped_triggers() if t.trigger == "silent_small_business")
    has_logins = frozenset({"account_size_segment", "days_since_last_login"})
    has_activity = frozenset({"account_size_segment", "days_since_last_activity"})
    assert bound(trigger, has_logins) == (trigger, False)
    served = bound(trigger, has_activity)
    assert served is not None
    stood_in, is_proxy = served
    assert is_proxy
    assert "代理" in stood_in.title.zh
    assert "proxy" in stood_in.title.en
    assert "days_since_last_activity" in stood_in.enter
    assert bound(trigger, frozenset({"account_size_segment"})) is None
