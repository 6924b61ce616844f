"""Materials of a play as text that can be sent or printed."""

from collections.abc import Mapping
from typing import assert_never

from keepwell.playbooks.models import Agenda, Mail, Play
from keepwell.playbooks.placeholders import fill
from keepwell.vocabulary import Bilingual, Lang

Material = Mail | Agenda | tuple[Bilingual, ...]
Values = Mapping[str, str | None]

SUBJECT = Bilingual("主题", "Subject")
ATTENDEES = Bilingual("参会", "Attendees")
MINUTES = Bilingual("分钟", "min")


def render_material(material: Material, values: Values, lang: Lang) -> str:
    """Return a mail, agenda or checklist as Markdown text, ending in a line break.

    Missing: a value that is not given prints a visible blank to fill in.
    Errors:  ValueError for an unknown placeholder in the material.
    """
    match material:
        case Mail():
            return _mail(material, values, lang)
        case Agenda():
            return _agenda(material, values, lang)
        case tuple():
            lines = [f"- [ ] {fill(line.text(lang), values, lang)}" for line in material]
            return "\n".join(lines) + "\n"
        case _:
            assert_never(material)


def play_materials(play: Play, values: Values, lang: Lang) -> dict[str, str]:
    """Return the rendered `mail`, `agenda` and `checklist` of a play, by name.

    Later touches follow the mail as `mail_day_4`, `in_app_day_0` and so on.
    """
    later = {
        f"{touch.channel}_day_{touch.day}": render_material(touch, values, lang)
        for touch in play.follow_ups
    }
    return {
        "mail": render_material(play.mail, values, lang),
        **later,
        "agenda": render_material(play.agenda, values, lang),
        "checklist": render_material(play.checklist, values, lang),
    }


def _mail(mail: Mail, values: Values, lang: Lang) -> str:
    colon = "：" if lang == "zh" else ": "
    subject = fill(mail.subject.text(lang), values, lang)
    body = fill(mail.body.text(lang).strip(), values, lang)
    return f"{SUBJECT.text(lang)}{colon}{subject}\n\n{body}\n"


def _agenda(agenda: Agenda, values: Values, lang: Lang) -> str:
    colon = "：" if lang == "zh" else ": "
    title = fill(agenda.title.text(lang), values, lang)
    who = fill(agenda.attendees.text(lang), values, lang)
    minutes = MINUTES.text(lang)
    items = [
        f"{number}. {fill(item.topic.text(lang), values, lang)}"
        + (f"（{item.minutes} {minutes}）" if lang == "zh" else f" ({item.minutes} {minutes})")
        for number, item in enumerate(agenda.items, start=1)
    ]
    span = f"（{agenda.minutes} {minutes}）" if lang == "zh" else f" ({agenda.minutes} {minutes})"
    head = f"{title}{span}\n\n{ATTENDEES.text(lang)}{colon}{who}\n\n"
    return head + "\n".join(items) + "\n"
