"""Spellings that look like one category: case and blank variants, slips of the keyboard."""

from collections.abc import Mapping

from keepwell.intake.headers import folded

_INDUSTRIES = (
    "technology", "healthcare", "finance", "financial services", "manufacturing", "retail",
    "education", "government", "entertainment", "employment", "marketing", "medical", "software",
    "telecommunications", "telecommunication", "insurance", "banking", "consulting", "energy",
    "utilities", "transportation", "logistics", "hospitality", "construction", "agriculture",
    "pharmaceuticals", "biotechnology", "automotive", "electronics", "chemicals", "engineering",
)  # fmt: skip
_SHORTEST = 6


def similar_words(
    counts: Mapping[str, int], *, is_industry: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return pairs (rarer or misspelt word, word it looks like), in order of text.

    >>> similar_words({"Technology": 90, "technology ": 3, "Retail": 5})
    (('technology ', 'Technology'),)
    """
    ranked = sorted(counts, key=lambda w: (-counts[w], w))
    pairs = []
    for place, word in enumerate(ranked):
        other = next((o for o in ranked[:place] if _alike(word, o, counts)), None)
        if other is None and is_industry:
            other = _known_industry(word)
        if other is not None:
            pairs.append((word, other))
    return tuple(sorted(pairs))


def _alike(word: str, other: str, counts: Mapping[str, int]) -> bool:
    if folded(word) == folded(other) and folded(word):
        return True
    if counts[word] * 5 > counts[other]:
        return False
    return _is_slip(folded(word), folded(other))


def _known_industry(word: str) -> str | None:
    if folded(word) in {folded(i) for i in _INDUSTRIES}:
        return None
    return next((i for i in _INDUSTRIES if _is_slip(folded(word), folded(i))), None)


def _is_slip(word: str, other: str) -> bool:
    """Say whether one letter was dropped, added, changed or swapped; digits must agree."""
    if min(len(word), len(other)) < _SHORTEST or abs(len(word) - len(other)) > 1:
        return False
    if [c for c in word if c.isdigit()] != [c for c in other if c.isdigit()]:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    end = 0
    shorter = min(len(word), len(other)) - start
    while end < shorter and word[-1 - end] == other[-1 - end]:
        end += 1
    left, right = word[start : len(word) - end], other[start : len(other) - end]
    is_swap = len(left) == 2 and left == right[::-1]
    return is_swap or max(len(left), len(right)) == 1
