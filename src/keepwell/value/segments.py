"""Segment maps: rules that give each of the 125 combinations of R, F and M one segment."""

from collections import Counter
from itertools import product
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.vocabulary import Bilingual

FROZEN = ConfigDict(frozen=True, extra="forbid")
SCORES = (1, 2, 3, 4, 5)
CELLS = tuple(product(SCORES, SCORES, SCORES))
UNKNOWN_SEGMENT = "unknown"
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Band = tuple[Annotated[int, Field(ge=1, le=5)], Annotated[int, Field(ge=1, le=5)]]
SumBand = tuple[Annotated[int, Field(ge=2, le=10)], Annotated[int, Field(ge=2, le=10)]]


class SegmentRule(BaseModel):
    """One box of scores, ends included; `fm` is the sum of F and M, 2 to 10."""

    model_config = FROZEN
    r: Band = (1, 5)
    f: Band = (1, 5)
    m: Band = (1, 5)
    fm: SumBand = (2, 10)

    @model_validator(mode="after")
    def _bands_ascend(self) -> Self:
        for name in ("r", "f", "m", "fm"):
            low, high = getattr(self, name)
            if low > high:
                raise ValueError(f"{name}: [{low}, {high}] is empty; write the lower score first")
        return self

    def holds(self, r: int, f: int, m: int) -> bool:
        """Say whether a combination of scores lies in the box."""
        pairs = ((r, self.r), (f, self.f), (m, self.m), (f + m, self.fm))
        return all(low <= score <= high for score, (low, high) in pairs)

    def condition(self) -> str:
        """Return the box as SQL over r_score, f_score and m_score."""
        named = (("r_score", self.r, (1, 5)), ("f_score", self.f, (1, 5)))
        more = (("m_score", self.m, (1, 5)), ("f_score + m_score", self.fm, (2, 10)))
        tests = [
            f"{name} BETWEEN {low} AND {high}"
            for name, (low, high), widest in (*named, *more)
            if (low, high) != widest
        ]
        return " AND ".join(tests) or "TRUE"


class Segment(BaseModel):
    """A segment: its words, its rules, and how engaged its name alone says an account is (0-1)."""

    model_config = FROZEN
    segment: Name
    label: Bilingual
    meaning: Bilingual
    engagement: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    when: Annotated[tuple[SegmentRule, ...], Field(min_length=1)]


class SegmentMap(BaseModel):
    """Segments in order: the first whose rule holds is taken. All 125 combinations are covered."""

    model_config = FROZEN
    map: Name
    segments: Annotated[tuple[Segment, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_cell_has_one_segment(self) -> Self:
        names = Counter(s.segment for s in self.segments)
        twice = sorted(n for n, count in names.items() if count > 1)
        if twice or UNKNOWN_SEGMENT in names:
            raise ValueError(f"segment listed twice or reserved: {', '.join(twice) or 'unknown'}")
        found = {cell: self._first(cell) for cell in CELLS}
        open_cells = [c for c, name in found.items() if name is None]
        if open_cells:
            shown = ", ".join(f"R{r} F{f} M{m}" for r, f, m in open_cells[:5])
            raise ValueError(f"{len(open_cells)} of 125 combinations have no segment: {shown} ...")
        unreached = [n for n in names if n not in set(found.values())]
        if unreached:
            raise ValueError(
                f"no combination reaches {', '.join(unreached)}: earlier rules take all of theirs"
            )
        return self

    def _first(self, cell: tuple[int, int, int]) -> str | None:
        return next((s.segment for s in self.segments if any(w.holds(*cell) for w in s.when)), None)

    def segment_of(self, r: int, f: int, m: int) -> str:
        """Return the segment of one combination of scores 1-5."""
        found = self._first((r, f, m))
        if found is None:
            raise ValueError(f"scores lie in 1-5, not R{r} F{f} M{m}")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """Return the segments in their order."""
        return tuple(s.segment for s in self.segments)

    def case(self) -> str:
        """Return SQL giving the segment of r_score, f_score, m_score; unknown when one is NULL."""
        whens = " ".join(
            f"WHEN {' OR '.join(f'({w.condition()})' for w in s.when)} THEN '{s.segment}'"
            for s in self.segments
        )
        missing = "r_score IS NULL OR f_score IS NULL OR m_score IS NULL"
        return f"CASE WHEN {missing} THEN '{UNKNOWN_SEGMENT}' {whens} END"

    def engagement_case(self, column: str) -> str:
        """Return SQL giving the declared engagement, 0-1, of the segment named in `column`."""
        whens = " ".join(
            f"WHEN {column} = '{s.segment}' THEN CAST('{s.engagement}' AS DOUBLE)"
            for s in self.segments
        )
        return f"CASE {whens} END"
