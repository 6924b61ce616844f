"""The rows of a frame as whole numbers: who repeats whom, and which day is which."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import EvaluationFrame, Flags, Floats, Ints


@dataclass(frozen=True, slots=True)
class Sample:
    """Labels with their days and clusters, numbered from 0; made once for all metrics.

    event: the outcome happened; day: number of the origin; cluster: number of the unit.
    """

    event: Flags
    day: Ints
    cluster: Ints
    clusters: int

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.event)

    @property
    def event_clusters(self) -> int:
        """Return how many units have at least one event."""
        return _present(self.cluster[self.event], self.clusters)

    @property
    def other_clusters(self) -> int:
        """Return how many units have at least one row without an event."""
        return _present(self.cluster[~self.event], self.clusters)

    @property
    def informative(self) -> int:
        """Return the smaller of both counts: what an interval of a ranking rests on."""
        return min(self.event_clusters, self.other_clusters)

    def sums(self, of_rows: Floats) -> Floats:
        """Return the sum of each cluster's rows."""
        sums = np.bincount(self.cluster, weights=of_rows, minlength=self.clusters)
        return np.asarray(sums, dtype=np.float64)


def sample_of(frame: EvaluationFrame) -> Sample:
    """Return the sample of a frame."""
    return numbered(frame.outcome, frame.origin, frame.cluster)


def numbered(
    event: Flags, day: np.ndarray[tuple[int], np.dtype[np.generic]], cluster: Ints
) -> Sample:
    """Return the sample of plain columns."""
    names, codes = np.unique(cluster, return_inverse=True)
    _, days = np.unique(day, return_inverse=True)
    whole = np.asarray(codes, dtype=np.int64)
    return Sample(np.asarray(event, np.bool_), np.asarray(days, np.int64), whole, len(names))


def effective_clusters(cluster: Ints) -> float:
    """Return how many equal units would tell as much: rows squared over the sum of squares.

    Source: L. Kish, Survey Sampling (1965), 5.4, with full correlation inside a unit.

    >>> effective_clusters(np.array([1, 1, 2, 2]))
    2.0
    """
    sizes = np.unique(cluster, return_counts=True)[1].astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum()) if len(sizes) else 0.0


def _present(cluster: Ints, clusters: int) -> int:
    return int(np.count_nonzero(np.bincount(cluster, minlength=clusters)))
