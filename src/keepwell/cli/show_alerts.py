"""Shows alerts, gates, an account's history and the audit log."""

from collections import Counter
from collections.abc import Mapping

from keepwell.cli.alert_words import word
from keepwell.cli.console import Speaker
from keepwell.cli.cta_words import word as cta_word
from keepwell.cli.mail_words import word as mail_word
from keepwell.cli.show_ctas import tell_actions
from keepwell.cli.words import tier_word
from keepwell.messages import CARE_TITLES
from keepwell.ports import AlertRecord, AuditFault, AuditLine, GateRecord
from keepwell.runs.act_summary import action_summary
from keepwell.runs.history import History
from keepwell.runs.warn import WarningSummary
from keepwell.vocabulary import InputProblem, Lang, truncate_points
from keepwell.warning import CAUSE_WORDS, REASON_WORDS, GateKind, GateReason, Transition, Trigger
from keepwell.wiring.alert_desk import AlertPreview, ExplainedAlert, ListedAlerts


def show_alerts(found: ListedAlerts, lang: Lang, *, as_json: bool) -> None:
    """Print alerts as a table, and the counts by status."""
    speak = Speaker(as_json=as_json)
    if speak.result({"alerts": found.alerts, "counts": found.counts}):
        return
    if not found.alerts:
        speak.line(word("no_alerts", lang))
        return
    titles = _titles(found.triggers, lang)
    heads = ("number", "day", "what", "account", "name", "score", "stake", "owner", "status")
    speak.table(
        [word(h, lang) for h in heads],
        [_row(alert, titles, lang) for alert in found.alerts],
        right="056",
    )
    counts = ", ".join(f"{word(s, lang)} {n}" for s, n in sorted(found.counts.items()))
    speak.line(counts)


def _titles(triggers: tuple[Trigger, ...], lang: Lang) -> dict[str, str]:
    care = {name: title.text(lang) for name, title in CARE_TITLES.items()}
    return {**care, **{t.trigger: t.title.text(lang) for t in triggers}}


def _row(alert: AlertRecord, titles: Mapping[str, str], lang: Lang) -> tuple[object, ...]:
    facts = alert.facts
    micro, stake = facts.get("score_micro"), alert.at_stake_amount
    proxy = f" [{word('proxy', lang)}]" if alert.is_proxy else ""
    title = titles.get(alert.trigger) or word(alert.trigger, lang)
    return (
        alert.id,
        alert.as_of,
        title + proxy,
        alert.account_id or facts.get("fault", ""),
        facts.get("name") or "",
        "" if micro is None else truncate_points(int(micro)),
        "" if stake is None else f"{stake:,.0f}",
        alert.csm_id or word("nobody", lang),
        word(alert.status, lang),
    )


def show_alert(found: ExplainedAlert, lang: Lang, *, as_json: bool) -> None:
    """Print why an alert fired, whether it went out, and what ended it."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    alert, trigger = found.alert, found.trigger
    shown = (trigger,) if trigger else ()
    title = _titles(shown, lang).get(alert.trigger) or word(alert.trigger, lang)
    speak.heading(f"{alert.id}  {title}")
    name = alert.facts.get("name") or ""
    speak.line(f"{word('account', lang)}: {alert.account_id or '-'}  {name}")
    speak.line(f"{word('day', lang)}: {alert.as_of}   {word('run', lang)}: {alert.run_id}")
    if trigger:
        speak.line(f"{word('why', lang)}: {trigger.reason.text(lang)}")
        speak.line(f"{word('condition', lang)}: {trigger.enter}")
        speak.line(f"{word('ends_when', lang)}: {trigger.leave}")
    elif alert.account_id is not None and alert.trigger not in CARE_TITLES:
        speak.line(word("trigger_removed", lang))
    _show_facts(alert, lang, speak)
    _show_fate(found, lang, speak)


def _show_facts(alert: AlertRecord, lang: Lang, speak: Speaker) -> None:
    speak.line(f"{word('values', lang)}:")
    for name, value in sorted(alert.facts.items()):
        if value is not None and name not in ("account_id", "name"):
            shown = truncate_points(int(value)) if name == "score_micro" else value
            if name == "said":
                shown = value[lang]
            speak.line(f"  {name.removesuffix('_micro')} = {shown}")


def _show_fate(found: ExplainedAlert, lang: Lang, speak: Speaker) -> None:
    alert, gate = found.alert, found.gate
    speak.line(f"{word('status', lang)}: {word(alert.status, lang)}")
    if gate is not None:
        verdict = "" if gate.verdict is None else f"  {_verdict(gate, lang)}"
        speak.line(f"{word('gate', lang)}: {REASON_WORDS[gate.gate.reason].text(lang)}{verdict}")
    for kept in found.transitions:
        speak.line(transition_text(kept.transition, lang))
    speak.line(f"{word('owner', lang)}: {alert.csm_id or word('nobody', lang)}")
    for message in found.told:
        moment = message.delivered_at or message.due_at
        told = word("told_on", lang, message.person, message.channel, f"{moment:%Y-%m-%d %H:%M}")
        speak.line(f"{told}: {mail_word(message.status, lang)} {message.last_error}".rstrip())
    play = found.play_title_zh if lang == "zh" else found.play_title_en
    if play:
        speak.line(f"{word('play', lang)}: {play}")
    if found.cta is not None:
        owner = found.cta.owner or word("nobody", lang)
        status = cta_word(str(found.cta.state.status), lang)
        speak.line(f"{word('cta', lang)}: {found.cta.id}  {status}  {owner}")
    if alert.ended_on is not None:
        cause = word(f"cause_{alert.end_cause}", lang)
        speak.line(f"{word('ended', lang)}: {alert.ended_on}  {cause}")


def show_preview(found: AlertPreview, lang: Lang, *, as_json: bool) -> None:
    """Print what a run would warn of: the gate, alerts by trigger, and per person."""
    speak = Speaker(as_json=as_json)
    if speak.result(found.warning):
        return
    warning, titles = found.warning, _titles(found.triggers, lang)
    gate = warning.gate
    speak.line(f"{word('gate', lang)}: {REASON_WORDS[gate.reason].text(lang)}")
    if gate.faults:
        speak.line(f"{word('faults', lang)}: {', '.join(gate.faults)}")
    alerts = warning.decisions.alerts
    by_trigger = Counter(a.trigger for a in alerts)
    by_person = Counter(str(a.facts.get("csm_id") or word("nobody", lang)) for a in alerts)
    for head, counts in (("what", by_trigger), ("owner", by_person)):
        speak.table(
            [word(head, lang), word("alerts", lang)],
            [(titles.get(key, key), n) for key, n in counts.most_common(40)],
            right="1",
        )
    speak.line(word("would_end", lang, len(warning.decisions.endings)))
    for trigger, columns in sorted(warning.unserved.items()):
        speak.line(word("unserved", lang, titles.get(trigger, trigger), ", ".join(columns)))
    if warning.actions is not None:
        tell_actions(action_summary(warning.actions), lang, speak)


def show_gates(gates: tuple[GateRecord, ...], lang: Lang, *, as_json: bool) -> None:
    """Print the gates of all runs."""
    speak = Speaker(as_json=as_json)
    if speak.result({"gates": gates}):
        return
    speak.table(
        [word(h, lang) for h in ("run", "gate", "changed", "faults", "verdict")],
        [
            (
                g.run_id,
                REASON_WORDS[g.gate.reason].text(lang),
                f"{g.gate.changed}/{g.gate.compared}",
                ", ".join(g.gate.faults),
                _verdict(g, lang),
            )
            for g in gates
        ],
    )


def _verdict(gate: GateRecord, lang: Lang) -> str:
    return "" if gate.verdict is None else f"{word(gate.verdict, lang)} ({gate.decided_by})"


def tell_warning(run: str, found: WarningSummary, lang: Lang, speak: Speaker) -> None:
    """Say what a run warns of, whether that goes out, and what lets it out."""
    speak.line(f"{word('gate', lang)}: {REASON_WORDS[GateReason(found.reason)].text(lang)}")
    if found.faults:
        speak.line(f"{word('faults', lang)}: {', '.join(found.faults)}")
    speak.line(word("of_run", lang, sum(found.alerts.values()), found.ended))
    if found.gate == GateKind.HELD:
        speak.line(f"  -> {word('held_cure', lang, run)}")
    if found.actions is not None:
        tell_actions(found.actions, lang, speak)


def show_verdict(run: str, count: int, lang: Lang, *, is_approved: bool, as_json: bool) -> None:
    """Print what was approved or discarded."""
    speak = Speaker(as_json=as_json)
    verdict = "approved" if is_approved else "discarded"
    if not speak.result({"run_id": run, "verdict": verdict, "alerts": count}):
        speak.line(f"{run}: {word(verdict, lang)}, {word('alerts', lang)}: {count}")


def show_history(found: History, lang: Lang, *, as_json: bool) -> None:
    """Print an account's points, oldest first, with changes of tier, and its alerts."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    speak.table(
        [word(h, lang) for h in ("day", "score", "change", "tier", "note")],
        [
            (
                p.as_of,
                "" if p.score_micro is None else truncate_points(p.score_micro),
                "" if p.change_micro is None else f"{p.change_micro / 1e6:+.1f}",
                tier_word(p.effective_tier, lang),
                "; ".join(_notes(p.moved_from, is_new_card=p.is_new_card, lang=lang)),
            )
            for p in found.points
        ],
        right="12",
    )
    for kept in found.transitions:
        speak.line(f"{kept.as_of}  {transition_text(kept.transition, lang)}")
    for alert in found.alerts:
        speak.line(f"{alert.as_of}  {alert.id}  {alert.trigger}  {word(alert.status, lang)}")


def transition_text(found: Transition, lang: Lang) -> str:
    """Return what changed and why, as one line."""
    if found.kind == "trigger":
        what = f"{found.name}: {word(f'alarm_{found.after}', lang)}"
    elif found.kind in ("segment", "value_tier"):
        what = f"{word(found.kind, lang)}: {_value_word(found.before, lang)}"
        what += f" -> {_value_word(found.after, lang)}"
    else:
        what = f"{word(found.kind, lang)}: " + " -> ".join(
            tier_word(tier, lang) for tier in (found.before, found.after)
        )
    text = f"{what}; {word('cause', lang)}: {CAUSE_WORDS[found.cause].text(lang)}"
    split = found.split
    if split is None:
        return text
    parts = (split.customer_micro, split.data_micro, split.definition_micro)
    return text + word("split", lang, *(f"{p / 1e6:+.1f}" for p in parts))


def _value_word(name: str, lang: Lang) -> str:
    """Return a segment or value tier in words; one of the project's own map stays as it is."""
    from keepwell.adapters.segment_maps import shipped_segment_map

    labels = {s.segment: s.label for s in shipped_segment_map().segments}
    return labels[name].text(lang) if name in labels else word(name, lang)


def _notes(moved_from: str | None, *, is_new_card: bool, lang: Lang) -> list[str]:
    notes = [word("moved_from", lang, tier_word(moved_from, lang))] if moved_from else []
    return [*notes, word("new_card", lang)] if is_new_card else notes


def show_audit(lines: tuple[AuditLine, ...], lang: Lang, *, as_json: bool) -> None:
    """Print lines of the audit log."""
    speak = Speaker(as_json=as_json)
    if speak.result({"lines": lines}):
        return
    speak.table(
        [word(h, lang) for h in ("number", "moment", "who", "done", "subject", "details")],
        [
            (x.sequence, x.at.isoformat(" ", "seconds"), x.actor, x.action, x.subject, x.details)
            for x in lines
        ],
        right="0",
    )


def show_audit_faults(faults: tuple[AuditFault, ...], lang: Lang, *, as_json: bool) -> int:
    """Print where the audit log is broken; return 0, or 2 if it is."""
    speak = Speaker(as_json=as_json)
    code = InputProblem.exit_code if faults else 0
    if speak.result({"faults": faults}):
        return code
    for fault in faults:
        speak.line(word(f"audit_{fault.what}", lang, fault.sequence))
    if not faults:
        speak.line(word("audit_good", lang))
    return code
