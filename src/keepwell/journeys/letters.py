"""The words of one message: values of its fields, fallbacks, and the whole letter."""

from collections.abc import Mapping
from typing import Any

from keepwell.journeys.catalogue import Choice
from keepwell.journeys.fields import ACCOUNT_FIELDS, CONTENT_FIELDS, FIELDS, SETTING_FIELDS
from keepwell.journeys.models import JourneySettings
from keepwell.journeys.steps import FeedStep, MailStep
from keepwell.journeys.templates import Footer, Letter, Missing, clean_value, filled_letter
from keepwell.vocabulary import Bilingual, Lang

Values = dict[str, str | None]


def row_values(
    names: frozenset[str] | set[str], row: Mapping[str, Any], choice: Choice | None, lang: Lang
) -> Values:
    """Return the values of fields that come from the account's row or from chosen content."""
    found: Values = {}
    for name in names & ACCOUNT_FIELDS:
        found[name] = clean_value(name, row.get(FIELDS[name].column))
    if choice is not None:
        item = choice.item
        given = {
            "content_title": item.title.text(lang),
            "content_summary": item.summary.text(lang),
            "content_link": item.link,
        }
        # Texts of the catalogue are the project's own: they are kept as they are, on one line.
        for name in names & CONTENT_FIELDS:
            value = given[name]
            found[name] = clean_value(name, value) if name == "content_link" else _one_line(value)
    return found


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def values_for(
    step: MailStep | FeedStep,
    known: Mapping[str, str | None],
    settings: JourneySettings,
    lang: Lang,
) -> Values:
    """Return the value of every field of a step: known ones, the settings' words, fallbacks."""
    values: Values = {}
    link = step.link if isinstance(step, FeedStep) else None
    for name in {*step.fields(), *([link] if link else [])}:
        value = known.get(name)
        if name in SETTING_FIELDS:
            word = getattr(settings.words, name)
            value = word.text(lang) if isinstance(word, Bilingual) else word
        if not value and name in step.fallbacks:
            value = step.fallbacks[name].text(lang)
        values[name] = value
    return values


def letter_of(
    step: MailStep,
    fields: Mapping[str, str],
    contact_name: str | None,
    settings: JourneySettings,
    lang: Lang,
    opt_out_link: str | None,
) -> Letter | Missing:
    """Return the mail of a step for one contact, or the fields for want of which it is withheld."""
    known: Values = {**fields, "contact_name": clean_value("contact_name", contact_name)}
    values = values_for(step, known, settings, lang)
    return filled_letter(
        step.subject.text(lang),
        step.body.text(lang),
        values,
        step.optional,
        footer_of(settings, opt_out_link),
        lang,
    )


def footer_of(settings: JourneySettings, opt_out_link: str | None) -> Footer:
    """Return how every mail ends."""
    company = settings.words.our_company
    zh = f"本邮件由{company.zh if company else '我们'}自动发送，因为贵司是我们的客户。"
    en = f"Sent automatically by {company.en if company else 'us'}, because you are a customer."
    if opt_out_link:
        end = Bilingual(f"{zh}不想再收到此类邮件：", f"{en} To stop these mails:")
    else:
        end = Bilingual(
            f"{zh}不想再收到此类邮件，请直接回复“退订”。",
            f"{en} To stop these mails, reply with the word unsubscribe.",
        )
    return Footer(end, opt_out_link)
