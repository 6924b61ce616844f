"""The weights of a scorecard for every combination of missing measures, as plain rows."""

from collections.abc import Collection, Iterable, Sequence

from keepwell.definitions.definition import Definition
from keepwell.scoring import shared_measures, weight_rows
from keepwell.vocabulary import Bilingual, Scorecard

# Seven measures that may be missing have 128 combinations, ten have 1024.
MOST_PATTERNS = 1024


def missing_patterns(
    card: Scorecard, available: Collection[str], seen: Iterable[int] = ()
) -> tuple[int, ...]:
    """Return the bit masks of missing measures that need weights, lowest first.

    `available`: measures with a provider; the others are always missing.
    `seen`:      what a run found; all there is when the combinations are over MOST_PATTERNS.
    """
    shared = shared_measures(card)
    always = sum(2**bit for bit, name in enumerate(shared) if name not in available)
    free = [2**bit for bit, name in enumerate(shared) if name in available]
    found = {always, *(s for s in seen if s >= 0)}
    if 2 ** len(free) <= MOST_PATTERNS:
        for part in free:
            found |= {p | part for p in tuple(found)}
    return tuple(sorted(found))


def weights_definition(card: Scorecard, name: str, patterns: Sequence[int]) -> Definition:
    """Return one row per pattern with the micro-points of each measure; each row sums to 100 m."""
    rows = weight_rows(card, patterns)
    heads = ["pattern", *(f"{m.measure}__weight" for m in card.measures)]
    lines: list[str] = []
    for pattern, weights in rows.items():
        values = [pattern, *weights.values()]
        if lines:
            lines.append("UNION ALL SELECT " + ", ".join(map(str, values)))
        else:
            pairs = zip(values, heads, strict=True)
            lines.append("SELECT " + ", ".join(f"{value} AS {head}" for value, head in pairs))
    return Definition(name, _about(card), lines=tuple(lines))


def _about(card: Scorecard) -> Bilingual:
    shared = shared_measures(card)
    bits = ", ".join(f"{2**bit} {name}" for bit, name in enumerate(shared))
    return Bilingual(
        f"指标缺失的每种组合下的权重，单位为百万分之一分；pattern 为缺失指标的数值之和：{bits}。"
        "没有列出的组合没有分数，请重新编译。",
        "Weights in micro-points for each combination of missing measures; pattern is the sum of "
        f"those missing: {bits}. A combination that is not listed has no score; compile again.",
    )
