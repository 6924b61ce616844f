"""What a company declares about proof: which outcome counts, how far ahead, how far back."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from keepwell.vocabulary.tables import TABLES

FROZEN = ConfigDict(frozen=True, extra="forbid")
OutcomeKind = Literal["churn", "non_renewal", "contraction", "downgrade", "inactivity", "label"]
Horizon = Literal[30, 60, 90, 180]
EventTable = Literal["transactions", "activities", "usage"]
HORIZONS: tuple[Horizon, ...] = (30, 60, 90, 180)
LABELLED = ("accounts", "account_view")


class LabelColumn(BaseModel):
    """A column that says who left, of a table without dates.

    `column`:     as "accounts.status".
    `means_left`: its values for accounts that left; upper and lower case are the same.
    """

    model_config = FROZEN
    column: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z0-9_]+$")]
    means_left: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _column_exists(self) -> Self:
        table, _, name = self.column.partition(".")
        if table not in LABELLED or TABLES[table].column(name) is None:
            raise ValueError(
                f"`{self.column}` is no column of {' or '.join(LABELLED)}; a label is, for "
                "instance, `accounts.status`"
            )
        return self


class LabelledTable(BaseModel):
    """A table with one row per account that says who left, without dates; all else is a feature.

    `table`:      its name as the source writes it; with an ending for a file.
    `label`:      the column that says who left; `means_left`: its values for those who did.
    `leave_out`:  keys, names, and columns written after somebody left.
    `directions`: what the expert says of a number; without a word the data say it.
    """

    model_config = FROZEN
    table: str
    label: str
    means_left: tuple[str, ...] = Field(min_length=1)
    leave_out: tuple[str, ...] = ()
    directions: dict[str, Literal["higher_is_better", "lower_is_better"]] = Field(
        default_factory=dict
    )

    @field_validator("means_left", mode="before")
    @classmethod
    def _as_texts(cls, given: Any) -> Any:
        """Take 1, 1.0 and true of YAML at the text that they stand for."""
        return [_text(v) for v in given] if isinstance(given, list | tuple) else given


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


class ProofSettings(BaseModel):
    """What a back-test takes for a bad outcome, how many days ahead, and how many days back.

    `outcome`:       auto takes the first that the data offer, and says which.
    `origins`:       ends of month that are looked back to, at most.
    `grace_days`:    days after the end of a term in which a following one still renews it.
    `inactive_days`: days of silence that are an outcome; None: the whole horizon.
    `inactive_on`:   the rows whose absence is silence.
    `lapsed_days`:   an account silent for so long is no customer at risk any more.
    `fall_share`:    the smallest fall of money that is a contraction (0-1).
    `labelled`:      a table without dates whose report card is made by cross-validation.
    """

    model_config = FROZEN
    outcome: OutcomeKind | Literal["auto"] = "auto"
    horizon_days: Horizon = 90
    origins: Annotated[int, Field(ge=1, le=120)] = 24
    grace_days: Annotated[int, Field(ge=0, le=365)] = 30
    inactive_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    inactive_on: EventTable | Literal["auto"] = "auto"
    lapsed_days: Annotated[int, Field(ge=1, le=3650)] = 365
    fall_share: Annotated[float, Field(gt=0, le=1)] = 0.2
    labels: LabelColumn | None = None
    labelled: LabelledTable | None = None

    @model_validator(mode="after")
    def _labels_are_named(self) -> Self:
        if self.outcome == "label" and self.labels is None:
            raise ValueError("`outcome: label` needs `labels:` with a column and `means_left`")
        return self
