"""The words of diagnosis, help requests, reviews and programmes, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "cause": Bilingual("原因", "cause"),
    "group": Bilingual("分组", "group"),
    "accounts": Bilingual("客户数", "accounts"),
    "of": Bilingual("已诊断", "diagnosed"),
    "amount": Bilingual("贡献（已知）", "contribution (known)"),
    "known": Bilingual("金额已知", "amount known"),
    "small": Bilingual("样本小", "small"),
    "since": Bilingual(
        "{0} 至 {1}：诊断了 {2} 家客户。一家可有多个原因，各行不可相加。",
        "{0} to {1}: {2} accounts were diagnosed. One may have several causes: rows do not add up.",
    ),
    "small_note": Bilingual(
        "标“样本小”的分组不足 10 家，只可逐家看，不可读作比例。",
        "Groups marked small have under 10 accounts: read them one by one, not as shares.",
    ),
    "no_causes": Bilingual(
        "这段时间没有诊断。keepwell plans diagnose 客户编号 --cause 原因 --by 姓名",
        "Nothing was diagnosed then. keepwell plans diagnose ACCOUNT --cause CODE --by NAME",
    ),
    "team": Bilingual("团队", "team"),
    "urgency": Bilingual("紧急程度", "urgency"),
    "text": Bilingual("请求", "request"),
    "asked": Bilingual("已提出", "asked"),
    "accepted": Bilingual("已接受", "accepted"),
    "solved": Bilingual("已解决", "solved"),
    "declined": Bilingual("已拒绝", "declined"),
    "withdrawn": Bilingual("已撤回", "withdrawn"),
    "urgent": Bilingual("紧急", "urgent"),
    "normal": Bilingual("一般", "normal"),
    "low": Bilingual("不急", "low"),
    "answer_due": Bilingual("应答复", "answer due"),
    "solve_due": Bilingual("应解决", "solution due"),
    "late": Bilingual("超时", "late"),
    "answer_late": Bilingual("答复超 {0} 工作小时", "answer by {0} working hours"),
    "solution_late": Bilingual("解决超 {0} 工作小时", "solution by {0} working hours"),
    "level": Bilingual("升级至", "escalated to"),
    "asked_done": Bilingual(
        "求助 {0}：{1} 前答复，{2} 前解决（{3}）。",
        "Request {0}: answer by {1}, solution by {2} ({3}).",
    ),
    "moved": Bilingual("求助 {0}：{1}。", "Request {0} is {1}."),
    "cadence": Bilingual("每几天", "every days"),
    "last": Bilingual("上次", "last"),
    "next": Bilingual("下次应开", "next due"),
    "overdue": Bilingual("逾期", "overdue"),
    "no_reviews": Bilingual(
        "没有应开的业务回顾；频率见 plans.yml 的 reviews。",
        "No review is due; the cadence is `reviews` in plans.yml.",
    ),
    "held": Bilingual(
        "已记录：客户 {0} 在 {1} 开过业务回顾。", "Recorded: account {0} had a review on {1}."
    ),
    "brief_written": Bilingual("已写入 {0}", "Wrote {0}"),
    "programme": Bilingual("项目", "programme"),
    "entries": Bilingual("已在项目中", "In the programme"),
    "candidates": Bilingual("候选（按贡献排序）", "Candidates, by contribution"),
    "more_candidates": Bilingual("另有 {0} 家候选。", "{0} more candidates."),
    "missing": Bilingual(
        "部分条件未能判断，缺少字段：{0}", "Some conditions cannot be judged; missing: {0}"
    ),
    "no_candidates": Bilingual("没有候选。", "No candidates."),
    "candidate": Bilingual("候选", "candidate"),
    "invited": Bilingual("已邀请", "invited"),
    "done": Bilingual("已参加", "took part"),
    "entry_moved": Bilingual("客户 {0} 在「{1}」：{2}。", "Account {0} in {1}: {2}."),
    "tier": Bilingual("分段", "tier"),
    "size": Bilingual("规模", "size"),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)
