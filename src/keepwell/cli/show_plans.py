"""Shows success plans: lists, one plan whole, what a change came to."""

from collections.abc import Mapping, Sequence

from keepwell.actions import Checked, Evidence, PlanTemplate, SuccessPlan
from keepwell.cli.console import Speaker
from keepwell.cli.plan_words import state_word, word
from keepwell.cli.show_explain import label
from keepwell.runs.plan_day import PlanDay
from keepwell.vocabulary import Bilingual, Lang, truncate_points
from keepwell.wiring.plan_desk import ListedPlan, ShownPlan


def show_plans(found: Sequence[ListedPlan], lang: Lang, *, as_json: bool) -> None:
    """Print plans as a table."""
    speak = Speaker(as_json=as_json)
    if speak.result({"plans": found}):
        return
    if not found:
        speak.line(word("no_plans", lang))
        return
    heads = ("number", "account", "name", "kind", "stage", "started", "next_gate", "late", "status")
    speak.table([word(h, lang) for h in heads], [_row(p, lang) for p in found], right="07")


def _row(listed: ListedPlan, lang: Lang) -> tuple[object, ...]:
    plan = listed.plan
    gate = plan.next_gate if plan.is_open else None
    if plan.is_open and plan.awaits_decision:
        state = state_word("failed", lang)
    else:
        state = state_word(plan.ending or plan.status, lang)
    return (
        plan.id,
        plan.account_id,
        "" if listed.account is None else listed.account.name,
        plan.template.title.text(lang),
        state_word(listed.stage, lang),
        plan.started_on,
        "" if gate is None else f"{gate.number}: {gate.due_on}",
        len(listed.overdue) if plan.is_open else "",
        state,
    )


def show_templates(found: Sequence[PlanTemplate], lang: Lang, *, as_json: bool) -> None:
    """Print the kinds of plans."""
    speak = Speaker(as_json=as_json)
    if speak.result({"templates": found}):
        return
    rows = [
        (t.template, t.title.text(lang), t.days, len(t.gates), t.purpose.text(lang)) for t in found
    ]
    heads = ("kind", "title", "days", "gates", "purpose")
    speak.table([word(h, lang) for h in heads], rows, right="23")


def show_plan(shown: ShownPlan, lang: Lang, *, as_json: bool) -> None:
    """Print one plan whole."""
    speak = Speaker(as_json=as_json)
    if speak.result(shown):
        return
    plan, listed = shown.listed.plan, shown.listed
    name = "" if listed.account is None else listed.account.name
    speak.line(f"{plan.template.title.text(lang)} {plan.id}   {plan.account_id} {name}".rstrip())
    speak.line(
        f"{plan.started_on} - {plan.ends_on}   {state_word(plan.ending or plan.status, lang)}   "
        f"{word('stage', lang)}: {state_word(listed.stage, lang)}"
    )
    if plan.reason:
        speak.line(f"{word('reason', lang)}: {plan.reason}")
    _show_parts(plan, shown.titles, lang, speak)
    _show_gates(shown, lang, speak)
    _show_team(shown, lang, speak)
    if shown.stages:
        speak.heading(word("history", lang))
        heads = ("day", "stage", "reason", "by")
        rows = [
            (s.on, state_word(s.stage, lang), state_word(s.reason, lang), s.by)
            for s in shown.stages
        ]
        speak.table([word(h, lang) for h in heads], rows)
    if shown.outcomes:
        speak.heading(word("outcomes", lang))
        for o in shown.outcomes:
            amount = "" if o.amount is None else f" {o.amount:,.0f} {o.currency}".rstrip()
            speak.line(f"{o.on} {state_word(o.kind, lang)}{amount} {o.note}".rstrip())


def _title(titles: Mapping[str, Bilingual], name: str, lang: Lang) -> str:
    return titles[name].text(lang) if name in titles else name


def _show_parts(
    plan: SuccessPlan, titles: Mapping[str, Bilingual], lang: Lang, speak: Speaker
) -> None:
    speak.heading(word("objectives", lang))
    heads = ("number", "title", "status", "note")
    speak.table(
        [word(h, lang) for h in heads],
        [(o.name, o.title.text(lang), state_word(o.status, lang), o.note) for o in plan.objectives],
    )
    speak.heading(word("milestones", lang))
    heads_m = ("number", "title", "owner", "due", "status", "done_on", "by", "play")
    rows = [
        (
            m.name,
            m.title.text(lang),
            _title(titles, m.owner, lang),
            m.due_on,
            state_word(m.status, lang),
            m.on,
            m.by,
            _title(titles, m.play or "", lang),
        )
        for m in plan.milestones
    ]
    speak.table([word(h, lang) for h in heads_m], rows)


def _show_gates(shown: ShownPlan, lang: Lang, speak: Speaker) -> None:
    plan = shown.listed.plan
    speak.heading(word("gates", lang))
    for gate in plan.gates:
        judged = "" if gate.on is None else f" ({gate.on})"
        speak.line(
            f"{gate.number}. {gate.title.text(lang)}   {gate.due_on}   "
            f"{state_word(gate.status, lang)}{judged} {state_word(gate.reason, lang)}".rstrip()
        )
        _show_checked(gate.checked, plan, lang, speak)
    if plan.awaits_decision:
        speak.line(word("awaits", lang), "bold")
    if shown.next_gate is not None and shown.now:
        speak.line(word("now", lang, shown.as_of, shown.next_gate.number))
        _show_checked(shown.now, plan, lang, speak)
    if shown.exit is not None and plan.is_open:
        speak.line(exit_text(shown.exit, lang))


def _show_checked(
    checked: Sequence[Checked], plan: SuccessPlan, lang: Lang, speak: Speaker
) -> None:
    titles = {m.name: m.title.text(lang) for m in plan.milestones}
    for one in checked:
        name = word("score", lang) if one.criterion == "score" else label(one.criterion, lang)
        speak.line(
            f"     {titles.get(one.criterion, name)}: {_found(one.found, lang)} "
            f"({word('wanted', lang)} {_found(one.wanted, lang)}) "
            f"- {state_word(one.met.value, lang)}"
        )


def _found(text: str, lang: Lang) -> str:
    if text == "?":
        return word("unknown", lang)
    return state_word(text, lang)


def exit_text(found: Evidence, lang: Lang) -> str:
    """Return whether the exit line was held, and by which snapshots."""
    line = truncate_points(found.line_micro, 0)
    if found.is_met and found.lowest_micro is not None:
        lowest = truncate_points(found.lowest_micro)
        return word("exit_met", lang, found.since, found.until, found.snapshots, line, lowest)
    return word("exit_not_met", lang, found.days, line, word(found.shortfall, lang))


def _show_team(shown: ShownPlan, lang: Lang, speak: Speaker) -> None:
    seats, rows = shown.listed.plan.template.team, []
    for seat in seats:
        people = [m.person for m in shown.team if m.function == seat.function]
        who = ", ".join(people) or word("vacant", lang)
        rows.append((state_word(seat.function, lang), who, seat.duty.text(lang)))
    if rows:
        speak.heading(word("team", lang))
        speak.table([word(h, lang) for h in ("function", "person", "duty")], rows)


def show_team(shown: ShownPlan, lang: Lang, *, as_json: bool) -> None:
    """Print a plan's team, vacant seats included."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"plan": shown.listed.plan.id, "team": shown.team}):
        _show_team(shown, lang, speak)


def show_opened(plan: SuccessPlan, lang: Lang, *, as_json: bool) -> None:
    """Say that a plan is open, and until when."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"plan": plan}):
        title = plan.template.title.text(lang)
        speak.line(word("opened", lang, plan.id, title, plan.started_on, plan.ends_on))


def show_changed(plan: SuccessPlan, lang: Lang, *, as_json: bool) -> None:
    """Say that a plan was changed."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"plan": plan}):
        speak.line(word("changed", lang, plan.id))


def show_closed(plan: SuccessPlan, lang: Lang, *, as_json: bool) -> None:
    """Say how a plan ended."""
    speak = Speaker(as_json=as_json)
    if not speak.result({"plan": plan}):
        speak.line(word("closed_as", lang, plan.id, state_word(plan.ending or "", lang)))


def show_day(day: PlanDay, lang: Lang, *, as_json: bool) -> None:
    """Say what fell due."""
    speak = Speaker(as_json=as_json)
    if not speak.result(day):
        counts = (day.passed, day.failed, day.undecided, day.lost, day.escalated)
        speak.line(word("judged", lang, *counts))
