"""Cells of a segment map given to other segments: which rules that takes, the others untouched."""

from collections.abc import Mapping
from functools import cache
from itertools import combinations_with_replacement

from keepwell.value.segments import CELLS, SCORES, Segment, SegmentMap, SegmentRule

Cell = tuple[int, int, int]
# Sets of cells are whole numbers with one bit for each: boxes are compared by the thousand.
_BIT = {cell: 1 << n for n, cell in enumerate(CELLS)}
_BANDS = tuple(combinations_with_replacement(SCORES, 2))
_SUMS = tuple(combinations_with_replacement(range(2, 11), 2))


def repainted(
    segments: SegmentMap, cells: Mapping[Cell, str]
) -> Mapping[str, tuple[SegmentRule, ...]]:
    """Return the rules of the segments that need others, for `cells` to be as given.

    All other cells stay with their segment, and rules that still hold stay as they are written.
    Errors: ValueError for a segment that would have no cell, its name first among the arguments.
    """
    found = {c: cells.get(c) or segments.segment_of(*c) for c in CELLS}
    wanted = {s.segment: sum(_BIT[c] for c in CELLS if found[c] == s.segment)
              for s in segments.segments}  # fmt: skip
    if empty := [name for name, mask in wanted.items() if not mask]:
        raise ValueError(*empty)
    changed, taken = {}, 0
    for segment in segments.segments:
        rules = _rules(segment, wanted[segment.segment], taken)
        taken |= wanted[segment.segment]
        if rules != segment.when:
            changed[segment.segment] = rules
    return changed


def _rules(segment: Segment, wanted: int, taken: int) -> tuple[SegmentRule, ...]:
    """Return rules for the wanted cells; those that earlier segments took may be covered too."""
    allowed, left = wanted | taken, wanted
    masks = [(rule, _mask(rule)) for rule in segment.when]
    rules = [rule for rule, mask in masks if not mask & ~allowed and mask & wanted]
    for rule in rules:
        left &= ~_mask(rule)
    while left:
        mask = max(
            (m for m in _boxes() if not m & ~allowed and m & left),
            key=lambda m: ((m & left).bit_count(), -m.bit_count()),
        )
        rules.append(SegmentRule(**_boxes()[mask]))
        left &= ~mask
    return tuple(rules)


def _mask(rule: SegmentRule) -> int:
    return sum(bit for cell, bit in _BIT.items() if rule.holds(*cell))


@cache
def _boxes() -> Mapping[int, Mapping[str, tuple[int, int]]]:
    """Return every set of cells that one rule covers, with the shortest rule for it."""
    axes = [
        {b: sum(bit for cell, bit in _BIT.items() if b[0] <= cell[n] <= b[1]) for b in _BANDS}
        for n in range(3)
    ]
    sums = {s: sum(bit for c, bit in _BIT.items() if s[0] <= c[1] + c[2] <= s[1]) for s in _SUMS}
    # The widest come first, so that a rule names no bound that it does not need.
    plain = [
        (axes[0][r] & axes[1][f] & axes[2][m], {"r": r, "f": f, "m": m})
        for r in _BANDS for f in _BANDS for m in _BANDS
    ]  # fmt: skip
    found: dict[int, Mapping[str, tuple[int, int]]] = {}
    for mask, rule in plain:
        found.setdefault(mask, _short(rule))
    for mask, rule in plain:
        for s, within in sums.items():
            found.setdefault(mask & within, _short(rule | {"fm": s}))
    found.pop(0, None)
    return found


def _short(rule: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
    return {k: v for k, v in rule.items() if v != ((2, 10) if k == "fm" else (1, 5))}
