"""Shows why an account has its score: parts, peers, lift and change."""

from keepwell.cli.console import Speaker
from keepwell.cli.words import tier_word, word
from keepwell.measures import CATALOG
from keepwell.scoring import Change, Explanation, LiftPlan, MeasureExplanation
from keepwell.vocabulary import Lang, State, Unit, truncate_points


def label(measure: str, lang: Lang) -> str:
    """Return a measure's name in `lang`; one of the user's own stays as it is."""
    return CATALOG[measure].label.text(lang) if measure in CATALOG else measure


def value_text(measure: str, value: object) -> str:
    """Return a raw value as people write it: shares in per cent, whole numbers without a point."""
    if not isinstance(value, int | float):
        return str(value)
    unit = CATALOG[measure].unit if measure in CATALOG else Unit.RATIO
    if unit is Unit.SHARE:
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def show_explanation(found: Explanation, lang: Lang, *, as_json: bool) -> None:
    """Print an explanation; every column of points sums to the score."""
    speak = Speaker(as_json=as_json)
    if speak.result(found):
        return
    score = "-" if found.score_micro is None else truncate_points(found.score_micro)
    speak.line(
        f"{found.account_id}   {word('score', lang)} {score}   "
        f"{word('tier', lang)} {tier_word(found.tier, lang)}"
        + (
            f" -> {tier_word(found.effective_tier, lang)}"
            if found.effective_tier != found.tier
            else ""
        )
        + f"   {word('coverage', lang)} {100 * found.coverage:.0f} %   "
        f"{found.scorecard} v{found.scorecard_version}"
    )
    rows = []
    for dimension in found.dimensions:
        rows.append(
            (
                dimension.dimension,
                "",
                truncate_points(dimension.contribution_micro),
                truncate_points(dimension.weight_micro),
                "",
            )
        )
        rows += [_measure_row(m, lang) for m in dimension.measures]
    heads = ("measure", "value", "points", "of", "peers")
    speak.table([word(h, lang) for h in heads], rows, right="234")
    if found.lift:
        _show_lift(found.lift, lang, speak)
    if found.change:
        _show_change(found.change, lang, speak)


def _measure_row(part: MeasureExplanation, lang: Lang) -> tuple[str, str, str, str, str]:
    if part.state is State.KNOWN:
        raw = value_text(part.measure, part.raw)
    else:
        raw = word(str(part.state), lang)
        raw = f"{raw} ({part.raw})" if part.is_unmapped else raw
    peer = part.peer
    median = "" if peer is None or peer.median is None else value_text(part.measure, peer.median)
    return (
        f"  {label(part.measure, lang)}",
        raw,
        truncate_points(part.contribution_micro),
        truncate_points(part.weight_micro),
        f"{median} (n={peer.accounts})" if peer and median else "",
    )


def _show_lift(plan: LiftPlan, lang: Lang, speak: Speaker) -> None:
    gap = truncate_points(plan.gap_micro)
    speak.heading(f"{word('lift', lang)} ({tier_word(plan.next_tier, lang)}, +{gap})")
    for lift in plan.single:
        now = "" if lift.now is None else value_text(lift.measure, lift.now)
        mark = " *" if lift.is_attribute else ""
        speak.line(
            f"  {label(lift.measure, lang)}: {now} -> {value_text(lift.measure, lift.target)}"
            f"  ({truncate_points(lift.score_micro)}){mark}"
        )
    if plan.smallest and len(plan.smallest) > 1:
        steps = ", ".join(
            f"{label(m.measure, lang)} {value_text(m.measure, m.target)}" for m in plan.smallest
        )
        speak.line(f"  {steps}  ({truncate_points(plan.smallest[-1].score_micro)})")
    if not plan.single and not plan.smallest:
        speak.line("  -")


def _show_change(change: Change, lang: Lang, speak: Speaker) -> None:
    before, after = truncate_points(change.before_micro), truncate_points(change.after_micro)
    speak.heading(f"{word('change', lang)} ({change.since}): {before} -> {after}")
    speak.table(
        ("", "data", "config", "customer"),
        [
            (
                "",
                truncate_points(change.data_micro),
                truncate_points(change.config_micro),
                truncate_points(change.customer_micro),
            ),
            *(
                (
                    label(m.measure, lang),
                    truncate_points(m.data_micro),
                    truncate_points(m.config_micro),
                    truncate_points(m.customer_micro),
                )
                for m in change.measures
                if m.data_micro or m.config_micro or m.customer_micro
            ),
        ],
        right="123",
    )
