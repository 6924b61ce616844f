"""What speaks for and against leaving: the columns of the scorecard, strongest first."""

from itertools import groupby

import numpy as np

from keepwell.proof import BinLine, LabelledCard
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.sections.table_cells import data_cell, number_cell, slot_cell, text_cell
from keepwell.reports.text import Data, words
from keepwell.vocabulary import Bilingual

BIN_WORDS = {
    "missing": Bilingual("（空）", "(empty)"),
    "other": Bilingual("（其他）", "(other)"),
    "any": Bilingual("（全部）", "(all)"),
}
MICRO = 1e6


def columns(found: LabelledCard) -> list[Block]:
    """Return the section: one row per column, then one per value."""
    by_column = {name: list(bins) for name, bins in groupby(found.bins, lambda b: b.column)}
    ordered = sorted(by_column.values(), key=lambda bins: (-_reach(bins), bins[0].column))
    return [
        Heading(words("五、评分卡怎么算", "5. What the scorecard adds up"), anchor="columns"),
        Paragraph(
            words(
                "一家客户的离开几率（离开与留下之比）等于平均几率乘以每一列的倍数：大于 1 更可能离开，小于 1 更可能留下。"
                "倍数是各列一起拟合的，与单看一列的占比可以不同；它说的是一同出现，不是缘由。",
                "An account's odds of leaving are the average odds times one factor per column: above 1 it is more likely "
                "to leave, below 1 to stay. Factors are fitted together, so that they may differ from the plain share of "
                "a value; they tell what goes together, not why.",
            )
        ),
        _strength(ordered),
        _values(ordered),
    ]


def _reach(bins: list[BinLine]) -> int:
    """Return by how much the log-odds differ between a column's ends, in millionths."""
    return max(b.micro for b in bins) - min(b.micro for b in bins)


def _factor(micro: float) -> Cell:
    return number_cell(float(np.exp(micro / MICRO)), Form.RATIO)


def _bin(found: BinLine) -> Cell:
    return slot_cell(BIN_WORDS.get(found.name) or Data(found.name))


def _strength(ordered: list[list[BinLine]]) -> Table:
    rows = []
    for bins in ordered:
        low, high = min(bins, key=lambda b: b.micro), max(bins, key=lambda b: b.micro)
        rows.append(
            (
                data_cell(bins[0].column),
                _factor(_reach(bins)),
                _bin(high),
                _factor(high.micro),
                _bin(low),
                _factor(low.micro),
            )
        )
    return Table(
        "proof_columns",
        Bilingual("各列的分量", "What each column weighs"),
        (
            Bilingual("列", "column"),
            Bilingual("两端几率之比", "odds between its ends"),
            Bilingual("最可能离开的值", "value most likely to leave"),
            Bilingual("几率倍数", "factor"),
            Bilingual("最可能留下的值", "value most likely to stay"),
            Bilingual("几率倍数", "factor"),
        ),
        tuple(rows),
        (False, True, False, True, False, True),
    )


def _values(ordered: list[list[BinLine]]) -> Table:
    return Table(
        "proof_values",
        Bilingual("每个值的倍数", "The factor of each value"),
        (
            Bilingual("列", "column"),
            Bilingual("值", "value"),
            Bilingual("客户", "accounts"),
            Bilingual("离开", "left"),
            Bilingual("离开占比", "share that left"),
            Bilingual("几率倍数", "factor"),
        ),
        tuple(
            (
                data_cell(b.column),
                _bin(b),
                text_cell(f"{b.rows:,}", b.rows),
                text_cell(f"{b.left:,}", b.left),
                number_cell(b.left / b.rows, Form.PART),
                _factor(b.micro),
            )
            for bins in ordered
            for b in bins
        ),
        (False, False, True, True, True, True),
    )
