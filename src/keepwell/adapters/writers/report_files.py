"""The three file writers of a report behind one name, as runs/report.py asks for them."""

from collections.abc import Mapping
from pathlib import Path

from keepwell.adapters.writers.html import html_page
from keepwell.adapters.writers.pdf import pdf_page
from keepwell.adapters.writers.spreadsheet import write_spreadsheet
from keepwell.reports import Page


class ReportFiles:
    """Fulfils `runs.report.PageWriters`."""

    def html(self, page: Page, pictures: Mapping[str, Mapping[str, str]]) -> str:
        """Return the page as one self-contained HTML file."""
        return html_page(page, pictures)

    def pdf(self, page: Page, pictures: Mapping[str, str]) -> bytes:
        """Return the page as PDF bytes."""
        return pdf_page(page, pictures)

    def spreadsheet(self, page: Page, path: Path) -> None:
        """Write the page's tables as a workbook."""
        write_spreadsheet(page, path)
