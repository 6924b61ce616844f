"""The words of the journeys commands, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "journey": Bilingual("旅程", "journey"),
    "title": Bilingual("名称", "title"),
    "state": Bilingual("状态", "state"),
    "steps": Bilingual("步骤", "steps"),
    "step": Bilingual("步骤", "step"),
    "kind": Bilingual("类型", "kind"),
    "accounts": Bilingual("客户", "accounts"),
    "outcome": Bilingual("结果", "outcome"),
    "count": Bilingual("数量", "count"),
    "after": Bilingual("延迟（天）", "after (days)"),
    "does": Bilingual("内容", "does"),
    "entered": Bilingual("进入", "entered"),
    "moved": Bilingual("推进", "moved"),
    "ended": Bilingual("结束", "ended"),
    "waiting": Bilingual("排队", "waiting"),
    "held_out": Bilingual("留出", "held out"),
    "needs": Bilingual("缺少", "needs"),
    "on": Bilingual("开启", "on"),
    "off": Bilingual("关闭", "off"),
    "live": Bilingual("运行", "live"),
    "proxy": Bilingual("代理指标", "proxy"),
    "no_data": Bilingual("缺数据", "no data"),
    "no_channel": Bilingual("未设渠道", "no channel"),
    "mail": Bilingual("邮件", "mail"),
    "feed": Bilingual("应用内消息", "feed entry"),
    "webhook": Bilingual("Webhook", "webhook"),
    "cta": Bilingual("转人工", "hand-over"),
    "wait": Bilingual("等待", "wait"),
    "branch": Bilingual("分支", "branch"),
    "enter": Bilingual("进入条件", "enters when"),
    "exit": Bilingual("退出条件", "leaves when"),
    "goal": Bilingual("目标", "goal"),
    "reason": Bilingual("理由", "why"),
    "for_whom": Bilingual("适用客户", "for whom"),
    "held": Bilingual("今天不推进任何旅程：{0}", "No journey moves today: {0}"),
    "stale_snapshot": Bilingual(
        "快照早于 {0} 天，请用新数据运行 keepwell run",
        "the snapshot is over {0} days old; run keepwell run on newer data",
    ),
    "gate_closed": Bilingual("数据源异常或回看旧日", "a source is at fault, or the run looks back"),
    "gate_held": Bilingual(
        "大面积变化待确认（keepwell alerts approve）",
        "a mass change waits for keepwell alerts approve",
    ),
    "as_of": Bilingual("截至 {0}，快照 {1}", "As of {0}, snapshot {1}"),
    "sent": Bilingual("本次发送", "Sent now"),
    "next_at": Bilingual("下一条的发送时间：{0}", "The next message is due at {0}"),
    "nothing_sent": Bilingual("现在没有要发送的。", "Nothing is due to be sent."),
    "preview_note": Bilingual(
        "预览：没有保存，也没有发送。", "A preview: nothing is stored, nothing is sent."
    ),
    "samples": Bilingual("样例写入 {0}：{1} 封", "Samples written to {0}: {1} mails"),
    "empty_feed": Bilingual("没有消息。", "The feed is empty."),
    "read": Bilingual("已读", "read"),
    "unread": Bilingual("未读", "unread"),
    "dismissed": Bilingual("已关闭", "dismissed"),
    "marked": Bilingual("已标记。", "Marked."),
    "opted_out_done": Bilingual("此地址不再收到旅程邮件。", "This address gets no more mails."),
    "opted_in_done": Bilingual("此地址可以再收到邮件。", "This address may be written to again."),
    "unchanged": Bilingual("没有变化。", "Nothing changed."),
    "suppressed": Bilingual("不再发送的地址", "Addresses that are not written to"),
    "none": Bilingual("无", "none"),
    "item": Bilingual("条目", "item"),
    "drivers": Bilingual("针对的指标", "helps against"),
    "industries": Bilingual("行业", "industries"),
    "why": Bilingual("理由", "why"),
    "article": Bilingual("文章", "article"),
    "tutorial": Bilingual("教程", "tutorial"),
    "case": Bilingual("案例", "case"),
    "all": Bilingual("全部", "all"),
    "nothing_fits": Bilingual("没有合适的内容。", "Nothing fits."),
    "no_findings": Bilingual("引用都有效。", "Every reference leads somewhere."),
    "subject": Bilingual("对象", "subject"),
    "share": Bilingual("留出比例", "share"),
    "arm": Bilingual("组", "group"),
    "stratum": Bilingual("分层", "stratum"),
    "first": Bilingual("首次分配", "first"),
    "last": Bilingual("最近分配", "last"),
    "treated": Bilingual("处理组", "treated"),
    "exempt": Bilingual("豁免", "exempt"),
    "rescue": Bilingual("挽回", "rescue"),
    "enterprise": Bilingual("集团级", "Enterprise"),
    "top_value": Bilingual("最高价值", "top value"),
    "size_unknown": Bilingual("规模未知", "size unknown"),
    "value_unknown": Bilingual("价值未知", "value unknown"),
    "no_holdout": Bilingual("没有留出组。", "There is no holdout."),
    "account": Bilingual("客户", "account"),
    "day": Bilingual("日期", "day"),
    "active": Bilingual("进行中", "active"),
    "exited": Bilingual("退出", "left"),
    "completed": Bilingual("完成", "completed"),
    "timed_out": Bilingual("超时", "timed out"),
    "removed": Bilingual("移除", "removed"),
    "planned": Bilingual("已安排", "planned"),
    "shown": Bilingual("已展示", "shown"),
    "passed": Bilingual("已通过", "passed"),
    "withheld": Bilingual("扣留", "withheld"),
    "pending": Bilingual("待发送", "pending"),
    "leased": Bilingual("发送中", "being sent"),
    "delivered": Bilingual("已送达", "delivered"),
    "dead": Bilingual("未送达", "not delivered"),
    "refused": Bilingual("被拒", "refused"),
    "later": Bilingual("多次未成", "failed for a day"),
    "would_send": Bilingual("会发送", "would be sent"),
    "would_hand_over": Bilingual("会转给人", "would go to a person"),
    "waits_for_hours": Bilingual("等待可发送时段", "waits for open hours"),
    "capped": Bilingual("超出频率上限", "over the frequency cap"),
    "opted_out": Bilingual("已退订", "opted out"),
    "bounced": Bilingual("邮箱不存在", "mailbox does not exist"),
    "complained": Bilingual("投诉", "complained"),
    "no_contact": Bilingual("没有联系人", "no contact"),
    "no_email": Bilingual("联系人没有邮箱", "no contact with an address"),
    "no_active_contact": Bilingual("没有在职联系人", "no active contact"),
    "no_contact_id": Bilingual("联系人没有编号", "contacts without an id"),
    "role_address_only": Bilingual("只有公共邮箱", "only a shared mailbox"),
    "contact_gone": Bilingual("联系人已不在", "the contact is gone"),
    "journey_over": Bilingual("旅程已结束", "the journey was over"),
    "too_late": Bilingual("过期未发", "too late"),
    "step_removed": Bilingual("步骤已删除", "the step was removed"),
    "missing": Bilingual("缺少字段 {0}", "field {0} is missing"),
    "lost": Bilingual("由另一进程发送", "sent by another process"),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)


def outcome_word(label: str, lang: Lang) -> str:
    """Return what became of a step in words; `label` may carry a reason after a colon.

    >>> outcome_word("withheld: missing_content_link", "en")
    'withheld: field content_link is missing'
    """
    head, _, reason = label.partition(": ")
    shown = word(head, lang) if head in WORDS else head
    if not reason:
        return shown
    if reason.startswith("missing_"):
        told = word("missing", lang, reason.removeprefix("missing_"))
    else:
        told = word(reason, lang) if reason in WORDS else reason
    return f"{shown}{'：' if lang == 'zh' else ': '}{told}"
