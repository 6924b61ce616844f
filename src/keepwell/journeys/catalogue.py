"""The content catalogue: what there is to read, and which of it fits an account's worst drivers."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.journeys.steps import Name
from keepwell.journeys.templates import is_link
from keepwell.vocabulary import (
    Action,
    Bilingual,
    Finding,
    FindingKind,
    Lang,
    Severity,
    truncate_points,
)

FROZEN = ConfigDict(frozen=True, extra="forbid")
# The drivers that matter; what costs less than the third worst one is noise.
WORST = 3


class ContentItem(BaseModel):
    """One article, tutorial or case.

    `drivers`:    measures whose loss it helps against; empty fits every account, as a last resort.
    `industries`: as the source names them; empty fits all. `langs`: languages it exists in.
    `link`:       where it is; without one the summary is all there is.
    """

    model_config = FROZEN
    item: Name
    kind: Literal["article", "tutorial", "case"]
    title: Bilingual
    summary: Bilingual
    drivers: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    langs: Annotated[tuple[Lang, ...], Field(min_length=1)] = ("zh", "en")
    link: str | None = None
    is_on: bool = True


class ContentFile(BaseModel):
    """The whole of one file of content."""

    model_config = FROZEN
    content: Annotated[tuple[ContentItem, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        names = [c.item for c in self.content]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"item {', '.join(twice)} is defined twice")
        return self


@dataclass(frozen=True, slots=True)
class Driver:
    """A measure that costs an account points."""

    measure: str
    lost_micro: int


@dataclass(frozen=True, slots=True)
class Choice:
    """An item chosen for an account, and why: the driver it is about, and whether it is of its
    industry. `driver` is None for an item that fits everybody.
    """

    item: ContentItem
    driver: Driver | None
    place: int
    is_of_industry: bool

    def why(self, label: Bilingual | None, lang: Lang) -> str:
        """Return the reason in words; `label` names the driver's measure."""
        if self.driver is None:
            return "适合所有客户" if lang == "zh" else "fits every account"
        lost = truncate_points(self.driver.lost_micro)
        name = label.text(lang) if label is not None else self.driver.measure
        zh = f"失分第 {self.place} 的指标“{name}”（失 {lost} 分）"
        en = f"{name} loses {lost} points, the no. {self.place} driver"
        industry = (
            ("；同行业" if lang == "zh" else "; same industry") if self.is_of_industry else ""
        )
        return (zh if lang == "zh" else en) + industry


def choose(
    items: Sequence[ContentItem],
    drivers: Sequence[Driver],
    industry: str | None,
    lang: Lang,
    seen: Collection[str] = (),
) -> tuple[Choice, ...]:
    """Return the items that fit, best first: worst driver, same industry, cases last, by name.

    `seen`: items that the account was shown; they come last, so that others get their turn.
    """
    worst = sorted((d for d in drivers if d.lost_micro > 0), key=_loss)[:WORST]
    found = []
    for item in items:
        if not item.is_on or lang not in item.langs:
            continue
        if item.industries and industry not in item.industries:
            continue
        match = next(((n, d) for n, d in enumerate(worst, 1) if d.measure in item.drivers), None)
        if match is None and item.drivers:
            continue
        place, driver = match if match is not None else (WORST + 1, None)
        found.append(Choice(item, driver, place, bool(item.industries)))
    return tuple(sorted(found, key=lambda c: _order(c, seen)))


def _loss(driver: Driver) -> tuple[int, str]:
    return -driver.lost_micro, driver.measure


def _order(choice: Choice, seen: Collection[str]) -> tuple[bool, int, bool, int, str]:
    kinds = ("tutorial", "article", "case")
    item = choice.item
    return (
        item.item in seen,
        choice.place,
        not choice.is_of_industry,
        kinds.index(item.kind),
        item.item,
    )


_UNKNOWN_DRIVER = FindingKind(
    "content_driver_unknown",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "内容 `{item}` 的驱动因素 `{name}` 不是指标，永远不会被选中。",
        "Content `{item}` names the driver `{name}`, which is no measure: it is never chosen.",
    ),
    Bilingual("在 content/*.yml 中改正。{hint}", "Mend it in content/*.yml. {hint}"),
)
_BAD_LINK = FindingKind(
    "content_link_broken",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "内容 `{item}` 的地址不是 https 地址，不会放进邮件。",
        "The address of content `{item}` is no https address; it is left out of mails.",
    ),
    Bilingual("写成 https://…", "Write it as https://..."),
)
_UNKNOWN_ITEM = FindingKind(
    "content_item_missing",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "旅程 `{journey}` 的步骤 `{step}` 引用内容 `{item}`，目录中没有；将改用最合适的内容。",
        "Step `{step}` of journey `{journey}` names content `{item}`, which the catalogue lacks; "
        "the best fitting item takes its place.",
    ),
    Bilingual("在 content/*.yml 中加入它。{hint}", "Add it to content/*.yml. {hint}"),
)


def content_findings(
    items: Sequence[ContentItem],
    named: Sequence[tuple[str, str, str]],
    measures: Collection[str],
) -> tuple[Finding, ...]:
    """Return every reference that leads nowhere.

    `named`: journey, step and item of steps that name one.
    """
    found = [
        _finding(_UNKNOWN_DRIVER, item=i.item, name=d, hint=_hint(d, measures))
        for i in items
        for d in i.drivers
        if d not in measures
    ]
    found += [
        _finding(_BAD_LINK, item=i.item)
        for i in items
        if i.link is not None and not is_link(i.link)
    ]
    known = {i.item for i in items if i.is_on}
    found += [
        _finding(_UNKNOWN_ITEM, journey=j, step=s, item=i, hint=_hint(i, known))
        for j, s, i in named
        if i not in known
    ]
    return tuple(found)


def _finding(kind: FindingKind, **params: str) -> Finding:
    return Finding(kind, "content", 1, params=params)


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"Did you mean `{near[0]}`?" if near else ""
