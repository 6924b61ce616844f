"""The shipped journeys and content, and a project's own over them; faults named with their line."""

import re
from pathlib import Path

import pytest

from keepwell.adapters.journey_library import load_journeys, shipped_content, shipped_journeys
from keepwell.journeys import (
    FIELDS,
    ContentItem,
    Driver,
    JourneySettings,
    Letter,
    MailStep,
    accounts_select,
    check_journeys,
    choose,
    content_findings,
    journey_columns,
    journeys_select,
    letter_of,
    result_names,
    served_journey,
)
from keepwell.measures import CATALOG, parse_portable
from keepwell.vocabulary import LANGS, Bilingual, ConfigInvalid
from keepwell.warning import case_columns, watch_columns

COLUMNS = journey_columns(watch_columns(case_columns()))
OWN = """
settings:
  mail: post
  caps_per_contact: [{at_most: 2, days: 7}]
journeys:
  - journey: wake_up
    title: {zh: "一", en: "Own"}
    reason: {zh: "一", en: "Own"}
    enter: "days_since_last_login >= 14"
    steps:
      - {step: tip, kind: feed, title: {zh: "一", en: "a"}, body: {zh: "二", en: "b"}}
  - journey: renewal
    title: {zh: "一", en: "Off"}
    reason: {zh: "一", en: "Off"}
    enter: "days_to_renewal < 5"
    is_on: false
    steps:
      - {step: tip, kind: feed, title: {zh: "一", en: "a"}, body: {zh: "二", en: "b"}}
"""


def written(folder: Path, text: str, name: str = "own.yml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def test_shipped_journeys_read_only_what_there_is_and_stay_portable() -> None:
    check_journeys(shipped_journeys(), JourneySettings(), COLUMNS)
    select = journeys_select(shipped_journeys(), JourneySettings(), COLUMNS)
    tree = parse_portable(select, types=COLUMNS)
    assert len(tree.expressions) == len(result_names(shipped_journeys(), COLUMNS))
    parse_portable(accounts_select("SELECT account_id FROM watch", {"account_id": "VARCHAR"}))


def test_every_shipped_mail_can_be_written_in_both_languages() -> None:
    mails = [s for j in shipped_journeys() for s in j.steps if isinstance(s, MailStep)]
    assert len(mails) >= 8
    for step in mails:
        for lang in LANGS:
            known = {n: f"<{n}>" for n in step.fields() if FIELDS[n].kind != "link"}
            full = letter_of(step, known, "Li", JourneySettings(), lang, None)
            assert isinstance(full, Letter), (step.step, lang, full)
            needed = {n: v for n, v in known.items() if n in step.fields() and "content" in n}
            bare = letter_of(step, needed, None, JourneySettings(), lang, None)
            assert isinstance(bare, Letter), (step.step, lang, bare)
            assert "{" not in full.plain + full.html


def test_shipped_journeys_hold_back_what_a_customer_should_not_read() -> None:
    for journey in shipped_journeys():
        for step in journey.steps:
            if isinstance(step, MailStep):
                text = step.subject.zh + step.body.zh + step.subject.en + step.body.en
                assert not re.search(r"健康分|评分|health score|tier|churn|流失", text, re.I)


def test_each_journey_says_what_it_needs_and_a_proxy_stands_in() -> None:
    by_name = {j.journey: j for j in shipped_journeys()}
    assert served_journey(by_name["renewal"], frozenset()) is None
    found = served_journey(by_name["wake_up"], frozenset({"days_since_last_activity"}))
    assert found is not None
    assert found[1]
    assert "proxy" in found[0].title.en
    live = served_journey(by_name["wake_up"], frozenset({"days_since_last_login"}))
    assert live == (by_name["wake_up"], False)


def test_a_project_replaces_adds_and_switches_off(tmp_path: Path) -> None:
    found = load_journeys(written(tmp_path / "journeys", OWN))
    assert [j.journey for j in found.journeys] == [j.journey for j in shipped_journeys()]
    assert found.journeys[2].title.en == "Own"
    assert "renewal" not in {j.journey for j in found.live}
    assert (found.settings.mail, found.settings.caps_per_contact[0].at_most) == ("post", 2)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: feed", "kind: fed", "own.yml:11:9: `journeys[0].steps[0]`: expected one of"),
        ("body: {zh", "bdy: {zh", "Did you mean `body`?"),
        ("enter:", "entr:", "Did you mean `enter`?"),
        ('body: {zh: "二"', 'body: {zh: "{contact_name}"', "unknown field {contact_name}"),
        ("mail: post", "time_zone: Mars/Base", "`Mars/Base` is no time zone"),
        ("mail: post", "words: {help_link: 'http://x.y'}", "expected an address such as"),
        ("at_most: 2", "at_most: 0", "greater than or equal to 1"),
        ("journey: renewal", "journey: wake_up", "journey wake_up is defined twice"),
        ('enter: "days_to_renewal < 5"', "enter: x\n    holdout_share: 0.9", "less than or equal"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in OWN
    with pytest.raises(ConfigInvalid) as caught:
        load_journeys(written(tmp_path / "journeys", OWN.replace(old, new, 1)))
    assert words in caught.value.what
    assert re.search(r"own\.yml:\d+:\d+", caught.value.what)


def test_two_files_may_not_define_the_same(tmp_path: Path) -> None:
    folder = written(tmp_path / "journeys", OWN)
    written(folder, OWN, "second.yml")
    with pytest.raises(ConfigInvalid, match=r"define `settings`"):
        load_journeys(folder)


def test_conditions_over_unknown_columns_are_refused_with_their_place(tmp_path: Path) -> None:
    text = OWN.replace("days_since_last_login >= 14", "days_since_last_logn >= 14")
    found = load_journeys(written(tmp_path / "journeys", text))
    with pytest.raises(ConfigInvalid, match=r"wake_up.enter.*days_since_last_login"):
        check_journeys(found.live, found.settings, COLUMNS)


def item(name: str, **more: object) -> ContentItem:
    text = {"zh": "一", "en": "a"}
    parts = {"item": name, "kind": "article", "title": text, "summary": text, **more}
    return ContentItem.model_validate(parts)


def test_the_worst_driver_chooses_and_every_choice_says_why() -> None:
    items = [
        item("any"),
        item("b_second", drivers=["nps"]),
        item("a_worst", drivers=["seats", "open_tickets"]),
        item("of_industry", drivers=["open_tickets"], industries=["Retail"]),
        item("other", drivers=["open_tickets"], industries=["Energy"]),
        item("english", drivers=["open_tickets"], langs=["en"]),
        item("off", drivers=["open_tickets"], is_on=False),
        item("noise", drivers=["seats_4"]),
    ]
    drivers = [Driver("nps", 2_000_000), Driver("open_tickets", 9_000_000), Driver("win_rate", 0)]
    found = choose(items, drivers, "Retail", "zh")
    assert [c.item.item for c in found] == ["of_industry", "a_worst", "b_second", "any"]
    assert found == choose(items[::-1], drivers[::-1], "Retail", "zh")
    label = Bilingual("未结工单", "Open tickets")
    assert (
        found[0].why(label, "en")
        == "Open tickets loses 9.00 points, the no. 1 driver; same industry"
    )
    assert found[3].why(None, "zh") == "适合所有客户"
    seen = choose(items, drivers, "Retail", "zh", {"of_industry", "a_worst"})
    assert next(c.item.item for c in seen) == "b_second"
    assert choose(items[1:], [], None, "zh") == ()


def test_shipped_content_refers_to_measures_that_exist() -> None:
    named = [
        (j.journey, s.step, s.item)
        for j in shipped_journeys()
        for s in j.steps
        if isinstance(s, MailStep) and s.item
    ]
    assert named
    assert content_findings(shipped_content(), named, CATALOG.keys()) == ()


def test_references_that_lead_nowhere_are_findings() -> None:
    items = [item("a", drivers=["open_tickts"]), item("b", link="http://x.example/")]
    found = content_findings(items, [("wake_up", "s", "bb")], CATALOG.keys())
    codes = ["content_driver_unknown", "content_link_broken", "content_item_missing"]
    assert [f.code for f in found] == codes
    assert "Did you mean `open_tickets`?" in found[0].cure("en")
    assert all(f.message(lang) and f.cure(lang) for f in found for lang in LANGS)
