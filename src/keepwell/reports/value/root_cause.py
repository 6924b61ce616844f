"""Root cause: means by segment and group with n, robustness, rank agreement, lifecycle."""

from typing import Any

from keepwell.reports.desk import Desk
from keepwell.reports.facts import SMALL
from keepwell.reports.figures.population import has_sizes
from keepwell.reports.numbers import Form, interval_text
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.terms import clean, size_place, size_word
from keepwell.reports.text import Data, Line, words
from keepwell.reports.value.amount_words import has_groups, has_signal
from keepwell.reports.value.leaving import leaving_mean, measure_word
from keepwell.reports.value.picture import segments_of
from keepwell.reports.value.stand_ins import marked
from keepwell.reports.value.terms import BUCKETS, GROUPS, MODELS, SCOPES, word
from keepwell.reports.value.verdict import BY_CONSTRUCTION, PLAIN, measures_shown, ratio_cells
from keepwell.vocabulary import Bilingual

TOO_SMALL = Bilingual("n 不足 10，不下结论", "n below 10, no conclusion")
MEANS = (
    ("r_score", Form.NUMBER, Bilingual("R", "R")),
    ("f_score", Form.NUMBER, Bilingual("F", "F")),
    ("m_score", Form.NUMBER, Bilingual("M", "M")),
    ("score", Form.SCORE, Bilingual("健康分", "health")),
    ("days_inactive", Form.NUMBER, Bilingual("未活动天数", "days inactive")),
    ("age_days", Form.NUMBER, Bilingual("客龄（天）", "age, days")),
    ("engagement", Form.RATIO, Bilingual("参与度", "engagement")),
)


def root_cause(desk: Desk, heading: Line, level: int) -> list[Block]:
    """Return the section."""
    blocks: list[Block] = [
        Heading(heading, level, "value_cause"),
        Paragraph(
            words(
                "每格为均值，n 为该格客户数；不足 10 家的行注明，不下结论。M 与健康分含金额，两组之间的差别部分由定义造成。",
                "Each cell is a mean, n the accounts of its row; rows below 10 are marked and allow no conclusion. "
                "M and the health score hold amounts, so part of the gap between the groups is by construction.",
            )
        ),
        _cells(desk),
    ]
    if has_groups(desk):
        blocks += [Paragraph(_robust()), _robustness(desk)]
    if any(r[0] for r in desk.book.rows("SELECT n FROM value_correlations WHERE n > 0")):
        blocks += [Paragraph(_agreement()), _correlations(desk)]
    blocks.append(_lifecycle(desk))
    return blocks


def _cells(desk: Desk) -> Table:
    has_churn = desk.has("churn_probability") and bool(
        int(desk.book.rows("SELECT coalesce(sum(n_churn_probability), 0) FROM value_cells")[0][0])
    )
    means = list(MEANS)
    if has_churn:
        means.insert(4, ("churn_probability", Form.RATIO, leaving_mean(desk)))
    chosen = ", ".join(f"mean_{name}" for name, _, _ in means)
    sql = f"SELECT segment, value_group, accounts, struggling, {chosen} FROM value_cells"
    can_tell = has_signal(desk)
    found: dict[tuple[str, str], Any] = {(str(r[0]), str(r[1])): r for r in desk.book.rows(sql)}
    rows = []
    for segment, label in segments_of(desk).items():
        for group in GROUPS:
            row = found.get((segment, group))
            if row is not None:
                forms = [form for _, form, _ in means]
                rows.append(_cell_row(label, group, row, forms, has_signal=can_tell))
    return Table(
        "value_cells",
        Bilingual("分群 × 分组的均值", "Means by segment and group"),
        (
            Bilingual("分群", "segment"),
            Bilingual("分组", "group"),
            Bilingual("n", "n"),
            Bilingual("挣扎", "struggling"),
            *(marked(desk, label, name) for name, _, label in means),
            Bilingual("说明", "note"),
        ),
        tuple(rows),
        (False, False, True, True, *([True] * len(means)), False),
        sql,
    )


def _cell_row(
    label: Bilingual, group: str, row: Any, forms: list[Form], *, has_signal: bool
) -> tuple[Cell, ...]:
    n = int(row[2])
    numbers = [
        number_cell(None if v is None else float(v), form)
        for v, form in zip(row[4:], forms, strict=True)
    ]
    return (
        words_cell(label),
        words_cell(GROUPS[group]),
        text_cell(f"{n:,}", float(n)),
        _struggling_cell(row[3], has_signal=has_signal),
        *numbers,
        words_cell(TOO_SMALL if n < SMALL else PLAIN),
    )


def _robust() -> Line:
    return words(
        "**稳健性**：同一比较在各规模、各客龄、各金额失衡档内重做，并改用其他比例划分高价值。",
        "**Robustness**: the same comparison inside each company size, age and imbalance bucket, and with other "
        "shares as high value.",
    )


def _robustness(desk: Desk) -> Table:
    sql = (
        "SELECT scope, bucket, n_high, mean_high, n_mass, mean_mass, ratio, low, high, delta, "
        "is_by_construction, is_small FROM value_ratios WHERE scope <> 'all'"
        + ("" if has_sizes(desk) else " AND scope <> 'size'")
    )
    rows = sorted(desk.book.rows(sql), key=_place)
    return Table(
        "value_robustness",
        Bilingual("参与度之比，分档重做", "Ratio of engagement, repeated by bucket"),
        (
            Bilingual("按", "by"),
            Bilingual("档", "bucket"),
            Bilingual("高价值 n", "n high"),
            Bilingual("高价值均值", "mean high"),
            Bilingual("大众 n", "n mass"),
            Bilingual("大众均值", "mean mass"),
            Bilingual("比值", "ratio"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("Cliff δ", "Cliff's δ"),
            Bilingual("说明", "note"),
        ),
        tuple(
            (words_cell(SCOPES[str(r[0])]), *ratio_cells(_bucket(str(r[0]), str(r[1])), r[2:]))
            for r in rows
        ),
        (False, False, True, True, True, True, True, True, True, False),
        sql,
    )


def _place(row: Any) -> tuple[int, int, str]:
    """Return where a bucket stands: scopes in order, sizes from large to small, then by words."""
    scope, bucket = str(row[0]), str(row[1])
    buckets = list(BUCKETS)
    place = (buckets.index(bucket) if bucket in buckets else len(buckets), bucket)
    return list(SCOPES).index(scope), *(size_place(bucket) if scope == "size" else place)


def _bucket(scope: str, bucket: str) -> Bilingual | Data:
    return size_word(bucket) if scope == "size" else word(BUCKETS, bucket)


def _agreement() -> Line:
    return words(
        "**秩次一致程度**（Spearman，−1 至 1）：价值金额与各指标的排序是否一致。含金额的指标由定义造成，不作证据；一致不等于原因。",
        "**Rank agreement** (Spearman, −1 to 1): whether value and a measure order the accounts alike. Measures that "
        "hold amounts agree by construction and are no evidence; agreement is no cause.",
    )


def _correlations(desk: Desk) -> Table:
    sql = "SELECT measure, n, spearman, low, high, is_by_construction FROM value_correlations"
    rows = {str(r[0]): r for r in desk.book.rows(sql)}
    return Table(
        "value_correlations",
        Bilingual("价值金额与各指标的秩次一致程度", "Rank agreement of value and each measure"),
        (
            Bilingual("指标", "measure"),
            Bilingual("n", "n"),
            Bilingual("Spearman", "Spearman"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("说明", "note"),
        ),
        tuple(
            _agreement_row(measure_word(desk, m), rows[m])
            for m in measures_shown(desk)
            if m in rows and rows[m][1]
        ),
        (False, True, True, True, False),
        sql,
    )


def _agreement_row(name: Bilingual, row: Any) -> tuple[Cell, ...]:
    _, n, value, low, high, constructed = row
    span = None if low is None else (float(low), float(high))
    shown = Bilingual(*(interval_text(span, Form.SIGNED, lang) for lang in ("zh", "en")))
    note = TOO_SMALL if int(n) < SMALL else BY_CONSTRUCTION if constructed else PLAIN
    return (
        slot_cell(name),
        text_cell(f"{int(n):,}", float(n)),
        number_cell(None if value is None else float(value), Form.SIGNED),
        words_cell(shown),
        words_cell(note),
    )


def _lifecycle(desk: Desk) -> Table:
    sql = (
        "SELECT lifecycle, model, accounts, struggling, value_total, mean_engagement, "
        "mean_composite_index FROM value_lifecycle"
    )
    rows = desk.book.rows(sql)
    order, can_tell = list(BUCKETS), has_signal(desk)
    rows.sort(
        key=lambda r: (
            order.index(str(r[0])) if str(r[0]) in order else -1,
            str(r[0]),
            list(MODELS).index(str(r[1])),
        )
    )
    return Table(
        "value_lifecycle",
        Bilingual("生命周期 × 服务模式", "Lifecycle by engagement model"),
        (
            Bilingual("生命周期", "lifecycle"),
            Bilingual("服务模式", "model"),
            Bilingual("n", "n"),
            Bilingual("挣扎", "struggling"),
            Bilingual("价值金额", "value"),
            marked(desk, Bilingual("参与度均值", "mean engagement"), "engagement"),
            Bilingual("综合指数均值", "mean index"),
            Bilingual("说明", "note"),
        ),
        tuple(_life_row(r, has_signal=can_tell) for r in rows),
        (False, False, True, True, True, True, True, False),
        sql,
    )


def _struggling_cell(count: Any, *, has_signal: bool) -> Cell:
    """Return how many struggle; a dash where the data cannot tell of anybody."""
    return text_cell(f"{int(count):,}", float(count)) if has_signal else words_cell(PLAIN)


def _life_row(row: Any, *, has_signal: bool) -> tuple[Cell, ...]:
    n = int(row[2])
    stage = str(row[0])
    values = [None if v is None else float(v) for v in row[4:]]
    forms = (Form.AMOUNT, Form.RATIO, Form.NUMBER)
    return (
        slot_cell(BUCKETS.get(stage) or clean(stage)),
        words_cell(MODELS[str(row[1])]),
        text_cell(f"{n:,}", float(n)),
        _struggling_cell(row[3], has_signal=has_signal),
        *(number_cell(v, f) for v, f in zip(values, forms, strict=True)),
        words_cell(TOO_SMALL if n < SMALL else PLAIN),
    )
