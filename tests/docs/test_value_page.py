"""The guide to value states the defaults and changes that the product really takes."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from keepwell.adapters.value_strategies import load_value_strategies
from keepwell.value import ValueSettings

PAGE = (Path(__file__).parents[2] / "docs" / "value.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)


def test_settings_of_the_page_are_the_defaults() -> None:
    shown = YAML(typ="safe").load(BLOCKS[1])["value"]
    assert ValueSettings.model_validate(shown) == ValueSettings()
    unset = {"rfm": {"high_value_weights", "mass_value_weights"}}
    assert set(shown) == set(ValueSettings.model_fields)
    assert set(shown["rfm"]) | unset["rfm"] == set(type(ValueSettings().rfm).model_fields)


def test_the_change_of_the_page_is_taken(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text(BLOCKS[0], "utf-8")
    changed = load_value_strategies(tmp_path).strategies[0]
    assert changed.qbr_per_year == 2
    assert [k.kpi for k in changed.kpis][-1] == "steady"
    assert changed.steps[0].owner == "csm"
