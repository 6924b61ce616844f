"""Propose words for categories that mean the same: sizes, won and lost stages, deal types."""

import re
import unicodedata
from collections.abc import Sequence

from keepwell.intake.presets import name_key

SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")

# What reports call the sizes; these words are understood without a map.
SIZE_NAMES = {
    **{size: size for size in SIZES},
    "集团级": "Enterprise",
    "大型": "Large",
    "中型": "Mid-Market",
    "小型": "Small Business",
}

_SIZE_WORDS = {
    "Enterprise": "enterprise enterprises 集团 集团级 集团型 超大型 超大 特大型 "
    "集团客户 集团企业 集团级客户 集团级企业 超大型企业 "
    "特大型企业 战略客户",
    "Large": "large 大型 大 大型企业 大型客户 大企业 大客户",
    "Mid-Market": "midmarket mid medium mediumsized midsize mediumbusiness 中型 中型企业 "
    "中型客户 中 中等 中等规模",
    "Small Business": "smb small smallbusiness smallbusinesses smbs 小型 小型企业 小型客户 小 "
    "小微 小微企业 中小企业 小企业",
}
_WON = (
    "won closedwon win closewon 赢单 已赢单 成交 已成交 赢单关闭 签约 已签约 成功 结单赢单 赢单成交"
)
_LOST = "lost closedlost loss closelost 输单 已输单 丢单 战败 输单关闭 失败 已丢单 关闭丢失 放弃"
_TYPES = {
    "new": "newbusiness newcustomer newlogo new 新签 新购 新客户 新业务 新单",
    "expansion": "existingbusiness existingcustomerupgrade upsell crosssell expansion upgrade "
    "增购 扩容 追加 增值 老客户增购",
    "renewal": "renewal renew existingcustomerrenewal 续约 续费 续签",
}


def _lookup(words: dict[str, str]) -> dict[str, str]:
    return {name_key(w): meaning for meaning, line in words.items() for w in line.split()}


def _word(value: str) -> str:
    """Return the word in a value: without numbering, shares or what stands in brackets."""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", value)
    return re.sub(r"^\d+|[\d%]+$", "", name_key(bare))


_SIZE_OF = _lookup(_SIZE_WORDS)
_TYPE_OF = _lookup(_TYPES)
_OUTCOME_OF = _lookup({"true": _WON, "false": _LOST})


def _spelled(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Add the half-width spelling of a value, since flags are compared in that form."""
    out: dict[str, str] = {}
    for value, meaning in pairs:
        out.setdefault(value, meaning)
        out.setdefault(unicodedata.normalize("NFKC", value), meaning)
    return tuple(out.items())


def size_map(values: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return pairs (value, size) for near-identical words, and the values left unknown."""
    pairs, unknown = [], []
    for value in values:
        if value in SIZES:
            continue
        meaning = _SIZE_OF.get(_word(value))
        if meaning is None:
            unknown.append(value)
        else:
            pairs.append((value, meaning))
    return _spelled(pairs), tuple(unknown)


def type_map(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return pairs (value, new | expansion | renewal) for the deal types that are understood."""
    found = ((v, _TYPE_OF.get(_word(v))) for v in values)
    return _spelled([(v, m) for v, m in found if m is not None and v != m])


def won_map(stages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (stage, "true" | "false") for won; open stages are false. Empty if none is won."""
    if not any(_OUTCOME_OF.get(_word(s)) == "true" for s in stages):
        return ()
    return _spelled([(s, _OUTCOME_OF.get(_word(s), "false")) for s in stages])


def closed_map(stages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (stage, "true" | "false") for closed. Empty if no stage is won or lost."""
    known = {s: _word(s) in _OUTCOME_OF for s in stages}
    if not any(known.values()):
        return ()
    return _spelled([(s, "true" if is_known else "false") for s, is_known in known.items()])
