"""Words of the priority list: why an account stands in it and what the first step is."""

from keepwell.vocabulary import Bilingual

GROUPS = {
    "A": Bilingual(
        "不低，但金额在前四分之一且久未活动：先核实",
        "not low, but top quarter by money and silent: verify first",
    ),
    "B": Bilingual("低健康且金额在前四分之一", "low and in the top quarter by money"),
    "C": Bilingual(
        "低健康里在险金额最大的规模，其余各家",
        "the remaining low accounts of the size with most money at risk",
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
    "low_in_largest_size": Bilingual("低健康", "low"),
    "low_by_override": Bilingual("人工覆盖为低", "low by a person's override"),
    "just_above_line": Bilingual("刚过线", "just over the line"),
}
STEP_WORDS = {
    "verify_then_call": Bilingual(
        "5 个工作日内：数据负责人核对活动流水，客户成功负责人致电主要联系人",
        "within 5 working days: data owner checks the activity log, CS leader calls the main contact",
    ),
    "call_main_contact": Bilingual(
        "5 个工作日内：客户成功负责人致电主要联系人",
        "within 5 working days: CS leader calls the main contact",
    ),
    "verify_then_rescue": Bilingual(
        "5 个工作日内核实活动记录；若确属沉默，启动 90 天救援",
        "verify the activity log within 5 working days; if truly silent, start the 90-day rescue",
    ),
    "executive_visit": Bilingual("两周内高管拜访", "executive visit within two weeks"),
    "complete_contacts": Bilingual(
        "客户成功经理两周内补全联系人，再约诊断会",
        "CSM completes the contacts within two weeks, then books a diagnosis",
    ),
    "check_open_deals": Bilingual(
        "客户销售 10 个工作日内逐单核实在手商机",
        "account executive checks every open deal within 10 working days",
    ),
    "senior_dialogue": Bilingual(
        "两周内高层对话，确认商机是否仍在",
        "senior dialogue within two weeks: is the deal alive?",
    ),
    "diagnostic_call": Bilingual(
        "客户成功经理两周内电话诊断", "diagnostic call by the CSM within two weeks"
    ),
    "book_conversation": Bilingual(
        "客户成功经理本周约一次业务对话", "CSM books a business conversation this week"
    ),
}
