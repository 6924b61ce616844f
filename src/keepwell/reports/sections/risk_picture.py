"""The picture of the risk matrix, from the same rows as its table."""

from collections.abc import Sequence
from itertools import pairwise

from keepwell.outlook import MatrixRow
from keepwell.reports.charts import Caption, HeatCell, HeatMap, heat_map_chart, in_both, in_narrow
from keepwell.reports.charts.frame import Spec
from keepwell.reports.desk import Desk
from keepwell.reports.figures.cells import ALL, Matrix, cell_name, size_dimension, standing_cells
from keepwell.reports.numbers import Form, interval_text, share_text
from keepwell.reports.page import Picture
from keepwell.reports.palette import Palette
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import MINIMUM_N, may_grade
from keepwell.reports.subject import limit_text
from keepwell.reports.terms import industry_word, size_word
from keepwell.reports.text import EMPTY, Data, Join, Line, line, same
from keepwell.vocabulary import Bilingual, Lang

MOST_ROWS = 14
TOTAL = Bilingual("合计", "All")
WIDE_CELL = Bilingual(
    "低健康/有分段户数，占比（95 % Wilson 区间）",
    "low accounts / accounts with a tier, share in % (95 % Wilson interval)",
)
NARROW_CELL = Bilingual(
    "低健康占比，下为低健康/有分段户数",
    "share of low accounts, below it low accounts / accounts with a tier",
)


def risk_picture(desk: Desk, found: Matrix) -> Picture:
    """Return the heat map: rows by number of accounts, columns large to small, margins last."""
    title = _title(desk, found)

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        note = _note(desk, found, NARROW_CELL if is_narrow else WIDE_CELL)
        caption = Caption(title.plain(lang), note.plain(lang))
        cells = _heat_map(desk, found, lang, is_narrow=is_narrow)
        return heat_map_chart(caption, cells, palette, is_narrow=is_narrow)

    return Picture("risk_matrix", title, in_both(draw), in_narrow(draw))


def _title(desk: Desk, found: Matrix) -> Line:
    standing, _ = standing_cells(desk, found)
    if standing:
        names = tuple(cell_name(c) for c in standing[:2])
        return line(
            "低健康集中在：{names}",
            "Low health is concentrated in {names}",
            claims=(Pattern.HOT_SPOT,),
            names=Join(names),
        )
    if not found.whole.low_count:
        return line("没有低健康客户", "No account is in the low tier")
    return line(
        "低健康在哪里：没有哪一格在统计上与其余不同",
        "Where low health sits: no single cell differs statistically from the rest",
        denies=(Pattern.HOT_SPOT,),
    )


def _note(desk: Desk, found: Matrix, cell: Bilingual) -> Line:
    minimum = max(desk.subject.grades.minimum_accounts, MINIMUM_N)
    size_note: Line | Join = EMPTY
    if size_dimension(desk) is not None:
        size_note = line(
            "规模计入评分，各列之间的差别部分由定义造成。",
            " Size enters the score, so columns differ partly by construction.",
        )
    hidden = len(found.industries) - MOST_ROWS
    more: Line | Join = EMPTY
    if hidden > 0:
        more = line(
            "只画户数最多的 {n} 个行业，其余 {m} 个见表。",
            " The {n} largest industries; {m} more are in the table.",
            n=same(str(MOST_ROWS)),
            m=same(str(hidden)),
        )
    return line(
        "格内：{cell}。颜色越深占比越大；虚线无色：不足 {min} 家，不下结论。{size}n = {n}，{card}，低 = {line} 分以下。{more}",
        "Cell: {cell}. Darker: larger share. "
        "Dashed, no colour: below {min} accounts, no conclusion.{size} n = {n}, {card}, low = below {line}.{more}",
        cell=cell,
        min=same(str(minimum)),
        size=size_note,
        n=same(f"{found.whole.scored:,}"),
        card=Data(desk.subject.scorecard_text()),
        line=same(limit_text(desk.subject.low_line)),
        more=more,
    )


def colour_step(desk: Desk, row: MatrixRow) -> int | None:
    """Return the colour step of a share, cut at the grades; None for a cell that is too small."""
    grades = desk.subject.grades
    if not may_grade(row.scored, grades.minimum_accounts) or row.low_share is None:
        return None
    steps = (grades.critical, grades.elevated, grades.watch, grades.watch / 2)
    return next((4 - i for i, cut in enumerate(steps) if row.low_share >= cut), 0)


def _step_texts(desk: Desk, lang: Lang) -> tuple[str, ...]:
    grades = desk.subject.grades
    cuts = [
        limit_text(c * 100)
        for c in (grades.watch / 2, grades.watch, grades.elevated, grades.critical)
    ]
    to, up = (" 至 ", "起") if lang == "zh" else (" to ", " and over")
    below = f"< {cuts[0]} %"
    middle = [f"{a}{to}{b} %" for a, b in pairwise(cuts)]
    return (below, *middle, f"{cuts[3]} %{up}")


def _heat_map(desk: Desk, found: Matrix, lang: Lang, *, is_narrow: bool) -> HeatMap:
    industries = found.industries[:MOST_ROWS]
    make = _narrow_cell if is_narrow else _cell
    rows = [r.industry for r in industries] or [ALL]
    columns = [s.size for s in found.sizes] or [ALL]
    cells: list[HeatCell] = []
    for r, industry in enumerate(rows):
        for c, size in enumerate(columns):
            held = found.cell(industry, size)
            if held is not None:
                cells.append(make(desk, held, r, c))
    cells += [make(desk, *margin, is_margin=True) for margin in _margins(found, rows, columns)]
    return HeatMap(
        rows=_names([industry_word(r) for r in rows if r != ALL], lang),
        columns=_names([size_word(c) for c in columns if c != ALL], lang),
        cells=tuple(cells),
        steps=_step_texts(desk, lang),
    )


def _margins(
    found: Matrix, rows: Sequence[str], columns: Sequence[str]
) -> list[tuple[MatrixRow, int, int]]:
    """Return the totals with their places; a side that is not known has none of its own."""
    bottom, right = len(rows) if found.industries else 0, len(columns) if found.sizes else 0
    margins = [(found.whole, bottom, right)]
    if found.sizes and found.industries:
        margins += [(m, r, right) for r, m in enumerate(found.industries[: len(rows)])]
        margins += [(m, bottom, c) for c, m in enumerate(found.sizes)]
    return margins


def _names(words: Sequence[Bilingual | Data], lang: Lang) -> tuple[str, ...]:
    """Return the names of rows or columns, the total last."""
    return (*(_word(w, lang) for w in words), TOTAL.text(lang))


def _word(word: Bilingual | Data, lang: Lang) -> str:
    return word.text(lang) if isinstance(word, Bilingual) else word.text


def _cell(desk: Desk, row: MatrixRow, r: int, c: int, *, is_margin: bool = False) -> HeatCell:
    if row.low_share is None or row.wilson_low is None or row.wilson_high is None:
        return HeatCell(r, c, f"0/{row.scored}", "—", None, is_margin)
    interval = interval_text((row.wilson_low, row.wilson_high), Form.SHARE, "en")
    second = f"{share_text(row.low_share, cuts=desk.subject.grades.cuts)} ({interval.removesuffix(' %')})"
    step = None if is_margin else colour_step(desk, row)
    return HeatCell(r, c, f"{row.low_count:,}/{row.scored:,}", second, step, is_margin)


def _narrow_cell(
    desk: Desk, row: MatrixRow, r: int, c: int, *, is_margin: bool = False
) -> HeatCell:
    """Return a cell with its share over its counts: an interval has no room on a narrow screen."""
    share = (
        "—" if row.low_share is None else share_text(row.low_share, cuts=desk.subject.grades.cuts)
    )
    step = None if is_margin else colour_step(desk, row)
    return HeatCell(r, c, share, f"{row.low_count:,}/{row.scored:,}", step, is_margin)
