"""Match the columns of one source table with those of one canonical table, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from keepwell.intake.presets import NO_PRESET, PRESETS, Header, names_of, read_header
from keepwell.intake.proposals import ColumnProposal, Reason, SampledTable
from keepwell.intake.recognise_values import Profile, profile
from keepwell.vocabulary import TABLES, Bilingual, Column, Kind

_SIMILAR_TYPED = 0.84
_SIMILAR_TEXT = 0.9
_NEVER_SIMILAR = ("modified", "updated", "synced", "deleted", "viewed", "referenced", "modstamp")
_KEYS_UNIQUE = 0.98
_OWN = "canonical"
_NAMED_REASONS = {NO_PRESET: Reason.SYNONYM, _OWN: Reason.SAME}


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A sampled table with its headers read and its columns profiled."""

    table: SampledTable
    preset: str
    headers: Mapping[str, Header]
    profiles: Mapping[str, Profile]

    @property
    def name(self) -> str:
        """Return the source table's name."""
        return self.table.name

    def cells(self, column: str) -> tuple[str | None, ...]:
        """Return the sample of a column."""
        at = self.table.columns.index(column)
        return tuple(row[at] for row in self.table.rows)


def read_table(table: SampledTable, preset: str) -> ReadTable:
    """Return the table with headers and profiles."""
    cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    return ReadTable(
        table,
        preset,
        {c: read_header(c) for c in table.columns},
        {
            c: profile(values, table.categories.get(c, ()))
            for c, values in zip(table.columns, cells, strict=True)
        },
    )


@dataclass(frozen=True, slots=True)
class Match:
    """The result of matching one table: proposals, and notes on what was ambiguous or refused."""

    columns: tuple[ColumnProposal, ...]
    notes: tuple[Bilingual, ...]


def match_columns(read: ReadTable, table: str) -> Match:
    """Return which source column stands for which canonical column of `table`."""
    found: dict[str, ColumnProposal] = {}
    notes: list[Bilingual] = []
    used: set[str] = set()
    for column in TABLES[table].columns:
        proposal = _by_name(read, table, column, used, notes)
        if proposal is not None:
            found[column.name] = proposal
            used.add(proposal.source)
    for column in TABLES[table].columns:
        if column.name not in found:
            proposal = _by_similar_name(read, column, used, notes) or _by_email(read, column, used)
            if proposal is not None:
                found[column.name] = proposal
                used.add(proposal.source)
    _drop_key_that_repeats(read, table, found, notes)
    _say_keyed_by_name(table, found, notes)
    ordered = [found[c.name] for c in TABLES[table].columns if c.name in found]
    return Match(tuple(ordered), tuple(notes))


def _may_share(column: Column, table: str) -> bool:
    return column.name == "name" and table in {"accounts", "contacts"}


def _by_name(
    read: ReadTable, table: str, column: Column, used: set[str], notes: list[Bilingual]
) -> ColumnProposal | None:
    candidates = _named_candidates(read, table, column)
    if not _may_share(column, table):
        candidates = [c for c in candidates if c[0] not in used]
    suited = [c for c in candidates if read.profiles[c[0]].suits(column.kind)]
    notes.extend(_refused(read, column, s) for s, _ in candidates if (s, _) not in suited)
    if not suited:
        return None
    filled = [c for c in suited if read.profiles[c[0]].filled]
    source, preset = (filled or suited)[0]
    reason = _NAMED_REASONS.get(preset, Reason.PRESET)
    return ColumnProposal(column.name, source, reason, preset, read.profiles[source].coverage)


def _named_candidates(read: ReadTable, table: str, column: Column) -> list[tuple[str, str]]:
    """All source columns whose name stands for the canonical one, preferred first."""
    by_key: dict[str, str] = {}
    for source, header in read.headers.items():
        by_key.setdefault(header.key, source)
    own = (column.name.replace("_", ""),)
    others = [p for p in PRESETS if p not in {read.preset, NO_PRESET} and p not in _KEYED_BY_ID]
    style = (read.preset, names_of(read.preset, table, column.name))
    ranked = [
        *([(_OWN, own), style] if read.preset == NO_PRESET else [style, (_OWN, own)]),
        (NO_PRESET, names_of(NO_PRESET, table, column.name)),
        *((p, names_of(p, table, column.name)) for p in others),
    ]
    found: dict[str, str] = {}
    for preset, keys in ranked:
        for key in keys:
            if key in by_key and by_key[key] not in found:
                found[by_key[key]] = preset if preset in {read.preset, _OWN} else NO_PRESET
    return list(found.items())


# Their `Id` and `Name` mean something only inside their own layout.
_KEYED_BY_ID = frozenset({"salesforce", "salesforce-fivetran", "hubspot"})


def _refused(read: ReadTable, column: Column, source: str) -> Bilingual:
    seen = "、".join(read.profiles[source].distinct[:3])
    return Bilingual(
        zh=f"{source} 的列名符合 {column.name}，但取值不像{_KIND_WORDS[column.kind].zh}"
        f"（例如 {seen}），未映射",
        en=f"{source} is named like {column.name}, but its values do not look like "
        f"{_KIND_WORDS[column.kind].en} ({seen}); not mapped",
    )


_KIND_WORDS: dict[Kind, Bilingual] = {
    Kind.ID: Bilingual(zh="编号", en="an id"),
    Kind.TEXT: Bilingual(zh="文本", en="text"),
    Kind.CATEGORY: Bilingual(zh="类别", en="a category"),
    Kind.EMAIL: Bilingual(zh="邮箱", en="e-mail addresses"),
    Kind.NUMBER: Bilingual(zh="数字", en="numbers"),
    Kind.COUNT: Bilingual(zh="计数", en="counts"),
    Kind.PERCENT: Bilingual(zh="比例", en="shares"),
    Kind.MONEY: Bilingual(zh="金额", en="amounts"),
    Kind.CURRENCY: Bilingual(zh="币种", en="currency codes"),
    Kind.FLAG: Bilingual(zh="是否", en="yes or no"),
    Kind.DATE: Bilingual(zh="日期", en="dates"),
    Kind.TIMESTAMP: Bilingual(zh="时间", en="timestamps"),
}


def _by_similar_name(
    read: ReadTable, column: Column, used: set[str], notes: list[Bilingual]
) -> ColumnProposal | None:
    typed = column.kind in {Kind.DATE, Kind.TIMESTAMP, Kind.EMAIL, Kind.FLAG}
    least = _SIMILAR_TYPED if typed else _SIMILAR_TEXT
    wanted = column.name.replace("_", "")
    scored = sorted(
        ((_likeness(h.key, wanted), s) for s, h in read.headers.items() if s not in used),
        key=lambda pair: (-pair[0], pair[1]),
    )
    fits = [
        (r, s)
        for r, s in scored
        if r >= least and read.profiles[s].filled and read.profiles[s].suits(column.kind)
    ]
    if not fits:
        return None
    if len(fits) > 1 and fits[0][0] - fits[1][0] < 0.03:
        pair = f"{fits[0][1]}, {fits[1][1]}"
        notes.append(
            Bilingual(
                zh=f"{column.name} 有两个同样相近的列（{pair}），未映射，请自行选择",
                en=f"two columns are equally like {column.name} ({pair}); not mapped, choose one",
            )
        )
        return None
    ratio, source = fits[0]
    return ColumnProposal(
        column.name, source, Reason.SIMILAR, f"{ratio:.2f}", read.profiles[source].coverage
    )


def _likeness(key: str, wanted: str) -> float:
    if any(part in key for part in _NEVER_SIMILAR):
        return 0.0
    return SequenceMatcher(None, key, wanted, autojunk=False).ratio()


def _by_email(read: ReadTable, column: Column, used: set[str]) -> ColumnProposal | None:
    if column.kind is not Kind.EMAIL:
        return None
    like = [s for s, p in read.profiles.items() if p.email_share >= 0.8 and s not in used]
    if len(like) != 1:
        return None
    seen = read.profiles[like[0]]
    return ColumnProposal(column.name, like[0], Reason.PATTERN, "@", seen.coverage)


def _drop_key_that_repeats(
    read: ReadTable, table: str, found: dict[str, ColumnProposal], notes: list[Bilingual]
) -> None:
    """A key that repeats in the sample would merge or quarantine rows that are all real."""
    key = TABLES[table].key
    if key == "account_id" or key not in found:
        return
    source = found[key].source
    seen = read.profiles[source]
    if seen.filled and seen.distinct_count < _KEYS_UNIQUE * seen.filled:
        del found[key]
        notes.append(
            Bilingual(
                zh=f"{source} 在样本中有重复，不能作为 {key}，未映射",
                en=f"{source} repeats in the sample, so it is no key; {key} is not mapped",
            )
        )


def _say_keyed_by_name(
    table: str, found: dict[str, ColumnProposal], notes: list[Bilingual]
) -> None:
    key, name = found.get("account_id"), found.get("name")
    if table == "accounts" and key is not None and name is not None and key.source == name.source:
        notes.append(
            Bilingual(
                zh=f"没有编号列，以 {key.source} 作客户编号；"
                "改名的客户会被当成新客户（可用 aliases）",
                en=f"there is no id, so {key.source} is the account's id; a renamed account counts "
                "as a new one (see aliases)",
            )
        )
