"""docs/measures.md is what the catalogue says."""

import importlib.util
from pathlib import Path
from types import ModuleType

from keepwell.measures import CATALOG

DOCS = Path(__file__).parents[2] / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", DOCS / "generate_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_page_is_up_to_date() -> None:
    page = (DOCS / "measures.md").read_text(encoding="utf-8")
    assert page == generator().measures_page(), "run: python docs/generate_reference.py"


def test_the_reference_page_names_every_measure_in_both_languages() -> None:
    page = generator().measures_page()
    for measure in CATALOG.values():
        assert f"### `{measure.name}`" in page
        assert measure.label.zh in page
        assert measure.label.en in page
