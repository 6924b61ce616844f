"""Tests of triggers: they pass where they should, fail where they should, and say where."""

from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.rule_tests_file import load_rule_tests
from keepwell.adapters.trigger_library import shipped_triggers
from keepwell.runs.rule_tests import RuleOutcome, run_rule_tests
from keepwell.vocabulary import ConfigInvalid

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


def tried(folder: Path, text: str) -> tuple[RuleOutcome, ...]:
    file = folder / "rules_test.yml"
    file.write_text(text, "utf-8")
    with DuckDbEngine(
        memory_limit_mb=256, threads=1, temp_directory=folder, allowed_directories=(folder,)
    ) as engine:
        return run_rule_tests(engine, shipped_triggers(), load_rule_tests(file))


def test_the_shipped_triggers_do_what_their_tests_say(tmp_path: Path) -> None:
    found = tried(tmp_path, RULES)
    assert [t.mismatches for t in found] == [()] * 5
    assert all(t.is_good for t in found)


def test_a_test_that_goes_otherwise_says_on_which_day(tmp_path: Path) -> None:
    wrong = RULES.replace(
        "after_days: 30, values: {score: 63}", "after_days: 30, values: {score: 64}"
    )
    wrong = wrong.replace("- {fires: []}\n      - {fires: [struggle]}", "- {fires: [struggle]}")
    found = tried(tmp_path, wrong)
    assert [t.is_good for t in found] == [True, False, False, True, True]
    (late,) = found[1].mismatches
    assert (late.day, late.what, late.expected, late.found) == (2, "fires", ("health_falls",), ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[struggle]}\n", "[strugle]}\n", "Did you mean `struggle`"),
        ("days_since_last_activity: 3", "days_since_last_activty: 3", "Did you mean `days_since"),
        ("days_since_last_activity: 3", "days_since_last_activity: many", "expected DOUBLE"),
        ("given: {effective_tier: low, days_since_last_activity: 3}", "given: {}", "gives no days"),
        ("- {fires: []}\n      - {fires: [struggle]}", "- {values: {score: 1}}", "could not fail"),
    ],
)
def test_a_test_that_cannot_mean_anything_is_refused(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    assert old in RULES
    with pytest.raises(ConfigInvalid, match=said):
        tried(tmp_path, RULES.replace(old, new, 1))
