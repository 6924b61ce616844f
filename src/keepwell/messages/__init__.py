"""Messages: turns alerts into messages for people: to whom, when, in which words and form.

Plans, composes and formats; it sends nothing, stores nothing and reads no clock.
"""

from keepwell.messages.answers import Reply, read_reply
from keepwell.messages.blocks import Item, Message, as_plain, clean_name, from_plain
from keepwell.messages.care_words import (
    CARE_PREFIX,
    CARE_TITLES,
    GATE_FAILED,
    HELP_CLIMBED,
    REVIEW_DUE,
)
from keepwell.messages.composing import TriggerWords, Wording, compose
from keepwell.messages.copies import KeptBack, plan_copies
from keepwell.messages.escalation import Unanswered, level_of, plan_escalations
from keepwell.messages.events import (
    EVENT_KINDS,
    EVENT_WORDS,
    TEST_KIND,
    Event,
    EventKind,
    Health,
    event_payload,
    health_after,
    off_cause,
    read_event_reply,
)
from keepwell.messages.fault_words import fault_text
from keepwell.messages.forms import apprise_form, encoded, form_of
from keepwell.messages.limits import LIMITS, Limit, free_at
from keepwell.messages.notices import MessageKind, Notice
from keepwell.messages.plain import more_line, plain_text
from keepwell.messages.planning import (
    Draft,
    Plan,
    Recipient,
    Silence,
    Surroundings,
    opening,
    people_of,
    plan_messages,
    rank,
    recipient_of,
    within_budget,
)
from keepwell.messages.quiet import after_open_hours, next_open
from keepwell.messages.retries import GIVE_UP_AFTER, Answer, Fate, fate_of
from keepwell.messages.settings import (
    HTTP_KINDS,
    IN_APP,
    WEEKDAYS,
    ChannelKind,
    ChannelSettings,
    DeliverySettings,
    EscalationLevel,
    Person,
    Quiet,
    Route,
    known_zone,
    named_people,
)
from keepwell.messages.tallies import is_tallied, says_nothing

__all__ = [
    "CARE_PREFIX",
    "CARE_TITLES",
    "EVENT_KINDS",
    "EVENT_WORDS",
    "GATE_FAILED",
    "GIVE_UP_AFTER",
    "HELP_CLIMBED",
    "HTTP_KINDS",
    "IN_APP",
    "LIMITS",
    "REVIEW_DUE",
    "TEST_KIND",
    "WEEKDAYS",
    "Answer",
    "ChannelKind",
    "ChannelSettings",
    "DeliverySettings",
    "Draft",
    "EscalationLevel",
    "Event",
    "EventKind",
    "Fate",
    "Health",
    "Item",
    "KeptBack",
    "Limit",
    "Message",
    "MessageKind",
    "Notice",
    "Person",
    "Plan",
    "Quiet",
    "Recipient",
    "Reply",
    "Route",
    "Silence",
    "Surroundings",
    "TriggerWords",
    "Unanswered",
    "Wording",
    "after_open_hours",
    "apprise_form",
    "as_plain",
    "clean_name",
    "compose",
    "encoded",
    "event_payload",
    "fate_of",
    "fault_text",
    "form_of",
    "free_at",
    "from_plain",
    "health_after",
    "is_tallied",
    "known_zone",
    "level_of",
    "more_line",
    "named_people",
    "next_open",
    "off_cause",
    "opening",
    "people_of",
    "plain_text",
    "plan_copies",
    "plan_escalations",
    "plan_messages",
    "rank",
    "read_event_reply",
    "read_reply",
    "recipient_of",
    "says_nothing",
    "within_budget",
]
