"""The words of the commands of success plans and of the care of accounts, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "number": Bilingual("编号", "no."),
    "account": Bilingual("客户", "account"),
    "name": Bilingual("名称", "name"),
    "kind": Bilingual("计划", "plan"),
    "stage": Bilingual("风险阶段", "risk stage"),
    "started": Bilingual("开始", "started"),
    "ends": Bilingual("结束", "ends"),
    "next_gate": Bilingual("下一道关", "next gate"),
    "late": Bilingual("逾期步骤", "late steps"),
    "status": Bilingual("状态", "status"),
    "csm": Bilingual("负责人", "CSM"),
    "reason": Bilingual("原因", "reason"),
    "due": Bilingual("应完成", "due"),
    "owner": Bilingual("承担", "owner"),
    "title": Bilingual("内容", "what"),
    "done_on": Bilingual("处理日", "settled"),
    "play": Bilingual("剧本", "play"),
    "by": Bilingual("由谁", "by"),
    "note": Bilingual("备注", "note"),
    "wanted": Bilingual("要求", "wanted"),
    "found": Bilingual("实际", "found"),
    "yes": Bilingual("是", "yes"),
    "no": Bilingual("否", "no"),
    "unknown": Bilingual("未知", "unknown"),
    "never": Bilingual("从未", "never"),
    "all": Bilingual("全部", "all"),
    "empty": Bilingual("没有符合条件的记录。", "Nothing to show."),
    "no_plans": Bilingual(
        "没有计划。keepwell plans open 客户编号 --by 姓名 可开立一份。",
        "There are no plans. Open one: keepwell plans open ACCOUNT --by NAME.",
    ),
    "opened": Bilingual("计划 {0} 已开立：{1}，{2} 至 {3}。", "Plan {0} is open: {1}, {2} to {3}."),
    "changed": Bilingual("计划 {0} 已更新。", "Plan {0} was changed."),
    "closed_as": Bilingual("计划 {0} 已关闭：{1}。", "Plan {0} is closed: {1}."),
    "judged": Bilingual(
        "到期的关：通过 {0}，未过 {1}，数据不足待人判定 {2}；流失 {3}；升级的求助 {4}",
        "Gates due: {0} passed, {1} failed, {2} open for lack of data; accounts lost: {3}; requests escalated: {4}",  # noqa: E501
    ),
    "objectives": Bilingual("目标", "Objectives"),
    "milestones": Bilingual("步骤", "Milestones"),
    "gates": Bilingual("关", "Gates"),
    "team": Bilingual("团队", "Team"),
    "function": Bilingual("职能", "function"),
    "person": Bilingual("人员", "person"),
    "duty": Bilingual("职责", "duty"),
    "vacant": Bilingual("（空缺）", "(vacant)"),
    "history": Bilingual("风险阶段的变化", "Risk stages so far"),
    "outcomes": Bilingual("结果", "Outcomes"),
    "now": Bilingual(
        "若按 {0} 的快照判定第 {1} 关", "Gate {1} as the snapshot of {0} would have it"
    ),
    "awaits": Bilingual(
        "上一道关未过，等待决定：延期、免判或关闭。",
        "The last gate failed and awaits a decision: extend, waive or close.",
    ),
    "exit_met": Bilingual(
        "退出条件已满足：{0} 至 {1} 的 {2} 份快照都不低于 {3} 分（最低 {4}）。",
        "The exit is earned: {2} snapshots from {0} to {1} are at or over {3} (lowest {4}).",
    ),
    "exit_not_met": Bilingual(
        "退出条件未满足（须连续 {0} 天不低于 {1} 分）：{2}",
        "The exit is not earned ({0} days at or over {1}): {2}",
    ),
    "no_snapshot": Bilingual("没有快照", "no snapshot"),
    "too_short": Bilingual("快照覆盖的时间不够长", "the snapshots do not reach back far enough"),
    "gap": Bilingual("中间缺快照太久", "a gap between snapshots is too long"),
    "unknown_score": Bilingual("有快照没有分数", "a snapshot has no score"),
    "below_line": Bilingual("期间有分数低于退出线", "a score lay under the line"),
    "open": Bilingual("进行中", "open"),
    "closed": Bilingual("已关闭", "closed"),
    "completed": Bilingual("完成", "completed"),
    "early_exit": Bilingual("提前退出", "early exit"),
    "stopped": Bilingual("中止", "stopped"),
    "churned": Bilingual("流失", "churned"),
    "done": Bilingual("完成", "done"),
    "dropped": Bilingual("放弃", "dropped"),
    "met": Bilingual("达成", "met"),
    "not_met": Bilingual("未达成", "not met"),
    "pending": Bilingual("待判", "pending"),
    "passed": Bilingual("通过", "passed"),
    "failed": Bilingual("未过", "failed"),
    "waived": Bilingual("免判", "waived"),
    "none": Bilingual("无", "none"),
    "at_risk": Bilingual("有风险", "at risk"),
    "plan_in_place": Bilingual("已有计划", "plan in place"),
    "saving": Bilingual("挽救中", "saving"),
    "recovered": Bilingual("已恢复", "recovered"),
    "lost": Bilingual("已流失", "lost"),
    "stage_moved": Bilingual("客户 {0}：{1} → {2}", "Account {0}: {1} -> {2}"),
    "plan_opened": Bilingual("开立救援计划", "a rescue plan was opened"),
    "first_step": Bilingual("计划的第一步已完成", "the plan's first step was done"),
    "plan_stopped": Bilingual("救援计划中止", "the rescue plan was stopped"),
    "plan_closed": Bilingual("随计划关闭", "the plan was closed"),
    "left": Bilingual("数据显示客户已离开", "the data say the customer left"),
    "success": Bilingual("客户成功", "customer success"),
    "product": Bilingual("产品", "product"),
    "sales": Bilingual("销售", "sales"),
    "executive": Bilingual("高管", "executives"),
    "kept": Bilingual("留存", "kept"),
    "contracted": Bilingual("缩减", "contracted"),
    "expanded": Bilingual("扩大", "expanded"),
    "amount": Bilingual("金额", "amount"),
    "day": Bilingual("日期", "day"),
    "recorded": Bilingual("已记录：客户 {0}，{1}。", "Recorded for account {0}: {1}."),
    "days": Bilingual("天数", "days"),
    "purpose": Bilingual("用途", "purpose"),
    "score": Bilingual("健康分", "health score"),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)


def state_word(key: str, lang: Lang) -> str:
    """Return a state in `lang`; one without a word, such as a team of the project's own, as is."""
    return WORDS[key].text(lang) if key in WORDS else key
