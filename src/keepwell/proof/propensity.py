"""How likely each account was to be enrolled, by what was known then; who is nearest to whom."""

from collections.abc import Sequence

import numpy as np

from keepwell.proof.frame import Flags, Floats, Ints

_RIDGE = 1e-2
_STEPS = 50


def propensity_logit(columns: Floats, is_enrolled: Flags) -> Floats:
    """Return the log odds of being enrolled, by a logistic regression with a light ridge.

    `columns`: of mean 0 and spread 1, without gaps.
    """
    x = np.column_stack([np.ones(len(columns)), columns])
    y = is_enrolled.astype(np.float64)
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(x.shape[1])
    rate = min(max(float(y.mean()), 1e-6), 1.0 - 1e-6)
    weights[0] = np.log(rate / (1.0 - rate))
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30.0, 30.0)))
        pull = x.T @ (y - chance) - penalty * weights
        bend = (x * (chance * (1.0 - chance))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(bend, pull)
        weights = weights + np.clip(step, -4.0, 4.0)
        if np.abs(step).max() < 1e-8:
            break
    logit: Floats = np.clip(x @ weights, -30.0, 30.0)
    return logit


class _Free:
    """Places of a sorted list that are still free, with the nearest free one in near constant
    time.
    """

    def __init__(self, count: int) -> None:
        self._up = list(range(count + 1))
        self._down = list(range(count + 1))

    def take(self, place: int) -> None:
        """Take a place away."""
        self._up[place], self._down[place + 1] = place + 1, place

    def above(self, place: int) -> int:
        """Return the first free place from `place` on; the count if there is none."""
        return _end(self._up, place)

    def below(self, place: int) -> int:
        """Return the last free place before `place`; -1 if there is none."""
        return _end(self._down, place) - 1


def _end(links: list[int], place: int) -> int:
    while links[place] != place:
        links[place] = links[links[place]]
        place = links[place]
    return place


def match_nearest(
    logit: Floats, treated: Ints, controls: Ints, caliper: float, neighbours: int
) -> list[list[int]]:
    """Return for each treated row the nearest controls within the caliper, none used twice.

    The likeliest choose first, as they have the fewest like them; everybody gets one before
    anybody gets a second.

    >>> match_nearest(np.array([0.0, 1.0, 0.1, 5.0]), np.array([0, 1]), np.array([2, 3]), 0.5, 1)
    [[2], []]
    """
    order = controls[np.argsort(logit[controls], kind="stable")]
    sorted_logit = logit[order]
    free = _Free(len(order))
    found: list[list[int]] = [[] for _ in treated]
    turns = np.argsort(-logit[treated], kind="stable")
    waiting: Sequence[int] = [int(t) for t in turns]
    for _ in range(neighbours):
        served = []
        for turn in waiting:
            place = _nearest(free, sorted_logit, float(logit[treated[turn]]), caliper)
            if place is not None:
                free.take(place)
                found[turn].append(int(order[place]))
                served.append(turn)
        waiting = served
    return found


def _nearest(free: _Free, sorted_logit: Floats, wanted: float, caliper: float) -> int | None:
    middle = int(np.searchsorted(sorted_logit, wanted))
    places = [p for p in (free.above(middle), free.below(middle)) if 0 <= p < len(sorted_logit)]
    near = [(abs(float(sorted_logit[p]) - wanted), p) for p in places]
    best = min(near, default=None)
    return best[1] if best is not None and best[0] <= caliper else None
