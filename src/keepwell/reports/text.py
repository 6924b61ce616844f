"""Lines: bilingual templates with slots for facts, words and inert data; resolved per language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from keepwell.reports.facts import Fact
from keepwell.reports.patterns import Pattern
from keepwell.vocabulary import LANGS, Bilingual, Lang

_NO_SPACE_AFTER = " ]）。，；：”（"
SLOT = re.compile(r"\{(@?)([a-z0-9_,]+)(?::([a-z]+))?\}")


class SpanKind(StrEnum):
    """Where a piece of text comes from; `data` was written by others and stays inert."""

    WORDS = "words"
    VALUE = "value"
    DATA = "data"
    REF = "ref"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of resolved text. `fact` names the fact of a value or reference."""

    kind: SpanKind
    text: str
    is_strong: bool = False
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """Text from the user's data: printed as it is, escaped by every writer."""

    text: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class DataPair:
    """Text that holds data of the user's and exists in both languages, such as a finding."""

    both: Bilingual


@dataclass(frozen=True, slots=True)
class Join:
    """Several slots in a row; `mode` is passed on to the facts among them."""

    items: tuple["Slot", ...]
    between: Bilingual = field(default_factory=lambda: Bilingual("、", ", "))


Slot: TypeAlias = "Fact | Bilingual | Data | DataPair | Join | Line"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence or cell in both languages, with the patterns it claims or denies.

    Errors: ValueError when the languages use different slots, cite facts in a different
            order, or use a fact without citing it.
    """

    template: Bilingual
    slots: Mapping[str, "Slot"] = field(default_factory=dict)
    claims: tuple[Pattern, ...] = ()
    denies: tuple[Pattern, ...] = ()
    is_cited: bool = True

    def __post_init__(self) -> None:
        used = [_names(self.template.text(lang), "") for lang in ("zh", "en")]
        cited = [_names(self.template.text(lang), "@") for lang in ("zh", "en")]
        if set(used[0]) != set(used[1]) or cited[0] != cited[1]:
            raise ValueError(f"zh and en differ in slots: {self.template.en!r}")
        lost = (set(used[0]) | set(cited[0])) - set(self.slots)
        if lost:
            raise ValueError(f"no slot {sorted(lost)} for {self.template.en!r}")
        uncited = {n for n in used[1] if isinstance(self.slots[n], Fact)} - set(cited[1])
        if self.is_cited and cited[1] and uncited:
            raise ValueError(f"facts without reference {sorted(uncited)}: {self.template.en!r}")
        orders = [[f.key for f in self.cited_in(lang)] for lang in LANGS]
        if orders[0] != orders[1]:
            raise ValueError(f"zh and en cite in another order: {self.template.en!r}")

    @property
    def cited(self) -> tuple[Fact, ...]:
        """Return the cited facts in the order of their references, the same in both languages."""
        return tuple({f.key: f for f in self.cited_in("en")}.values())

    def cited_in(self, lang: Lang) -> list[Fact]:
        """Return the cited facts as they stand in one language, with repeats."""
        if not self.is_cited:
            return []
        template = self.template.text(lang)
        found: list[Fact] = []
        for sign, names, _ in SLOT.findall(template):
            for name in names.split(","):
                slot = self.slots[name]
                if sign:
                    found.extend(_facts_of(slot))
                elif isinstance(slot, Line):
                    found.extend(slot.cited_in(lang))
                elif isinstance(slot, Join):
                    lines = (i for i in slot.items if isinstance(i, Line))
                    found.extend(f for i in lines for f in i.cited_in(lang))
        if not _names(template, "@"):
            names_used = dict.fromkeys(_names(self.template.en, ""))
            own = (self.slots[n] for n in names_used)
            found.extend(s for s in own if isinstance(s, Fact))
        return found

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return all facts used, cited or not."""
        names = dict.fromkeys(_names(self.template.en, "") + _names(self.template.en, "@"))
        return tuple(f for name in names for f in _facts_of(self.slots[name]))

    def spans(self, lang: Lang, numbers: Mapping[str, str]) -> tuple[Span, ...]:
        """Return the text in one language; `numbers` gives each cited fact's number."""
        template = self.template.text(lang)
        pieces = list(self._pieces(template, lang, numbers))
        has_refs = bool(_names(self.template.en, "@"))
        direct = [self.slots[n] for n in dict.fromkeys(_names(self.template.en, ""))]
        if self.is_cited and not has_refs:
            own = [s for s in direct if isinstance(s, Fact)]
            pieces.extend(_refs(own, numbers))
        return tuple(_spaced(pieces))

    def plain(self, lang: Lang) -> str:
        """Return the text without references and marks, for titles and alternative text."""
        spans = replace(self, is_cited=False).spans(lang, {})
        return "".join(s.text for s in spans if s.kind is not SpanKind.REF)

    def _pieces(self, template: str, lang: Lang, numbers: Mapping[str, str]) -> Iterator[Span]:
        is_strong, at = False, 0
        for match in re.finditer(r"\*\*|`[^`{}]+`|" + SLOT.pattern, template):
            if match.start() > at:
                yield Span(SpanKind.WORDS, template[at : match.start()], is_strong)
            at = match.end()
            if match.group() == "**":
                is_strong = not is_strong
                continue
            if match.group()[0] == "`":
                yield Span(SpanKind.CODE, match.group()[1:-1], is_strong)
                continue
            at_sign, name, mode = match.group(1), match.group(2), match.group(3) or ""
            if at_sign:
                facts = [f for n in name.split(",") for f in _facts_of(self.slots[n])]
                yield from _refs(facts, numbers)
            else:
                yield from _resolve(self.slots[name], mode, lang, numbers, is_strong)
        if at < len(template):
            yield Span(SpanKind.WORDS, template[at:], is_strong)


def _names(template: str, sign: str) -> list[str]:
    return [n for s, ns, _ in SLOT.findall(template) if s == sign for n in ns.split(",")]


def _facts_of(slot: Slot) -> tuple[Fact, ...]:
    if isinstance(slot, Fact):
        return (slot,)
    if isinstance(slot, Line):
        return slot.facts
    if isinstance(slot, Join):
        return tuple(f for item in slot.items for f in _facts_of(item))
    return ()


def _refs(facts: list[Fact], numbers: Mapping[str, str]) -> Iterator[Span]:
    for fact in facts:
        yield Span(SpanKind.REF, f"[{numbers.get(fact.key, '')}]", fact=fact.key)


def _meets_latin(left: str, right: str) -> bool:
    """Say whether Chinese and Latin or digits meet without the space between them."""
    chinese = [bool(c) and "\u4e00" <= c <= "\u9fff" for c in (left, right)]
    latin = [c.isascii() and c.isalnum() for c in (left, right)]
    return (chinese[0] and latin[1]) or (latin[0] and chinese[1])


def _spaced(spans: list[Span]) -> Iterator[Span]:
    """Put a space before a reference after a word, and where Chinese and Latin text meet."""
    before = ""
    for span in spans:
        is_reference = span.kind is SpanKind.REF
        if is_reference and before and before[-1] not in _NO_SPACE_AFTER:
            yield Span(SpanKind.WORDS, " ")
        elif not is_reference and _meets_latin(before[-1:], span.text[:1]):
            yield Span(SpanKind.WORDS, " ", span.is_strong)
        if span.text:
            before = "]" if span.kind is SpanKind.REF else span.text
        yield span


def _resolve(
    slot: Slot,
    mode: str,
    lang: Lang,
    numbers: Mapping[str, str],
    is_strong: bool,
) -> Iterator[Span]:
    if isinstance(slot, Fact):
        yield Span(SpanKind.VALUE, fact_text(slot, mode, lang), is_strong, slot.key)
    elif isinstance(slot, Bilingual):
        yield Span(SpanKind.WORDS, slot.text(lang), is_strong)
    elif isinstance(slot, Data):
        yield Span(SpanKind.CODE if slot.is_code else SpanKind.DATA, slot.text, is_strong)
    elif isinstance(slot, DataPair):
        yield Span(SpanKind.DATA, slot.both.text(lang), is_strong)
    elif isinstance(slot, Join):
        for index, item in enumerate(slot.items):
            if index:
                yield Span(SpanKind.WORDS, slot.between.text(lang), is_strong)
            yield from _resolve(item, mode, lang, numbers, is_strong)
    else:
        spans = slot.spans(lang, numbers)
        yield from (replace(s, is_strong=s.is_strong or is_strong) for s in spans)


def fact_text(fact: Fact, mode: str, lang: Lang) -> str:
    """Return a fact as a sentence shows it.

    Modes: "" value; `n` k/n; `k` k alone; `ci` interval; `full` k/n (share, interval); `share` share and
           interval; `eq` = value; `delta` value (interval); `acc` value with "accounts".
    """
    value, span = fact.text(lang), fact.range_text(lang)
    simple = {
        "n": fact.counted(),
        "ci": span,
        "k": value if fact.k is None else f"{fact.k:,}",
        "eq": value if value[:1] in "<>" else f"= {value}",
        "": value,
    }
    if mode in simple:
        return simple[mode]
    if mode == "acc":
        noun = "account" if fact.value == 1 else "accounts"
        return f"{value} 家" if lang == "zh" else f"{value} {noun}"
    return _with_interval(fact, mode, lang)


def _with_interval(fact: Fact, mode: str, lang: Lang) -> str:
    comma, left, right = ("，", "（", "）") if lang == "zh" else (", ", " (", ")")
    value, span = fact.text(lang), fact.range_text(lang)
    tail = "" if fact.interval is None else f"{comma}{span}"
    if mode == "full":
        return f"{fact.counted()}{left}{value}{tail}{right}"
    if mode == "delta":
        return f"{value}{left}{span}{right}" if tail else value
    return f"{value}{tail}"


def line(
    zh: str,
    en: str,
    *,
    claims: tuple[Pattern, ...] = (),
    denies: tuple[Pattern, ...] = (),
    is_cited: bool = True,
    **slots: Slot,
) -> Line:
    """Return a line from its two templates and its slots."""
    return Line(Bilingual(zh, en), slots, claims, denies, is_cited)


def words(zh: str, en: str) -> Line:
    """Return a line of fixed words."""
    return Line(Bilingual(zh, en))


def same(text: str) -> Bilingual:
    """Return a text that reads the same in both languages, such as a set limit."""
    return Bilingual(text, text)


EMPTY = Join(())


def by_count(count: float | None, one: str, many: str) -> str:
    """Return the English form that fits a count."""
    return one if count == 1 else many
