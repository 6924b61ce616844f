"""A replay of many days as tables of text in zh and en: lead time, false alarms, faults, volume."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keepwell.vocabulary import Bilingual, Lang
from keepwell.warning.hindsight import Foresight, Hindsight, Volume

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaultDays:
    """What one planted fault of the exports led to.

    `refused`:  its days on which the data were refused, so that there was no run.
    `closed`:   its days on which the gate was closed; `held`: on which it waited for a person.
    `source_alerts`, `account_alerts`: those of its days.
    `caused`:   account alerts of its days and the two after them that the same days without the
                fault do not have; `lost`: those that only the days without it have.
    """

    name: str
    first: date
    last: date
    refused: int
    closed: int
    held: int
    source_alerts: int
    account_alerts: int
    caused: int
    lost: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay of days came to.

    `baseline`: accounts' alerts of the first day. `held`: alerts that wait for a person.
    `tallied`:  alerts that a digest counts without a name, the first day's included.
    `leads`:    alerts that warn of nothing, such as candidates for an upgrade, likewise.
    `calm_source_alerts`: alerts on sources on days without a planted fault.
    """

    accounts: int
    first: date
    last: date
    people: int
    budget: int
    baseline: int
    held: int
    tallied: int
    leads: int
    gates: Mapping[str, int]
    hindsight: Hindsight
    volume: Volume
    faults: tuple[FaultDays, ...]
    calm_source_alerts: int


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the page, with what is to be known of it."""

    title: str
    heads: Row
    rows: tuple[Row, ...]
    note: str = ""


_WORDS: Mapping[str, Bilingual] = {
    "title": Bilingual("{0} 至 {1} 的逐日重放", "Replay of {0} to {1}, day by day"),
    "lead": Bilingual(
        "{0} 家客户，{1} 位客户经理；每天按当日的导出运行、预警、送达。首日基线 {2} 条预警。",
        "{0} accounts, {1} CSMs; each day its exports of that day were run, warned of and "
        "delivered. Baseline of the first day: {2} alerts.",
    ),
    "foresight": Bilingual("预警提前了多久", "How early alerts came"),
    "what": Bilingual("发生了什么", "what happened"),
    "leaving": Bilingual("期间流失的客户", "accounts that left"),
    "declining": Bilingual("植入的下滑在期间开始", "planted declines that began"),
    "happened": Bilingual("客户数", "accounts"),
    "on_alert": Bilingual("首日已在预警", "on alert on day one"),
    "warned": Bilingual("期间预警", "warned since"),
    "missed": Bilingual("未预警", "not warned"),
    "median": Bilingual("中位天数", "median days"),
    "spread": Bilingual("四分位", "quartiles"),
    "foresight_note": Bilingual(
        "流失：首次预警到流失日的天数，即提前量；下滑：下滑开始到首次预警的天数。首日已在预警的客户"
        "不知提前多久，不计入天数。期间一直未下滑、未流失的客户中 {0} 也收到过预警。",
        "Left: days from the first alert until the account left, the lead time. Declines: days "
        "from the beginning until the first alert. How early accounts on alert on day "
        "one were told is not known; they are in no median. Of the accounts that neither "
        "declined nor left, {0} had an alert too.",
    ),
    "alarms": Bilingual("误报", "False alarms"),
    "trigger": Bilingual("触发规则", "trigger"),
    "alerts": Bilingual("预警数", "alerts"),
    "false": Bilingual("其中误报", "of these false"),
    "all": Bilingual("合计", "all"),
    "alarms_note": Bilingual(
        "误报：客户没有植入的下滑，也不流失（含此后半年）。每位客户经理每月 {0} 条。另有 {1} 条"
        "由自动化处理的预警，摘要里只报总数、不点名，{2} 条线索交给销售，都不在表中，也不算预警。",
        "False: on accounts without a planted decline that do not leave, nor in the half year "
        "after. {0} per CSM and month. {1} more alerts, left to automation, were told as a count "
        "without a name, and {2} leads went to sales; they are in no table and warn of nothing.",
    ),
    "faults": Bilingual("植入的数据故障", "Planted data faults"),
    "fault": Bilingual("故障", "fault"),
    "days": Bilingual("日期", "days"),
    "outcome": Bilingual("结果", "outcome"),
    "source_alerts": Bilingual("数据源预警", "source alerts"),
    "account_alerts": Bilingual("当日客户预警", "account alerts that day"),
    "caused": Bilingual("由故障引起", "caused by it"),
    "lost": Bilingual("被故障吞掉", "kept back by it"),
    "refused": Bilingual("拒收 {0} 天", "refused on {0}"),
    "closed": Bilingual("闸门关闭 {0} 天", "gate closed on {0}"),
    "held": Bilingual("暂停待批 {0} 天", "held on {0}"),
    "through": Bilingual("放行 {0} 天", "let through on {0}"),
    "faults_note": Bilingual(
        "由故障引起的客户预警合计：{0} 条。每个故障的日子及其后两天另外不带故障重跑一遍：只在带故障"
        "时出现的由故障引起，只在不带故障时出现的被吞掉。其余日子的数据源预警：{1} 条。",
        "Account alerts caused by faults in all: {0}. The days of each fault and the two after it "
        "were run again without it: alerts that only the faulty days have were caused by it, "
        "those that only the others have were kept back by it. Source alerts on all other days: "
        "{1}.",
    ),
    "volume": Bilingual("每位客户经理每天的量", "Volume per CSM and day"),
    "count": Bilingual("告知的客户数", "accounts told of"),
    "ninetieth": Bilingual("九成不超过", "nine in ten at most"),
    "most": Bilingual("最多", "most"),
    "messages": Bilingual("有消息的人天", "person-days with a message"),
    "longest": Bilingual("单条消息最多列出", "most in one message"),
    "volume_note": Bilingual(
        "首日基线不计；上限为每条消息 {0} 家。闸门：{1}。",
        "Without the baseline. The budget is {0} accounts a message. Gates: {1}.",
    ),
    "missing_file": Bilingual("文件缺失", "file missing"),
    "stale_file": Bilingual("文件停更", "file stale"),
    "renamed_column": Bilingual("列改名", "column renamed"),
    "shrunken_file": Bilingual("行数骤减", "file shrunken"),
    "empty_file": Bilingual("空文件", "file empty"),
    "wrong_currency": Bilingual("币种错误", "wrong currency"),
    "duplicated_rows": Bilingual("行重复", "rows duplicated"),
    "cut_accounts": Bilingual("客户被截断", "accounts cut off"),
    "baseline": Bilingual("基线", "baseline"),
    "open": Bilingual("放行", "open"),
}


def _word(key: str, lang: Lang, *values: object) -> str:
    return _WORDS[key].text(lang).format(*values) if key in _WORDS else key


def replay_title(replay: Replay, lang: Lang) -> tuple[str, str]:
    """Return the title of a replay and the sentence below it."""
    return (
        _word("title", lang, replay.first, replay.last),
        _word("lead", lang, f"{replay.accounts:,}", replay.people, replay.baseline),
    )


def replay_sections(replay: Replay, lang: Lang) -> tuple[Section, ...]:
    """Return the tables of a replay."""
    return (
        _foresight(replay, lang),
        _alarms(replay, lang),
        _faults(replay, lang),
        _volume(replay, lang),
    )


def _heads(lang: Lang, *keys: str) -> Row:
    return tuple(_word(k, lang) for k in keys)


def _foresight(replay: Replay, lang: Lang) -> Section:
    seen = replay.hindsight
    rows = tuple(
        _foresight_row(_word(key, lang), found)
        for key, found in (("leaving", seen.leaving), ("declining", seen.declining))
    )
    heads = ("what", "happened", "on_alert", "warned", "missed", "median", "spread")
    note = _word("foresight_note", lang, _share(seen.calm_alerted, seen.calm))
    return Section(_word("foresight", lang), _heads(lang, *heads), rows, note)


def _foresight_row(name: str, found: Foresight) -> Row:
    total = found.happened
    counts = (found.on_alert, found.warned, found.missed)
    shown = tuple(f"{n} ({_share(n, total)})" if total else str(n) for n in counts)
    middle = "-" if found.median_days is None else f"{found.median_days:g}"
    return (name, str(total), *shown, middle, _quartiles(found.days))


def _quartiles(days: tuple[int, ...]) -> str:
    if len(days) < 4:
        return "-"
    return f"{days[len(days) // 4]}-{days[len(days) * 3 // 4]}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def _alarms(replay: Replay, lang: Lang) -> Section:
    seen = replay.hindsight
    rows = [
        (name, str(count), f"{false} ({_share(false, count)})")
        for name, (count, false) in seen.triggers.items()
    ]
    whole = f"{seen.false_alarms} ({_share(seen.false_alarms, seen.alerts)})"
    rows.append((_word("all", lang), str(seen.alerts), whole))
    monthly = f"{seen.false_alarms_per_person_month:.1f}"
    note = _word("alarms_note", lang, monthly, replay.tallied, replay.leads)
    heads = _heads(lang, "trigger", "alerts", "false")
    return Section(_word("alarms", lang), heads, tuple(rows), note)


def _faults(replay: Replay, lang: Lang) -> Section:
    heads = ("fault", "days", "outcome", "source_alerts", "account_alerts", "caused", "lost")
    rows = tuple(
        (
            _word(f.name, lang),
            f"{f.first}" if f.first == f.last else f"{f.first} - {f.last:%m-%d}",
            _outcome(f, lang),
            str(f.source_alerts),
            str(f.account_alerts),
            str(f.caused),
            str(f.lost),
        )
        for f in replay.faults
    )
    caused = sum(f.caused for f in replay.faults)
    note = _word("faults_note", lang, caused, replay.calm_source_alerts)
    return Section(_word("faults", lang), _heads(lang, *heads), rows, note)


def _outcome(fault: FaultDays, lang: Lang) -> str:
    days = (fault.last - fault.first).days + 1
    through = days - fault.refused - fault.closed - fault.held
    counts = (
        ("refused", fault.refused),
        ("closed", fault.closed),
        ("held", fault.held),
        ("through", through),
    )
    return ", ".join(_word(key, lang, n) for key, n in counts if n)


def _volume(replay: Replay, lang: Lang) -> Section:
    seen = replay.volume
    row = (
        _word("count", lang),
        f"{seen.median:g}",
        str(seen.ninetieth),
        str(seen.most),
        str(seen.messages),
        str(seen.longest),
    )
    gates = ", ".join(f"{_gate(k, lang)} {n}" for k, n in sorted(replay.gates.items()))
    heads = ("count", "median_count", "ninetieth", "most", "messages", "longest")
    names = {"median_count": "中位" if lang == "zh" else "median"}
    return Section(
        _word("volume", lang),
        ("", *(names.get(h) or _word(h, lang) for h in heads[1:])),
        (row,),
        _word("volume_note", lang, replay.budget, gates),
    )


def _gate(kind: str, lang: Lang) -> str:
    words = {
        "closed": Bilingual("关闭", "closed"),
        "held": Bilingual("暂停", "held"),
    }
    return words[kind].text(lang) if kind in words else _word(kind, lang)


def replay_page(replay: Replay, lang: Lang) -> str:
    """Return the replay as Markdown."""
    title, lead = replay_title(replay, lang)
    parts = [f"# {title}", lead]
    for section in replay_sections(replay, lang):
        table = [section.heads, tuple("---" for _ in section.heads), *section.rows]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in table)
        parts += [f"## {section.title}", lines, section.note]
    return "\n\n".join(p for p in parts if p) + "\n"
