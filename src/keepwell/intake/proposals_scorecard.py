"""Cut a shipped scorecard down to the measures that a source can give, as commented YAML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from keepwell.intake.proposals_lines import comment
from keepwell.vocabulary import Bilingual, Lang

_MEASURE = re.compile(r"^\s*(?:#or )?- \{measure: (?P<name>\w+),")
_DIMENSION = re.compile(r"^\s*- dimension: (?P<name>\w+)")
_NAME = re.compile(r"^scorecard: (?P<name>\w+)$", re.MULTILINE)
_COMMENT = re.compile(r"^(?P<indent>\s*)#(?P<lang>zh|en) ")


@dataclass(frozen=True, slots=True)
class ScorecardText:
    """A scorecard file to write. `left_out` and `stand_ins` name measures, `proxies` those that
    rest on a declared stand-in for missing data; `is_unsupported`: no measure can be given;
    `supported_pct`: weight, 0-100, of the shipped dimensions that keep a measure of their own."""

    name: str
    text: str
    left_out: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    is_unsupported: bool = False
    supported_pct: int = 100

    @property
    def is_reduced(self) -> bool:
        """Say whether measures of the shipped scorecard are missing."""
        return bool(self.left_out)


@dataclass(slots=True)
class _Block:
    head: list[str]
    weight: str = ""
    measures: list[tuple[str, str]] = field(default_factory=list)
    instead: list[tuple[str, str]] = field(default_factory=list)

    @property
    def points(self) -> int:
        """Return the weight of the dimension."""
        return int(self.weight.partition(":")[2])


def scorecard_text(shipped: str, lang: Lang, available: Mapping[str, str]) -> ScorecardText:
    """Return the scorecard with what is available; `available` maps measure to provider kind.

    A dimension without any measure takes its stand-ins (`#or` lines), or is left out. Weights are
    relative, so those that remain share the whole score. With nothing available all is kept.
    """
    top, blocks = _split(_in_language(shipped, lang))
    kept = [(b, chosen) for b in blocks if (chosen := _choose(b, available))]
    is_unsupported = not kept
    supported = sum(b.points for b in blocks if any(n in available for n, _ in b.measures))
    if is_unsupported:
        kept = [(b, b.measures) for b in blocks]
    names = [n for _, chosen in kept for n, _ in chosen]
    listed = [n for b in blocks for n, _ in b.measures]
    left_out = tuple(n for n in listed if n not in names)
    stand_ins = tuple(n for n in names if n not in listed)
    proxies = tuple(n for n in names if available.get(n) == "proxy")
    match = _NAME.search(shipped)
    name = match["name"] if match else "account_health"
    full = f"{name}_reduced" if left_out else name
    head = [line.replace(f"scorecard: {name}", f"scorecard: {full}") for line in top]
    out = [*_notes(lang, left_out, stand_ins), *head]
    for block, chosen in kept:
        out += [*block.head, block.weight, "    measures:"]
        for measure, line in chosen:
            if measure in proxies:
                out.append(f"      # {_WORDS['proxy'].text(lang).format(measure=measure)}")
            out.append(line)
    return ScorecardText(
        full, "\n".join(out) + "\n", left_out, stand_ins, proxies, is_unsupported, supported
    )


_WORDS = {
    "left_out": Bilingual(
        zh="精简版：数据不支持以下指标，已去掉，权重由其余指标按比例分担：{names}",
        en="Reduced: the data cannot give these measures, so the others share their weight: "
        "{names}",
    ),
    "stand_ins": Bilingual(
        zh="维度内的指标全部缺失时的替补：{names}",
        en="Stand-ins where a whole dimension was missing: {names}",
    ),
    "proxy": Bilingual(
        zh="{measure} 缺少原始数据，以代理数据计算（如以产品使用代替活动），报告会注明",
        en="{measure} rests on a declared proxy (such as product usage for activity); reports "
        "say so",
    ),
}


def _notes(lang: Lang, left_out: tuple[str, ...], stand_ins: tuple[str, ...]) -> list[str]:
    lines = []
    for key, names in (("left_out", left_out), ("stand_ins", stand_ins)):
        if names:
            listed = ("、" if lang == "zh" else ", ").join(names)
            text = _WORDS[key].text(lang).format(names=listed)
            lines.append(f"# {comment(text)}")
    return lines


def _in_language(shipped: str, lang: Lang) -> list[str]:
    lines = []
    for line in shipped.splitlines():
        told = _COMMENT.match(line)
        if told is None:
            lines.append(line)
        elif told["lang"] == lang:
            lines.append(f"{told['indent']}# {line[told.end() :]}")
    return lines


def _split(lines: list[str]) -> tuple[list[str], list[_Block]]:
    """Part the file into what stands above the dimensions, and the dimensions."""
    at = lines.index("dimensions:") + 1
    top, blocks, waiting = lines[:at], [], list[str]()
    for line in lines[at:]:
        measure = _MEASURE.match(line)
        if _DIMENSION.match(line):
            blocks.append(_Block([*waiting, line]))
            waiting = []
        elif measure is not None:
            place = blocks[-1].instead if "#or " in line else blocks[-1].measures
            place.append((measure["name"], line.replace("#or ", "")))
        elif line.strip().startswith("weight:"):
            blocks[-1].weight = line
        elif line.strip().startswith("#"):
            waiting.append(line)
    return top, blocks


def _choose(block: _Block, available: Mapping[str, str]) -> list[tuple[str, str]]:
    own = [m for m in block.measures if m[0] in available]
    return own or [m for m in block.instead if m[0] in available]
