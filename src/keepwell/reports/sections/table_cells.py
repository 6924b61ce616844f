"""Cells of tables: words, data, text with a raw value, and values with a form."""

from keepwell.reports.numbers import Form, is_number, number_text
from keepwell.reports.page import Cell
from keepwell.reports.text import EMPTY, Data, DataPair, Join, Line, Slot, line, same
from keepwell.vocabulary import Bilingual

FORMATS = {
    Form.COUNT: "#,##0",
    Form.DAYS: "#,##0",
    Form.SHARE: "0 %",
    Form.PART: "0.0 %",
    Form.AMOUNT: "#,##0.00",
    Form.POINTS: "0.000000",
    Form.SCORE: "0.0000",
    Form.NUMBER: "0.0",
    Form.MULTIPLE: "0.0",
    Form.RATIO: "0.00",
    Form.RATIO3: "0.000",
    Form.SIGNED: "+0.00;-0.00;0.00",
    Form.SIGNED3: "+0.000;-0.000;0.000",
    Form.SIGNED_PART: "+0.0 %;-0.0 %;0.0 %",
    Form.P_VALUE: "0.0000",
}


def slot_cell(slot: Slot, value: float | str | None = None) -> Cell:
    """Return a cell that shows one slot without citing it."""
    return Cell(line("{x}", "{x}", x=slot, is_cited=False), value)


def words_cell(words: Bilingual | Data | Line | Join) -> Cell:
    """Return a cell of words."""
    return slot_cell(words)


def data_cell(text: str) -> Cell:
    """Return a cell of the user's data."""
    return slot_cell(Data(text))


def pair_cell(text: Bilingual) -> Cell:
    """Return a cell of bilingual text that holds the user's data."""
    return slot_cell(DataPair(text))


def text_cell(text: str, value: float | str | None = None) -> Cell:
    """Return a cell of text that reads the same in both languages."""
    return slot_cell(same(text) if text else EMPTY, value)


def code_cell(text: str) -> Cell:
    """Return a cell of code, such as a query."""
    return slot_cell(Data(text, is_code=True), text)


def number_cell(value: float | None, form: Form) -> Cell:
    """Return a cell of a number that is no fact; spreadsheets get the raw value."""
    shown = Bilingual(number_text(value, form, "zh"), number_text(value, form, "en"))
    raw = None if value is None or not is_number(value) else float(value)
    if raw is not None and form is Form.POINTS:
        raw /= 1_000_000
    return Cell(line("{x}", "{x}", x=shown, is_cited=False), raw, FORMATS[form])
