"""Numbers in both styles, lines that hold their languages together, and inert text."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from keepwell.reports.facts import Fact
from keepwell.reports.markdown import inert, inline
from keepwell.reports.numbers import (
    Form,
    amount_text,
    interval_text,
    number_text,
    points_up,
    score_text,
    share_text,
)
from keepwell.reports.terms import clean
from keepwell.reports.text import Data, Join, Line, SpanKind, line, words
from keepwell.reports.typst_markup import quoted
from keepwell.vocabulary import Bilingual, Lang


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([(0.2, 0.4, 0.7), (0.125, 0.333, 0.5)]),
)
@example((398, 1000), (0.2, 0.4, 0.7))
@example((7999, 20_000), (0.2, 0.4, 0.7))
def test_a_printed_share_stands_on_its_own_side_of_every_cut(
    counted: tuple[int, int], cuts: tuple[float, ...]
) -> None:
    share = counted[0] / counted[1]
    shown = float(share_text(share, cuts=cuts).strip("<> %")) / 100
    assert [shown + 1e-12 >= c for c in cuts] == [share >= c for c in cuts]


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 100))
@example(49.96)
@example(79.999)
def test_a_printed_score_stands_on_its_own_side_of_every_tier_line(score: float) -> None:
    shown = float(score_text(score))
    assert [shown >= line for line in (50, 80)] == [score + 5e-7 >= line for line in (50, 80)]


def fact(value: float | None = 0.33, key: str = "low", form: Form = Form.SHARE) -> Fact:
    return Fact(key, Bilingual("低", "low"), value, form, "SELECT 1", 100, 33, (0.246, 0.427))


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"),
        (999.4, "999", "999"),
        (9949, "9,949", "9.9 k"),
        (12_345, "1.2 万", "12.3 k"),
        (999_950, "100 万", "1.0 M"),
        (1_049_000, "105 万", "1.0 M"),
        (88_510_000, "8,851 万", "88.5 M"),
        (99_999_000, "1.00 亿", "100.0 M"),
        (7_215_000_000, "72.15 亿", "7.22 B"),
        (-45_000, "−4.5 万", "−45.0 k"),
    ],
)
def test_amounts_print_in_the_style_of_each_language(value: float, zh: str, en: str) -> None:
    assert (amount_text(value, "zh"), amount_text(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.125, Form.SHARE, "13 %"),
        (0.001, Form.SHARE, "< 1 %"),
        (0.9999, Form.SHARE, "> 99 %"),
        (1.0, Form.SHARE, "100 %"),
        (0.0312, Form.PART, "3.1 %"),
        (-0.01, Form.PART, "−1.0 %"),
        (79_999_999, Form.POINTS, "79.99"),
        (0.004, Form.NUMBER, "< 0.1"),
        (0.0, Form.NUMBER, "0.0"),
        (0.62, Form.SIGNED, "+0.62"),
        (-0.001, Form.SIGNED, "0.00"),
        (0.003, Form.P_VALUE, "< 0.01"),
        (0.0496, Form.P_VALUE, "0.049"),
        (math.nan, Form.COUNT, "—"),
        (math.inf, Form.AMOUNT, "—"),
        (None, Form.AMOUNT, "—"),
    ],
)
def test_forms_print_as_declared(value: float | None, form: Form, text: str) -> None:
    assert number_text(value, form, "en") == text


def test_p_just_below_the_level_is_not_shown_as_above_it() -> None:
    assert number_text(0.04999, Form.P_VALUE, "en") == "0.049"
    assert number_text(0.0501, Form.P_VALUE, "en") == "0.050"


def test_a_distance_is_never_shown_as_reached() -> None:
    assert points_up(1) == "0.01"


def test_intervals_print_shares_in_whole_per_cent_and_deltas_with_a_word() -> None:
    assert interval_text((0.246, 0.427), Form.SHARE, "zh") == "25–43 %"
    assert interval_text((-0.39, 0.17), Form.SIGNED, "en") == "−0.39 to +0.17"
    assert interval_text((-0.39, 0.17), Form.SIGNED, "zh") == "−0.39 至 +0.17"
    assert interval_text(None, Form.SHARE, "en") == "—"


def text_of(given: Line, lang: Lang) -> str:
    return "".join(s.text for s in given.spans(lang, {"low": "F01", "all": "F02"}))


def test_a_line_shows_a_fact_in_both_languages_and_cites_it() -> None:
    told = line("低 {x:full}{@x}。", "low {x:full} {@x}.", x=fact())
    assert text_of(told, "zh") == "低 33/100（33 %，25–43 %）[F01]。"
    assert text_of(told, "en") == "low 33/100 (33 %, 25–43 %) [F01]."


def test_a_reference_is_set_off_from_the_word_before_it() -> None:
    assert text_of(line("{x} 家{@x}", "{x}{@x}", x=fact(3, form=Form.COUNT)), "zh") == "3 家 [F01]"


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("低 {x}", "low"),
        ("{x} 与 {y}{@y,x}", "{x} and {y} {@x,y}"),
        ("{x} 与 {y}{@x}", "{x} and {y} {@x}"),
        ("{z}", "{z}"),
    ],
    ids=["slot in one language", "another order", "uncited fact", "no such slot"],
)
def test_a_line_refuses_languages_that_differ(zh: str, en: str) -> None:
    with pytest.raises(ValueError, match=r"zh and en|without reference|no slot"):
        line(zh, en, x=fact(), y=fact(key="all"))


def test_nested_lines_keep_their_facts_in_order() -> None:
    inner = line("内 {y}{@y}", "inner {y} {@y}", y=fact(key="all"))
    outer = line("{a}，外 {x}{@x}", "{a}, outer {x} {@x}", a=Join((inner,)), x=fact())
    assert [f.key for f in outer.cited] == ["all", "low"]


def test_strong_marks_become_strong_spans() -> None:
    spans = words("**甲。**乙", "**a** b").spans("zh", {})
    assert [(s.text, s.is_strong) for s in spans] == [("甲。", True), ("乙", False)]
    assert inline(spans) == "**甲。** 乙"


HOSTILE = '=HYPERLINK("http://x") [a](javascript:1) <script> | `x` **b** #eval \n$1$ www.x.y'


def test_data_is_inert_in_markdown() -> None:
    told = inline(line("{x}", "{x}", x=Data(HOSTILE)).spans("en", {}))
    assert "<script" not in told.replace("\\<", "")
    assert "\n" not in told
    for mark in ("[", "]", "|", "*", "`", "<"):
        assert told.count(mark) == told.count("\\" + mark)
    assert "http:" not in told


@pytest.mark.parametrize(
    "text", ["a_b", "Acme #034", "R&D {1}", "#034", "-5", "3.5 x", "Go!", "a>b"]
)
def test_names_without_markup_are_printed_as_they_are(text: str) -> None:
    assert inert(text + ".") == text + "."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# a", "\\# a"),
        ("###", "\\###"),
        ("> a", "\\> a"),
        ("- a", "\\- a"),
        ("---", "\\---"),
        ("12) a", "12\\) a"),
        ("__a__", "\\_\\_a\\_\\_"),
        ("_a b_", "\\_a b\\_"),
        ("&lt;b&gt; &#35;", "\\&lt;b\\&gt; \\&#35;"),
        ("a\\", "a\\\\"),
        ("wow!", "wow\\!"),
    ],
)
def test_what_a_reader_would_act_upon_is_escaped(text: str, told: str) -> None:
    assert inert(text) == told


MARKUP = st.text(st.sampled_from(list('ab1 _*`~<>[]()!#&;|\\-+=.$:/"客')), min_size=1, max_size=24)


@settings(max_examples=150, deadline=None)
@given(MARKUP | st.text(min_size=1, max_size=40))
@example("- [x](y)")
@example("__init__ &amp; <b>")
@example("===")
def test_a_reader_of_markdown_sees_nothing_but_the_text(text: str) -> None:
    shown = clean(text).text
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for place in ("{}", "- {}", "| a |\n|---|\n| {} |", "**{}**"):
        tokens = reader.parse(place.format(inert(shown)))
        inlines = [t for t in tokens if t.type == "inline"][place.count("| a") :]
        assert len(inlines) == 1
        children = [c for c in inlines[0].children or () if not c.type.startswith("strong")]
        assert {c.type for c in children} <= {"text"}
        told = "".join(c.content for c in children).replace("\u2060", "")
        assert told.strip("*") == shown.replace("\u2060", "").strip("*")


def test_data_is_inert_in_typst() -> None:
    told = quoted(HOSTILE + '"\\')
    assert told.startswith('"')
    assert told.endswith('\\"\\\\"')
    assert "\n" not in told


def test_long_data_is_cut_and_control_characters_go() -> None:
    assert clean("a\x00b\x1b[1m\u2028c").text == "a b [1m c"
    assert len(clean("x" * 200).text) == 60
    assert clean("\n").text == "—"


def test_data_spans_keep_their_kind() -> None:
    spans = line("{x}", "{x}", x=Data("a")).spans("en", {})
    assert [s.kind for s in spans] == [SpanKind.DATA]


def test_code_in_a_template_becomes_a_code_span() -> None:
    spans = words("见 `profile` 表", "see `profile`").spans("en", {})
    assert [(s.kind, s.text) for s in spans] == [
        (SpanKind.WORDS, "see "),
        (SpanKind.CODE, "profile"),
    ]
    assert inline(spans) == "see `profile`"


def test_chinese_and_latin_are_set_apart() -> None:
    assert text_of(line("是{x}家", "{x}", x=Data("DevTools")), "zh") == "是 DevTools 家"
