"""The churn probability of a validated model as the provider of that measure in a run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keepwell.config import Config
from keepwell.ports import Engine
from keepwell.vocabulary import Bilingual, MeasureSource

if TYPE_CHECKING:
    from keepwell.proof.model import PublishedChurn

MEASURE = "churn_probability"
GIVEN, TABLE = "measures_given", "churn"


def validated_churn(config: Config) -> "PublishedChurn | None":
    """Return the fitted churn scorecard of a project; None without one or while it has doubts."""
    if config.churn_model is None:
        return None
    # Loaded only where a model was fitted: every run comes by here.
    from keepwell.proof.model import PublishedChurn

    found = PublishedChurn.model_validate(config.churn_model)
    return found if found.is_validated else None


def store_churn(engine: Engine, config: Config) -> "PublishedChurn | None":
    """Let `measures` tell the model's probability, and `churn` each account's log-odds."""
    found = validated_churn(config)
    if found is None:
        return None
    from keepwell.proof.model import churn_select

    columns = list(engine.columns("measures"))
    names = ", ".join(columns)
    engine.create_table(GIVEN, f"SELECT {names} FROM measures")  # noqa: S608
    engine.create_table(TABLE, churn_select(found.model(), GIVEN))
    told = {MEASURE: f"c.{MEASURE}", f"{MEASURE}__never": f"FALSE AS {MEASURE}__never"}
    chosen = ", ".join(told.get(c, f"m.{c}") for c in columns)
    engine.create_view(
        "measures",
        f"SELECT {chosen} FROM {GIVEN} AS m "  # noqa: S608
        f"JOIN {TABLE} AS c ON c.account_id = m.account_id",
    )
    return found


def with_churn(
    sources: Sequence[MeasureSource], found: "PublishedChurn | None", accounts: int
) -> tuple[MeasureSource, ...]:
    """Return where each measure comes from, the probability from the model where there is one."""
    if found is None:
        return tuple(sources)
    day = found.fitted_on.isoformat()
    note = Bilingual(f"模型，{day} 已验证", f"model, validated {day}")
    names = {n for f in found.features for n in f.shape.bins().feature.split(" x ")}
    rested = [c for s in sources if s.measure in names for c in s.columns]
    columns = tuple(dict.fromkeys(rested))
    return tuple(
        replace(s, kind="model", columns=columns, known=accounts, never=0, unknown=0, note=note)
        if s.measure == MEASURE
        else s
        for s in sources
    )
