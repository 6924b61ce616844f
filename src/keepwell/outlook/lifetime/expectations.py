"""What a fitted purchase model expects: chance of being alive, purchases ahead, value of them."""

from collections.abc import Callable
from math import exp

import numpy as np

from keepwell.outlook.lifetime.ahead import purchases_ahead
from keepwell.outlook.lifetime.histories import Floats, Histories
from keepwell.outlook.lifetime.purchases import PurchaseModel
from keepwell.outlook.lifetime.units import Horizon
from keepwell.outlook.shares import Z_95
from keepwell.outlook.special import expit

_STEP = 1e-4
# Points and weights of Gauss and Legendre on 0-1: exact to nine digits for the smooth curves here.
_NODES, _NODE_WEIGHTS = (v / 2 for v in np.polynomial.legendre.leggauss(10))
_PLACES = _NODES + 0.5


def alive_prob(model: PurchaseModel, given: Histories) -> Floats:
    """Return the chance that each customer still buys, 0-1.

    Shape:   one per history, same order. It is 1 by construction where there is no repeat: the
             model lets a customer leave only right after a purchase that was a repeat.
    Source:  Fader, Hardie and Lee, Computing P(alive) using the BG/NBD model (2008).
    """
    return _alive(model.logarithms, given, model.unit.days)


def expected_purchases(model: PurchaseModel, given: Histories, horizon: Horizon) -> Floats:
    """Return the purchases expected of each customer within the horizon, at least 0.

    Shape:   one per history, same order; the discount rate of the horizon plays no part.
    Source:  Fader, Hardie and Lee (2005), equation 10.
    """
    return _expected(model.logarithms, given, model.unit.days, horizon.in_units(model.unit))


def expected_purchases_of_a_new_customer(model: PurchaseModel, days: Floats) -> Floats:
    """Return the repeat purchases expected in the first `days` after a first purchase."""
    fresh = np.zeros_like(days)
    return purchases_ahead(model.logarithms, fresh, fresh, days / model.unit.days)


def discounted_purchases(model: PurchaseModel, given: Histories, horizon: Horizon) -> Floats:
    """Return the purchases expected within the horizon, each worth what its date leaves of one.

    Method:  integral of exp(-delta t) dE(t), delta = ln(1 + annual rate), by parts with ten
             Gauss-Legendre points. Without a discount it equals `expected_purchases`.
    """
    return discounted_at(model.logarithms, given, model.unit.days, _terms(model, horizon))


def purchases_interval(
    model: PurchaseModel, given: Histories, horizon: Horizon
) -> tuple[Floats, Floats]:
    """Return the ends of the 95 % interval of each expectation (delta method, in logarithms).

    It tells how well the mean is known, not how far one customer's purchases scatter round it.
    """
    length = horizon.in_units(model.unit)

    def values(point: Floats) -> Floats:
        return _expected(point, given, model.unit.days, length)

    return delta_interval(values, model.logarithms, model.covariance)


def total_purchases_interval(
    model: PurchaseModel, given: Histories, horizon: Horizon
) -> tuple[float, float, float]:
    """Return the purchases expected of all customers together and the ends of its 95 % interval."""
    length = horizon.in_units(model.unit)

    def total(point: Floats) -> Floats:
        each = _expected(point, given, model.unit.days, length)
        return np.array([float(np.dot(given.customers, each))])

    low, high = delta_interval(total, model.logarithms, model.covariance)
    return float(total(model.logarithms)[0]), float(low[0]), float(high[0])


def delta_interval(
    values: Callable[[Floats], Floats], point: Floats, covariance: Floats
) -> tuple[Floats, Floats]:
    """Return 95 % ends of positive values that hang on parameters of known covariance.

    Method:  central differences of the logarithm of each value; a value of zero keeps its place.
    """
    centre = values(point)
    slopes = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for move in np.eye(len(point)) * _STEP:
            up, down = np.log(values(point + move)), np.log(values(point - move))
            slopes.append((up - down) / (2 * _STEP))
        slope = np.nan_to_num(np.array(slopes), nan=0.0, posinf=0.0, neginf=0.0)
        spread = np.sqrt(np.maximum(np.einsum("ik,ij,jk->k", slope, covariance, slope), 0.0))
        half = np.exp(np.minimum(Z_95 * spread, 700.0))
    return centre / half, centre * half


def _alive(point: Floats, given: Histories, days_per_unit: float) -> Floats:
    r, alpha, a, b = np.exp(point)
    x = given.repeats
    last, end = given.last_days / days_per_unit, given.observed_days / days_per_unit
    again = x > 0
    odds = np.log(a) - np.log(np.where(again, b + x - 1, 1.0))
    odds = odds + (r + x) * (np.log(alpha + end) - np.log(alpha + last))
    return np.where(again, expit(-odds), 1.0)


def _expected(point: Floats, given: Histories, days_per_unit: float, length: float) -> Floats:
    lengths = np.full(len(given.repeats), length)
    ahead = purchases_ahead(point, given.repeats, given.observed_days / days_per_unit, lengths)
    return ahead * _alive(point, given, days_per_unit)


def _terms(model: PurchaseModel, horizon: Horizon) -> tuple[float, float]:
    return horizon.in_units(model.unit), horizon.discount_per(model.unit)


def discounted_at(
    point: Floats, given: Histories, days_per_unit: float, terms: tuple[float, float]
) -> Floats:
    """Return discounted purchases for the logarithms of r, alpha, a, b.

    `terms`: length of the horizon and continuous discount rate, both in the model's unit.
    """
    length, rate = terms
    whole = _expected(point, given, days_per_unit, length)
    if rate == 0:
        return whole
    total = exp(-rate * length) * whole
    for place, weight in zip(_PLACES, _NODE_WEIGHTS, strict=True):
        time = float(place) * length
        worth = rate * length * float(weight) * exp(-rate * time)
        total = total + worth * _expected(point, given, days_per_unit, time)
    return total
