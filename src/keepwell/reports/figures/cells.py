"""The risk matrix industry x size and the tests on its cells, rows and columns."""

from dataclasses import dataclass, replace

from keepwell.outlook import (
    MATRIX_SELECT,
    BetaPrior,
    Cell,
    MatrixRow,
    cells_of,
    fisher_p,
    holm,
    industry_within_size_p,
    margins_of,
    matrix_prior,
    matrix_rows,
)
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.figures.population import has_sizes, word_text
from keepwell.reports.numbers import Form
from keepwell.reports.rules import may_call_hot_spot
from keepwell.reports.terms import TIMES, industry_word, size_place, size_word
from keepwell.reports.text import DataPair
from keepwell.vocabulary import UNKNOWN_TIER, Bilingual

UNKNOWN = UNKNOWN_TIER
ALL = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells and margins as outlook computes them, largest contribution at risk first.

    Where no industry (or no size) is known, cells carry ALL in its place and it has no margins:
    they would repeat the total.
    """

    cells: tuple[MatrixRow, ...]
    counted: tuple[Cell, ...]
    industries: tuple[MatrixRow, ...]
    sizes: tuple[MatrixRow, ...]
    whole: MatrixRow
    prior: BetaPrior | None

    def cell(self, industry: str, size: str) -> MatrixRow | None:
        """Return a cell, None if it is empty."""
        return next((c for c in self.cells if (c.industry, c.size) == (industry, size)), None)


def matrix(desk: Desk) -> Matrix | None:
    """Return the risk matrix, None when neither industry nor size is known or nobody is scored."""
    if not desk.has("industry", "account_size_segment", "expected_loss_amount"):
        return None
    counted = cells_of(desk.book.rows(MATRIX_SELECT))
    if not any(c.scored for c in counted):
        return None
    has_industry = any(c.industry != UNKNOWN for c in counted)
    has_size = any(c.size != UNKNOWN for c in counted)
    if not has_industry and not has_size:
        return None
    if not has_industry:
        counted = tuple(replace(c, industry=ALL) for c in counted)
    if not has_size:
        counted = tuple(replace(c, size=ALL) for c in counted)
    prior = matrix_prior(counted)
    cuts = desk.subject.grades
    margins = margins_of(counted)
    by_size = sorted(
        margins["size"], key=lambda c: size_place(None if c.size == UNKNOWN else c.size)
    )
    industries = matrix_rows("industry", margins["industry"], prior, cuts)
    sizes = {r.size: r for r in matrix_rows("size", margins["size"], prior, cuts)}
    return Matrix(
        cells=matrix_rows("cell", counted, prior, cuts),
        counted=counted,
        industries=tuple(
            sorted(
                (r for r in industries if has_industry),
                key=lambda r: (r.industry == UNKNOWN, -r.accounts, r.industry),
            )
        ),
        sizes=tuple(sizes[c.size] for c in by_size if has_size),
        whole=matrix_rows("total", margins["total"], prior, cuts)[0],
        prior=prior,
    )


def cell_name(cell: MatrixRow) -> DataPair:
    """Return `industry x size` for sentences and tables: both may be the user's own words."""
    return DataPair(cell_label(cell))


def cell_label(cell: MatrixRow) -> Bilingual:
    """Return `industry x size`, or the one that is known, as the label of a fact."""
    one, other = word_text(industry_word(cell.industry)), word_text(size_word(cell.size))
    if ALL in (cell.industry, cell.size):
        return other if cell.industry == ALL else one
    return Bilingual(f"{one.zh}{TIMES.zh}{other.zh}", f"{one.en}{TIMES.en}{other.en}")


def _is(column: str, value: str) -> str:
    if value == ALL:
        return "TRUE"
    return f"{column} IS NULL" if value == UNKNOWN else f"{column} = {quoted(value)}"


def cell_fact(desk: Desk, cell: MatrixRow) -> Fact:
    """Return the share of low accounts in a cell."""
    among = (
        f"tier <> 'unknown' AND {_is('industry', cell.industry)} "
        f"AND {_is('account_size_segment', cell.size)}"
    )
    key = f"cell:{cell.industry}|{cell.size}"
    return desk.book.share(key, cell_label(cell), desk.is_low, among, cuts=desk.subject.grades.cuts)


def size_dimension(desk: Desk) -> str | None:
    """Return the dimension through which size enters the score, None if it does not.

    It does not where no account has a known size.
    """
    if not has_sizes(desk):
        return None
    for card in desk.subject.cards:
        for dim in card.dimensions:
            if any(m.measure == "account_size_segment" for m in dim.measures):
                return dim.dimension
    return None


def tested_cells(desk: Desk, found: Matrix) -> list[tuple[MatrixRow, float, float]]:
    """Return the cells that could be tested, each with its Holm-adjusted p and the compared share.

    Each cell against all others; where the score counts size, against the others of its size, for
    a cell's size would otherwise speak by construction.
    """
    if size_dimension(desk) is None:
        whole = found.whole.low_share or 0.0
        return [(c, c.holm_p, whole) for c in found.cells if c.holm_p is not None]
    sizes = {s.size: s for s in found.sizes}
    held = [c for c in found.cells if 0 < c.scored < sizes[c.size].scored]
    p_values = holm(
        [
            fisher_p(c.low_count, c.scored, sizes[c.size].low_count, sizes[c.size].scored)
            for c in held
        ]
    )
    return [(c, p, sizes[c.size].low_share or 0.0) for c, p in zip(held, p_values, strict=True)]


def standing_cells(desk: Desk, found: Matrix) -> tuple[list[MatrixRow], list[MatrixRow]]:
    """Return the cells with more, and with fewer, low accounts than those they are tested against."""
    standing = [(c, s) for c, p, s in tested_cells(desk, found) if may_call_hot_spot(c.scored, p)]
    high = [c for c, share in standing if (c.low_share or 0.0) > share]
    low = [c for c, share in standing if (c.low_share or 0.0) < share]
    return high, low


def cell_p_fact(desk: Desk, found: Matrix) -> Fact | None:
    """Return the smallest adjusted p over the tested cells, None with fewer than two."""
    tested = tested_cells(desk, found)
    if len(tested) < 2:
        return None
    n = len(tested)
    within = size_dimension(desk) is not None
    against = Bilingual(
        "同规模其余" if within else "其余", "others of its size" if within else "the rest"
    )
    label = Bilingual(
        f"{n} 格与{against.zh}比较，Holm 校正后最小 p",
        f"{n} cells, each against {against.en}, smallest Holm-adjusted p",
    )
    text = f"fisher_exact(cell, {against.en}) x {n}, Holm"
    value = min(p for _, p, _ in tested)
    accounts = sum(c.scored for c in found.cells)
    return desk.book.keep(Fact("cells:p", label, value, Form.P_VALUE, text, accounts, is_sql=False))


def against_words(desk: Desk) -> Bilingual:
    """Return what each cell is tested against, in words."""
    if size_dimension(desk) is None:
        return Bilingual("与其余客户比较", "against the rest")
    return Bilingual(
        "与同规模的其余客户比较（规模计入评分）",
        "against the others of its size (size enters the score)",
    )


def cell_counts(desk: Desk) -> tuple[Fact, Fact]:
    """Return the number of cells with accounts, and of cells with enough of them for a grade."""
    minimum = max(desk.subject.grades.minimum_accounts, 10)
    grouped = "FROM portfolio WHERE tier <> 'unknown' GROUP BY industry, account_size_segment"
    all_cells = desk.book.scalar(
        "cells:n",
        Bilingual("有客户的格子", "cells with accounts"),
        Form.COUNT,
        f"SELECT count(*) FROM (SELECT 1 {grouped})",
        desk.n,
    )
    large = desk.book.scalar(
        "cells:large",
        Bilingual(f"满 {minimum} 户的格子", f"cells with {minimum} or more"),
        Form.COUNT,
        f"SELECT count(*) FROM (SELECT 1 {grouped} HAVING count(*) >= {minimum})",
        desk.n,
    )
    return all_cells, large


def industry_fact(desk: Desk, industry: str) -> Fact:
    """Return the share of low accounts in an industry."""
    word = word_text(industry_word(industry))
    among = f"tier <> 'unknown' AND {_is('industry', industry)}"
    label = Bilingual(f"{word.zh}低健康占比", f"{word.en}: share low")
    return desk.book.share(
        f"industry:{industry}", label, desk.is_low, among, cuts=desk.subject.grades.cuts
    )


def size_fact(desk: Desk, size: str, *, is_by_construction: bool) -> Fact:
    """Return the share of low accounts in a size."""
    word = word_text(size_word(size))
    among = f"tier <> 'unknown' AND {_is('account_size_segment', size)}"
    label = Bilingual(f"{word.zh}客户低健康占比", f"{word.en}: share low")
    return desk.book.share(
        f"size:{size}",
        label,
        desk.is_low,
        among,
        is_by_construction=is_by_construction,
        cuts=desk.subject.grades.cuts,
    )


def size_without(desk: Desk, size: str, dimension: str) -> Fact:
    """Return the same share under the scenario that leaves one dimension out."""
    word = word_text(size_word(size))
    line = desk.subject.low_line_micro
    among = f"tier <> 'unknown' AND {_is('account_size_segment', size)}"
    label = Bilingual(f"{word.zh}客户，去掉该维度后", f"{word.en}, without that dimension")
    return desk.book.share(
        f"size_without:{size}", label, f"score_without_{dimension}_micro < {line}", among
    )


def industry_p_fact(desk: Desk, found: Matrix) -> tuple[MatrixRow, Fact] | None:
    """Return the industry that differs most from the rest and its Holm-adjusted p."""
    tested = [r for r in found.industries if r.holm_p is not None]
    if len(tested) < 2:
        return None
    first = min(tested, key=lambda r: (r.holm_p or 0.0, r.fisher_p or 0.0, r.industry))
    word = word_text(industry_word(first.industry))
    label = Bilingual(
        f"{word.zh}对其余，Holm 校正后 p（{len(tested)} 个行业）",
        f"{word.en} against the rest, Holm-adjusted p ({len(tested)} industries)",
    )
    text = f"fisher_exact(industry, rest) x {len(tested)}, Holm"
    n = found.whole.scored
    fact = Fact("industry:p", label, first.holm_p, Form.P_VALUE, text, n, is_sql=False)
    return first, desk.book.keep(fact)


def within_size_p(desk: Desk, found: Matrix) -> Fact | None:
    """Return the p of industry differences within size, None when they cannot be compared."""
    p = industry_within_size_p(found.counted, desk.chance()) if found.sizes else None
    if p is None:
        return None
    label = Bilingual("同规模内行业差异，置换检验 p", "industry within size, permutation p")
    text = "2,000 permutations of low within size, seed 7"
    n = found.whole.scored
    return desk.book.keep(Fact("industry:within", label, p, Form.P_VALUE, text, n, is_sql=False))
