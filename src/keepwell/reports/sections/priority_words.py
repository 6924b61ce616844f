"""Words of the priority list: why an account stands in it and what the first step is."""

from keepwell.vocabulary import Bilingual

GROUPS = {
    "A": Bilingual(
        "不低，金额在前四分之一，却久未活动",
        "not low, top quarter by money, yet silent",
    ),
    "B": Bilingual("低健康且金额在前四分之一", "low and in the top quarter by money"),
    "C": Bilingual(
        "低健康、人力优先的规模里其余各家",
        "the remaining low accounts of the sizes that people go to",
    ),
    "D": Bilingual("刚好在线上", "just above the line"),
}
REASON_WORDS = {
    "silent_and_contradicting": Bilingual(
        "久未活动，且两个活跃字段不能同时为真",
        "silent, and the two activity fields cannot both be true",
    ),
    "silent_outside_low": Bilingual("久未活动，却不在低健康段", "silent, yet not in the low tier"),
    "low_and_top_quarter": Bilingual("低健康且金额大", "low, and large"),
    "low_where_people_go": Bilingual("低健康", "low"),
    "low_by_override": Bilingual("人工覆盖为低", "low by a person's override"),
    "just_above_line": Bilingual("刚过线", "just over the line"),
}
STEP_WORDS = {
    "verify_then_call": Bilingual(
        "数据负责人 5 个工作日内核对活动流水，客户成功负责人随即致电主要联系人",
        "data owner checks the activity log within 5 working days, CS leader calls the main contact",
    ),
    "call_main_contact": Bilingual(
        "客户成功负责人 5 个工作日内致电主要联系人",
        "CS leader calls the main contact within 5 working days",
    ),
    "verify_then_rescue": Bilingual(
        "数据负责人 5 个工作日内核实活动记录；若确属沉默，启动 90 天救援",
        "data owner verifies the activity log within 5 working days; if truly silent, start the 90-day rescue",
    ),
    "verify_then_diagnose": Bilingual(
        "数据负责人 5 个工作日内核实活动记录；若确属沉默，共享席位电话诊断",
        "data owner verifies the activity log within 5 working days; if truly silent, diagnostic call by the pooled desk",
    ),
    "verify_then_check_deals": Bilingual(
        "数据负责人 5 个工作日内核实活动记录，客户销售同时逐单核实在手商机",
        "data owner verifies the activity log within 5 working days while the account executive checks every open deal",
    ),
    "verify_then_decide": Bilingual(
        "数据负责人 5 个工作日内核实活动记录，属实再约对话",
        "data owner verifies the activity log within 5 working days; book a conversation only after that",
    ),
    "automatic_reminder": Bilingual(
        "数字化运营本周自动提醒，7 天无回应再由共享席位回访",
        "digital CS sends an automatic reminder this week; the pooled desk follows up after 7 days of silence",
    ),
    "wake_up_journey": Bilingual(
        "数字化运营本周放进自动唤醒旅程，有回应再转人工",
        "digital CS starts the automated wake-up journey this week; a reply goes to a person",
    ),
    "invite_contacts": Bilingual(
        "数字化运营本周自动邀请补全联系人",
        "digital CS sends the automatic contact invitation this week",
    ),
    "executive_visit": Bilingual("高管两周内登门拜访", "executive visit within two weeks"),
    "complete_contacts": Bilingual(
        "客户成功经理两周内补全联系人，再约诊断会",
        "CSM completes the contacts within two weeks, then books a diagnosis",
    ),
    "check_open_deals": Bilingual(
        "客户销售 10 个工作日内逐单核实在手商机",
        "account executive checks every open deal within 10 working days",
    ),
    "senior_dialogue": Bilingual(
        "客户成功主管两周内与对方主管对话，问清变化与不满",
        "senior dialogue within two weeks: what changed, what hurts",
    ),
    "diagnostic_call": Bilingual(
        "客户成功经理两周内电话诊断", "diagnostic call by the CSM within two weeks"
    ),
    "book_conversation": Bilingual(
        "客户成功经理本周约一次业务对话", "CSM books a business conversation this week"
    ),
}
