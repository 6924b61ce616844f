"""The signs of a leak that need one row per account: feature and label alone."""

import numpy as np
import scipy

from keepwell.proof.frame import Flags, Floats
from keepwell.proof.intervals import clustered
from keepwell.proof.leaks import Leak, LeakFound
from keepwell.proof.metrics import auc
from keepwell.proof.metrics_sample import numbered

AUC_TOO_GOOD = 0.90
SIDE_GAP = 0.60
SPIKE_SHARE = 0.60
SPIKE_RATIO = 8.0
PURE_SHARE = 0.25
CHANCE = 1e-6
FEWEST = 20
FEWEST_VALUES = 8


def tells_label(name: str, values: Floats, label: Flags) -> LeakFound | None:
    """Find a feature that ranks too well: the lower end of its AUC's interval is over 0.90."""
    sample = numbered(label, np.zeros(len(label), np.int64), np.arange(len(label)))
    found = auc(sample, values)
    if sample.informative < FEWEST or not np.isfinite(found.value):
        return None
    estimate = clustered(found, sample, "delong", level=0.99)
    best = max(estimate.low, 1 - estimate.high)
    return _over(name, Leak.TELLS_LABEL, best, AUC_TOO_GOOD, len(label))


def filled_for_one_side(name: str, values: Floats, label: Flags) -> LeakFound | None:
    """Find a feature that is filled far more often for those who left, or for those who stayed."""
    filled = ~np.isnan(values)
    if min(label.sum(), (~label).sum()) < FEWEST:
        return None
    gap = abs(float(filled[label].mean() - filled[~label].mean()))
    return _over(name, Leak.FILLED_FOR_ONE_SIDE, gap, SIDE_GAP, len(label))


def same_value_after_leaving(name: str, values: Floats, label: Flags) -> LeakFound | None:
    """Find one value that most who left share and hardly anybody else has: zeroed afterwards."""
    left = values[label & ~np.isnan(values)]
    if len(left) < FEWEST or (~label).sum() < FEWEST:
        return None
    known, counts = np.unique(left, return_counts=True)
    value = known[counts.argmax()]
    share = float(counts.max() / len(left))
    elsewhere = float((values[~label] == value).mean())
    is_sharp = share >= SPIKE_RATIO * elsewhere
    return _over(name, Leak.SAME_VALUE_AFTER_LEAVING, share, SPIKE_SHARE, len(label), is_sharp)


def value_tells_label(name: str, values: Floats, label: Flags) -> LeakFound | None:
    """Find values that repeat and whose accounts nearly all met the same end, both ends present.

    strength: 1 - spread of labels inside repeated values over what chance would leave.
    """
    groups = _groups(values, label)
    if groups is None:
        return None
    size, events = groups
    repeated = size >= 2
    n, k = size[repeated], events[repeated]
    if k.sum() < FEWEST or (n - k).sum() < FEWEST:
        return None
    rate = k.sum() / n.sum()
    inside = float((k * (n - k) / n).sum())
    expected = float(((n - 1) * rate * (1 - rate)).sum())
    kept = inside / expected
    return _over(name, Leak.VALUE_TELLS_LABEL, 1 - kept, 1 - PURE_SHARE, int(n.sum()))


def encodes_the_label(name: str, values: Floats, label: Flags) -> LeakFound | None:
    """Find values that lie closer to the rate of their own accounts than chance allows.

    Method: rate of the label by value against a straight line in the value; the squared distance
            over its variance is chi-squared for an honest feature, and near 0 for one that was
            computed from these very labels. strength: -log10 of the lower tail.
    """
    groups = _groups(values, label)
    if groups is None or len(groups[0]) < FEWEST_VALUES:
        return None
    size, events = groups
    value = np.unique(values[~np.isnan(values)])
    many = size >= 2
    size, events, value = size[many], events[many], value[many]
    if len(size) < FEWEST_VALUES or events.sum() < FEWEST:
        return None
    rate = events / size
    design = np.column_stack([np.ones(len(value)), value])
    slope = np.linalg.lstsq(design * np.sqrt(size)[:, None], rate * np.sqrt(size), rcond=None)[0]
    overall = events.sum() / size.sum()
    said = np.clip(design @ slope, overall / 4, 1 - (1 - overall) / 4)
    distance = float((size * (rate - design @ slope) ** 2 / (said * (1 - said))).sum())
    tail = float(scipy.special.chdtr(len(size) - 2, distance))
    strength = -np.log10(max(tail, 1e-300))
    return _over(name, Leak.ENCODES_THE_LABEL, strength, -np.log10(CHANCE), int(size.sum()))


def row_order(label: Flags) -> LeakFound | None:
    """Find an order of rows that gives the label away: sorted, or in runs.

    Source: A. Wald, J. Wolfowitz, Ann. Math. Stat. 11 (1940) 147. strength: -log10 of p.
    """
    n, ones = len(label), int(label.sum())
    zeros = n - ones
    if min(ones, zeros) < FEWEST:
        return None
    runs = 1 + int((label[1:] != label[:-1]).sum())
    mean = 1 + 2 * ones * zeros / n
    variance = (mean - 1) * (mean - 2) / (n - 1)
    z = (mean - runs) / np.sqrt(variance)
    place = np.arange(n)[label].mean() - (n - 1) / 2
    drift = place / np.sqrt(zeros * (n + 1) / (12 * ones))
    tail = min(1.0, 2 * float(scipy.special.ndtr(-max(z, abs(drift)))))
    return _over("", Leak.ROW_ORDER, -np.log10(max(tail, 1e-300)), -np.log10(CHANCE), n)


def _groups(values: Floats, label: Flags) -> tuple[Floats, Floats] | None:
    """Return size and events of each known value; None where every value is its own."""
    known = ~np.isnan(values)
    found, place = np.unique(values[known], return_inverse=True)
    if not len(found) or len(found) == known.sum():
        return None
    size = np.bincount(place).astype(np.float64)
    return size, np.asarray(np.bincount(place, weights=label[known]), dtype=np.float64)


def _over(
    name: str, leak: Leak, strength: float, limit: float, rows: int, also: bool = True
) -> LeakFound | None:
    is_over = also and np.isfinite(strength) and strength > limit
    return LeakFound(name, leak, float(strength), float(limit), rows) if is_over else None
