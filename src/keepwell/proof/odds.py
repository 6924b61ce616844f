"""From log-odds to probabilities, and back."""

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.frame import Floats

# Log-odds beyond this are a probability of 0 or 1 to double precision.
LARGEST_LOG_ODDS = 30.0


def probability(log_odds: Floats) -> Floats:
    """Return probabilities 0-1.

    >>> probability(np.array([0.0])).tolist()
    [0.5]
    """
    kept = np.clip(log_odds, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
    result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-kept))
    return result


def log_odds_of(prob: Floats) -> Floats:
    """Return the log-odds of probabilities; 0 and 1 give the largest that are told apart.

    >>> log_odds_of(np.array([0.5])).tolist()
    [0.0]
    """
    least = float(probability(np.array(-LARGEST_LOG_ODDS)))
    kept = np.clip(prob, least, 1.0 - least)
    result: NDArray[np.float64] = np.log(kept / (1.0 - kept))
    return result
