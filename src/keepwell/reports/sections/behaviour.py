"""The warning that a score holds size and money only: in the summary, strategies and staffing."""

from keepwell.reports.desk import Desk
from keepwell.reports.dimensions import dimension_word
from keepwell.reports.page import Block, Paragraph
from keepwell.reports.text import Join, Line, line
from keepwell.vocabulary import Bilingual

WORTH_AND_SIZE = {"business_value", "company_scale"}
NO_RESCUE = Bilingual(
    "格子只当按规模和金额的分组用；接入活动或使用记录之前，不按分段启动救援或预警",
    "use the cells as groups by size and money; start no rescue and no alert by tier before activity or use "
    "records are connected",
)
PLAN_ONLY = Bilingual(
    "以下工时只供规划；接入活动或使用记录之前，不按分段派人",
    "the hours below are for planning only; assign nobody by tier before activity or use records are connected",
)


def behaviourless(desk: Desk) -> Join | None:
    """Return the dimensions where all are of worth or size, so that no behaviour enters."""
    used = dict.fromkeys(d.dimension for c in desk.subject.cards for d in c.dimensions)
    if not set(used) <= WORTH_AND_SIZE or desk.n < 2:
        return None
    return Join(tuple(dimension_word(name) for name in used), Bilingual("与", " and "))


def warned(desk: Desk, then: Bilingual) -> list[Block]:
    """Return the warning as a paragraph that ends in what follows from it; none otherwise."""
    names = behaviourless(desk)
    return [] if names is None else [Paragraph(_warning(names, then))]


def _warning(names: Join, then: Bilingual) -> Line:
    return line(
        "**分数里没有客户行为**（全部来自{names}）：低健康段就是金额和规模小的客户。{then}。",
        "**The score holds no behaviour** (all of it comes from {names}): the low tier is the accounts with little "
        "money and size. So {then}.",
        names=names,
        then=then,
    )
