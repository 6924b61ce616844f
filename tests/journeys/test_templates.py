"""Texts for customers: declared fields only, filled once, inert in every format."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from keepwell.journeys import JourneySettings, Letter, MailStep, Missing, letter_of
from keepwell.journeys.templates import MOST_SUBJECT, check_subject, check_template, clean_value
from keepwell.vocabulary import Bilingual

SETTINGS = JourneySettings.model_validate(
    {
        "words": {
            "product_name": {"zh": "产品", "en": "Product"},
            "product_link": "https://app.example.com/login?next=/a&b=1",
        }
    }
)
ATTACKS = [
    "<script>alert(1)</script>",
    "Acme\r\nBcc: victim@example.com",
    "A\nSubject: x",
    "{our_company} {{contact_name}} {0.__class__}",
    "$account_name ${x} %(y)s",
    '"><img src=x onerror=alert(1)>',
    "\u202eevil\u202c Ltd",
    "شركة الأفق",
    "חברה \u2066x\u2069",
    "名" * 200,
    "&amp;lt;b&gt;",
    "a\x00b\x1b[31m",
    "https://evil.example/x",
    "joe@evil.example",
]


def mail_step(**more: Any) -> MailStep:
    parts: dict[str, Any] = {
        "step": "s",
        "kind": "mail",
        "subject": {"zh": "您好，{account_name}", "en": "Hello {account_name}"},
        "body": {
            "zh": "{contact_name}：\n\n- {account_name}\n- 项\n\n登录：{product_link}",
            "en": "Dear {contact_name},\n\n- {account_name}\n- item\n\nSign in: {product_link}",
        },
        "fallbacks": {"contact_name": {"zh": "您好", "en": "there"}},
    }
    return MailStep.model_validate({**parts, **more})


class Tags(HTMLParser):
    """Collects the tags and attributes of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for k, v in attrs if k == "href"]
        assert all(k in {"style", "href", "lang", "charset", "name", "content"} for k, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def tags_of(page: str) -> Tags:
    found = Tags()
    found.feed(page)
    return found


def written(account: str | None, contact: str | None, **more: Any) -> Letter | Missing:
    step = mail_step(**more)
    cleaned = clean_value("account_name", account)
    fields = {"account_name": cleaned} if cleaned else {}
    return letter_of(step, fields, contact, SETTINGS, "en", "https://e.example/o?t=abc")


SAFE = written("Acme", "Li Hua")


@pytest.mark.parametrize("value", ATTACKS)
def test_a_hostile_name_stays_words(value: str) -> None:
    letter = written(value, value)
    assert isinstance(letter, Letter)
    assert isinstance(SAFE, Letter)
    assert letter.subject.splitlines() == [letter.subject]
    assert len(letter.subject) <= MOST_SUBJECT
    page, safe = tags_of(letter.html), tags_of(SAFE.html)
    assert (page.tags, page.links) == (safe.tags, safe.links)
    assert letter.plain.count("\n") == SAFE.plain.count("\n")
    assert "example.com\n" not in letter.plain.replace("app.example.com", "")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066\u2067]", letter.plain)


@given(st.text(max_size=300), st.text(max_size=300))
@example("{contact_name}", "{account_name}")
def test_no_name_changes_the_shape_of_a_mail(account: str, contact: str) -> None:
    letter = written(
        account,
        contact,
        fallbacks={
            "account_name": {"zh": "贵司", "en": "you"},
            "contact_name": {"zh": "您好", "en": "there"},
        },
    )
    assert isinstance(letter, Letter)
    assert isinstance(SAFE, Letter)
    assert tags_of(letter.html).tags == tags_of(SAFE.html).tags
    assert letter.plain.count("\n") == SAFE.plain.count("\n")
    assert len(letter.subject.splitlines()) == 1


def test_a_value_is_never_read_as_a_template() -> None:
    letter = written("{product_name}", "$contact_name {{x}}")
    assert isinstance(letter, Letter)
    assert "{product_name}" in letter.subject
    assert "$contact_name {{x}}" in letter.plain


def test_a_right_to_left_name_is_isolated_from_the_words_around_it() -> None:
    letter = written("شركة", "Li")
    assert isinstance(letter, Letter)
    assert letter.subject == "Hello \u2068شركة\u2069"
    assert "<bdi>" in letter.html


def test_a_missing_value_takes_its_fallback_or_withholds_the_mail() -> None:
    letter = written("Acme", None)
    assert isinstance(letter, Letter)
    assert letter.plain.startswith("Dear there,")
    assert written(None, "Li") == Missing(("account_name",))
    assert written("\u200b \n", "Li") == Missing(("account_name",))


def test_a_line_whose_optional_field_is_missing_is_left_out() -> None:
    body = {"zh": "甲\n{help_link}\n乙", "en": "one\nHelp: {help_link}\ntwo"}
    letter = written("A", None, body=body, optional=["help_link"])
    assert isinstance(letter, Letter)
    assert letter.plain.startswith("one\ntwo\n")
    assert "Help:" not in letter.html
    assert written("A", None, body=body) == Missing(("help_link",))


def test_every_mail_says_how_to_end_it() -> None:
    with_link = letter_of(mail_step(), {"account_name": "A"}, None, SETTINGS, "zh", "https://e.e/t")
    without = letter_of(mail_step(), {"account_name": "A"}, None, SETTINGS, "zh", None)
    assert isinstance(with_link, Letter)
    assert isinstance(without, Letter)
    assert "https://e.e/t" in with_link.plain
    assert 'href="https://e.e/t"' in with_link.html
    assert "退订" in without.plain
    assert "退订" in without.html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{contact_nam}", "Did you mean `contact_name`"),
        ("{ contact_name }", "Did you mean `contact_name`"),
        ("{{contact_name}}", "a brace stands alone"),
        ("{contact_name", "a brace stands alone"),
        ("{contact_name.__class__}", "unknown field"),
        ("{contact_name!r}", "unknown field"),
        ("{}", "unknown field"),
    ],
)
def test_a_text_may_name_declared_fields_only(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        check_template(text)


def test_a_subject_is_one_short_line_without_links() -> None:
    for text in ("a\nb", "a\rb", "a\u2028b", "x" * 201, "{product_link}"):
        with pytest.raises(ValueError, match=r"line|characters|unknown"):
            check_subject(text)


@pytest.mark.parametrize(
    "link",
    [
        "http://a.example/",
        "javascript:alert(1)",
        "https://a.example/ x",
        'https://a.example/"onclick="',
        "https://a.example/\n",
        "//a.example",
        "https://user@a.example/",
    ],
)
def test_a_link_that_is_odd_is_refused_and_never_shown(link: str) -> None:
    assert clean_value("content_link", link) is None
    with pytest.raises(ValidationError):
        JourneySettings.model_validate({"words": {"help_link": link}})


def test_a_step_is_checked_when_it_is_loaded() -> None:
    for bad in (
        {"body": {"zh": "{acount_name}", "en": "x"}},
        {"fallbacks": {"contact_nam": {"zh": "x", "en": "x"}}},
        {"fallbacks": {"contact_name": {"zh": "{account_name}", "en": "x"}}},
        {"optional": ["account_name"]},
        {"subject": {"zh": "一\n二", "en": "x"}},
    ):
        with pytest.raises(ValidationError):
            mail_step(**bad)
    assert Bilingual("一", "one").text("en") == "one"
