"""The shipped plans, causes and rules from package data, with a project's plans.yml over them."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from keepwell.actions import PlanBook, PlanChanges, changed, unknown_names
from keepwell.adapters.configuration_nodes import read_document
from keepwell.adapters.configuration_problems import problems_of, validate
from keepwell.measures import CATALOG
from keepwell.playbooks import Library
from keepwell.vocabulary import ConfigInvalid

_EMPTY_CURE = "Write templates, causes, programmes or rules, or delete the file."


def load_plan_book(path: Path | None, library: Library) -> PlanBook:
    """Return templates and rules, changed by a project's plans.yml.

    `library`: plays and roles that plans may name.
    Errors:    ConfigInvalid with file and line, or with the name that nobody has.
    """
    book = shipped_plan_book()
    if path is not None and path.is_file():
        document = read_document(path, empty_cure=_EMPTY_CURE)
        found = validate(document, PlanChanges)
        if document.problems or found is None:
            raise problems_of(document)
        try:
            book = changed(book, found)
        except ValidationError as wrong:
            raise ConfigInvalid(
                f"{path.name}: {wrong.errors()[0]['msg']}.", cure="See docs/success_plans.md."
            ) from wrong
    missing = unknown_names(book, library, frozenset(CATALOG))
    if missing:
        raise ConfigInvalid(
            f"Plans name what nobody has: {', '.join(missing)}.",
            cure="Correct plans.yml, or add the play or role to playbooks/*.yml.",
        )
    wordy = sorted(m for t in book.templates for m in t.measures if CATALOG[m].is_category)
    if wordy:
        raise ConfigInvalid(
            f"A gate compares numbers, and `{wordy[0]}` is a category.",
            cure="Choose a measure with a unit: docs/measures.md lists them.",
        )
    return book


@cache
def shipped_plan_book() -> PlanBook:
    """Return the templates and rules that come with the product."""
    merged: dict[str, Any] = {}
    folder = files("keepwell.actions") / "plans_library"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".yml")), key=str):
        tree = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
        for key, value in tree.items():
            both = [*merged.get(key, []), *value] if isinstance(value, list) else value
            merged[key] = both
    return PlanBook.model_validate(merged)
