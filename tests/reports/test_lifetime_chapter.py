"""The lifetime chapter says what its tables hold: fitted, refused, given or empty."""

from collections.abc import Iterator

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import CATALOG
from keepwell.reports import Document, Subject, markdown, resolve
from keepwell.reports.desk import open_desk
from keepwell.reports.facts import FactBook
from keepwell.reports.page import Picture, Table, cited_facts
from keepwell.reports.text import words
from keepwell.reports.value.lifetime import lifetime
from keepwell.runs.lifetime import LIFETIME_TABLES, build_lifetime
from keepwell.vocabulary import LANGS, Bilingual, Lang
from outlook.scored import open_engine
from reports.checks import (
    check_claims_are_licensed,
    check_facts_can_be_recomputed,
    check_languages_agree,
    check_numbers_come_from_facts,
    check_text_is_whole,
    check_values_are_facts,
)
from reports.portfolio import CARD
from runs.test_lifetime import AS_OF, Row, contracts, fill, inputs, purchases

OWN_NUMBERS = {"12", "10"}


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    with open_engine() as opened:
        yield opened


def document(
    engine: DuckDbEngine, bought: list[Row], kept: list[Row], *, is_short: bool = False
) -> Document:
    """Return the chapter over purchases and contracts, held to what holds of every report."""
    fill(engine, bought, kept)
    build_lifetime(engine, inputs())
    engine.create_table("named", "SELECT *, account_id AS name FROM portfolio")
    engine.create_table("portfolio", "SELECT * FROM named")
    subject = Subject(
        project="acme",
        as_of=AS_OF,
        columns=frozenset(engine.columns("portfolio")),
        cards=(CARD,),
        measures=CATALOG,
        tables={t: frozenset(engine.columns(t)) for t in LIFETIME_TABLES},
        currency="EUR",
    )
    desk = open_desk(subject, FactBook(engine.rows))
    blocks = lifetime(desk, words("寿命", "Lifetime"), 2, is_short=is_short)
    title = Bilingual("报告", "report")
    made = Document(title, "acme", AS_OF, "card v1", tuple(blocks), cited_facts(blocks))
    check_text_is_whole(made)
    check_facts_can_be_recomputed(made, engine.rows)
    check_values_are_facts(made)
    check_claims_are_licensed(made)
    check_languages_agree(made)
    check_numbers_come_from_facts(made, OWN_NUMBERS)
    return made


def tables(made: Document) -> dict[str, Table]:
    return {b.key: b for b in made.blocks if isinstance(b, Table)}


def text(made: Document, lang: Lang) -> str:
    page = resolve(made, lang)
    return markdown(page, {p.key: p.key for p in page.pictures})


def test_fitted_models_are_told_with_parameters_units_intervals_and_holdout(
    engine: DuckDbEngine,
) -> None:
    made = document(engine, purchases(), contracts())
    shown = tables(made)
    assert {"lifetime_models", "lifetime_parameters", "lifetime_accounts"} <= set(shown)
    names = [str(r[1].text.plain("en")) for r in shown["lifetime_parameters"].rows]
    assert names == ["r", "alpha", "a", "b", "p", "q", "v", "alpha", "beta"]
    units = [str(r[2].text.plain("zh")) for r in shown["lifetime_parameters"].rows]
    assert units == ["—", "周", "—", "—", "—", "—", "EUR", "—", "—"]
    amounts = [r[5].value for r in shown["lifetime_accounts"].rows]
    assert amounts == sorted(amounts, reverse=True, key=lambda a: float(str(a)))
    picture = next(b for b in made.blocks if isinstance(b, Picture))
    spans: dict[Lang, str] = {"zh": "留出期", "en": "holdout"}
    for lang, word in spans.items():
        for theme in ("light", "dark"):
            assert word in str(picture.specs[lang][theme])
    actual, expected = engine.rows(
        "SELECT max(actual) - max(CASE WHEN is_holdout THEN 0 ELSE actual END), "
        "max(expected) - max(CASE WHEN is_holdout THEN 0 ELSE expected END) FROM lifetime_tracking"
    )[0]
    said = text(made, "en")
    assert f"expected {round(expected):,} repeat purchases" in said
    assert f"{int(actual):,} came" in said
    assert "12 months, discounted at 10 % a year" in said
    assert "展望 12 个月，年折现率 10%" in text(made, "zh")


def test_survival_by_year_of_arrival_stands_beside_the_fitted_renewals(
    engine: DuckDbEngine,
) -> None:
    made = document(engine, [], contracts())
    rows = tables(made)["lifetime_survival"].rows
    assert [r[0].text.plain("en") for r in rows] == [
        "all customers",
        "2023",
        "2024",
        "2025",
        "renewal model (fitted)",
    ]
    seen, fitted = rows[0], rows[-1]
    for place in (2, 3, 4, 5):
        assert float(str(fitted[place].value)) == pytest.approx(
            float(str(seen[place].value)), abs=0.04
        )
    assert "expected to leave within the horizon" in text(made, "en")


def test_given_columns_are_labelled_and_compared(engine: DuckDbEngine) -> None:
    made = document(engine, purchases(), [])
    given = tables(made)["lifetime_given"]
    heads = [c.en for c in given.columns]
    assert "mean: given, not validated" in heads
    assert "mean: fitted from the history, not yet back-tested" in heads
    assert [r[0].text.plain("zh") for r in given.rows] == ["客户终身价值", "离开的概率"]


def test_a_refusal_gives_its_reason_and_cure_and_no_number(engine: DuckDbEngine) -> None:
    once = list({r["account_id"]: r for r in purchases()}.values())
    made = document(engine, once, [])
    for lang, words_said in (("en", "bought a second time"), ("zh", "没有一个重复购买")):
        assert words_said in text(made, "zh" if lang == "zh" else "en")
    models = tables(made)["lifetime_models"]
    assert {r[1].text.plain("en") for r in models.rows} == {"refused"}
    assert all(r[4].value is None for r in models.rows)
    assert "lifetime_parameters" not in tables(made)
    assert not [b for b in made.blocks if isinstance(b, Picture)]


def test_the_short_form_holds_sentences_only(engine: DuckDbEngine) -> None:
    made = document(engine, purchases(), contracts(), is_short=True)
    assert not tables(made)
    assert "keepwell report --kind value" in text(made, "en")
    assert "Holdout" in text(made, "en")


def test_without_histories_it_says_that_nothing_was_fitted(engine: DuckDbEngine) -> None:
    made = document(engine, [], [])
    said: dict[Lang, str] = {"zh": "没有可拟合的历史", "en": "there is no history to fit"}
    for lang in LANGS:
        assert said[lang] in text(made, lang)
