"""The name of the line of truth stands where no dot is."""

import numpy as np
import pytest

from keepwell.reports.charts.proof_calibration import (
    NAME_ACROSS,
    NAME_BELOW,
    SaidAndCome,
    clearest_place,
)


def dots(*at: tuple[float, float]) -> list[SaidAndCome]:
    return [SaidAndCome(said, come, come - 0.03, come + 0.03) for said, come in at]


def test_the_name_gives_way_to_a_dot_below_the_line() -> None:
    crowd = dots((0.49, 0.46), (0.76, 0.64), (0.83, 0.79), (0.9, 0.94))
    assert clearest_place(crowd, 1.0, 1.0) < 0.35
    assert clearest_place(dots((0.1, 0.05), (0.2, 0.1)), 1.0, 1.0) > 0.5


@pytest.mark.parametrize("seed", range(20))
def test_no_dot_of_a_usual_card_touches_the_name(seed: int) -> None:
    rng = np.random.default_rng(seed)
    said = np.sort(rng.beta(2, 2, 10)) * rng.uniform(0.05, 0.95)
    come = np.clip(said * rng.uniform(0.6, 1.3) + rng.normal(0, 0.01, 10), 0, 1)
    bins = [SaidAndCome(float(s), float(c), None, None) for s, c in zip(said, come, strict=True)]
    far, top = 1.08 * said.max(), 1.08 * max(said.max(), come.max())
    end = min(far, top)
    place = clearest_place(bins, far, top) * end
    middle = place / far + NAME_ACROSS, place / top - NAME_BELOW
    off = [max(abs(b.said / far - middle[0]), abs(b.come / top - middle[1])) for b in bins]
    assert min(off) > 0.04
