"""The reference page of the library: every cell, action, KPI and material in both languages."""

from collections.abc import Iterable, Sequence

from keepwell.playbooks.materials import play_materials
from keepwell.playbooks.models import (
    ANY_SIZE,
    TIERS,
    AbsoluteTarget,
    Action,
    HalveTarget,
    Kpi,
    Library,
    Play,
    Playbook,
    RelativeTarget,
    Target,
)
from keepwell.playbooks.placeholders import INTERNAL_ONLY, PLACEHOLDERS
from keepwell.playbooks.steps import Step
from keepwell.playbooks.words import ANY_SIZE_LABEL, STRATEGY_LABELS
from keepwell.vocabulary import LANGS, SIZE_LABELS, TIER_LABELS, Bilingual, Lang, Unit

_MATERIALS = {
    "in_app": Bilingual("站内引导", "In-app guide"),
    "mail": Bilingual("邮件", "Mail"),
    "agenda": Bilingual("会议议程", "Meeting agenda"),
    "checklist": Bilingual("核对清单", "Checklist"),
}
LIBRARY_HEADING = "## The matrix\n"
_GATES = (
    "These come first in any cell where an account meets their entry condition, unless the cell's "
    "playbook runs the same play."
)
_NO_FIELD = Bilingual("无字段", "no field")


def library_page(library: Library, intro: str) -> str:
    """Return the Markdown page: `intro`, then matrix, cells, placeholders and plays."""
    books = sorted(library.playbooks, key=_tier_order)
    parts = [
        intro.strip(),
        f"{LIBRARY_HEADING}\n" + _matrix(books),
        f"## Gates\n\n{_GATES}\n\n{_actions(library, library.gates)}",
        "## Cells and actions",
        *(_cell(library, book) for book in books),
        "## Placeholders\n\n" + _placeholders(),
        "## Plays and their materials",
        *(_play(play) for play in library.plays),
    ]
    return "\n\n".join(parts) + "\n"


def _tier_order(book: Playbook) -> int:
    return TIERS.index(book.tier) if book.tier in TIERS else len(TIERS)


def _both(text: Bilingual) -> str:
    return f"{text.en} / {text.zh}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _matrix(books: Iterable[Playbook]) -> str:
    head = ("cell", "strategy", "aim", "hours per account and month", "when people are short")
    rows = [
        (
            _both(_name(book)),
            _both(STRATEGY_LABELS[book.strategy]),
            _both(book.aim),
            f"{book.hours_per_account_month:g}",
            f"{book.lean_hours_per_account_month:g}: {_both(book.lean_means)}",
        )
        for book in books
    ]
    return _table(head, rows)


def _name(book: Playbook) -> Bilingual:
    tier = TIER_LABELS.get(book.tier, Bilingual(book.tier, book.tier))
    size = SIZE_LABELS.get(book.size, Bilingual(book.size, book.size))
    size = ANY_SIZE_LABEL if book.size == ANY_SIZE else size
    return Bilingual(f"{tier.zh} × {size.zh}", f"{tier.en} x {size.en}")


def _cell(library: Library, book: Playbook) -> str:
    who = ", ".join(_both(library.roles[r]) for r in book.who)
    return f"### {_both(_name(book))}\n\nWho: {who}.\n\n{_actions(library, book.actions)}"


def _actions(library: Library, actions: Iterable[Action]) -> str:
    head = ("action", "owner", "cadence", "entry", "KPI", "target")
    return _table(head, [_action(library, action) for action in actions])


def _action(library: Library, action: Action) -> tuple[str, ...]:
    what = f"`{action.id}` (play `{action.play}`)<br>**{action.title.en}**: {action.description.en}"
    return (
        f"{what}<br>**{action.title.zh}**：{action.description.zh}",
        _both(library.roles[action.owner]),
        _both(action.cadence),
        f"{_both(action.entry.text)}<br>`{action.entry.when}`",
        _kpi(action.kpi),
        _target(action.kpi.target, action.kpi.unit),
    )


def _kpi(kpi: Kpi) -> str:
    source = f"`{kpi.statistic}` of `{kpi.expression}`" if kpi.expression else _both(_NO_FIELD)
    return f"{_both(kpi.label)}<br>{source}"


def _target(target: Target, unit: Unit) -> str:
    match target:
        case RelativeTarget(change=change):
            return f"{change:+.0%}"
        case AbsoluteTarget(value=value):
            return f"{value:.0%}" if unit is Unit.SHARE else f"{value:g}"
        case HalveTarget():
            return "half / 减半"
        case _:
            other = f"{target.otherwise:+.0%}"
            level = Bilingual(
                f"高一段同规模客户的现值（不足 10 户则 {other}）",
                f"level of the next tier at the same size ({other} below ten accounts)",
            )
            return _both(level)


def _placeholders() -> str:
    rows = [
        (f"`{{{name}}}`", _both(label), "no" if name in INTERNAL_ONLY else "yes")
        for name, label in PLACEHOLDERS.items()
    ]
    return _table(("placeholder", "filled with", "allowed in a mail to the customer"), rows)


def _label(kind: str, lang: Lang) -> str:
    """Return the label of a material; `mail_day_4` is the mail on day 4."""
    name, _, day = kind.partition("_day_")
    label = _MATERIALS[name].text(lang)
    if not day:
        return label
    return f"{label}（第 {day} 天）" if lang == "zh" else f"{label} on day {day}"


def _step(step: Step) -> tuple[str, ...]:
    days = str(step.day) if step.counts == "working" else f"{step.day} (calendar)"
    check = step.check
    bounds = () if check is None else ((">=", check.at_least), ("<=", check.at_most))
    wanted = [f"{sign} {bound:g}" for sign, bound in bounds if bound is not None]
    return (
        f"`{step.step}` {_both(step.title)}<br>{_both(step.action)}",
        days,
        step.owner or "",
        ", ".join((*step.tiers, *step.sizes)),
        "" if check is None else f"`{check.measure}` {' '.join(wanted)}",
    )


def _play(play: Play) -> str:
    parts = [f"### {_both(play.title)} (`{play.play}`)", _both(play.purpose)]
    if play.steps:
        parts.append(_table(("step", "day", "owner", "for", "check"), map(_step, play.steps)))
    if play.exit is not None:
        parts.append(f"Ends when: {_both(play.exit.text)} (`{play.exit.when}`).")
    for lang in LANGS[::-1]:
        names = {name: f"{{{name}}}" for name in PLACEHOLDERS}
        for kind, text in play_materials(play, names, lang).items():
            label = _label(kind, lang)
            quoted = "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))
            parts.append(f"**{label}**\n\n{quoted}")
    return "\n\n".join(parts)
