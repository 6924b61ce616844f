"""Simulated customers of known truth, the awkward ones included."""

from dataclasses import dataclass

import numpy as np

from keepwell.outlook.lifetime import Histories, PurchaseTruth, draw_histories


@dataclass(frozen=True, slots=True)
class World:
    """How customers buy and leave, how many there are and for how many days they are seen."""

    name: str
    truth: PurchaseTruth
    customers: int
    days: float

    def draw(self, seed: int) -> Histories:
        """Return the histories of customers who came in the first 70 % of the time."""
        rng = np.random.default_rng([seed, *self.name.encode()])
        return draw_histories(self.truth, rng.uniform(0.3, 1, self.customers) * self.days, rng)


WORLDS = (
    World("usual", PurchaseTruth(0.25, 30, 0.8, 2.4), 2_000, 270),
    World("few repeats", PurchaseTruth(0.08, 60, 1.0, 2.0), 10_000, 365),
    World("heavy tail of rates", PurchaseTruth(0.05, 1, 0.5, 2.0), 1_500, 365),
    World("tiny scale", PurchaseTruth(0.25, 30e-6, 0.8, 2.4), 2_000, 270e-6),
    World("huge scale", PurchaseTruth(0.25, 30e6, 0.8, 2.4), 2_000, 270e6),
    World("loyal", PurchaseTruth(1.0, 20, 0.2, 6.0), 1_000, 365),
    World("quick to leave", PurchaseTruth(0.5, 10, 3.0, 2.0), 1_500, 365),
    World("alike", PurchaseTruth(6.0, 100, 2.0, 8.0), 3_000, 365),
)
# So few repeats that often no maximum exists: fitted or rightly refused.
HARDLY_ANY = World("hardly any repeats", PurchaseTruth(0.1, 200, 0.8, 2.4), 6_000, 180)
