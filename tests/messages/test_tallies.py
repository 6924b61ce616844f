"""What a machine answers is one line of a digest: it names no account and sends nothing alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from keepwell.messages import (
    DeliverySettings,
    KeptBack,
    Notice,
    Silence,
    TriggerWords,
    Unanswered,
    compose,
    plan_copies,
    plan_escalations,
    plan_messages,
)
from keepwell.vocabulary import Bilingual, Lang
from keepwell.warning import Trigger
from messages.notices import AROUND, MONDAY, WORDING, notice

SETTINGS = DeliverySettings()
SILENT = TriggerWords(
    Bilingual("小型客户 7 天未登录", "Small business: 7 days without login"), None
)
WORDS = replace(WORDING, triggers={**WORDING.triggers, "silent": SILENT})


def silent(number: int, days_ago: int = 0, **more: Any) -> Notice:
    day = MONDAY.date() - timedelta(days=days_ago)
    facts = {"told_as": "count", **more.pop("facts", {})}
    usual = {"trigger": "silent", "batch": f"run-{day}", "as_of": day, "priority": "normal"}
    return notice(number, facts=facts, **{**usual, **more})


def test_a_digest_counts_in_one_line_what_a_machine_answers() -> None:
    found = [notice(1), *(silent(n) for n in range(2, 14))]
    (draft,) = plan_messages(found, SETTINGS, (), AROUND).drafts
    assert draft.batch == "run1"
    assert (draft.listed, len(draft.counted)) == ((1,), 12)
    by_id = {n.id: n for n in found}
    listed, counted = ([by_id[i] for i in ids] for ids in (draft.listed, draft.counted))
    en, zh = (compose("digest", listed, counted, WORDS, lang) for lang in ("en", "zh"))
    assert (en.title, len(en.items), en.more) == ("Customer alerts: 1 account", 1, 0)
    said = "Left to automation, not by hand: 12 accounts (Small business: 7 days without login)."
    assert en.lead == f"As of {MONDAY.date()}. {said}"
    assert zh.lead.endswith("交由自动化处理，无需人工：“小型客户 7 天未登录”12 家。")


def test_an_account_with_another_alert_is_named_with_both() -> None:
    twice = [notice(1, "A"), silent(2, facts={"told_as": "count"})]
    twice[1] = replace(twice[1], account_id="A")
    (draft,) = plan_messages(twice, SETTINGS, (), AROUND).drafts
    assert (set(draft.listed), draft.counted) == ({1, 2}, ())
    (item,) = compose("digest", twice, (), WORDS, "en").items
    assert {"Health is low", "Small business: 7 days without login"} <= set(item.lines)
    assert "automation" not in compose("digest", twice, (), WORDS, "en").lead


def test_an_account_that_is_counted_for_another_alert_is_not_one_for_a_machine() -> None:
    both = [notice(1, "A"), replace(silent(2), account_id="A"), silent(3)]
    message = compose("digest", [notice(9)], both, WORDS, "en")
    assert (message.more, "automation, not by hand: 1 account (" in message.lead) == (1, True)
    assert message.title == "Customer alerts: 2 accounts"


def test_it_waits_for_a_digest_for_seven_days_and_then_comes_in_one_message_of_its_own() -> None:
    assert plan_messages([silent(1), silent(2, 6)], SETTINGS, (), AROUND).drafts == ()
    (draft,) = plan_messages([silent(1), silent(2, 7)], SETTINGS, (), AROUND).drafts
    assert (draft.batch, draft.kind, draft.counted) == (f"week-{MONDAY.date()}", "digest", (2,))
    # With a digest of today, those of earlier days are counted in it.
    (both,) = plan_messages([notice(9), silent(1), silent(2, 3)], SETTINGS, (), AROUND).drafts
    assert set(both.counted) == {1, 2}


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Nothing to do by hand: 1 account left to automation"),
        ("zh", "无需人工：1 家交由自动化处理"),
    ],
)
def test_a_message_that_names_nobody_says_so_in_its_title(lang: Lang, title: str) -> None:
    assert compose("digest", (), [silent(1, 7)], WORDS, lang).title == title
    first = compose("baseline", (), [silent(1, 7)], WORDS, lang).title
    assert first.startswith("基线摘要：" if lang == "zh" else "Baseline: ")


def test_what_one_person_is_told_of_now_all_are_and_silences_hold() -> None:
    routed = DeliverySettings.model_validate({"routes": [{"triggers": ["silent"], "to": ["L"]}]})
    drafts = plan_messages([notice(1), silent(2)], routed, (), AROUND).drafts
    assert {(d.person, d.counted) for d in drafts} == {("U1", (2,)), ("L", (2,))}
    hush = Silence(5, None, "silent", None, MONDAY.date(), "known")
    plan = plan_messages([notice(1), silent(2)], SETTINGS, (hush,), AROUND)
    assert (plan.silenced, [d.counted for d in plan.drafts]) == ({2: 5}, [()])


def test_after_a_silence_it_comes_with_other_copies_and_never_alone() -> None:
    alone = KeptBack(silent(1), "U1")
    assert plan_copies([alone], SETTINGS, (), AROUND) == ()
    (draft,) = plan_copies([alone, KeptBack(notice(2), "U1")], SETTINGS, (), AROUND)
    assert (draft.listed, draft.counted) == ((2,), (1,))


def test_it_does_not_escalate_and_is_never_immediate() -> None:
    levels = [{"level": "up", "to": ["boss"], "after_hours": {"normal": 1}}]
    settings = DeliverySettings.model_validate({"escalation": levels})
    late = MONDAY - timedelta(days=20)
    known = [Unanswered(silent(1), late), Unanswered(notice(2, priority="normal"), late)]
    (draft,) = plan_escalations(known, settings, (), AROUND)
    assert draft.listed == (2,)
    title = Bilingual("a", "a")
    with pytest.raises(ValueError, match="cannot be immediate"):
        Trigger(
            trigger="t", title=title, reason=title, enter="score < 1", leave="score > 2",
            urgency="immediate", told_as="count",
        )  # fmt: skip
