"""Placeholders are filled safely; what is missing stays visible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.playbooks import (
    PLACEHOLDERS,
    Agenda,
    Mail,
    Play,
    fill,
    placeholders_in,
    render_material,
)
from keepwell.vocabulary import Bilingual

MAIL = Mail(
    audience="customer",
    subject=Bilingual("致{account_name}", "To {account_name}"),
    body=Bilingual("{contact_name}，您好：\n\n{csm_name}", "Hello {contact_name},\n\n{csm_name}"),
)


def test_missing_value_prints_a_visible_blank() -> None:
    assert fill("Hello {contact_name}", {}, "en") == "Hello [fill in: customer contact]"
    assert (
        fill("{contact_name}，您好", {"contact_name": None}, "zh") == "【请填写：客户联系人】，您好"
    )
    assert (
        fill("{contact_name}，您好", {"contact_name": " "}, "zh") == "【请填写：客户联系人】，您好"
    )


def test_unknown_placeholder_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(ValueError, match=r"unknown placeholder \{acount_name\}; .*account_name"):
        fill("{acount_name}", {"acount_name": "x"}, "en")


@pytest.mark.parametrize("text", ["{", "a } b", "{account_name}}", "{}", "{account_name!r}", "{0}"])
def test_stray_braces_and_format_tricks_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|brace"):
        fill(text, {"account_name": "x"}, "en")


def test_braces_in_a_value_are_left_as_they_are() -> None:
    assert fill("{account_name}", {"account_name": "{score}"}, "en") == "{score}"


def test_line_breaks_in_a_value_cannot_start_a_new_line() -> None:
    text = render_material(MAIL, {"account_name": "Acme\r\nBcc: all@example.com"}, "en")
    assert text.splitlines()[0] == "Subject: To Acme Bcc: all@example.com"


def test_chinese_sets_a_space_beside_a_latin_value_only() -> None:
    assert fill("致{account_name}的信", {"account_name": "Acme"}, "zh") == "致 Acme 的信"
    assert fill("致{account_name}的信", {"account_name": "华东制造"}, "zh") == "致华东制造的信"
    assert fill("（{account_name}）", {"account_name": "Acme"}, "zh") == "（Acme）"


def test_mail_agenda_and_checklist_have_their_shape() -> None:
    assert render_material(MAIL, {"account_name": "Acme", "contact_name": "Li"}, "zh") == (
        "主题：致 Acme\n\nLi，您好：\n\n【请填写：客户成功经理】\n"
    )
    agenda = Agenda.model_validate(
        {
            "title": {"zh": "会", "en": "Meeting"},
            "attendees": {"zh": "全体", "en": "all"},
            "items": [
                {"minutes": 5, "topic": {"zh": "一", "en": "One"}},
                {"minutes": 10, "topic": {"zh": "二", "en": "Two"}},
                {"minutes": 15, "topic": {"zh": "三", "en": "Three"}},
            ],
        }
    )
    assert render_material(agenda, {}, "en") == (
        "Meeting (30 min)\n\nAttendees: all\n\n1. One (5 min)\n2. Two (10 min)\n3. Three (15 min)\n"
    )
    assert render_material(agenda, {}, "zh").startswith(
        "会（30 分钟）\n\n参会：全体\n\n1. 一（5 分钟）"
    )
    assert render_material((Bilingual("甲", "A"), Bilingual("乙", "B")), {}, "zh") == (
        "- [ ] 甲\n- [ ] 乙\n"
    )


def test_a_play_with_an_unknown_placeholder_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="unknown placeholder"):
        Play.model_validate(
            {
                "play": "x",
                "title": {"zh": "甲", "en": "A"},
                "purpose": {"zh": "甲", "en": "A"},
                "mail": {
                    "audience": "internal",
                    "subject": {"zh": "甲", "en": "A"},
                    "body": {"zh": "甲", "en": "{nobody}"},
                },
                "agenda": {
                    "title": {"zh": "甲", "en": "A"},
                    "attendees": {"zh": "甲", "en": "A"},
                    "items": [{"minutes": 1, "topic": {"zh": "甲", "en": "A"}}] * 3,
                },
                "checklist": [{"zh": "甲", "en": "A"}] * 4,
            }
        )


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.none() | st.text(max_size=20)))
def test_no_filled_text_loses_a_placeholder_silently(values: dict[str, str | None]) -> None:
    for name in PLACEHOLDERS:
        for lang in ("zh", "en"):
            text = fill(f"|{{{name}}}|", values, "zh" if lang == "zh" else "en")
            assert len(text.strip("|").strip()) > 0 or (values.get(name) or "").strip("| ") == ""
            assert "\n" not in text
    assert placeholders_in("{a} {b}") == {"a", "b"}
