"""Fit the additive scorecard: ridge-penalised logistic regression on bins, signs kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from keepwell.proof.frame import Flags, Floats, Ints
from keepwell.proof.model.additive import AdditiveModel, model_of
from keepwell.proof.model.bins import Bins, CategoryBins, NumberBins, PairBins, cut_codes
from keepwell.proof.model.features import FeatureTable
from keepwell.proof.odds import probability

STEPS = 50
HALVINGS = 30
TOLERANCE = 1e-9
# Left to the data, yet with a unique minimum.
FREE_RIDGE = 1e-6
CHUNK_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class BinnedRows:
    """Rows as bins: per feature its code for each row. Cut once, fitted many times."""

    bins: tuple[Bins, ...]
    codes: tuple[NDArray[np.int32], ...]
    left: Flags

    def rows(self, wanted: Flags | Ints) -> "BinnedRows":
        """Return some rows."""
        return BinnedRows(self.bins, tuple(c[wanted] for c in self.codes), self.left[wanted])


def binned(bins: Sequence[Bins], table: FeatureTable, left: Flags) -> BinnedRows:
    """Return a table's rows as bins."""
    return BinnedRows(tuple(bins), cut_codes(bins, table), left)


@dataclass(frozen=True, slots=True)
class _Block:
    """One feature's parameters: `expand @ parameters` are the weights of its bins.

    A number's parameters are its steps from bin to bin, so that a bound on each keeps the order;
    its missing bin is the average of the known ones plus a parameter of its own.
    """

    expand: Floats
    low: Floats
    high: Floats
    ridge: float


@dataclass(frozen=True, slots=True)
class _Problem:
    """The convex function to be made small, over all parameters; the first is the intercept."""

    rows: BinnedRows
    blocks: tuple[_Block, ...]
    penalty: Floats

    def log_odds(self, theta: Floats) -> Floats:
        """Return each row's log-odds."""
        eta = np.full(len(self.rows.left), theta[0])
        for block, code, own in zip(self.blocks, self.rows.codes, self._parts(theta), strict=True):
            eta += (block.expand @ own)[code]
        return eta

    def loss(self, theta: Floats, eta: Floats) -> float:
        """Return the penalised log-loss."""
        fit = np.logaddexp(0.0, eta).sum() - eta[self.rows.left].sum()
        return float(fit + 0.5 * self.penalty @ theta**2)

    def slopes(self, theta: Floats, eta: Floats) -> tuple[Floats, Floats]:
        """Return gradient and Hessian, summed over chunks so that memory stays small."""
        prob = probability(eta)
        residual, spread = prob - self.rows.left, prob * (1.0 - prob)
        gradient = self.penalty * theta
        hessian = np.diag(self.penalty)
        for start in range(0, len(eta), CHUNK_ROWS):
            here = slice(start, start + CHUNK_ROWS)
            parts = [b.expand[c[here]] for b, c in zip(self.blocks, self.rows.codes, strict=True)]
            design = np.hstack([np.ones((len(eta[here]), 1)), *parts])
            gradient += design.T @ residual[here]
            hessian += design.T @ (design * spread[here, None])
        return gradient, hessian

    def weights(self, theta: Floats) -> list[Floats]:
        """Return the weights of each feature's bins."""
        pairs = zip(self.blocks, self._parts(theta), strict=True)
        return [block.expand @ own for block, own in pairs]

    def _parts(self, theta: Floats) -> list[Floats]:
        sizes = np.cumsum([b.expand.shape[1] for b in self.blocks])
        return np.split(theta[1:], sizes[:-1]) if self.blocks else []


def fit_bins(
    rows: BinnedRows, ridge: float, unpenalised: frozenset[str] = frozenset()
) -> AdditiveModel:
    """Return the scorecard that minimises log-loss + ridge/2 x the sum of squared parameters.

    `unpenalised`: features that are left to the data, such as the period of a survival model.
    The result is the one minimum of a convex function, so it needs no seed.
    """
    counts = [
        np.bincount(c, minlength=len(b.names)).astype(np.float64)
        for c, b in zip(rows.codes, rows.bins, strict=True)
    ]
    blocks = tuple(
        _block(b, n, FREE_RIDGE if b.feature in unpenalised else ridge)
        for b, n in zip(rows.bins, counts, strict=True)
    )
    penalty = np.concatenate([[FREE_RIDGE], *(np.full(len(b.low), b.ridge) for b in blocks)])
    problem = _Problem(rows, blocks, penalty)
    theta = _minimum(problem)
    return model_of(rows.bins, float(theta[0]), problem.weights(theta), counts)


def _minimum(problem: _Problem) -> Floats:
    """Return the parameters by Newton steps that stay inside the bounds."""
    low = np.concatenate([[-np.inf], *(b.low for b in problem.blocks)])
    high = np.concatenate([[np.inf], *(b.high for b in problem.blocks)])
    theta = np.zeros(len(low))
    share = (problem.rows.left.sum() + 0.5) / (len(problem.rows.left) + 1.0)
    theta[0] = np.log(share / (1.0 - share))
    eta = problem.log_odds(theta)
    loss = problem.loss(theta, eta)
    for _ in range(STEPS):
        step = _step(*problem.slopes(theta, eta), low - theta, high - theta)
        before = loss
        for halving in range(HALVINGS):
            tried = np.clip(theta + step / 2**halving, low, high)
            eta = problem.log_odds(tried)
            loss = problem.loss(tried, eta)
            if loss <= before:
                theta = tried
                break
        if before - loss <= TOLERANCE * (1.0 + abs(before)):
            break
    return theta


def _step(gradient: Floats, hessian: Floats, low: Floats, high: Floats) -> Floats:
    """Return the step to the bottom of the quadratic, inside the bounds."""
    free = np.asarray(np.linalg.solve(hessian, -gradient), np.float64)
    if bool(np.all((free >= low) & (free <= high))):
        return free
    root = np.linalg.cholesky(hessian).T
    aim = np.linalg.solve(root.T, -gradient)
    bounds = (np.minimum(low, 0.0), np.maximum(high, 0.0))
    bounded: Floats = scipy.optimize.lsq_linear(root, aim, bounds, method="bvls").x
    return bounded


def _block(bins: Bins, counts: Floats, ridge: float) -> _Block:
    match bins:
        case NumberBins():
            return _number_block(bins, counts, ridge)
        case CategoryBins() | PairBins():
            # A bin that nobody is in gets no parameter: it counts as the average.
            expand = np.eye(len(counts))[:, counts > 0]
            free = np.full(expand.shape[1], np.inf)
            return _Block(expand, -free, free, ridge)


def _number_block(bins: NumberBins, counts: Floats, ridge: float) -> _Block:
    steps = len(bins.edges)
    known = counts[:-1]
    lower = np.tri(steps + 1, steps, -1)
    expand = np.vstack([lower, known @ lower / max(known.sum(), 1.0)])
    low = np.full(steps, 0.0 if bins.risk == "rises" else -np.inf)
    high = np.full(steps, 0.0 if bins.risk == "falls" else np.inf)
    if counts[-1]:
        expand = np.hstack([expand, np.eye(steps + 2)[:, -1:]])
        low, high = np.append(low, -np.inf), np.append(high, np.inf)
    return _Block(expand, low, high, ridge)
