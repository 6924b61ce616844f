"""What a brief says of goals, of value on record, of use, and of what is still open."""

from collections.abc import Iterator

from keepwell.actions.briefs_facts import BriefFacts, Said, measure_label
from keepwell.actions.briefs_subject import BriefSubject
from keepwell.actions.plans import Gate, Objective, SuccessPlan
from keepwell.reports import Data, DataPair, Fact, line
from keepwell.vocabulary import Bilingual

WORTH = ("won_amount_12m", "total_won_amount", "current_arr_amount", "current_pipeline_amount")
USE = (
    "total_activities_30d",
    "total_activities_90d",
    "usage_trend",
    "days_since_last_login",
    "feature_adoption_depth",
    "open_tickets",
    "nps",
    "seats",
)
RENEWAL_DAYS = 180
# The measures that a brief reads beside those of the scorecard.
BRIEF_MEASURES = (*WORTH, *USE, "days_to_renewal")
OUTCOMES = {
    "kept": Bilingual("留存", "kept"),
    "expanded": Bilingual("扩大", "expanded"),
    "contracted": Bilingual("缩减", "contracted"),
    "churned": Bilingual("流失", "churned"),
}
STATES = {
    "open": Bilingual("进行中", "open"),
    "met": Bilingual("达成", "met"),
    "not_met": Bilingual("未达成", "not met"),
}
STAGES = {
    "at_risk": Bilingual("有风险", "at risk"),
    "plan_in_place": Bilingual("已有计划", "plan in place"),
    "saving": Bilingual("挽救中", "saving"),
    "recovered": Bilingual("已恢复", "recovered"),
    "lost": Bilingual("已流失", "lost"),
}


def goal_lines(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    """Yield how far the open plans and their objectives are."""
    if not subject.plans:
        none = facts.count(
            "open_plans", Bilingual("进行中的成功计划", "open success plans"), 0, "success_plans"
        )
        yield line("进行中的成功计划：{n} 份。", "Open success plans: {n}.", n=none)
    for plan in subject.plans:
        yield _plan(plan, subject, facts)
        if plan.next_gate is not None:
            yield _gate(plan, plan.next_gate, subject, facts)
        for objective in plan.objectives:
            yield _objective(plan, objective, subject, facts)


def _plan(plan: SuccessPlan, subject: BriefSubject, facts: BriefFacts) -> Said:
    done = sum(m.status == "done" for m in plan.milestones)
    late = sum(m.status == "open" and m.due_on < subject.today for m in plan.milestones)
    key = f"plan_{plan.id}"
    return line(
        "{title}（{start} 起）：步骤完成 {done}，共 {all}，逾期 {late}。",
        "{title} (since {start}): milestones done {done} of {all}, overdue {late}.",
        title=DataPair(plan.template.title),
        start=Data(plan.started_on.isoformat()),
        done=facts.count(f"{key}_done", _label("完成的步骤", "milestones done"), done, key),
        all=facts.count(
            f"{key}_all", _label("全部步骤", "all milestones"), len(plan.milestones), key
        ),
        late=facts.count(f"{key}_late", _label("逾期步骤", "milestones overdue"), late, key),
    )


def _gate(plan: SuccessPlan, gate: Gate, subject: BriefSubject, facts: BriefFacts) -> Said:
    key, title, day = f"plan_{plan.id}_gate", DataPair(gate.title), Data(gate.due_on.isoformat())
    if gate.due_on < subject.today:
        label = _label("关到期后的天数", "days since the gate was due")
        return line(
            "关“{gate}”应在 {day} 判定，已过 {days} 天，尚未判定。",
            "The gate {gate} was due on {day}, {days} days ago, and is not judged yet.",
            gate=title,
            day=day,
            days=facts.days(key, label, gate.due_on, subject.today),
        )
    label = _label("距下一道关天数", "days to the next gate")
    return line(
        "下一道关“{gate}”在 {day}，距今 {days} 天。",
        "The next gate, {gate}, is on {day}, in {days} days.",
        gate=title,
        day=day,
        days=facts.days(key, label, subject.today, gate.due_on),
    )


def _objective(
    plan: SuccessPlan, objective: Objective, subject: BriefSubject, facts: BriefFacts
) -> Said:
    steps = [m for m in plan.milestones if m.objective == objective.name]
    key = f"plan_{plan.id}_{objective.name}"
    title, state = DataPair(objective.title), STATES[objective.status]
    if not steps:
        label = _label("计划已进行天数", "days of the plan")
        days = facts.days(f"{key}_days", label, plan.started_on, subject.today)
        return line(
            "目标“{title}”：{state}，已 {days} 天。",
            "Goal: {title}. State: {state}, for {days} days.",
            title=title,
            state=state,
            days=days,
        )
    done = sum(m.status == "done" for m in steps)
    return line(
        "目标“{title}”：{state}；步骤完成 {done}，共 {all}。",
        "Goal: {title}. State: {state}; milestones done {done} of {all}.",
        title=title,
        state=state,
        done=facts.count(f"{key}_done", _label("完成的步骤", "milestones done"), done, key),
        all=facts.count(f"{key}_all", _label("全部步骤", "all milestones"), len(steps), key),
    )


def worth_lines(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    """Yield money that is on record, and recorded outcomes; nothing is estimated."""
    for name in WORTH:
        fact, label = facts.measure(name, subject.measures.get(name)), measure_label(name)
        if subject.currency:
            yield line(
                "{measure}：{value}（{currency}）。",
                "{measure}: {value} ({currency}).",
                measure=DataPair(label),
                value=fact,
                currency=Data(subject.currency),
            )
        else:
            yield _plain(label, fact)
    for kind, title in OUTCOMES.items():
        known = [o.amount for o in subject.outcomes if o.kind == kind and o.amount is not None]
        if known:
            label = Bilingual(f"已登记的结果：{title.zh}", f"recorded outcomes: {title.en}")
            amount = facts.amount(f"outcome_{kind}", label, sum(known), len(known), "plan_outcomes")
            yield line(
                "已登记的结果，{kind}：{amount}（{amount:n} 笔）。",
                "Recorded outcomes, {kind}: {amount} ({amount:n} on record).",
                kind=title,
                amount=amount,
            )


def use_lines(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    """Yield how the account works with us and with the product, as measured."""
    for name in USE:
        yield _plain(measure_label(name), facts.measure(name, subject.measures.get(name)))


def _plain(label: Bilingual, fact: Fact) -> Said:
    return line("{measure}：{value}。", "{measure}: {value}.", measure=DataPair(label), value=fact)


def risk_lines(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    """Yield the renewal, the stage, alerts, requests, causes and failed gates that are open."""
    renewal = subject.measures.get("days_to_renewal")
    if renewal is not None and renewal <= RENEWAL_DAYS:
        yield line(
            "距续约 {days} 天。",
            "{days} days to the renewal.",
            days=facts.measure("days_to_renewal", renewal),
        )
    if subject.stage in STAGES and subject.stage_since is not None:
        label = _label("处于该阶段天数", "days in the stage")
        days = facts.days("stage_days", label, subject.stage_since, subject.today)
        yield line(
            "风险阶段：{stage}，已 {days} 天。",
            "Risk stage: {stage}, for {days} days.",
            stage=STAGES[subject.stage],
            days=days,
        )
    for number, alert in enumerate(subject.alerts, 1):
        label = _label("预警持续天数", "days of the alert")
        yield line(
            "预警“{title}”自 {day} 起，已 {days} 天。",
            "Alert {title} since {day}, for {days} days.",
            title=DataPair(alert.title),
            day=Data(alert.since.isoformat()),
            days=facts.days(f"alert_{number}_days", label, alert.since, subject.as_of),
        )
    yield from _failed_gates(subject, facts)
    for number, (title, on) in enumerate(subject.causes, 1):
        label = _label("诊断距今天数", "days since the diagnosis")
        yield line(
            "诊断记录“{cause}”，{days} 天前。",
            "Diagnosis on record: {cause}, {days} days ago.",
            cause=DataPair(title),
            days=facts.days(f"cause_{number}_days", label, on, subject.today),
        )
    yield from _requests(subject, facts)


def _failed_gates(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    for plan in subject.plans:
        failed = sum(g.status == "failed" for g in plan.gates)
        if failed:
            key = f"plan_{plan.id}"
            label = _label("未过的关", "gates failed")
            yield line(
                "{title}：未过的关 {n} 道。",
                "{title}: gates failed: {n}.",
                title=DataPair(plan.template.title),
                n=facts.count(f"{key}_failed", label, failed, key),
            )


def _requests(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    for one in subject.requests:
        key = f"help_request_{one.request.id}"
        if one.late_hours > 0 or one.due_on < subject.today:
            label = _label("求助超时的工作小时", "working hours late")
            yield line(
                "对{team}的求助“{text}”尚未了结，超时 {late} 工作小时。",
                "Request to {team} still open: {text}. Working hours late: {late}.",
                team=DataPair(one.team),
                text=Data(one.request.text),
                late=facts.count(f"{key}_late", label, round(one.late_hours, 1), key),
            )
            continue
        label = _label("距承诺解决日天数", "days to the promised solution")
        yield line(
            "对{team}的求助“{text}”尚未了结，承诺 {day} 解决，还有 {days} 天。",
            "Request to {team} still open: {text}. Promised for {day}, in {days} days.",
            team=DataPair(one.team),
            text=Data(one.request.text),
            day=Data(one.due_on.isoformat()),
            days=facts.days(f"{key}_due", label, subject.today, one.due_on),
        )


def _label(zh: str, en: str) -> Bilingual:
    return Bilingual(zh, en)
