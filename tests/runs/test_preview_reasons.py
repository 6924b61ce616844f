"""The measure that an account's change of tier is put down to."""

import pytest

from keepwell.runs.preview_reasons import main_reason


@pytest.mark.parametrize(
    ("after", "net", "reason"),
    [
        ({"use": 9, "age": 1}, 4, ("use", 6)),
        ({"use": 3, "new": 2}, -1, ("age", -3)),
        ({"use": 6, "age": 0}, 0, (None, None)),
        ({"use": 3, "age": 3}, 5, (None, None)),
    ],
)
def test_the_measure_that_moved_most_the_way_the_score_went_is_the_reason(
    after: dict[str, int], net: int, reason: tuple[str | None, int | None]
) -> None:
    assert main_reason({"use": 3, "age": 3}, after, net) == reason
