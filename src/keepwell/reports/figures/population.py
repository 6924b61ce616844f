"""Facts on accounts, tiers and scores."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.numbers import Form
from keepwell.reports.subject import limit_text
from keepwell.reports.terms import tier_word
from keepwell.reports.text import Data
from keepwell.vocabulary import UNKNOWN_TIER, Bilingual

NEAR_POINTS = 2


def word_text(word: Bilingual | Data) -> Bilingual:
    """Return a word or data value as bilingual text for a label."""
    return word if isinstance(word, Bilingual) else Bilingual(word.text, word.text)


def has_sizes(desk: Desk) -> bool:
    """Say whether any account's company size is known."""
    if not desk.has("account_size_segment"):
        return False
    rows = desk.book.rows("SELECT count(account_size_segment) FROM portfolio")
    return int(rows[0][0]) > 0


def accounts(desk: Desk) -> Fact:
    """Return the number of accounts."""
    label = Bilingual("客户数", "accounts")
    return desk.book.scalar("accounts", label, Form.COUNT, "SELECT count(*) FROM portfolio", desk.n)


def distinct_names(desk: Desk) -> Fact:
    """Return the number of different account names."""
    label = Bilingual("不同的客户名", "distinct account names")
    sql = "SELECT count(DISTINCT name) FROM portfolio"
    return desk.book.scalar("distinct_names", label, Form.COUNT, sql, desk.n)


def tier_share(desk: Desk, tier: str) -> Fact:
    """Return the share of all accounts in a tier."""
    word = word_text(tier_word(tier))
    label = Bilingual(f"{word.zh}占比", f"share {word.en}")
    return desk.book.share(f"tier:{tier}", label, f"tier = {quoted(tier)}")


def low_share(desk: Desk) -> Fact:
    """Return the share of all accounts in the lowest tier."""
    return tier_share(desk, desk.subject.low)


def unknown_share(desk: Desk) -> Fact:
    """Return the share of accounts whose tier is unknown."""
    return tier_share(desk, UNKNOWN_TIER)


def score_statistic(desk: Desk, which: str) -> Fact:
    """Return mean, median, lowest (min) or highest (max) score, in micro-points."""
    names = {
        "avg": Bilingual("平均健康分", "mean score"),
        "median": Bilingual("健康分中位数", "median score"),
        "min": Bilingual("最低健康分", "lowest score"),
        "max": Bilingual("最高健康分", "highest score"),
    }
    n = int(desk.book.rows("SELECT count(score_micro) FROM portfolio")[0][0])
    sql = f"SELECT {which}(score_micro) FROM portfolio"
    return desk.book.scalar(f"score:{which}", names[which], Form.POINTS, sql, n)


def near_line(desk: Desk) -> Fact:
    """Return the share of scored accounts within two points of a tier line."""
    label = Bilingual("离分段线不到 2 分", "within two points of a tier line")
    return desk.book.share("near_line", label, "is_near_line", "score_micro IS NOT NULL")


def near_low_line(desk: Desk) -> Fact:
    """Return the share of scored accounts within two points of the low line."""
    line = limit_text(desk.subject.low_line)
    label = Bilingual(f"离 {line} 分线不到 2 分", f"within two points of {line}")
    middle, width = desk.subject.low_line_micro, NEAR_POINTS * 1_000_000
    meets = f"score_micro >= {middle - width} AND score_micro < {middle + width}"
    return desk.book.share("near_low_line", label, meets, "score_micro IS NOT NULL")


def just_above_line(desk: Desk) -> tuple[Fact, str]:
    """Return the count of accounts less than two points above the low line, and its condition."""
    line = limit_text(desk.subject.low_line)
    label = Bilingual(f"只高出 {line} 分线不到 2 分", f"less than two points above {line}")
    middle = desk.subject.low_line_micro
    where = f"score_micro >= {middle} AND score_micro < {middle + NEAR_POINTS * 1_000_000}"
    return desk.book.count("just_above", label, where, desk.n), where


def firm_low(desk: Desk) -> Fact:
    """Return the share of the low tier that is low under every tried choice."""
    label = Bilingual("换用各种合理算法都低", "low under every tried choice")
    return desk.book.share("firm_low", label, "is_firm_low", desk.is_low)


def dimension_names(desk: Desk) -> list[str]:
    """Return the dimensions whose points are in the portfolio, over all scorecards."""
    names = dict.fromkeys(d.dimension for c in desk.subject.cards for d in c.dimensions)
    return [n for n in names if desk.has(f"{n}__micro")]


def variance_share(desk: Desk, dimension: str, label: Bilingual) -> Fact:
    """Return a dimension's share of the score's variance, by construction; they sum to one."""
    n = int(desk.book.rows("SELECT count(score_micro) FROM portfolio")[0][0])
    points = f'CAST("{dimension}__micro" AS DOUBLE)'
    sql = (
        f"SELECT covar_samp({points}, CAST(score_micro AS DOUBLE))"
        " / nullif(var_samp(CAST(score_micro AS DOUBLE)), 0)"
        " FROM portfolio WHERE score_micro IS NOT NULL"
    )
    text = Bilingual(f"{label.zh}占分数方差", f"variance share: {label.en}")
    return desk.book.scalar(
        f"variance:{dimension}", text, Form.PART, sql, n, is_by_construction=True
    )


def mean_coverage(desk: Desk) -> Fact:
    """Return the mean share of the score's weight that rests on known measures."""
    label = Bilingual("平均覆盖率（已知指标占评分权重）", "mean coverage of the score's weight")
    return desk.book.scalar(
        "coverage", label, Form.SHARE, "SELECT avg(coverage) FROM portfolio", desk.n
    )


def full_coverage(desk: Desk) -> Fact:
    """Return the share of accounts for which every measure of the score is known."""
    label = Bilingual("评分指标全部已知", "every measure of the score known")
    return desk.book.share("full_coverage", label, "coverage >= 0.999999")


def overrides(desk: Desk) -> Fact:
    """Return the number of accounts with a person's override in force."""
    label = Bilingual("人工覆盖生效", "overrides in force")
    return desk.book.count("overrides", label, "has_override", desk.n)


def touched(desk: Desk) -> Fact | None:
    """Return the share of low accounts that one activity logged today lifts over the low line."""
    if not desk.has("score_touch_micro") or not desk.subject.low_line or not low_share(desk).k:
        return None
    line = desk.subject.low_line_micro
    label = Bilingual(
        "低健康中，记一次活动就过线", "low accounts that one logged activity lifts over the line"
    )
    return desk.book.share("touch", label, f"score_touch_micro >= {line}", desk.is_low)
