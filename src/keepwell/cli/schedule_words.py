"""The words of the schedule commands, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "job": Bilingual("作业", "job"),
    "do": Bilingual("步骤", "does"),
    "rule": Bilingual("规则", "rule"),
    "zone": Bilingual("时区", "time zone"),
    "next": Bilingual("下次时间", "next"),
    "last": Bilingual("最近一次", "last"),
    "due": Bilingual("应运行时间", "due"),
    "status": Bilingual("状态", "status"),
    "tries": Bilingual("尝试", "tries"),
    "missed_before": Bilingual("代替错过次数", "stands for"),
    "started": Bilingual("开始", "started"),
    "ended": Bilingual("结束", "ended"),
    "owner": Bilingual("执行者", "by"),
    "error": Bilingual("错误", "error"),
    "running": Bilingual("运行中", "under way"),
    "waiting": Bilingual("等待重试", "waits for another try"),
    "done": Bilingual("已完成", "done"),
    "failed": Bilingual("失败", "failed"),
    "missed": Bilingual("错过", "missed"),
    "released": Bilingual("已放回，由下一个调度进程继续", "released for the next scheduler"),
    "lost": Bilingual("已由其他进程接手", "taken over by another process"),
    "none": Bilingual("还没有任何记录。", "Nothing was due yet."),
    "begun": Bilingual(
        "调度已启动，{0} 个作业；下次：{1}。Ctrl-C 结束。",
        "The schedule runs; jobs: {0}, next: {1}. Ctrl-C ends it.",
    ),
    "nothing": Bilingual("没有到期的作业。", "Nothing is due."),
    "ended_now": Bilingual("调度已结束。", "The schedule has ended."),
    "outcome": Bilingual("{0}  应运行时间 {1}：{2}", "{0}, due {1}: {2}"),
    "again": Bilingual("；{0} 重试", "; again at {0}"),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)
