"""Reports: rows of one snapshot become facts, tested sentences, charts and a bilingual page model.

Also Markdown and Typst text of a page. It asks only through the callable it is given; files,
pictures, HTML, PDF and spreadsheets are made by adapters.
"""

from keepwell.reports.document import write_document, write_value_document
from keepwell.reports.facts import Ask, Fact, FactBook
from keepwell.reports.markdown import markdown
from keepwell.reports.numbers import Form, number_text
from keepwell.reports.page import (
    Block,
    Cell,
    Document,
    Heading,
    Items,
    Page,
    Paragraph,
    Resolved,
    ResolvedCell,
    Table,
    cited_facts,
    resolve,
)
from keepwell.reports.palette import PALETTES, THEMES, Palette, Theme
from keepwell.reports.patterns import Pattern, unlicensed
from keepwell.reports.proof.document import write_proof_document
from keepwell.reports.proof.effect_values import effect_values
from keepwell.reports.proof.forecast import forecast_blocks
from keepwell.reports.proof.labelled import write_labelled_document
from keepwell.reports.proof.labelled_limits import Aside
from keepwell.reports.proof.terms import (
    GROUPS as PROOF_GROUPS,
)
from keepwell.reports.proof.terms import (
    NOT_VALIDATED,
    WHY_NOT,
    card_name,
    conclusion_word,
    is_dated,
    origins_word,
)
from keepwell.reports.proof.terms import (
    OUTCOMES as PROOF_OUTCOMES,
)
from keepwell.reports.proof.terms import (
    RULES as PROOF_RULES,
)
from keepwell.reports.sections.track_record import TABLES as RECORD_TABLES
from keepwell.reports.subject import Assumptions, FindingLine, Grades, Subject, Validated
from keepwell.reports.text import Data, DataPair, Line, Span, SpanKind, line, words
from keepwell.reports.typst_markup import typst_text
from keepwell.reports.value.subject import ValueSubject

__all__ = [
    "NOT_VALIDATED",
    "PALETTES",
    "PROOF_GROUPS",
    "PROOF_OUTCOMES",
    "PROOF_RULES",
    "RECORD_TABLES",
    "THEMES",
    "WHY_NOT",
    "Aside",
    "Ask",
    "Assumptions",
    "Block",
    "Cell",
    "Data",
    "DataPair",
    "Document",
    "Fact",
    "FactBook",
    "FindingLine",
    "Form",
    "Grades",
    "Heading",
    "Items",
    "Line",
    "Page",
    "Palette",
    "Paragraph",
    "Pattern",
    "Resolved",
    "ResolvedCell",
    "Span",
    "SpanKind",
    "Subject",
    "Table",
    "Theme",
    "Validated",
    "ValueSubject",
    "card_name",
    "cited_facts",
    "conclusion_word",
    "effect_values",
    "forecast_blocks",
    "is_dated",
    "line",
    "markdown",
    "number_text",
    "origins_word",
    "resolve",
    "typst_text",
    "unlicensed",
    "words",
    "write_document",
    "write_labelled_document",
    "write_proof_document",
    "write_value_document",
]
