"""Newton's method for a small likelihood in logarithms, and a judgement of where it ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.shares import Z_95

Floats = NDArray[np.float64]
Slope = tuple[float, Floats, Floats]
Objective = Callable[[Floats], Slope]
Ending = Literal["converged", "boundary", "flat", "stalled"]

LARGEST = 13.8  # logarithm of a million: a parameter beyond it stands for infinity or zero
STEPS = 200
GAIN_LEFT = 1e-8  # log-likelihood that a further Newton step would add
_FURTHEST_STEP = 2.0
_FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class Summit:
    """Where a climb ended: logarithms of the parameters, log-likelihood, slope and curvature."""

    point: Floats
    height: float
    gradient: Floats
    curvature: Floats
    steps: int
    ended: Ending

    @property
    def loosest(self) -> int:
        """Return the index of the parameter that the likelihood holds least."""
        _, axes = np.linalg.eigh(-self.curvature)
        return int(np.argmax(np.abs(axes[:, 0])))

    def covariance(self) -> Floats | None:
        """Return the covariance of the logarithms (observed information).

        Missing: None unless the climb converged, the curvature is negative definite and every
                 95 % interval stays within a millionfold either way: wider is no estimate.
        """
        values, axes = np.linalg.eigh(-self.curvature)
        if self.ended != "converged" or values[0] <= 0:
            return None
        found = (axes / values) @ axes.T
        if not float(np.diag(found).max()) <= (LARGEST / Z_95) ** 2:
            return None
        return np.asarray((found + found.T) / 2)


def climb(objective: Objective, start: Floats, *, steps: int = STEPS) -> Summit:
    """Return the summit reached from `start`.

    Method:  Newton steps along the eigenvectors of the curvature, turned uphill where it curves
             the wrong way, damped until the height grows (Levenberg); ends when a further step
             would add less than 1e-8 to the log-likelihood and the curvature is negative
             definite, or at a parameter beyond a million (scaled) times or parts.
    """
    point, slope, damping = np.array(start, dtype=np.float64), objective(start), 1e-6
    for step in range(steps):
        height, gradient, curvature = slope
        values, axes = np.linalg.eigh(-curvature)
        gain = _gain(values, axes, gradient)
        if np.abs(point).max() > LARGEST:
            return Summit(point, height, gradient, curvature, step, "boundary")
        if gain < GAIN_LEFT:
            ended: Ending = "converged" if values[0] > 0 else "flat"
            if ended == "converged" or np.abs(gradient).max() < GAIN_LEFT:
                return Summit(point, height, gradient, curvature, step, ended)
        moved = _uphill(objective, point, slope, (values, axes), damping)
        if moved is None:
            return Summit(point, height, gradient, curvature, step, _stalled(gain, values, height))
        point, slope, damping = moved
    return Summit(point, *slope, steps, "stalled")


def _stalled(gain: float, values: Floats, height: float) -> Ending:
    """Rounding hides gains far below the height itself: then the summit is reached as well."""
    if gain > 1e-9 * max(1.0, abs(height)):
        return "stalled"
    return "converged" if values[0] > 0 else "flat"


def _gain(values: Floats, axes: Floats, gradient: Floats) -> float:
    along = axes.T @ gradient
    sizes = np.maximum(np.abs(values), _FLOOR * max(1.0, float(np.abs(values).max())))
    return float(np.sum(along * along / sizes)) / 2


def _uphill(
    objective: Objective, point: Floats, slope: Slope, eigen: tuple[Floats, Floats], damping: float
) -> tuple[Floats, Slope, float] | None:
    """Return the next point with its slope and damping, None when no step goes up."""
    height, gradient, _ = slope
    values, axes = eigen
    largest = max(float(np.abs(values).max()), _FLOOR)
    along = axes.T @ gradient
    for _ in range(40):
        move = axes @ (along / (np.abs(values) + damping * largest))
        length = float(np.linalg.norm(move))
        if length > _FURTHEST_STEP:
            move = move * (_FURTHEST_STEP / length)
        tried = objective(point + move)
        if np.isfinite(tried[0]) and tried[0] > height:
            return point + move, tried, max(damping / 10, 1e-12)
        damping = max(damping * 10, 1e-10)
    return None


def best_summit(objective: Objective, starts: Sequence[Floats]) -> tuple[Summit, int]:
    """Return the highest summit from several starts and how many of them reached it (0.01)."""
    found = [climb(objective, start) for start in starts]
    usable = [s for s in found if np.isfinite(s.height)] or found
    best = max(usable, key=lambda s: (s.height, s.ended == "converged"))
    return best, sum(1 for s in found if s.height > best.height - 0.01)
