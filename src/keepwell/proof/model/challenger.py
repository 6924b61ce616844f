"""The challenger: gradient-boosted trees that may use any interaction, read by nobody.

It says how much the readable scorecard leaves on the table; it is not what ranks accounts.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np

from keepwell.proof.frame import Flags, Floats
from keepwell.proof.model.features import FeatureSpec, FeatureTable
from keepwell.vocabulary import InputProblem

Boosting = Literal["scikit_learn", "lightgbm"]
ROUNDS = 80
RATE = 0.08
LEAVES = 6
LEAST_ROWS = 30
RIDGE = 1.0
LARGEST_CATEGORIES = 200


class BoostedTrees:
    """Fitted boosted trees over numbers and categories as whole numbers."""

    def __init__(
        self, specs: Sequence[FeatureSpec], levels: dict[str, list[str]], trees: object
    ) -> None:
        self._specs, self._levels, self._trees = tuple(specs), levels, trees

    def log_odds(self, table: FeatureTable) -> Floats:
        """Return each row's log-odds of leaving."""
        from threadpoolctl import threadpool_limits

        columns = _columns(table, self._specs, self._levels)
        with threadpool_limits(1):
            prob = self._trees.predict_proba(columns)[:, 1]  # type: ignore[attr-defined]
        kept = np.clip(np.asarray(prob, np.float64), 1e-9, 1 - 1e-9)
        return np.asarray(np.log(kept / (1 - kept)), np.float64)


def fit_challenger(
    table: FeatureTable,
    left: Flags,
    specs: Sequence[FeatureSpec],
    seed: int,
    boosting: Boosting = "scikit_learn",
) -> BoostedTrees:
    """Return boosted trees under the same signs as the scorecard.

    Errors: InputProblem for `lightgbm` where that package is not installed.
    """
    levels = {s.name: _levels(table, s.name) for s in specs if s.is_category}
    make = {"scikit_learn": _histogram_trees, "lightgbm": _light_trees}[boosting]
    signs = [{"rises": 1, "falls": -1}.get(s.risk, 0) * (not s.is_category) for s in specs]
    trees = make(signs, [s.is_category for s in specs], seed)
    return BoostedTrees(specs, levels, trees(_columns(table, specs, levels), left))


class _Fit(Protocol):
    def __call__(self, columns: Floats, left: Flags) -> object: ...


def _histogram_trees(signs: list[int], categories: list[bool], seed: int) -> _Fit:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    trees = HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST_ROWS,
        l2_regularization=RIDGE,
        monotonic_cst=signs,
        categorical_features=categories,
        early_stopping=False,
        random_state=seed,
    )

    def fit(columns: Floats, left: Flags) -> object:
        # One thread: the sums are then in one order, and the result the same anywhere.
        with threadpool_limits(1):
            return trees.fit(columns, left)

    return fit


def _light_trees(signs: list[int], categories: list[bool], seed: int) -> _Fit:
    try:
        from lightgbm import LGBMClassifier
    except ImportError:
        raise InputProblem(
            "The challenger `lightgbm` is not installed.",
            cure="pip install 'keepwell[boosting]', or take the challenger of scikit-learn.",
        ) from None
    trees = LGBMClassifier(
        learning_rate=RATE,
        n_estimators=ROUNDS,
        num_leaves=LEAVES,
        min_child_samples=LEAST_ROWS,
        reg_lambda=RIDGE,
        monotone_constraints=signs,
        random_state=seed,
        deterministic=True,
        force_row_wise=True,
        n_jobs=1,
        verbose=-1,
    )
    named = [i for i, is_category in enumerate(categories) if is_category]

    def fit(columns: Floats, left: Flags) -> object:
        return trees.fit(columns, left, categorical_feature=named)

    return fit


def _levels(table: FeatureTable, name: str) -> list[str]:
    found, counts = np.unique(table.categories[name], return_counts=True)
    order = np.lexsort((found, -counts))[:LARGEST_CATEGORIES]
    return [str(v) for v in found[order] if v != ""]


def _columns(
    table: FeatureTable, specs: Sequence[FeatureSpec], levels: dict[str, list[str]]
) -> Floats:
    columns = []
    for s in specs:
        if not s.is_category:
            columns.append(table.numbers[s.name])
            continue
        codes = np.full(len(table), np.nan)
        for code, level in enumerate(levels[s.name]):
            codes[table.categories[s.name] == level] = code
        columns.append(codes)
    return np.column_stack(columns)
