"""A small report with hostile data, for the tests of the writers."""

from datetime import date

from keepwell.reports import Document, Fact, Form, Page, resolve
from keepwell.reports.charts import (
    Caption,
    Step,
    Waterfall,
    in_both,
    in_narrow,
    waterfall_chart,
)
from keepwell.reports.charts.frame import Spec
from keepwell.reports.page import Cell, Heading, Items, Paragraph, Picture, Table, fact_cell
from keepwell.reports.palette import Palette
from keepwell.reports.text import Data, line, words
from keepwell.vocabulary import Bilingual, Lang

HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> [x](javascript:1) #eval("1") $x$ *b* 😀'
FACT = Fact(
    "low", Bilingual("低健康", "share low"), 0.33, Form.SHARE, "SELECT 1", 100, 33, (0.2, 0.4)
)


def _draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
    steps = (Step(f"指标 {HOSTILE}", 10.0, 20.0, "+10.00 / 20"),)
    chart = Waterfall(steps, "健康分", 10.0, "10.00", 50.0, "50", "分")
    caption = Caption(f"标题 {HOSTILE}", "n = 1")
    return waterfall_chart(caption, chart, palette, is_narrow=is_narrow)


def page(lang: Lang = "zh", name: str = HOSTILE) -> Page:
    """Return the page in one language."""
    blocks = (
        Heading(words("一、摘要", "1. Summary"), anchor="summary"),
        Paragraph(line("{x} 低 {f:full}{@f}。", "{x} low {f:full} {@f}.", x=Data(name), f=FACT)),
        Items((words("**甲**乙", "**a** b"),), is_numbered=True),
        Table(
            "names",
            Bilingual("名单 [1/2]", "Names [1/2]"),
            (Bilingual("客户", "account"), Bilingual("占比", "share")),
            (
                (Cell(line("{x}", "{x}", x=Data(name))), fact_cell(FACT)),
                (Cell(line("{x}", "{x}", x=Data("+1"))), fact_cell(FACT)),
            ),
            (False, True),
        ),
        Picture("waterfall", words("图", "picture"), in_both(_draw), in_narrow(_draw)),
    )
    document = Document(
        Bilingual("报告", "Report"), name, date(2026, 10, 31), "classic v1", blocks, (FACT,)
    )
    return resolve(document, lang)
