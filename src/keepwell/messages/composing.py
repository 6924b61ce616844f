"""Compose what one person reads of some alerts: one item per account, in their language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keepwell.messages.blocks import Item, Message, clean_id, clean_line, clean_name
from keepwell.messages.care_words import CARE_TITLES
from keepwell.messages.fault_words import fault_text
from keepwell.messages.notices import MessageKind, Notice
from keepwell.messages.planning import rank
from keepwell.messages.tallies import is_tallied, tally
from keepwell.vocabulary import (
    SIZE_LABELS,
    TIER_LABELS,
    Bilingual,
    Lang,
    truncate_points,
)

_TITLES: Mapping[MessageKind, Bilingual] = {
    "immediate": Bilingual("立即处理：{0} 家客户", "Act now: {0} accounts"),
    "digest": Bilingual("客户预警摘要：{0} 家客户", "Customer alerts: {0} accounts"),
    "baseline": Bilingual(
        "基线摘要：{0} 家客户已在预警状态", "Baseline: {0} accounts already on alert"
    ),
    "reminder": Bilingual("再次提醒：{0} 家客户", "Reminder: {0} accounts"),
    "escalation": Bilingual(
        "升级：{0} 家客户的预警超时未确认", "Escalation: alerts of {0} accounts not acknowledged"
    ),
}
_WORDS = {
    "source": Bilingual("数据源异常", "Data source at fault"),
    "source_line": Bilingual(
        "{0}。客户预警已暂停，数据恢复后自动继续；详情见 keepwell check",
        "{0}. Account alerts wait until the data are back; keepwell check tells more",
    ),
    "job": Bilingual("定时作业失败", "Scheduled job failed"),
    "job_line": Bilingual(
        "{0}：多次重试后仍失败；运行 keepwell schedule history 查看原因",
        "{0}: failed at every retry; keepwell schedule history says why",
    ),
    "no_names": Bilingual(
        "无需人工：{0}交由自动化处理", "Nothing to do by hand: {0} left to automation"
    ),
    "no_names_yet": Bilingual(
        "基线摘要：无需人工，{0}交由自动化处理",
        "Baseline: nothing to do by hand, {0} left to automation",
    ),
    "tally": Bilingual("交由自动化处理，无需人工：{0}。", " Left to automation, not by hand: {0}."),
    "tally_part": Bilingual("“{0}”{1}", "{1} ({0})"),
    "as_of": Bilingual("截至 {0}。", "As of {0}."),
    "lead": Bilingual("截至 {0}，按预计损失排序。", "As of {0}, by expected loss."),
    "score": Bilingual("健康分 {0}（{1}）", "Health score {0} ({1})"),
    "before": Bilingual("，原为{0}", ", was {0}"),
    "fell": Bilingual("，30 天内变化 {0} 分", ", {0} points in 30 days"),
    "segment": Bilingual("；分群：{0}", "; segment {0}"),
    "renewal": Bilingual("距续约 {0} 天", "Renewal in {0} day{1}"),
    "renewal_today": Bilingual("今天到期", "Renewal today"),
    "activity": Bilingual("上次活动在 {0} 天前", "last activity {0} day{1} ago"),
    "activity_today": Bilingual("今天有过活动", "active today"),
    "loss": Bilingual("预计可挽回 {0}", "Expected loss avoided {0}"),
    "worth": Bilingual("未来 6 个月贡献 {0}", "Contribution of the next 6 months {0}"),
    "do": Bilingual("建议：{0}", "Suggested: {0}"),
    "unanswered": Bilingual(
        "负责人 {0}；确认：keepwell alerts ack {1}",
        "With {0}; take note: keepwell alerts ack {1}",
    ),
    "nobody": Bilingual("无", "nobody"),
    "proxy": Bilingual("代理指标", "proxy"),
}
_SINGULAR = {
    "immediate": "Act now: 1 account",
    "digest": "Customer alerts: 1 account",
    "baseline": "Baseline: 1 account already on alert",
    "reminder": "Reminder: 1 account",
    "escalation": "Escalation: alert of 1 account not acknowledged",
}


@dataclass(frozen=True, slots=True)
class TriggerWords:
    """How a trigger is called, and the title of the play that it suggests."""

    title: Bilingual
    play: Bilingual | None


@dataclass(frozen=True, slots=True)
class Wording:
    """What composing needs beside the alerts: names of triggers, the save rate, the currency.

    `segments`: their labels, by name.
    """

    triggers: Mapping[str, TriggerWords]
    save_rate: float
    currency: str
    link: str | None
    segments: Mapping[str, Bilingual] = field(default_factory=dict)


def compose(
    kind: MessageKind,
    listed: Sequence[Notice],
    counted: Sequence[Notice],
    wording: Wording,
    lang: Lang,
) -> Message:
    """Return the message; accounts come by expected loss, each once with all its alerts.

    Contact data are in no part of it.
    """
    accounts: dict[str, list[Notice]] = {}
    for notice in rank(listed):
        accounts.setdefault(notice.account_id or f"#{notice.id}", []).append(notice)
    rest = [n for n in counted if not is_tallied(n.facts)]
    unlisted = {n.account_id or f"#{n.id}" for n in rest} - set(accounts)
    more = len(unlisted)
    day = max((n.as_of for n in (*listed, *counted)), default=None)
    lead = "lead" if len(accounts) + more > 1 and not _is_of_sources(listed) else "as_of"
    said = _word(lead, lang, "" if day is None else day.isoformat())
    # An account that also needs somebody is none of those that a machine sees to.
    counts = tally((*listed, *counted), {*accounts, *unlisted})
    return Message(
        lang,
        _title(kind, len(accounts) + more, listed, lang)
        if accounts
        else _no_names(kind, counts, lang),
        said + _tallied(counts, wording, lang),
        tuple(_item(kind, group, wording, lang) for group in accounts.values()),
        more,
        wording.link or "keepwell alerts list",
    )


def _title(kind: MessageKind, accounts: int, listed: Sequence[Notice], lang: Lang) -> str:
    if _is_of_sources(listed):
        return _word("job" if all(map(_job_of, listed)) else "source", lang)
    if accounts == 1 and lang == "en":
        return _SINGULAR[kind]
    return _TITLES[kind].text(lang).format(accounts)


def _no_names(kind: MessageKind, counts: Mapping[str, int], lang: Lang) -> str:
    key = "no_names_yet" if kind == "baseline" else "no_names"
    return _word(key, lang, _accounts(sum(counts.values()), lang))


def _tallied(counts: Mapping[str, int], wording: Wording, lang: Lang) -> str:
    """Return what a machine answers, as a sentence behind the lead; empty where nothing is."""
    if not counts:
        return ""
    parts = []
    for trigger, count in counts.items():
        known = wording.triggers.get(trigger)
        title = known.title.text(lang) if known else trigger
        parts.append(_word("tally_part", lang, title, _accounts(count, lang)))
    return _word("tally", lang, ("；" if lang == "zh" else "; ").join(parts))


def _accounts(count: int, lang: Lang) -> str:
    return f"{count} 家" if lang == "zh" else f"{count} account{'' if count == 1 else 's'}"


def _is_of_sources(listed: Sequence[Notice]) -> bool:
    return bool(listed) and all(n.account_id is None for n in listed)


def _item(kind: MessageKind, group: list[Notice], wording: Wording, lang: Lang) -> Item:
    first = group[0]
    if (job := _job_of(first)) is not None:
        return Item(_word("job", lang), (_word("job_line", lang, job),))
    if first.account_id is None:
        fault = fault_text(clean_name(str(first.facts.get("fault", ""))), lang)
        line = _word("source_line", lang, fault[:1].upper() + fault[1:])
        return Item(_word("source", lang), (line,))
    name = clean_name(str(first.facts.get("name") or "")) or clean_id(first.account_id)
    size = str(first.facts.get("account_size_segment") or "")
    label = SIZE_LABELS[size].text(lang) if size in SIZE_LABELS else clean_name(size)
    lines = [line for n in group for line in (_reason(n, wording, lang), *_said(n, lang))]
    told = (_score(first, wording, lang), _days(first, lang), _money(first, wording, lang))
    lines += [line for line in told if line]
    plays = dict.fromkeys(p for n in group if (p := _play(n, wording, lang)))
    lines += [_word("do", lang, play) for play in plays]
    if kind == "escalation":
        owner = clean_id(first.csm_id or "") or _word("nobody", lang)
        lines += [_word("unanswered", lang, owner, n.id) for n in group]
    return Item(f"{name} · {label}" if label else name, tuple(lines))


def _job_of(notice: Notice) -> str | None:
    """Return the job whose failure a notice is about, or None."""
    kind, _, job = str(notice.facts.get("fault", "")).partition("job:")
    return job or None if notice.account_id is None and not kind else None


def _reason(notice: Notice, wording: Wording, lang: Lang) -> str:
    known = wording.triggers.get(notice.trigger)
    title = known.title.text(lang) if known else _care_title(notice, lang)
    return f"{title} [{_word('proxy', lang)}]" if notice.is_proxy else title


def _care_title(notice: Notice, lang: Lang) -> str:
    known = CARE_TITLES.get(notice.trigger)
    return known.text(lang) if known else notice.trigger


def _said(notice: Notice, lang: Lang) -> list[str]:
    """Return what an alert on a plan, a request or a review says of it."""
    said = notice.facts.get("said")
    return [clean_line(str(said[lang]))] if isinstance(said, dict) and lang in said else []


def _play(notice: Notice, wording: Wording, lang: Lang) -> str | None:
    known = wording.triggers.get(notice.trigger)
    return known.play.text(lang) if known and known.play else None


def _score(notice: Notice, wording: Wording, lang: Lang) -> str:
    facts = notice.facts
    micro, tier = facts.get("score_micro"), str(facts.get("effective_tier") or "unknown")
    if micro is None:
        return ""
    text = _word("score", lang, truncate_points(int(micro)), _tier(tier, lang))
    before = facts.get("before_effective_tier")
    if before and before != tier:
        text += _word("before", lang, _tier(str(before), lang))
    change = facts.get("score_change_30d")
    text += _word("fell", lang, f"{float(change):+.1f}") if change is not None else ""
    segment = wording.segments.get(str(facts.get("segment")))
    return text + (_word("segment", lang, segment.text(lang)) if segment else "")


def _days(notice: Notice, lang: Lang) -> str:
    """Return when the term ends and how long nothing has happened; empty where neither is known."""
    parts = []
    for name, key in (("days_to_renewal", "renewal"), ("days_since_last_activity", "activity")):
        days = notice.facts.get(name)
        if days is not None and float(days) >= 0:
            plural = "" if int(days) == 1 else "s"
            parts.append(_word(key if days else f"{key}_today", lang, int(days), plural))
    text = ("；" if lang == "zh" else "; ").join(parts)
    return text[:1].upper() + text[1:]


def _tier(tier: str, lang: Lang) -> str:
    return TIER_LABELS[tier].text(lang) if tier in TIER_LABELS else clean_name(tier)


def _money(notice: Notice, wording: Wording, lang: Lang) -> str:
    loss, worth = (
        notice.facts.get(name) for name in ("expected_loss_amount", "contribution_amount")
    )
    unit = f"{wording.currency} ".lstrip()
    if loss:
        return _word("loss", lang, f"{unit}{float(loss) * wording.save_rate:,.0f}")
    return _word("worth", lang, f"{unit}{float(worth):,.0f}") if worth else ""


def _word(key: str, lang: Lang, *values: object) -> str:
    return _WORDS[key].text(lang).format(*values)
