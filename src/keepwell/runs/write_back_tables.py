"""What each delivered table holds: its columns with their meaning, and where they come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from keepwell.ports import Engine
from keepwell.ports.delivering import ColumnKind, DeliveredColumn


@dataclass(frozen=True, slots=True)
class Content:
    """A delivered table: its name without prefix, key, columns, the snapshot tables it needs."""

    name: str
    key: tuple[str, ...]
    columns: tuple[DeliveredColumn, ...]
    needs: tuple[str, ...]
    selects: Callable[[Engine], Iterator[str]]


def _columns(*given: tuple[str, ColumnKind, str]) -> tuple[DeliveredColumn, ...]:
    return tuple(DeliveredColumn(*one) for one in given)


_ACCOUNT: tuple[str, ColumnKind, str] = ("account_id", "text", "key, as in the source")

SCORES = _columns(
    _ACCOUNT,
    ("scorecard", "text", "scorecard that applied to the account"),
    ("scorecard_version", "integer", "its fitted version"),
    ("health_score", "double", "points, 0 worst to 100 best; NULL when nothing is known"),
    ("score_micro", "integer", "the same, exact, in millionths of a point"),
    ("tier", "text", "high, medium, low or unknown, from the score alone"),
    ("effective_tier", "text", "tier after a person's override that is in force"),
    ("has_override", "flag", "an override is in force"),
    ("coverage", "double", "share 0-1 of the design weight that rests on known measures"),
    ("contribution_amount", "double", "expected contribution of the next six months"),
    ("expected_loss_amount", "double", "contribution of a low account, else 0"),
)
SEGMENTS = _columns(
    _ACCOUNT,
    ("segment", "text", "RFM segment; NULL when R, F or M is unknown"),
    ("r_score", "integer", "recency, 1 worst to 5 best"),
    ("f_score", "integer", "frequency, 1 worst to 5 best"),
    ("m_score", "integer", "money, 1 worst to 5 best"),
    ("value_tier", "text", "Platinum, Gold, Silver, Bronze or Basic"),
    ("value_amount", "double", "the amount behind the value tier"),
    ("is_struggling", "flag", "valuable, with evidence of trouble"),
)
DECISIONS = _columns(
    _ACCOUNT,
    ("priority_rank", "integer", "1 is looked at first"),
    (
        "priority_group",
        "text",
        "A verify first, B low and large, C low in the largest size, D near",
    ),
    ("group_rank", "integer", "place within the group"),
    ("reason", "text", "code of the reason"),
    ("first_step", "text", "code of the first step"),
)
CONTRIBUTIONS = _columns(
    _ACCOUNT,
    ("measure", "text", "measure of the scorecard"),
    ("scaled_share", "double", "the scaled value, 0 worst to 1 best; NULL when left out"),
    ("weight_points", "double", "points that the measure could give here"),
    ("points", "double", "points that it gave"),
    ("points_micro", "integer", "the same, exact, in millionths of a point"),
)


def _scores(_: Engine) -> Iterator[str]:
    yield (
        "SELECT s.account_id, s.scorecard, s.scorecard_version, "
        "s.score_micro / 1000000.0::DOUBLE AS health_score, s.score_micro, s.tier, "
        "s.effective_tier, s.has_override, s.coverage, f.contribution_amount, "
        "f.expected_loss_amount "
        "FROM scores AS s LEFT JOIN forecast AS f ON f.account_id = s.account_id"
    )


def _segments(_: Engine) -> Iterator[str]:
    names = ", ".join(c.name for c in SEGMENTS)
    yield f"SELECT {names} FROM value"  # noqa: S608 - columns of ours


def _decisions(_: Engine) -> Iterator[str]:
    names = ", ".join(c.name for c in DECISIONS)
    yield f"SELECT {names} FROM priority"  # noqa: S608 - columns of ours


def _contributions(engine: Engine) -> Iterator[str]:
    """Yield one SELECT per measure, so that memory holds one of them at a time."""
    for column in engine.columns("contributions"):
        if column.endswith("__scaled"):
            measure = column.removesuffix("__scaled")
            yield (
                f"SELECT account_id, '{measure}' AS measure, "  # noqa: S608 - catalogued names
                f"{measure}__scaled AS scaled_share, "
                f"{measure}__weight / 1000000.0::DOUBLE AS weight_points, "
                f"{measure}__micro / 1000000.0::DOUBLE AS points, "
                f"{measure}__micro AS points_micro FROM contributions"
            )


CONTENTS = (
    Content("scores", ("account_id",), SCORES, ("scores", "forecast"), _scores),
    Content("segments", ("account_id",), SEGMENTS, ("value",), _segments),
    Content("decisions", ("account_id",), DECISIONS, ("priority",), _decisions),
    Content(
        "contributions",
        ("account_id", "measure"),
        CONTRIBUTIONS,
        ("contributions",),
        _contributions,
    ),
)
