"""The shipped library is complete, bilingual, well set and inside the safe SQL."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.measures import CATALOG, parse_expression
from keepwell.playbooks import (
    INTERNAL_ONLY,
    PLACEHOLDERS,
    SIZES,
    TIERS,
    Action,
    Play,
    condition_columns,
    placeholders_in,
    play_materials,
)
from keepwell.vocabulary import LANGS, Bilingual, Unit

LIBRARY = load_library()
CELLS = [(tier, size) for tier in TIERS for size in (*SIZES, "unknown")]
ACTIONS = LIBRARY.actions
REQUIRED_PLAYS = {
    "rescue": {
        "alert_follow_up",
        "shock_therapy_dialogue",
        "rescue_plan_90d",
        "task_force",
        "executive_visit",
        "tailored_solution",
    },
    "nurture": {"webinar_community", "self_service_path", "qbr", "value_workshop", "cross_sell"},
    "advocate": {"advisory_board", "lighthouse_case", "early_access", "strategic_partnership"},
}
CJK = "\u4e00-\u9fff"
HALF_WIDTH = re.compile(rf"[{CJK}][,;:!?()\"']|[,;:!?()\"'][{CJK}]|[{CJK}]\.")
NO_SPACE = re.compile(rf"[{CJK}][A-Za-z0-9]|[A-Za-z0-9%][{CJK}]")
EXTRA_SPACE = re.compile(rf"[{CJK}，。；：、！？] +[{CJK}，。；：、！？{{]|\}} +[{CJK}]")
FULL_WIDTH = re.compile(rf"[{CJK}，。；：！？（）、“”]")


def play_texts(play: Play) -> Iterator[Bilingual]:
    yield from (play.title, play.purpose, *play.texts())


def action_texts(action: Action) -> Iterator[Bilingual]:
    yield from (action.title, action.description, action.cadence, action.entry.text)
    yield action.kpi.label


def all_texts() -> list[Bilingual]:
    texts = [t for p in LIBRARY.plays for t in play_texts(p)]
    texts += [t for a in ACTIONS for t in action_texts(a)]
    texts += [t for b in LIBRARY.playbooks for t in (b.aim, b.lean_means)]
    return [*texts, *LIBRARY.roles.values(), *PLACEHOLDERS.values()]


TEXTS = all_texts()


@pytest.mark.parametrize("cell", CELLS, ids=" x ".join)
def test_every_cell_has_its_own_playbook_with_three_actions(cell: tuple[str, str]) -> None:
    book = LIBRARY.playbook(*cell)
    assert book
    assert book.cell == cell
    assert len(book.actions) >= 3
    assert all(a.owner in LIBRARY.roles for a in book.actions)


@pytest.mark.parametrize("size", [*SIZES, "unknown"])
def test_unknown_tier_repairs_the_data_first(size: str) -> None:
    book = LIBRARY.playbook("unknown", size)
    assert book
    assert book.strategy == "repair"
    assert book.actions[0].play == "data_repair"


def test_strategies_follow_the_tiers_and_use_their_plays() -> None:
    expected = {"low": "rescue", "medium": "nurture", "high": "advocate", "unknown": "repair"}
    assert {b.tier: b.strategy for b in LIBRARY.playbooks} == expected
    for strategy, plays in REQUIRED_PLAYS.items():
        used = {a.play for b in LIBRARY.playbooks if b.strategy == strategy for a in b.actions}
        assert plays <= used


def test_enterprise_has_what_only_enterprise_gets() -> None:
    plays = {(b.tier, b.size): {a.play for a in b.actions} for b in LIBRARY.playbooks}
    assert {"task_force", "executive_visit", "tailored_solution"} <= plays["low", "Enterprise"]
    assert {"qbr", "executive_sponsor"} <= plays["medium", "Enterprise"]
    assert "strategic_partnership" in plays["high", "Enterprise"]
    for play in ("task_force", "executive_visit", "tailored_solution", "strategic_partnership"):
        assert {size for (_, size), used in plays.items() if play in used} == {"Enterprise"}


def test_the_three_gates_are_in_the_rescue_plan_in_both_languages() -> None:
    body = LIBRARY.play("rescue_plan_90d").mail.body
    for day in ("30", "60", "90"):
        assert f"第 {day} 天" in body.zh
        assert f"Day {day}" in body.en


def test_every_play_is_used_and_no_title_is_used_twice() -> None:
    assert {a.play for a in ACTIONS} == {p.play for p in LIBRARY.plays}
    for lang in LANGS:
        titles = [a.title.text(lang) for a in ACTIONS]
        assert len(set(titles)) == len(titles)
        descriptions = [a.description.text(lang) for a in ACTIONS]
        assert len(set(descriptions)) == len(descriptions)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_sizes_of_a_tier_differ_in_substance_not_in_a_noun() -> None:
    for tier in TIERS:
        books = [LIBRARY.playbook(tier, size) for size in SIZES]
        described = [[words(a.description.en) for a in b.actions] for b in books if b]
        for one, other in pairwise(described):
            for a in one:
                for b in other:
                    assert len(a & b) / len(a | b) < 0.5


def test_the_smaller_the_account_the_fewer_hours() -> None:
    for tier in TIERS:
        books = [LIBRARY.playbook(tier, size) for size in SIZES]
        hours = [b.hours_per_account_month for b in books if b]
        assert hours == sorted(hours, reverse=True)
        assert len(set(hours)) == len(SIZES)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_conditions_and_kpis_are_safe_sql_over_the_portfolio(action: Action) -> None:
    assert parse_expression(action.entry.when, condition_columns())
    if action.kpi.expression is not None:
        assert parse_expression(action.kpi.expression, condition_columns())


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_a_kpi_is_in_the_unit_of_its_measure_and_a_share_is_of_accounts_or_a_share_measure(
    action: Action,
) -> None:
    kpi = action.kpi
    if kpi.statistic in ("share_where", "count_where"):
        assert kpi.unit is (Unit.SHARE if kpi.statistic == "share_where" else Unit.COUNT)
        return
    units = {name: measure.unit for name, measure in CATALOG.items()} | {"coverage": Unit.SHARE}
    assert kpi.expression in units
    assert kpi.unit is units[kpi.expression]
    assert kpi.statistic != "sum" or kpi.unit in (Unit.AMOUNT, Unit.COUNT)


def test_both_languages_are_there_and_differ() -> None:
    assert len(TEXTS) > 600
    for text in TEXTS:
        assert text.zh.strip()
        assert text.en.strip()
        if not placeholders_in(text.zh):
            assert re.search(rf"[{CJK}]", text.zh), text.zh
        assert text.zh != text.en, text.zh


def test_chinese_uses_full_width_punctuation() -> None:
    assert [t.zh for t in TEXTS if HALF_WIDTH.search(t.zh)] == []


def test_chinese_sets_a_space_beside_latin_and_digits_only() -> None:
    bare = [re.sub(r"\{\w+\}", "\ue000", t.zh) for t in TEXTS]
    assert [t for t in bare if NO_SPACE.search(t)] == []
    assert [t.zh for t in TEXTS if EXTRA_SPACE.search(t.zh)] == []


def test_english_has_no_chinese_in_it() -> None:
    assert [t.en for t in TEXTS if FULL_WIDTH.search(t.en)] == []
    assert [t.en for t in TEXTS if re.search(r"[\u2013\u2014]|  +", t.en)] == []


def test_both_languages_of_a_material_fill_the_same_placeholders() -> None:
    for play in LIBRARY.plays:
        for text in play.texts():
            assert placeholders_in(text.zh) == placeholders_in(text.en), (play.play, text.zh)
            assert placeholders_in(text.zh) <= set(PLACEHOLDERS)


def test_a_customer_never_reads_the_score_or_our_money() -> None:
    mails = {p.play: p.mail for p in LIBRARY.plays}
    internal = {name for name, mail in mails.items() if mail.audience == "internal"}
    assert internal == {
        "alert_follow_up",
        "task_force",
        "deal_review",
        "data_repair",
        "growth_signal",
    }
    for name, mail in mails.items():
        if name not in internal:
            used = placeholders_in(mail.body.en) | placeholders_in(mail.subject.en)
            assert not used & INTERNAL_ONLY, name
            assert not re.search(r"health score|churn|健康分|流失", mail.body.en + mail.body.zh)


@pytest.mark.parametrize("play", LIBRARY.plays, ids=lambda p: p.play)
@pytest.mark.parametrize("lang", LANGS)
def test_every_play_ships_mail_agenda_and_checklist(play: Play, lang: str) -> None:
    values = {name: f"<{name}>" for name in PLACEHOLDERS}
    materials = play_materials(play, values, "zh" if lang == "zh" else "en")
    assert {"mail", "agenda", "checklist"} <= set(materials)
    for text in materials.values():
        assert "{" not in text
        assert "【请填写" not in text
        assert "[fill in" not in text
    assert len(materials["mail"]) > (150 if lang == "zh" else 400)
    assert materials["checklist"].count("- [ ] ") >= 5
    assert f"{play.agenda.minutes}" in materials["agenda"]


def test_a_mail_is_signed_by_someone_or_addressed_within_the_team() -> None:
    for play in LIBRARY.plays:
        last = play.mail.body.en.strip().splitlines()[-1]
        first = play.mail.body.en.strip().splitlines()[0]
        assert "{" in last or play.mail.audience == "internal", play.play
        assert first.endswith(","), play.play
