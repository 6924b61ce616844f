"""The words of the commands for CTAs and plays, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "number": Bilingual("编号", "no."),
    "account": Bilingual("客户", "account"),
    "name": Bilingual("名称", "name"),
    "type": Bilingual("类型", "type"),
    "reason": Bilingual("原因", "reason"),
    "priority": Bilingual("优先级", "priority"),
    "status": Bilingual("状态", "status"),
    "owner": Bilingual("负责人", "owner"),
    "due": Bilingual("截止日", "due"),
    "stake": Bilingual("涉及金额", "at stake"),
    "signal": Bilingual("信号", "signal"),
    "source": Bilingual("来源", "source"),
    "outcome": Bilingual("结果", "outcome"),
    "note": Bilingual("说明", "note"),
    "alerts": Bilingual("对应的预警", "answers alerts"),
    "history": Bilingual("历史", "History"),
    "tasks": Bilingual("任务", "Tasks"),
    "plays": Bilingual("剧本", "Plays"),
    "when": Bilingual("时间（UTC）", "when (UTC)"),
    "who": Bilingual("谁", "who"),
    "what": Bilingual("做了什么", "what"),
    "from": Bilingual("之前", "before"),
    "to": Bilingual("之后", "after"),
    "why": Bilingual("原因", "why"),
    "task": Bilingual("任务", "task"),
    "action": Bilingual("做什么", "what to do"),
    "role": Bilingual("角色", "role"),
    "check": Bilingual("检查", "check"),
    "play": Bilingual("剧本", "play"),
    "started": Bilingual("开始", "started"),
    "ended": Bilingual("结束", "ended"),
    "exit": Bilingual("退出条件", "ends when"),
    "steps": Bilingual("步骤数", "steps"),
    "template": Bilingual("材料", "template"),
    "nobody": Bilingual("（未分配）", "(nobody)"),
    "overdue": Bilingual("已逾期", "overdue"),
    "none": Bilingual("没有符合条件的行动项。", "No CTA matches."),
    "no_plays": Bilingual("没有符合条件的剧本执行。", "No running play matches."),
    "no_tasks": Bilingual("没有待办任务。", "No open task."),
    "new": Bilingual("新建", "new"),
    "in_progress": Bilingual("进行中", "in progress"),
    "snoozed": Bilingual("已推迟", "snoozed"),
    "done": Bilingual("已完成", "done"),
    "cancelled": Bilingual("已取消", "cancelled"),
    "open": Bilingual("待办", "open"),
    "skipped": Bilingual("已跳过", "skipped"),
    "running": Bilingual("进行中", "running"),
    "finished": Bilingual("已结束", "finished"),
    "stopped": Bilingual("已停止", "stopped"),
    "critical": Bilingual("紧急", "critical"),
    "high": Bilingual("高", "high"),
    "normal": Bilingual("普通", "normal"),
    "alert": Bilingual("预警", "alert"),
    "person": Bilingual("人工", "person"),
    "plan": Bilingual("计划", "plan"),
    "journey": Bilingual("旅程", "journey"),
    "until": Bilingual("推迟到 {0}", "until {0}"),
    "moved": Bilingual("行动项 {0}：{1}", "CTA {0}: {1}"),
    "assigned": Bilingual("行动项 {0} 的负责人：{1}", "CTA {0} belongs to {1}"),
    "opened": Bilingual("已建立行动项 {0}，负责人 {1}", "Opened CTA {0} for {1}"),
    "play_now": Bilingual("剧本 {0}：{1}", "Play {0}: {1}"),
    "task_now": Bilingual("任务 {0}：{1}", "Task {0}: {1}"),
    "met": Bilingual("达标（{0}）", "met ({0})"),
    "missed": Bilingual("未达标（{0}）", "not met ({0})"),
    "unread": Bilingual("未知", "unknown"),
    "at_least": Bilingual("≥ {0}", ">= {0}"),
    "at_most": Bilingual("≤ {0}", "<= {0}"),
    "news": Bilingual(
        "新行动项 {0} 个，并入已有行动项的预警 {1} 条，基线之外 {2} 户",
        "New CTAs: {0}; alerts that join open ones: {1}; left out of the baseline: {2}",
    ),
    "closed": Bilingual(
        "因信号解除或客户离开而取消的行动项：{0}", "CTAs cancelled with their ground: {0}"
    ),
    "over": Bilingual("超出工时：{0}", "Over their hours: {0}"),
    "unassigned": Bilingual("没有负责人的行动项：{0}", "CTAs without owner: {0}"),
    "unmanned": Bilingual(
        "没有人担任的角色（任务暂归行动项负责人）：{0}",
        "Roles that nobody has (their tasks go to the CTA's owner): {0}",
    ),
}
# What the history of a CTA tells: its moves, and what belongs to them.
MOVES = {
    "opened": Bilingual("建立", "opened"),
    "start": Bilingual("开始", "started"),
    "snooze": Bilingual("推迟", "snoozed"),
    "wake": Bilingual("到期恢复", "came back"),
    "done": Bilingual("完成", "done"),
    "cancel": Bilingual("取消", "cancelled"),
    "reopen": Bilingual("重新打开", "reopened"),
    "assign": Bilingual("更换负责人", "assigned"),
    "alert_linked": Bilingual("并入预警", "alert joined"),
    "urged": Bilingual("优先级提高", "made more urgent"),
    "signal_ended": Bilingual("信号结束", "signal ended"),
    "play_started": Bilingual("启动剧本", "play started"),
    "play_ended": Bilingual("剧本结束", "play ended"),
    "task_done": Bilingual("任务完成", "task done"),
    "task_skip": Bilingual("跳过任务", "task skipped"),
    "task_reopen": Bilingual("重新打开任务", "task reopened"),
}
DETAILS = {
    "priority": Bilingual("优先级", "priority"),
    "due_on": Bilingual("到期日", "due"),
    "alert": Bilingual("预警", "alert"),
    "cause": Bilingual("原因", "cause"),
    "from": Bilingual("之前", "from"),
    "name": Bilingual("名称", "name"),
    "outcome": Bilingual("结果", "outcome"),
    "owner": Bilingual("负责人", "owner"),
    "play": Bilingual("剧本", "play"),
    "run": Bilingual("运行", "run"),
    "source": Bilingual("来源", "source"),
    "step": Bilingual("步骤", "step"),
    "task": Bilingual("任务", "task"),
    "tasks": Bilingual("任务数", "tasks"),
    "tasks_cancelled": Bilingual("取消的任务数", "tasks cancelled"),
    "to": Bilingual("之后", "to"),
    "until": Bilingual("直到", "until"),
}


def detail(key: str, value: str, lang: Lang) -> str:
    """Return one detail of a CTA's history in `lang`.

    >>> detail("tasks_cancelled", "5", "en")
    'tasks cancelled: 5'
    """
    name = DETAILS[key].text(lang) if key in DETAILS else key
    return f"{name}{'：' if lang == 'zh' else ': '}{value}"


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`; a key without words stays as it is."""
    found = WORDS.get(key)
    return key if found is None else found.text(lang).format(*values)
