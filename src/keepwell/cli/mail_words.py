"""The words of the delivery commands, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "begun": Bilingual(
        "已写入 {0}；按注释填写后运行 keepwell alerts deliver",
        "Wrote {0}; fill it in, then run keepwell alerts deliver",
    ),
    "planned": Bilingual(
        "新消息 {0} 条；静默的预警 {1} 条", "New messages: {0}; silenced alerts: {1}"
    ),
    "attempts": Bilingual("本次发送", "Sent now"),
    "messages": Bilingual("全部消息", "All messages"),
    "events": Bilingual("本次发给 Webhook 的事件", "Events sent to webhooks now"),
    "waiting": Bilingual("下一条消息的发送时间：{0}", "The next message is due at {0}"),
    "balance": Bilingual(
        "命中 {0} = 已送达 {1} + 待发送 {2} + 已抑制 {3} + 已被取代 {4} + 无法送达 {5}",
        "Matched {0} = delivered {1} + pending {2} + suppressed {3} + superseded {4} + dead-lettered {5}",  # noqa: E501
    ),
    "number": Bilingual("编号", "no."),
    "kind": Bilingual("类型", "kind"),
    "immediate": Bilingual("立即", "immediate"),
    "digest": Bilingual("摘要", "digest"),
    "baseline": Bilingual("基线", "baseline"),
    "reminder": Bilingual("提醒", "reminder"),
    "escalation": Bilingual("升级", "escalation"),
    "person": Bilingual("收件人", "person"),
    "channel": Bilingual("渠道", "channel"),
    "status": Bilingual("状态", "status"),
    "due": Bilingual("应发时间（UTC）", "due (UTC)"),
    "tries": Bilingual("尝试", "tries"),
    "told": Bilingual("预警数", "alerts"),
    "error": Bilingual("最近错误", "last error"),
    "pending": Bilingual("待发送", "pending"),
    "leased": Bilingual("发送中", "being sent"),
    "delivered": Bilingual("已送达", "delivered"),
    "rerouted": Bilingual("已转备用渠道", "rerouted"),
    "superseded": Bilingual("已被取代", "superseded"),
    "dead": Bilingual("无法送达", "dead letter"),
    "lost": Bilingual("已由其他进程接手", "taken over by another process"),
    "empty": Bilingual("收件箱为空。", "The inbox is empty."),
    "no_silence": Bilingual("没有生效中的静默。", "No silence is in force."),
    "account": Bilingual("客户", "account"),
    "trigger": Bilingual("触发规则", "trigger"),
    "until": Bilingual("截止（含）", "until"),
    "reason": Bilingual("原因", "reason"),
    "acknowledged": Bilingual("已确认预警 {0}。", "Alert {0} is acknowledged."),
    "snoozed": Bilingual("预警 {0} 推迟到 {1}。", "Alert {0} is put away until {1}."),
    "silenced": Bilingual("静默 {0} 生效至 {1}（含）。", "Silence {0} holds until {1}."),
    "replayed": Bilingual("{0} 条无法送达的消息将重新发送。", "{0} dead letters go out again."),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)
