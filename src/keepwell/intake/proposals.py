"""What recognition proposes: which source table fills which canonical table, how, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from keepwell.intake.presets import PRESET_WORDS
from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class SampledTable:
    """A source table as recognition sees it: names and a sample of cells as written.

    `rows`:     sample, each row as long as `columns`; None and "" both mean an empty cell.
    `row_count`: rows in the whole table, None when not counted.
    `categories`: distinct values over more rows than the sample, for columns that have few.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    row_count: int | None = None
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Reason(StrEnum):
    """Why a source column was taken for a canonical one, surest first."""

    PRESET = "preset"
    SAME = "same"
    SYNONYM = "synonym"
    SIMILAR = "similar"
    PATTERN = "pattern"
    DERIVED = "derived"
    PERSON = "person"


REASON_WORDS: dict[Reason, Bilingual] = {
    Reason.PRESET: Bilingual(zh="预设 {detail}", en="preset {detail}"),
    Reason.SAME: Bilingual(zh="同名", en="same name"),
    Reason.SYNONYM: Bilingual(zh="同义列名", en="synonym"),
    Reason.SIMILAR: Bilingual(zh="列名相近（{detail}）", en="similar name ({detail})"),
    Reason.PATTERN: Bilingual(zh="按取值判断：{detail}", en="by its values: {detail}"),
    Reason.DERIVED: Bilingual(zh="推导自 {detail}", en="derived from {detail}"),
    Reason.PERSON: Bilingual(zh="由人指定", en="chosen by a person"),
}


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """How one canonical column is filled. `coverage`: share 0-1 of non-empty cells in the sample.

    `hints` are lines such as `scale: 1000000` that the user may need; they are written commented.
    """

    canonical: str
    source: str
    reason: Reason
    detail: str
    coverage: float
    unit: str | None = None
    scale: float | None = None
    date_order: str | None = None
    categories: tuple[tuple[str, str], ...] = ()
    via: str | None = None
    notes: tuple[Bilingual, ...] = ()
    hints: tuple[tuple[str, Bilingual], ...] = ()

    def why(self) -> Bilingual:
        """Return the reason in words."""
        word = REASON_WORDS[self.reason]
        told = PRESET_WORDS.get(self.detail) if self.reason is Reason.PRESET else None
        told = told or Bilingual(zh=self.detail or "-", en=self.detail or "-")
        return Bilingual(zh=word.zh.format(detail=told.zh), en=word.en.format(detail=told.en))

    @property
    def is_plain(self) -> bool:
        """Say whether a bare source name tells everything."""
        extra = (self.unit, self.scale, self.date_order, self.via)
        return not any(extra) and not self.categories and not self.hints


@dataclass(frozen=True, slots=True)
class Fill:
    """A line that the user has to fill or check: its key in keepwell.yml and what belongs there."""

    key: str
    message: Bilingual
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class FeedProposal:
    """One source table that fills one canonical table.

    `missing`:  required canonical columns without a source column.
    `drop_hints`: conditions that the user may want under drop_when; written as comments.
    `is_active`: False writes the feed as comments, since it cannot work yet.
    """

    table: str
    source: str
    preset: str
    columns: tuple[ColumnProposal, ...]
    missing: tuple[str, ...] = ()
    keep_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    drop_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    drop_hints: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unmapped: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    row_count: int | None = None
    is_active: bool = True

    @property
    def is_derived(self) -> bool:
        """Say whether the rows are only the account ids of another table."""
        return self.table == "accounts" and all(c.reason is Reason.DERIVED for c in self.columns)

    def column(self, canonical: str) -> ColumnProposal | None:
        """Return the proposal for a canonical column, or None."""
        return next((c for c in self.columns if c.canonical == canonical), None)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a table of no known layout may fill; `guesses` are (canonical, source) by its values."""

    table: str
    columns: tuple[str, ...]
    guesses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedTable:
    """A source table that fills nothing, and why; with a sketch, the user may say what it is."""

    source: str
    why: Bilingual
    sketch: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The mapping that recognition proposes for a whole source."""

    feeds: tuple[FeedProposal, ...]
    skipped: tuple[SkippedTable, ...]
    warnings: tuple[Bilingual, ...] = ()

    def of(self, table: str) -> tuple[FeedProposal, ...]:
        """Return the feeds of a canonical table."""
        return tuple(f for f in self.feeds if f.table == table)

    @property
    def mapped(self) -> frozenset[str]:
        """Return the mapped canonical columns as `table.column`."""
        return frozenset(
            f"{f.table}.{c.canonical}" for f in self.feeds if f.is_active for c in f.columns
        )

    @property
    def filled(self) -> frozenset[str]:
        """Return the mapped columns that hold anything, and constants, as `table.column`."""
        return frozenset(
            f"{f.table}.{c.canonical}"
            for f in self.feeds
            if f.is_active
            for c in f.columns
            if c.coverage > 0.0
        )
