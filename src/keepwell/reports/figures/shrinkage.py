"""Facts of shrinkage: the prior that small cells are pulled to, and a cell's pulled share."""

from keepwell.outlook import MatrixRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures.cells import Matrix, cell_label
from keepwell.reports.numbers import Form
from keepwell.vocabulary import Bilingual


def prior_facts(desk: Desk, found: Matrix) -> tuple[Fact, Fact] | None:
    """Return mean and worth (in accounts) of the prior that small cells are pulled to."""
    if found.prior is None:
        return None
    n = found.whole.scored
    text = "fit_beta_prior((low, with tier) of every cell)"
    mean = Bilingual("收缩所用先验的均值", "mean of the prior used for shrinkage")
    worth = Bilingual("先验相当于多少家", "accounts the prior is worth")
    return (
        desk.book.keep(
            Fact("prior:mean", mean, found.prior.mean, Form.SHARE, text, n, is_sql=False)
        ),
        desk.book.keep(
            Fact("prior:worth", worth, found.prior.worth, Form.NUMBER, text, n, is_sql=False)
        ),
    )


def shrunken_fact(desk: Desk, cell: MatrixRow) -> Fact:
    """Return a cell's share of low accounts, pulled to the prior."""
    name = cell_label(cell)
    label = Bilingual(f"{name.zh}，收缩后", f"{name.en}, shrunken")
    text = f"shrunken_share({cell.low_count}, {cell.scored}, prior)"
    key = f"shrunken:{cell.industry}|{cell.size}"
    value = cell.shrunken_share
    fact = Fact(key, label, value, Form.SHARE, text, cell.scored, is_sql=False)
    return desk.book.keep(fact)
