"""Definitions: a measure plan and fitted scorecards become named SELECTs, a script, a dbt project.

Says the product's own SQL in another engine's dialect; runs nothing and reads no data.
"""

from keepwell.definitions.dbt_project import dbt_files
from keepwell.definitions.definition import Definition, view_name
from keepwell.definitions.dialects import DIALECTS, Dialect, dialect_named
from keepwell.definitions.script import script_files, script_text
from keepwell.definitions.shipped import ExampleFit, shipped_subject
from keepwell.definitions.whole import Subject, define

__all__ = [
    "DIALECTS",
    "Definition",
    "Dialect",
    "ExampleFit",
    "Subject",
    "dbt_files",
    "define",
    "dialect_named",
    "script_files",
    "script_text",
    "shipped_subject",
    "view_name",
]
