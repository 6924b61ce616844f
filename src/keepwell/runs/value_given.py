"""Value tiers and segments that the source states: stored in our words, the rest is unknown."""

from dataclasses import dataclass

from keepwell.ports import Engine
from keepwell.value import TIERS, SegmentMap, given_label_select

_TIER_WORDS = {
    "platinum": ("铂金", "白金"),
    "gold": ("黄金", "金"),
    "silver": ("白银", "银"),
    "bronze": ("青铜", "铜"),
    "basic": ("基础", "普通"),
}


@dataclass(frozen=True, slots=True)
class GivenLabels:
    """Which labels the source states for at least one account."""

    has_tier: bool
    has_segment: bool


def store_given(engine: Engine, segments: SegmentMap, mapped: frozenset[str]) -> GivenLabels:
    """Store value_given_tier and value_given_segment where the account view names them."""
    tiers = {w: t for t in TIERS for w in (*_cased(t), *_TIER_WORDS[t])}
    names: dict[str, str] = {}
    for s in segments.segments:
        for word in (s.segment, s.label.zh, s.label.en):
            names |= dict.fromkeys(_cased(word), s.segment)
    return GivenLabels(
        _store(engine, "value_tier", "value_given_tier", "given_tier", tiers, mapped),
        _store(engine, "value_segment", "value_given_segment", "given_segment", names, mapped),
    )


def _cased(word: str) -> tuple[str, ...]:
    spaced = word.replace("_", " ")
    forms = (word, word.lower(), word.upper(), word.title(), spaced, spaced.lower(), spaced.title())
    return tuple(dict.fromkeys(forms))


def _store(
    engine: Engine,
    column: str,
    table: str,
    alias: str,
    words: dict[str, str],
    mapped: frozenset[str],
) -> bool:
    if f"account_view.{column}" not in mapped:
        return False
    select = given_label_select(column, words, alias)
    engine.create_table(table, select)
    if int(engine.rows(f"SELECT count({alias}) FROM {table}")[0][0]):
        return True
    engine.drop(table)
    return False
