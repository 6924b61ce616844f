"""The shape of keepwell.yml: where tables come from, how columns map, and how a run behaves.

Reading the file (line numbers, did-you-mean) is adapters/configuration.py; this is the model.
"""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from keepwell.outlook.lifetime import LifetimeSettings
from keepwell.schedule import ScheduleSettings
from keepwell.value import SegmentMap, ValueSettings
from keepwell.vocabulary import Lang, ProofSettings, SignInSettings, WebhookSettings
from keepwell.vocabulary.memory import default_memory_mb

FROZEN = ConfigDict(frozen=True, extra="forbid")
DateOrder = Literal["ymd", "dmy", "mdy"]
# A secret is named, never written: the pattern keeps a pasted address out of the file.
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
MasterUrl = Annotated[str, StringConstraints(pattern=r"^(local(\[.+\])?|(spark|k8s)://.+|yarn)$")]
SchemaName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]


class ColumnMapping(BaseModel):
    """How one canonical column is filled: a source column with its unit, or a constant value.

    `via` looks the value up: "subscriptions.subscription_id" finds this column's value in that
    canonical table and takes its account_id.
    """

    model_config = FROZEN
    column: str | None = None
    value: str | None = None
    scale: float | None = None
    unit: Literal["share", "percent", "s", "ms", "us", "ns"] | None = None
    date_order: DateOrder | None = None
    categories: dict[str, str] = Field(default_factory=dict)
    via: str | None = None


class Feed(BaseModel):
    """One source table that fills (part of) one canonical table."""

    model_config = FROZEN
    source: str
    columns: dict[str, str | ColumnMapping]
    keep_when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    drop_when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    header: bool = True
    delimiter: str | None = None
    encoding: str | None = None
    skip_rows: int | None = None
    date_order: DateOrder | None = None
    time_zone: str | None = None
    decimal: Literal[".", ","] | None = None
    accept_row_change: bool = False

    def mapping(self, canonical: str) -> ColumnMapping | None:
        """Return how `canonical` is filled, a plain name written out; None when not mapped."""
        given = self.columns.get(canonical)
        return ColumnMapping(column=given) if isinstance(given, str) else given


class Source(BaseModel):
    """Where the tables are: a folder, a SQLite or DuckDB file, a Spark catalogue, a PostgreSQL.

    `path`:    relative to the project; a folder may be an address (s3://, gs://, abfss://,
               file://), a Spark catalogue is the folder of its warehouse.
    `url_env`: of a PostgreSQL database, the variable that holds its address.
    `schemas`: of a PostgreSQL database; tables of the first go by their bare names.
    """

    model_config = FROZEN
    kind: Literal["folder", "sqlite", "duckdb", "spark", "postgres"]
    path: str = Field(default="", validate_default=True)
    url_env: VariableName = "KEEPWELL_SOURCE_URL"
    schemas: tuple[str, ...] = Field(default=("public",), min_length=1)
    statement_timeout_s: Annotated[int, Field(ge=1)] = 3600

    @field_validator("path")
    @classmethod
    def _path_fits_kind(cls, path: str, given: ValidationInfo) -> str:
        kind = given.data.get("kind")
        if kind == "postgres" and path:
            raise ValueError("a database has no path: name the variable of its address, `url_env:`")
        if kind not in (None, "postgres") and not path:
            raise PydanticCustomError("missing", "Field required")
        return path

    @property
    def place(self) -> str:
        """Return where it is, as messages say it."""
        return self.path or f"${self.url_env}"


class Rate(BaseModel):
    """One unit of `currency` is worth `rate` of the project's currency from `since` on."""

    model_config = FROZEN
    currency: str
    since: date
    rate: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Money(BaseModel):
    """The project's currency, the currency of amounts that carry none, and dated rates."""

    model_config = FROZEN
    currency: str | None = None
    undeclared_means: str | None = None
    rates: tuple[Rate, ...] = ()


class ScorecardUse(BaseModel):
    """A scorecard and the accounts it applies to; the first whose `when` holds is taken."""

    model_config = FROZEN
    scorecard: str
    when: str | None = None


class ForecastSettings(BaseModel):
    """Assumptions of the contribution forecast; each is printed beside the numbers."""

    model_config = FROZEN
    won_weight: Annotated[float, Field(ge=0, le=1)] = 0.4
    pipeline_weight: Annotated[float, Field(ge=0, le=1)] = 0.6
    retention_factor: Annotated[float, Field(gt=0, le=1)] = 1.0
    horizon_months: Literal[6] = 6
    save_rate: Annotated[float, Field(gt=0, le=1)] = 1.0


class MatrixSettings(BaseModel):
    """Grades of the risk matrix: share of low accounts from which each grade starts."""

    model_config = FROZEN
    minimum_accounts: Annotated[int, Field(ge=2)] = 10
    critical: float = 0.70
    elevated: float = 0.40
    watch: float = 0.20


class Sizing(BaseModel):
    """Lowest headcount (or yearly revenue) of each size, used where no segment is given."""

    model_config = FROZEN
    by: Literal["employees", "revenue"] = "employees"
    enterprise: float = 5000
    large: float = 1000
    mid_market: float = 100


class Exclude(BaseModel):
    """Accounts left out of every result, counted as excluded."""

    model_config = FROZEN
    test_accounts: bool = False
    account_ids: tuple[str, ...] = ()
    names_matching: tuple[str, ...] = ()


class PostgresSettings(BaseModel):
    """The server that computes with `engine: postgres`, our schema there, and its limits.

    `url_env`:            environment variable that holds the connection address.
    `work_schema`:        schema of our own for working tables; nothing else may lie in it.
    `temp_file_limit_mb`: only a role with the right to set it may give one.
    """

    model_config = FROZEN
    url_env: VariableName = "KEEPWELL_POSTGRES_URL"
    work_schema: SchemaName = "keepwell_work"
    statement_timeout_s: Annotated[int, Field(ge=1)] = 3600
    work_mem_mb: Annotated[int, Field(ge=1)] = 64
    temp_file_limit_mb: Annotated[int, Field(ge=1)] | None = None


class SparkSettings(BaseModel):
    """Where `engine: spark` computes, and further settings of Spark by their full names.

    `master`:  `local[N]` (the default, N from `threads`), or a cluster's URL whose workers see the
               project's folder under the same path.
    `options`: no secrets here; Spark's own spark-defaults.conf holds those.
    """

    model_config = FROZEN
    master: MasterUrl | None = None
    options: dict[str, str] = Field(default_factory=dict)


class WarningSettings(BaseModel):
    """The early-warning loop: above `mass_change_share` of accounts changing tier, it holds."""

    model_config = FROZEN
    mass_change_share: Annotated[float, Field(gt=0, le=1)] = 0.2


class StateSettings(BaseModel):
    """A PostgreSQL server that holds the state in the place of .keepwell/state.db.

    `url_env`:   environment variable that holds the address of the server.
    `in_schema`: schema of the tables, made if it is missing; every project needs its own.
    """

    model_config = FROZEN
    url_env: VariableName = "KEEPWELL_STATE_URL"
    in_schema: SchemaName = "keepwell_state"


class RetentionSettings(BaseModel):
    """Which snapshots `keepwell prune` keeps: all of late, then one a week, then one a month.

    `all_days`: at least 35, as changes are measured against a month ago. None: without end.
    """

    model_config = FROZEN
    all_days: Annotated[int, Field(ge=35)] = 90
    weekly_days: Annotated[int, Field(ge=0)] | None = 365
    monthly_days: Annotated[int, Field(ge=0)] | None = None


class WriteBack(BaseModel):
    """Where results go: a SQLite or DuckDB file, a PostgreSQL server, a folder of files.

    `url_env`:   environment variable that holds the address of the server.
    `in_schema`: schema of the tables on the server.
    `prefix`:    begins the name of every table, which is how ours are told from others.
    `with_run`:  `keepwell run` writes too, once the snapshot is published.
    """

    model_config = FROZEN
    kind: Literal["sqlite", "duckdb", "postgres", "folder"]
    path: str = ""
    url_env: VariableName = "KEEPWELL_POSTGRES_URL"
    in_schema: SchemaName = "keepwell"
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*_$")] = "keepwell_"
    format: Literal["parquet", "csv"] = "parquet"
    with_run: bool = False

    @model_validator(mode="after")
    def _files_have_a_path(self) -> Self:
        if self.kind != "postgres" and not self.path:
            raise ValueError(f"`kind: {self.kind}` needs a `path`")
        return self


class Config(BaseModel):
    """The whole of keepwell.yml; `engine` computes, and its settings carry its name.

    `segment_map` comes from segments/*.yml, else as shipped; `churn_model` is what was fitted.
    """

    model_config = FROZEN
    project: str
    lang: Lang = "en"
    time_zone: str = "UTC"
    source: Source
    tables: dict[str, tuple[Feed, ...]]
    as_of: date | Literal["latest"] = "latest"
    money: Money = Money()
    scorecards: tuple[ScorecardUse, ...] = Field(min_length=1)
    forecast: ForecastSettings = ForecastSettings()
    matrix: MatrixSettings = MatrixSettings()
    value: ValueSettings = ValueSettings()
    segment_map: SegmentMap | None = None
    churn_model: dict[str, Any] | None = None
    lifetime: LifetimeSettings = LifetimeSettings()
    sizing: Sizing = Sizing()
    exclude: Exclude = Exclude()
    warning: WarningSettings = WarningSettings()
    proof: ProofSettings = ProofSettings()
    aliases: dict[str, str] = Field(default_factory=dict)
    key_roles: tuple[str, ...] = ()
    engine: Literal["duckdb", "postgres", "spark"] = "duckdb"
    postgres: PostgresSettings = PostgresSettings()
    spark: SparkSettings = SparkSettings()
    memory_limit_mb: int = Field(default_factory=default_memory_mb, ge=256)
    threads: Annotated[int, Field(ge=1)] = 2
    writeback: WriteBack | None = None
    state: StateSettings | None = None
    retention: RetentionSettings | None = None
    schedule: ScheduleSettings = ScheduleSettings()
    sign_in: SignInSettings = SignInSettings()
    webhooks: WebhookSettings = WebhookSettings()


# What changes where and how a run computes, not what it finds: equal inputs give one run id.
_WHERE = "memory_limit_mb threads source engine postgres spark writeback schedule state retention"
WITHOUT_EFFECT = frozenset(f"{_WHERE} proof sign_in webhooks".split())
