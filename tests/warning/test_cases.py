"""Tests of triggers: they pass where they should, fail where they should, and say where."""

from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.rule_tests_file import load_rule_tests
from keepwell.adapters.trigger_library import shipped_triggers
from keepwell.runs.rule_tests import RuleOutcome, run_rule_tests
from keepwell.vocabulary import Bilingual, ConfigInvalid
from keepwell.warning import Trigger

RULES = """
tests:
  - test: A score swinging inside the band makes one alert
    triggers: [health_low]
    given: {tier: medium, score: 60}
    days:
      - {fires: []}
      - {values: {score: 49, tier: low, effective_tier: low}, fires: [health_low]}
      - {values: {score: 54, tier: medium, effective_tier: medium}, fires: [], ends: []}
      - {values: {score: 49, tier: low, effective_tier: low}, fires: [], ends: []}
      - {values: {score: 55, tier: medium, effective_tier: medium}, ends: [health_low]}
  - test: A fall is told while the score is still medium
    triggers: [health_falls, health_low]
    given: {effective_tier: medium, tier: medium, score: 78}
    days:
      - {fires: []}
      - {after_days: 30, values: {score: 63}, fires: [health_falls]}
  - test: Struggle needs two days
    triggers: [struggle]
    given: {effective_tier: low, days_since_last_activity: 3}
    days:
      - {fires: []}
      - {fires: [struggle]}
  - test: The struggle signal is taken where the value model gives it
    triggers: [struggle]
    given: {effective_tier: high, days_since_last_activity: 3, is_struggling: false}
    days:
      - {fires: []}
      - {values: {is_struggling: true}, fires: []}
      - {fires: [struggle]}
      - {values: {is_struggling: null}, ends: []}
      - {values: {is_struggling: false}, ends: []}
      - {ends: [struggle]}
  - test: A high-value account that enters a segment at risk is told whatever its health
    triggers: [high_value_at_risk]
    given: {effective_tier: high, tier: high, score: 90, is_high_value: true, segment: champion}
    days:
      - {fires: []}
      - {values: {segment: cant_lose}, fires: [high_value_at_risk]}
      - {values: {segment: at_risk}, fires: [], ends: []}
      - {values: {segment: loyal_customer}, ends: [high_value_at_risk]}
      - {values: {segment: at_risk, is_high_value: false}, fires: []}
  - test: Without segments the low tier alone counts, and its end ends it
    triggers: [high_value_at_risk]
    given: {effective_tier: low, tier: low, score: 40, is_high_value: true}
    days:
      - {fires: [high_value_at_risk]}
      - {values: {score: 60, effective_tier: medium}, ends: [high_value_at_risk]}
  - test: A lead for sales is confirmed by a second day
    triggers: [upgrade_candidate]
    given: {is_upgrade_candidate: true}
    days:
      - {fires: []}
      - {fires: [upgrade_candidate]}
  - test: A trigger of one's own may look at the segment of the day before
    triggers: [left_the_champions]
    given: {segment: champion, value_tier: gold}
    days:
      - {fires: []}
      - {values: {segment: need_attention}, fires: [left_the_champions]}
  - test: Without login data the stand-in is looked at
    triggers: [silent_small_business]
    given: {account_size_segment: Small Business, days_since_last_activity: 8}
    days:
      - {fires: [silent_small_business]}
  - test: An unknown renewal is no renewal
    given: {tier: low, score: 10, days_to_renewal: null}
    triggers: [renewal_near]
    days:
      - {fires: []}
"""
OWN = Trigger(
    trigger="left_the_champions",
    title=Bilingual("离开冠军", "Left the champions"),
    reason=Bilingual("x", "x"),
    enter="before_segment = 'champion' AND segment <> 'champion' AND before_value_tier = 'gold'",
    leave="segment = 'champion'",
)


def tried(folder: Path, text: str) -> tuple[RuleOutcome, ...]:
    file = folder / "rules_test.yml"
    file.write_text(text, "utf-8")
    with DuckDbEngine(
        memory_limit_mb=256, threads=1, temp_directory=folder, allowed_directories=(folder,)
    ) as engine:
        return run_rule_tests(engine, (*shipped_triggers(), OWN), load_rule_tests(file))


def test_the_shipped_triggers_do_what_their_tests_say(tmp_path: Path) -> None:
    found = tried(tmp_path, RULES)
    assert [t.mismatches for t in found] == [()] * 10
    assert all(t.is_good for t in found)


def test_a_test_that_goes_otherwise_says_on_which_day(tmp_path: Path) -> None:
    wrong = RULES.replace(
        "after_days: 30, values: {score: 63}", "after_days: 30, values: {score: 64}"
    )
    wrong = wrong.replace("- {fires: []}\n      - {fires: [struggle]}", "- {fires: [struggle]}")
    found = tried(tmp_path, wrong)
    assert [t.is_good for t in found] == [n not in (1, 2) for n in range(10)]
    (late,) = found[1].mismatches
    assert (late.day, late.what, late.expected, late.found) == (2, "fires", ("health_falls",), ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[struggle]}\n", "[strugle]}\n", "Did you mean `struggle`"),
        ("days_since_last_activity: 3", "days_since_last_activty: 3", "Did you mean `days_since"),
        ("days_since_last_activity: 3", "days_since_last_activity: many", "expected DOUBLE"),
        (
            "given: {effective_tier: low, days_since_last_activity: 3}",
            "given: {}",
            "gives no is_struggling",
        ),
        ("- {fires: []}\n      - {fires: [struggle]}", "- {values: {score: 1}}", "could not fail"),
    ],
)
def test_a_test_that_cannot_mean_anything_is_refused(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    assert old in RULES
    with pytest.raises(ConfigInvalid, match=said):
        tried(tmp_path, RULES.replace(old, new, 1))
