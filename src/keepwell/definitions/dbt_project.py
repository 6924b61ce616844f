"""Definitions as a whole dbt project: models, sources, tests, documentation, a profile example."""

import json
import re
from collections.abc import Sequence

from sqlglot import exp

from keepwell.definitions.calendar import AS_OF
from keepwell.definitions.dbt_documents import profile_yaml, read_me, schema_yaml, sources_yaml
from keepwell.definitions.definition import Definition
from keepwell.definitions.dialects import Dialect
from keepwell.definitions.heading import heading
from keepwell.definitions.script import comment, select_text
from keepwell.definitions.whole import Subject, define
from keepwell.measures import CALENDAR
from keepwell.vocabulary import TABLES

SOURCE = "canonical"
# Read more than once in a build, so worth storing.
STORED = ("measures", "scores", "forecast")
_REFERENCE = re.compile(r"\bto_(ref|source)_of_(\w+)\b")
_DAY = "day_to_be_set"
_JINJA = re.compile(r"\{\{|\{%|\{#")


def dbt_files(subject: Subject, dialect: Dialect) -> dict[str, str]:
    """Return the files of a dbt project by name.

    Errors: SqlNotAllowed where the dialect cannot say a definition.
    """
    definitions = define(subject)
    words = heading(subject, definitions, dialect)
    files = {
        "README.md": read_me(words, dialect),
        "dbt_project.yml": _project(subject, definitions),
        "profiles.example.yml": profile_yaml(dialect),
        "models/sources.yml": sources_yaml(definitions, SOURCE, dialect),
        "models/schema.yml": schema_yaml(definitions),
    }
    for one in definitions:
        files[f"models/{one.view}.sql"] = _model(one, dialect)
    return files


def _model(one: Definition, dialect: Dialect) -> str:
    text = "\n".join([*comment([one.about]), select_text(_referring(one), dialect)])
    text = _JINJA.sub(lambda found: "{{ '" + found[0] + "' }}", text)
    text = text.replace(f"'{_DAY}'", "'{{ var(\"" + AS_OF + "\") }}'")
    return _REFERENCE.sub(_call, text) + "\n"


def _call(found: re.Match[str]) -> str:
    if found[1] == "ref":
        return "{{ ref('" + found[2] + "') }}"
    return "{{ source('" + SOURCE + "', '" + found[2] + "') }}"


def _referring(one: Definition) -> Definition:
    """Return the definition reading names that `_call` knows, each under its own alias."""
    if one.select is None:
        return one
    tree = one.select.copy()
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name in own:
            continue
        kind = "source" if table.name in TABLES else "ref"
        alias = table.alias or table.name
        table.replace(exp.to_table(f"to_{kind}_of_{table.name}", alias=alias))
    if one.name == CALENDAR:
        for literal in tree.find_all(exp.Literal):
            if literal.is_string:
                literal.set("this", _DAY)
    return Definition(one.name, one.about, tree, notes=one.notes)


def _project(subject: Subject, definitions: Sequence[Definition]) -> str:
    stored = [d.view for d in definitions if d.name in STORED]
    lines = [
        "name: keepwell",
        'version: "1.0.0"',
        "config-version: 2",
        "profile: keepwell",
        "model-paths: [models]",
        "vars:",
        "  # 截止日（含当天） / the last included day; dbt build --vars '{as_of: 2026-01-31}'",
        f"  {AS_OF}: {json.dumps(subject.as_of.isoformat())}",
        "models:",
        "  keepwell:",
        "    +materialized: view",
        *(f"    {view}:\n      +materialized: table" for view in stored),
    ]
    return "\n".join(lines) + "\n"
