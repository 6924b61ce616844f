"""An estimate says what its interval holds, and says so where there is none."""

import math

import pytest

from keepwell.proof import Estimate
from keepwell.vocabulary import InternalProblem


def test_an_estimate_excludes_what_lies_outside_its_interval() -> None:
    estimate = Estimate(0.7, 0.6, 0.8, n=100, clusters=50, method="delong")
    assert estimate.excludes(0.5)
    assert not estimate.excludes(0.6)
    assert estimate.is_known
    assert estimate.has_interval


def test_an_unknown_estimate_excludes_nothing() -> None:
    unknown = Estimate.unknown(3, 2)
    assert not unknown.is_known
    assert not unknown.excludes(0.5)
    assert (unknown.n, unknown.clusters) == (3, 2)


def test_a_value_without_an_interval_excludes_nothing() -> None:
    bare = Estimate(0.7, math.nan, math.nan, n=5, clusters=5, method="none")
    assert bare.is_known
    assert not bare.has_interval
    assert not bare.excludes(0.5)


def test_an_interval_upside_down_is_refused() -> None:
    with pytest.raises(InternalProblem, match="above"):
        Estimate(0.7, 0.8, 0.6, n=1, clusters=1, method="delong")


def test_a_level_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(InternalProblem, match="level"):
        Estimate(0.7, 0.6, 0.8, n=1, clusters=1, method="delong", level=95)
