"""A file of tests of triggers, read and checked."""

from pathlib import Path

from keepwell.adapters.configuration_nodes import read_document
from keepwell.adapters.configuration_problems import problems_of, validate
from keepwell.warning import RuleTest, RuleTests


def load_rule_tests(path: Path) -> tuple[RuleTest, ...]:
    """Return the tests of a file. Errors: ConfigInvalid with file and line."""
    document = read_document(path, empty_cure="Write `tests:` and a list.")
    found = validate(document, RuleTests)
    if document.problems or found is None:
        raise problems_of(document)
    return found.tests
