"""Shows what tests of triggers came to, and what a replay would have alerted."""

from collections import defaultdict

from keepwell.cli.console import Speaker
from keepwell.runs.backtest_alerts import AlertBacktest
from keepwell.runs.rule_tests import RuleOutcome
from keepwell.vocabulary import Bilingual, InputProblem, Lang
from keepwell.warning import GateKind

WORDS = {
    "good": Bilingual("通过", "passed"),
    "bad": Bilingual("未通过", "FAILED"),
    "fires": Bilingual(
        "第 {0} 天：应触发 {1}，实际触发 {2}", "day {0}: expected to fire {1}, fired {2}"
    ),
    "ends": Bilingual(
        "第 {0} 天：应解除 {1}，实际解除 {2}", "day {0}: expected to end {1}, ended {2}"
    ),
    "nothing": Bilingual("无", "nothing"),
    "untested": Bilingual("未测（缺少指标）", "not looked at, for want of measures"),
    "sum": Bilingual("{0} 个测试，{1} 个未通过", "{0} tests, {1} failed"),
    "span": Bilingual(
        "回放 {0} 天（{1} 至 {2}），首日基线 {3} 条预警不计入",
        "Replayed {0} days ({1} to {2}); {3} alerts of the first day are its baseline",
    ),
    "closed": Bilingual(
        "数据源异常而不产生预警的天数：{0}", "Days without alerts, a source at fault: {0}"
    ),
    "held": Bilingual(
        "会被暂停等待批准的天数：{0}", "Days that would have waited for approval: {0}"
    ),
    "total": Bilingual("预警 {0} 条，涉及客户 {1} 家", "{0} alerts on {1} accounts"),
    "trigger": Bilingual("触发规则", "trigger"),
    "alerts": Bilingual("预警数", "alerts"),
    "person": Bilingual("负责人", "CSM"),
    "mean": Bilingual("每周平均", "a week on average"),
    "most": Bilingual("单周最多", "most in a week"),
    "nobody": Bilingual("（未分配）", "(nobody)"),
}


def show_tested(found: tuple[RuleOutcome, ...], lang: Lang, *, as_json: bool) -> int:
    """Print each test and where it went otherwise; return 0, or 2 if one failed."""
    speak = Speaker(as_json=as_json)
    failed = sum(not t.is_good for t in found)
    code = InputProblem.exit_code if failed else 0
    if speak.result({"tests": found, "failed": failed}):
        return code
    for tested in found:
        speak.line(f"{_word('good' if tested.is_good else 'bad', lang)}  {tested.test}")
        for wrong in tested.mismatches:
            names = (", ".join(p) or _word("nothing", lang) for p in (wrong.expected, wrong.found))
            speak.line(f"  {_word(wrong.what, lang, wrong.day, *names)}")
        if tested.untested:
            speak.line(f"  {_word('untested', lang)}: {', '.join(tested.untested)}")
    speak.line(_word("sum", lang, len(found), failed))
    return code


def show_backtest(found: AlertBacktest, lang: Lang, *, as_json: bool) -> None:
    """Print the replay: alerts by trigger, and each CSM's weeks."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    days = found.days
    speak.line(_word("span", lang, len(days), days[0].as_of, days[-1].as_of, found.baseline))
    for kind in (GateKind.CLOSED, GateKind.HELD):
        count = sum(d.gate == kind for d in days)
        if count:
            speak.line(_word(kind.value, lang, count))
    speak.line(_word("total", lang, sum(found.triggers.values()), found.accounts))
    speak.table(
        [_word("trigger", lang), _word("alerts", lang)], list(found.triggers.items()), right="1"
    )
    weeks = max((days[-1].as_of - days[0].as_of).days / 7, 1.0)
    by_person: dict[str, list[int]] = defaultdict(list)
    for entry in found.person_weeks:
        by_person[entry.person].append(entry.alerts)
    speak.table(
        [_word(h, lang) for h in ("person", "alerts", "mean", "most")],
        [
            (p or _word("nobody", lang), sum(n), f"{sum(n) / weeks:.1f}", max(n))
            for p, n in sorted(by_person.items(), key=lambda pair: -sum(pair[1]))
        ],
        right="123",
    )


def _word(key: str, lang: Lang, *values: object) -> str:
    return WORDS[key].text(lang).format(*values)
