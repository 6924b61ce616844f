"""The holdout track in a picture: repeat purchases as they came and as the model expected them."""

from keepwell.outlook import lifetime as models
from keepwell.reports.charts import (
    Caption,
    TrackPoint,
    TrackWords,
    in_both,
    in_narrow,
    tracking_chart,
)
from keepwell.reports.charts.frame import Spec
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.page import Picture
from keepwell.reports.palette import Palette
from keepwell.reports.text import line, same
from keepwell.reports.value.lifetime_terms import UNITS, models_told
from keepwell.vocabulary import Bilingual, Lang

AXES = {
    "day": Bilingual("首笔购买起的天数", "days since the first purchase of all"),
    "week": Bilingual("首笔购买起的周数", "weeks since the first purchase of all"),
    "month": Bilingual("首笔购买起的月数", "months since the first purchase of all"),
    "year": Bilingual("首笔购买起的年数", "years since the first purchase of all"),
}
ACTUAL = (
    "SELECT max(actual) - max(CASE WHEN is_holdout THEN 0 ELSE actual END) FROM lifetime_tracking"
)
EXPECTED = (
    "SELECT floor(max(expected) - max(CASE WHEN is_holdout THEN 0 ELSE expected END) + 0.5) "
    "FROM lifetime_tracking"
)


def holdout(desk: Desk) -> tuple[Fact, Fact] | None:
    """Return repeat purchases after the fit, as they came and as expected; None without a track."""
    rows = desk.book.rows("SELECT max(customers), max(actual) FROM lifetime_tracking")
    if not rows or rows[0][0] is None:
        return None
    n = int(rows[0][0])
    seen = desk.book.scalar(
        "lifetime:holdout:actual",
        Bilingual("留出期内的重复购买，实际", "repeat purchases in the holdout, as they came"),
        Form.COUNT,
        ACTUAL,
        n,
    )
    told = desk.book.scalar(
        "lifetime:holdout:expected",
        Bilingual("留出期内的重复购买，模型预期", "repeat purchases in the holdout, as expected"),
        Form.COUNT,
        EXPECTED,
        n,
    )
    return seen, told


def track_picture(desk: Desk) -> Picture | None:
    """Return the picture; None without a track."""
    found = holdout(desk)
    if found is None:
        return None
    seen, told = found
    unit = models_told(desk)["purchases"].unit
    days = models.TimeUnit(unit).days
    rows = desk.book.rows(
        "SELECT day_number, actual, expected, is_holdout FROM lifetime_tracking ORDER BY day_number"
    )
    points = [TrackPoint(int(r[0]) / days, float(r[1]), float(r[2])) for r in rows]
    until = max((int(r[0]) for r in rows if not r[3]), default=0) / days
    title = line(
        "留出期内预期重复购买 {e} 次，实际 {a} 次",
        "In the holdout {e} repeat purchases were expected, {a} came",
        e=told,
        a=seen,
        is_cited=False,
    )
    note = line(
        "累计重复购买，n = {n} 个客户，以{u}计。竖线右侧的数据模型没有见过：拟合只用前三分之二的时间。",
        "Cumulative repeat purchases, n = {n} customers, time by the {u}. The model had not seen what lies right of "
        "the line: it was fitted on the first two thirds of the time.",
        n=same(f"{seen.n:,}"),
        u=UNITS[unit],
    )

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        words = _words(unit, lang)
        caption = Caption(title.plain(lang), note.plain(lang))
        return tracking_chart(caption, points, until, words, palette, is_narrow=is_narrow)

    return Picture("lifetime_track", title, in_both(draw), in_narrow(draw))


def _words(unit: str, lang: Lang) -> TrackWords:
    if lang == "zh":
        texts = ("累计重复购买次数", "实际", "模型预期", "用于拟合", "留出期")
    else:
        texts = ("repeat purchases, cumulative", "as they came", "expected", "fitted on", "holdout")
    return TrackWords(AXES[unit].text(lang), *texts)
