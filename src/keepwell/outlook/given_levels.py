"""Which words of a source's own risk levels mean that it worries about the account."""

from collections.abc import Collection

_WORRIED = (
    *("critical", "severe", "extreme", "very_high", "high", "red"),
    *("严重", "危急", "极高", "很高", "高", "高危", "红"),
)
_CALM = (
    *("medium", "moderate", "mid", "low", "very_low", "minimal", "none", "no"),
    *(
        "green",
        "yellow",
        "amber",
        "中",
        "中等",
        "一般",
        "低",
        "较低",
        "很低",
        "极低",
        "无",
        "绿",
        "黄",
    ),
)
_TAILS = ("_risk", "风险", "危险")


def _word(level: str) -> str:
    word = "_".join(level.strip().casefold().replace("-", " ").split())
    for tail in _TAILS:
        word = word.removesuffix(tail)
    return word


def worried_levels(levels: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the levels that mean worry, and those whose word is not known here, both sorted.

    >>> worried_levels(["Low", "High", "Critical risk", "R2"])
    (('Critical risk', 'High'), ('R2',))
    >>> worried_levels(["高风险", "低风险"])
    (('高风险',), ())
    """
    worried = sorted(level for level in levels if _word(level) in _WORRIED)
    unread = sorted(level for level in levels if _word(level) not in _WORRIED + _CALM)
    return tuple(worried), tuple(unread)
