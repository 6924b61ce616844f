"""Names of the example company's customers, contacts and colleagues; all invented."""

import numpy as np

_ZH_PLACE = (
    "云杉 青石 远川 朗润 海棠 星野 北辰 鼎新 嘉禾 启明 瑞泽 恒川 "
    "锦程 泰和 沃野 晨曦 长岭 峰汇 明德 卓越"
)
_ZH_STEM = "数据 智能 精工 医疗 物流 教育 能源 零售 电子 生物 供应链 材料 软件 金服 装备 食品"
_ZH_FORM = ("有限公司", "股份有限公司", "集团", "科技有限公司")
_EN_FIRST = (
    "Alder Birch Cobalt Delta Ember Falcon Granite Harbor Indigo Juniper Kestrel Lumen Maple "
    "Northwind Onyx Pioneer Quartz Ridge Summit Tidal Umbra Vertex Willow Zenith"
)
_EN_STEM = (
    "Analytics Logistics Robotics Health Foods Textiles Energy Software Capital Motors Media "
    "Retail Labs Systems Materials Learning Freight Networks"
)
_EN_FORM = ("Inc", "LLC", "Ltd", "Group")
_ZH_SURNAME = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_ZH_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
_EN_GIVEN = "Ava Ben Carla Dario Elena Finn Grace Hugo Iris Jonas Kira Leo Mara Nils Olga Pablo"
_EN_SURNAME = "Adler Brandt Costa Duarte Eklund Fischer Garcia Holm Ito Jensen Keller Lopez Moreau"


def _pick(words: str | tuple[str, ...], count: int, rng: np.random.Generator) -> list[str]:
    pool = words if isinstance(words, tuple) else tuple(words.split() if " " in words else words)
    return [pool[i] for i in rng.integers(0, len(pool), count)]


def company_names(count: int, lang: str, rng: np.random.Generator) -> list[str]:
    """Return `count` company names, all different: a number is added where one would repeat."""
    if lang == "zh":
        parts = (_ZH_PLACE, _ZH_STEM, _ZH_FORM)
        plain = ["".join(p) for p in zip(*(_pick(p, count, rng) for p in parts), strict=True)]
    else:
        en = (_EN_FIRST, _EN_STEM, _EN_FORM)
        plain = [" ".join(p) for p in zip(*(_pick(p, count, rng) for p in en), strict=True)]
    seen: dict[str, int] = {}
    names = []
    for name in plain:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def person_names(count: int, lang: str, rng: np.random.Generator) -> list[str]:
    """Return `count` names of people; repeats are natural."""
    if lang == "zh":
        parts = (_pick(_ZH_SURNAME, count, rng), _pick(_ZH_GIVEN, count, rng))
        return ["".join(p) for p in zip(*parts, strict=True)]
    parts = (_pick(_EN_GIVEN, count, rng), _pick(_EN_SURNAME, count, rng))
    return [" ".join(p) for p in zip(*parts, strict=True)]
