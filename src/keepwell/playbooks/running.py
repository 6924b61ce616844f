"""The steps of a play as it runs: its own, or for one without, those its materials call for."""

from keepwell.playbooks.models import Play
from keepwell.playbooks.steps import Step
from keepwell.vocabulary import Bilingual

MEETING_DAY = 5
CHECKLIST_DAY = 10


def steps_of(play: Play) -> tuple[Step, ...]:
    """Return the steps of a play in their order.

    A play without steps sends its mail, then its follow-ups on their calendar days, holds its
    meeting by working day 5 and works off its checklist by working day 10.
    """
    if play.steps:
        return play.steps
    later = tuple(
        Step(
            step=f"{touch.channel}_day_{touch.day}",
            day=touch.day,
            counts="calendar",
            title=Bilingual(f"后续：{touch.subject.zh}", f"Follow-up: {touch.subject.en}"),
            action=Bilingual("发出后续邮件或站内提示", "Send the later mail or in-app notice"),
            template=f"{touch.channel}_day_{touch.day}",
        )
        for touch in play.follow_ups
    )
    return (
        Step(
            step="mail",
            day=0,
            title=Bilingual(f"发出邮件：{play.title.zh}", f"Send the mail: {play.title.en}"),
            action=Bilingual("填好空格后发出邮件", "Fill in the blanks and send the mail"),
            template="mail",
        ),
        *later,
        Step(
            step="meeting",
            day=MEETING_DAY,
            title=Bilingual(f"开会：{play.title.zh}", f"Hold the meeting: {play.title.en}"),
            action=Bilingual(
                f"按议程开会，{play.agenda.minutes} 分钟",
                f"Hold the meeting by its agenda, {play.agenda.minutes} minutes",
            ),
            template="agenda",
        ),
        Step(
            step="checklist",
            day=CHECKLIST_DAY,
            title=Bilingual(f"核对清单：{play.title.zh}", f"Work off the list: {play.title.en}"),
            action=Bilingual("逐项核对并记下结论", "Check each item and note the verdict"),
            template="checklist",
        ),
    )
