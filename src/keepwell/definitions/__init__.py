"""Definitions: a measure plan and fitted scorecards become named SELECTs, a script, a dbt project.

Says the product's own SQL in another engine's dialect; runs nothing and reads no data.
"""

from keepwell.definitions.definition import Definition, view_name
from keepwell.definitions.dialects import DIALECTS, Dialect, dialect_named
from keepwell.definitions.script import script_files, script_text
from keepwell.definitions.whole import Subject, define

__all__ = [
    "DIALECTS",
    "Definition",
    "Dialect",
    "Subject",
    "define",
    "dialect_named",
    "script_files",
    "script_text",
    "view_name",
]
