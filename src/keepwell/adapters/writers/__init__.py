"""Writers: a resolved page as HTML, PDF or spreadsheet, and specifications as pictures."""

from keepwell.adapters.writers.html import html_page
from keepwell.adapters.writers.pdf import pdf_page
from keepwell.adapters.writers.pictures import VegaPictures
from keepwell.adapters.writers.report_files import ReportFiles
from keepwell.adapters.writers.spreadsheet import write_spreadsheet

__all__ = ["ReportFiles", "VegaPictures", "html_page", "pdf_page", "write_spreadsheet"]
