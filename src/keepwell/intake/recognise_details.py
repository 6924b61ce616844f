"""Refine a matched column with what its values prove: unit, scale, date order, categories."""

from collections.abc import Callable
from dataclasses import replace

from keepwell.intake.proposals import ColumnProposal, FeedProposal, Reason
from keepwell.intake.recognise_categories import SIZES, closed_map, size_map, type_map, won_map
from keepwell.intake.recognise_columns import ReadTable
from keepwell.intake.recognise_values import Profile, date_order, is_empty
from keepwell.vocabulary import TABLES, Bilingual, Kind

_SMALL_REVENUE = 100_000
_PER_HEAD = 1_000


def refine(
    read: ReadTable, table: str, columns: tuple[ColumnProposal, ...]
) -> list[ColumnProposal]:
    """Return the proposals with units, scales, date orders and categories, each with evidence."""
    refined = [_refine_one(read, table, c) for c in columns]
    if table == "accounts":
        refined = [_doubt_revenue(read, c, refined) for c in refined]
    if table == "opportunities":
        refined.extend(_from_stage(read, refined))
    order = [c.name for c in TABLES[table].columns]
    return sorted(refined, key=lambda c: order.index(c.canonical))


def _refine_one(read: ReadTable, table: str, proposal: ColumnProposal) -> ColumnProposal:
    kinds = {c.name: c.kind for c in TABLES[table].columns}
    seen = read.profiles[proposal.source]
    match kinds[proposal.canonical]:
        case Kind.PERCENT:
            return _percent(read, proposal, seen)
        case Kind.DATE | Kind.TIMESTAMP:
            return _date(read, proposal, seen)
        case Kind.MONEY:
            return _money(read, proposal)
        case Kind.ID:
            return _several_ids(proposal, seen)
        case Kind.CATEGORY:
            return _category(proposal, seen, table)
        case _:
            return proposal


def _several_ids(proposal: ColumnProposal, seen: Profile) -> ColumnProposal:
    many = [v for v in seen.distinct if ";" in v]
    if not many or proposal.canonical not in {"account_id", "contact_id"}:
        return proposal
    note = Bilingual(
        zh=f"有的单元格含多个编号（例如 {many[0]}），这些行找不到对应客户；请在来源中拆成多行",
        en=f"some cells hold several ids (such as {many[0]}), which match no account; split them "
        "into rows at the source",
    )
    return replace(proposal, notes=(*proposal.notes, note))


def _percent(read: ReadTable, proposal: ColumnProposal, seen: Profile) -> ColumnProposal:
    if seen.high is None or seen.has_percent_sign:
        return proposal
    named = read.headers[proposal.source].is_percent
    if seen.high > 1.5:
        note = Bilingual(
            zh=f"样本最大值 {seen.high:g}，按百分数（0 至 100）",
            en=f"largest value in the sample {seen.high:g}: percent, 0 to 100",
        )
        return replace(proposal, unit="percent", notes=(*proposal.notes, note))
    if not named and seen.distinct_count > 1:
        note = Bilingual(
            zh="样本取值都在 0 至 1 之间，按比例",
            en="all values in the sample lie between 0 and 1: share",
        )
        return replace(proposal, unit="share", notes=(*proposal.notes, note))
    hint = Bilingual(
        zh="单位不明：0 至 1 填 share，0 至 100 填 percent",
        en="unit unknown: write share for 0 to 1, percent for 0 to 100",
    )
    return replace(proposal, hints=(*proposal.hints, ("unit: percent", hint)))


def _date(read: ReadTable, proposal: ColumnProposal, seen: Profile) -> ColumnProposal:
    if seen.unix_unit is not None:
        return _constant(replace(proposal, unit=seen.unix_unit), seen)
    cells = [c.strip() for c in read.cells(proposal.source) if c and not is_empty(c)]
    order, is_proven = date_order(cells)
    if order is None and not is_proven:
        hint = Bilingual(
            zh="日与月无法从取值区分：日在前填 dmy，月在前填 mdy",
            en="the values do not tell day from month: write dmy or mdy",
        )
        return replace(proposal, hints=(*proposal.hints, ("date_order: dmy", hint)))
    if order is not None:
        sure = ("由取值证实", "proven by the values") if is_proven else ("由取值推断，请核对",
            "inferred from the values, please check")  # fmt: skip
        note = Bilingual(zh=f"日期顺序 {order}，{sure[0]}", en=f"date order {order}, {sure[1]}")
        proposal = replace(proposal, date_order=order, notes=(*proposal.notes, note))
    return _constant(proposal, seen)


def _constant(proposal: ColumnProposal, seen: Profile) -> ColumnProposal:
    if seen.filled < 5 or seen.distinct_count != 1:
        return proposal
    note = Bilingual(
        zh=f"样本中 {seen.filled} 行都是同一时刻（{seen.distinct[0]}），可能是导出或加载时间",
        en=f"all {seen.filled} rows of the sample carry the same moment ({seen.distinct[0]}): "
        "perhaps the time of export or load",
    )
    return replace(proposal, notes=(*proposal.notes, note))


_MONTHLY = ("mrr", "month", "月")
_YEARLY = ("arr", "annual", "year", "年")


def _is_yearly(key: str) -> bool:
    return any(word in key for word in _YEARLY) and not any(word in key for word in _MONTHLY)


def unclear_term(read: ReadTable, feed: FeedProposal) -> FeedProposal:
    """Return a subscriptions feed without an amount that does not tell its period."""
    amount = feed.column("amount") if feed.table == "subscriptions" else None
    if amount is None:
        return feed
    key = read.headers[amount.source].key
    if any(word in key for word in (*_MONTHLY, *_YEARLY)):
        return feed
    note = Bilingual(
        zh=f"{amount.source} 没有说明是每月、每年还是整个合同期的金额，未映射；"
        "若是每月，写 amount: 列名；若是每年，再加 scale",
        en=f"{amount.source} does not tell whether it is per month, per year or for the whole "
        "term, so it is not mapped; see the amount line",
    )
    columns = tuple(c for c in feed.columns if c is not amount)
    return replace(feed, columns=columns, notes=(*feed.notes, note))


def _money(read: ReadTable, proposal: ColumnProposal) -> ColumnProposal:
    scale = read.headers[proposal.source].scale
    if proposal.canonical == "amount" and _is_yearly(read.headers[proposal.source].key):
        note = Bilingual(
            zh="年度金额；订阅金额按月计，所以除以 12",
            en="a yearly amount; subscription amounts are monthly, hence one twelfth",
        )
        return replace(proposal, scale=1 / 12, notes=(*proposal.notes, note))
    if scale is None:
        return proposal
    note = Bilingual(zh="单位写在列名里", en="the unit stands in the column name")
    return replace(proposal, scale=scale, notes=(*proposal.notes, note))


def _doubt_revenue(
    read: ReadTable, proposal: ColumnProposal, columns: list[ColumnProposal]
) -> ColumnProposal:
    """A typical revenue that is tiny, alone or per head, is perhaps written in thousands."""
    if proposal.canonical != "annual_revenue" or proposal.scale is not None:
        return proposal
    middle = read.profiles[proposal.source].middle
    if middle is None or middle <= 0:
        return proposal
    heads = next((c for c in columns if c.canonical == "number_of_employees"), None)
    staff = read.profiles[heads.source].middle if heads else None
    per_head = middle / staff if staff else None
    if middle >= _SMALL_REVENUE and (per_head is None or per_head >= _PER_HEAD):
        return proposal
    told = f"{middle:,.6g}"
    hint = Bilingual(
        zh=f"单位未声明：年营收中位数只有 {told}。若以百万计，启用此行；若以万计，写 10000",
        en=f"unit not declared: the median yearly revenue is only {told}. If it is in millions, "
        "enable this line; for thousands write 1000",
    )
    return replace(proposal, hints=(*proposal.hints, ("scale: 1000000", hint)))


def _category(proposal: ColumnProposal, seen: Profile, table: str) -> ColumnProposal:
    if proposal.canonical == "account_size_segment":
        return _size(proposal, seen)
    if proposal.canonical == "type" and table == "opportunities":
        return replace(proposal, categories=type_map(seen.distinct))
    return proposal


def _size(proposal: ColumnProposal, seen: Profile) -> ColumnProposal:
    pairs, unknown = size_map(seen.distinct)
    notes = list(proposal.notes)
    hints = list(proposal.hints)
    if pairs:
        arrows = [f"{a} → {b}" for a, b in pairs]
        told, listed = "、".join(arrows), ", ".join(arrows)
        notes.append(Bilingual(zh=f"同义规模合并：{told}", en=f"same size, other word: {listed}"))
    if unknown:
        told = ", ".join(unknown[:5])
        known = ", ".join(SIZES)
        line = f"categories: {{{_quote(unknown[0])}: Mid-Market}}"
        hints.append(
            (
                line,
                Bilingual(
                    zh=f"{len(unknown)} 个规模取值不认识（{told}）；标准取值：{known}",
                    en=f"{len(unknown)} size values are not known ({told}); known are: {known}",
                ),
            )
        )
    return replace(proposal, categories=pairs, notes=tuple(notes), hints=tuple(hints))


def _quote(value: str) -> str:
    plain = "".join(ch for ch in value if ch.isprintable()).replace("\\", "").replace('"', "")
    return f'"{plain}"'


def _from_stage(read: ReadTable, columns: list[ColumnProposal]) -> list[ColumnProposal]:
    """Won and closed, told by the words of the stage where no column says so."""
    stage = next((c for c in columns if c.canonical == "stage"), None)
    if stage is None:
        return []
    have = {c.canonical for c in columns}
    values = read.profiles[stage.source].distinct
    note = Bilingual(
        zh="由阶段的词义得出，请核对；表里没有的阶段按未知处理",
        en="told by the words of the stage, please check; a stage not listed here is unknown",
    )
    makers: dict[str, Callable[[tuple[str, ...]], tuple[tuple[str, str], ...]]] = {
        "is_won": won_map,
        "is_closed": closed_map,
    }
    return [
        ColumnProposal(
            name,
            stage.source,
            Reason.DERIVED,
            stage.source,
            stage.coverage,
            categories=pairs,
            notes=(note,),
        )
        for name, make in makers.items()
        if name not in have and (pairs := make(values))
    ]
