"""The churn scorecard as portable SQL: the same whole numbers on any engine."""

from collections.abc import Sequence

from keepwell.measures import parse_portable, render
from keepwell.proof.model.additive import MICRO, AdditiveModel
from keepwell.proof.model.bins import Bins, CategoryBins, NumberBins
from keepwell.proof.odds import LARGEST_LOG_ODDS


def churn_select(model: AdditiveModel, table: str = "measures") -> str:
    """Return SQL giving account_id, log_odds_micro and churn_probability (0-1) of every row.

    Errors: SqlNotAllowed for a feature whose name is no column.
    """
    parts = [f"({_points(f.bins, f.micro)})" for f in model.features]
    whole = " + ".join([_whole(model.base_micro), *parts])
    limit = _whole(round(LARGEST_LOG_ODDS * MICRO))
    odds = f"CAST(log_odds_micro AS DOUBLE) / nullif({_double(float(MICRO))}, 0)"
    select = (
        f"WITH summed AS (SELECT account_id, {whole} AS log_odds_micro FROM {table}) "  # noqa: S608
        "SELECT account_id, log_odds_micro, "
        f"CASE WHEN log_odds_micro > {limit} THEN {_double(1.0)} "
        f"WHEN log_odds_micro < -{limit} THEN {_double(0.0)} "
        f"ELSE {_double(1.0)} / nullif({_double(1.0)} + exp(-({odds})), 0) END "
        "AS churn_probability FROM summed"
    )
    return render(parse_portable(select), "duckdb")


def bin_counts_select(bins: Sequence[Bins], table: str = "measures") -> str:
    """Return SQL giving the rows in each bin of each feature: feature, bin (places), accounts.

    Bins without rows are not told. Errors: SqlNotAllowed for a feature whose name is no column.
    """
    placed = " UNION ALL ".join(
        f"SELECT {_whole(n)} AS feature, {_points(b, tuple(range(len(b.names))))} AS bin "  # noqa: S608
        f"FROM {table}"
        for n, b in enumerate(bins)
    )
    select = (
        f"SELECT feature, bin, count(*) AS accounts FROM ({placed}) AS placed GROUP BY feature, bin"  # noqa: S608
    )
    return render(parse_portable(select), "duckdb")


def _points(bins: Bins, micro: tuple[int, ...]) -> str:
    if isinstance(bins, NumberBins | CategoryBins):
        return _cases(bins, [_whole(m) for m in micro])
    width = len(bins.second.names)
    rows = [micro[at : at + width] for at in range(0, len(micro), width)]
    return _cases(bins.first, [_cases(bins.second, [_whole(m) for m in row]) for row in rows])


def _cases(bins: NumberBins | CategoryBins, results: list[str]) -> str:
    """Return SQL giving the result of the row's bin."""
    name = bins.feature
    if isinstance(bins, NumberBins):
        tests = [f"{name} < {_double(edge)}" for edge in bins.edges]
    else:
        tests = [f"{name} = {_text(category)}" for category in bins.categories]
    pairs = zip(tests, results, strict=False)
    whens = " ".join(f"WHEN {test} THEN {result}" for test, result in pairs)
    return f"CASE WHEN {name} IS NULL THEN {results[-1]} {whens} ELSE {results[-2]} END"


def _whole(number: int) -> str:
    return f"CAST({number} AS BIGINT)"


def _double(number: float) -> str:
    return f"CAST('{number!r}' AS DOUBLE)"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
